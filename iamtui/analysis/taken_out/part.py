"""Something of a picture that can be taken out of it: what goes, and what it can have a say on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from types import MappingProxyType

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.taken_out.dropping import DropStatement
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Snapshot

NOTHING_STATED: Mapping[str, KeyValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """A statement, an attachment, a membership, or a guardrail as a whole.

    Attributes:
        owner: the ARN or id of what carries it, which is the subject of findings about it.
        words: what it is, as a sentence goes on: `the statement OutsideEurope`.
        kind: of the policy that it stands in.
        edits: what takes it out of the picture.
        alone: of a guardrail, what puts it alone into the picture without any.
        statements: what goes with it; None where also what it does not allow counts, as of a boundary.
        holders: the places of those whose decisions it can have a say on, in the index of everybody.
        resource: the only one that it can have a say on, with what lies in it; empty for all.
        stated: what requests say that it has a say on: the endpoint that they come through.
        services: of whose requests alone it can have a say; None for all.
        binds_others: whether it is over accounts that were not exported too.
    """

    owner: str
    words: str
    kind: PolicyKind
    edits: tuple[Edit | DropStatement, ...]
    alone: tuple[Edit, ...] = ()
    statements: tuple[Statement, ...] | None = None
    holders: tuple[int, ...] = ()
    resource: str = ""
    stated: Mapping[str, KeyValue] = field(default_factory=lambda: NOTHING_STATED)
    binds_others: bool = False
    services: frozenset[str] | None = None

    @property
    def is_over_outsiders(self) -> bool:
        """Whether it can have a say on others than those of the export: whoever asks for what it protects."""
        return self.binds_others or not self.has_own_side

    @property
    def has_own_side(self) -> bool:
        """Whether it stands among the policies of who asks."""
        return self.kind in (PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SCP)

    def taken_out_of(self, snapshot: Snapshot) -> Snapshot:
        """The picture without it."""
        return reduce(lambda picture, edit: edit.laid_over(picture), self.edits, snapshot)

    def added_to(self, snapshot: Snapshot) -> Snapshot:
        """A picture without guardrails, with this one."""
        return laid_over(snapshot, self.alone)
