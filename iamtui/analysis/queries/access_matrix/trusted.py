"""The labels of the actions that trust policies decide, of what single Allows give, or none (AM1, S1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.access_matrix.askers import Asker, Askers
from iamtui.analysis.queries.access_matrix.guards import Region
from iamtui.analysis.queries.access_matrix.said import Held
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels
from iamtui.analysis.queries.access_matrix.single_labels import Asking
from iamtui.analysis.queries.access_matrix.trusting import EXTERNAL_ID, Heard, HeardTogether, TrustPolicies
from iamtui.analysis.queries.index.action_sets import Taken, names_in, of_names
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.resource_reads import OF_ENTITIES
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement


class _Reached(NamedTuple):
    """The roles on which an Allow says something: by patterns those that are known, None for all; and which others."""

    known: tuple[str, ...] | None
    others: tuple[str, ...]


class TrustedLabels:
    """Finds what one may do with roles; `actions` are those of STS that take them."""

    def __init__(self, ground: Ground, askers: Askers, shared: SharedLabels) -> None:
        self._ground = ground
        self._askers = askers
        self._shared = shared
        self._policies: dict[int, TrustPolicies] = {}
        self._labels: dict[Hashable, str | None] = {}
        self.actions = of_names(f"sts:{name}" for name in catalog.actions("sts") if self._roles(f"sts:{name}"))
        self.actions &= ~ground.actions_protected
        self._has_plain_name = any(arn.endswith(f":role/{_NEW}") for arn in self._known_arns())

    def given(self, asker: Asker, one: Held | None, region: Region, actions: int) -> tuple[int, int, int] | None:
        """What is allowed of some actions, what is under conditions, and what is not told; None where all is not."""
        wanted = actions & self.actions
        statements = region.statements if one is None else (*region.statements, one.statement)
        if not wanted or not region.takes_whole or self._has_plain_name:
            return None
        named = (key for statement in statements for key in keys_named(statement))
        if any(key.startswith((*OF_ENTITIES, EXTERNAL_ID)) for key in named):
            return None
        texts = (ANY_RESOURCE,) if one is None else self._texts_of(asker, one.statement)
        if texts is None:
            return None
        own = sorted({key for statement in statements for key in self._shared.own_keys(statement)})
        said = (asker.kind, region.said, None if one is None else frozenset(map(id, one.statement.conditions)))
        question = _Question(asker, one, statements, (*said, asker.marks(own, statements) if own else ()), texts)
        sets: dict[str | None, int] = {}
        for action in names_in(wanted):
            label = self._label(question, action)
            sets[label] = sets.get(label, 0) | of_names((action,))
        return sets.get("allowed", 0), sets.get("conditional", 0), sets.get(None, 0)

    def _label(self, question: _Question, action: str) -> str | None:
        """The best label of what is said by some known role, and of the roles that are not known."""
        policies = self._policies_of(action)
        reached = self._reached(question, policies)
        labels = {self._label_of_others(question, action, reached.others)} if reached.others else set()
        for together in question.heard(policies, reached.known):
            key = (question.said, action, together.key)
            if key not in self._labels:
                self._labels[key] = _best(self._label_of(question, action, heard) for heard in together.all)
            labels.add(self._labels[key])
        return _best(labels)

    def _label_of(self, question: _Question, action: str, heard: Heard) -> str | None:
        key = (question.said, action, heard.said)
        if key not in self._labels:
            self._labels[key] = question.asking(self._ground, self._askers).label_on(action, heard.role)
        return self._labels[key]

    def _label_of_others(self, question: _Question, action: str, others: tuple[str, ...]) -> str | None:
        """The best label on roles that are not known: one of the asker's account stands for all of it."""
        own = _own_roles(question.asker)
        key = (question.said, action, others)
        if key not in self._labels:
            if others == (own,):
                self._labels[key] = question.asking(self._ground, self._askers).label_on(action, f"{own}{_NEW}")
            else:
                ground = self._ground.without_known
                alike = ground.grouping.alike(Taken(of_names((action,)), question.statements))[0]
                asking = Asking(ground, self._askers, question.asker.side_with(question.one), known=self._is_known)
                self._labels[key] = asking.label(alike)
        return self._labels[key]

    def _is_known(self, role: str) -> bool:
        return self._askers.snapshot.role(role) is not None

    def _texts_of(self, asker: Asker, statement: Statement) -> tuple[str, ...] | None:
        """The patterns of an Allow, where all of it is told by them."""
        element = statement.resource
        if element is None or element.negated or statement.invalid is not None:
            return None
        texts = (ANY_RESOURCE,) if ANY_RESOURCE in element.texts else asker.texts_of(element)
        return None if texts is None or any("${" in text for text in texts) else texts

    def _reached(self, question: _Question, policies: TrustPolicies) -> _Reached:
        if ANY_RESOURCE in question.texts:
            return _Reached(None, question.texts)
        others = tuple(sorted({_beginning(text, question.asker) for text in question.texts if not policies.has(text)}))
        return _Reached(question.texts, others)

    def _policies_of(self, action: str) -> TrustPolicies:
        known = self._roles(action)
        if id(known) not in self._policies:
            self._policies[id(known)] = TrustPolicies(known)
        return self._policies[id(known)]

    def _roles(self, action: str) -> tuple[Known, ...]:
        """The known roles that an action of STS takes, where it takes nothing else."""
        found = catalog.action(action)
        if found is None or [one.name for one in found.resource_types] != ["role"]:
            return ()
        return self._ground.known.of(found)

    def _known_arns(self) -> Iterator[str]:
        for action in names_in(self.actions):
            yield from (one.arn for one in self._roles(action))


class _Question:
    """What is asked: for whom, with which Allow, and all that counts of both but the patterns of the Allow."""

    def __init__(
        self,
        asker: Asker,
        one: Held | None,
        statements: tuple[Statement, ...],
        said: Hashable,
        texts: tuple[str, ...],
    ) -> None:
        self.asker = asker
        self.one = one
        self.statements = statements
        self.said = said
        self.texts = texts
        self._asking: Asking | None = None
        self._heard: dict[int, tuple[HeardTogether, ...]] = {}

    def heard(self, policies: TrustPolicies, texts: tuple[str, ...] | None) -> tuple[HeardTogether, ...]:
        """What the roles say that the Allow reaches, the same for all actions."""
        if id(policies) not in self._heard:
            self._heard[id(policies)] = tuple(policies.heard_by(self.asker, texts, unaided=self.one is None))
        return self._heard[id(policies)]

    def asking(self, ground: Ground, askers: Askers) -> Asking:
        """Asks with the Allow as if it were about all resources."""
        if self._asking is None:
            self._asking = Asking(ground, askers, self.asker.side_with(self.one, whole=True))
        return self._asking


def _best(labels: Iterable[str | None]) -> str | None:
    found = set()
    for label in labels:
        if label == "allowed":
            return label
        found.add(label)
    return next((one for one in (None, "conditional") if one in found), "denied")


def _own_roles(asker: Asker) -> str:
    """How the ARNs of the roles of one's own account begin."""
    return f"arn:{asker.holder.arn.split(':', 2)[1]}:iam::{asker.kind.account}:role/"


def _beginning(text: str, asker: Asker) -> str:
    """What of a pattern counts for roles that are not known: all of it, but for those of one's own account."""
    own = _own_roles(asker)
    is_plain = text.startswith(own) and not text.startswith((f"{own}aws-reserved/", f"{own}aws-service-role/"))
    return own if is_plain else text


_NEW = "x"
"""The name of a role that is not known."""
