"""One who is asked about, with the policies that it has, or some of them only (AM1)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.analysis.queries.denied import OwnDenies
from iamtui.analysis.queries.holders import Holder
from iamtui.analysis.queries.shared_labels import Frame
from iamtui.evaluation.applicable.common import pooled
from iamtui.evaluation.applicable.from_snapshot import PrincipalSide
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.policy.statement import Statement


class Held(NamedTuple):
    """A statement of an identity policy, and the actions that it takes."""

    statement: Statement
    actions: int
    policy: AppliedPolicy


class Asker(NamedTuple):
    """One who is asked about, with what its labels hang on."""

    holder: Holder
    frame: Frame
    side: PrincipalSide
    denies: tuple[Held, ...]
    base: PreparedRequest
    denying: OwnDenies

    def with_only(self, one: Held | None) -> Asker:
        """The same asker with one Allow, or with none; a document may be its boundary as well."""
        held = self.denies if one is None else (*self.denies, one)
        return self._replace(frame=self.frame._replace(identity=frozenset(id(each.statement) for each in held)))

    def side_with(self, one: Held | None) -> PrincipalSide:
        """Its side with one Allow, or with none."""
        held = self.denies if one is None else (*self.denies, one)
        policies = [
            each.policy._replace(document=each.policy.document and each.policy.document.only(each.statement.index))
            for each in held
        ]
        return self.side._replace(identity=self.side.identity._replace(levels=(pooled(policies),)))
