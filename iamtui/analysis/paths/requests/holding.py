"""An actor with what its policies say of the actions that ways ask, found once for all who carry a document (EP57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Account, Role, Snapshot, User

Said = Mapping[str, tuple[Statement, ...]]
"""By action the statements that take it, Allows and Denies."""

_NOTHING: Said = {}


@dataclass(frozen=True, slots=True)
class Holding:
    """An actor in a picture, with what its identity policies say.

    `is_open` says that not all of these is known, so that nothing can be ruled out; `allowed` are the actions of the
    catalogue that some Allow takes.
    """

    snapshot: Snapshot
    account: Account
    entity: User | Role
    said: tuple[Said, ...]
    is_open: bool
    allowed: frozenset[str] = frozenset()

    @property
    def arn(self) -> str:
        """Who it is."""
        return self.entity.arn

    def saying(self, action: str) -> tuple[Statement, ...]:
        """The statements that take an action of the catalogue."""
        return tuple([one for said in self.said if action in said for one in said[action]])

    def taking(self, action: str) -> tuple[Statement, ...]:
        """The Allow statements that take an action of the catalogue."""
        return tuple([one for one in self.saying(action) if one.effect is Effect.ALLOW])

    def takes(self, action: str) -> bool:
        """Whether some Allow takes an action of the catalogue."""
        return action in self.allowed


class Words:
    """What documents say of the actions of a catalogue: each document is read once, whoever carries it."""

    def __init__(self, actions: Iterable[str] | None = None) -> None:
        """Read documents for `actions`; those of the bundled catalogue if left out."""
        asked = dict.fromkeys(actions_asked() if actions is None else actions)
        self._actions: dict[str, list[tuple[str, str]]] = {}
        for one in asked:
            folded = one.lower()
            self._actions.setdefault(folded.partition(":")[0], []).append((one, folded))
        self._known: dict[int, tuple[Document, Said]] = {}
        self._holdings: dict[tuple[int, str], Holding] = {}
        self._allowed: dict[int, frozenset[str]] = {}
        self._same: dict[frozenset[str], frozenset[str]] = {}
        self._allowing: dict[str, dict[int, bool]] = {}
        self._alive: dict[int, Document] = {}

    def of(self, document: Document) -> Said:
        """What one document says; nothing where it cannot be read."""
        known = self._known.get(id(document))
        if known is None:
            known = self._known[id(document)] = (document, self._read(document))
        return known[1]

    def _read(self, document: Document) -> Said:
        content = document.policy
        if not isinstance(content, PolicyDocument):
            return _NOTHING
        found: dict[str, tuple[Statement, ...]] = {}
        same: dict[tuple[int, ...], tuple[Statement, ...]] = {}  # the same few take most actions (EP58)
        for service, actions in self._actions.items():
            if content.speaks_of(service):
                for action, folded in actions:
                    if statements := content.taking(folded, service):
                        found[action] = same.setdefault(tuple(map(id, statements)), tuple(statements))
        return found

    def may_be_allowed(self, snapshot: Snapshot, entity: User | Role, actions: Iterable[str]) -> bool:
        """Whether some Allow of an actor takes each of some actions, or not all are known: no more is read for it."""
        documents = [policy.document for policy in identity_policies(snapshot, entity)]
        if any(one is None for one in documents):
            return True
        return all(any(one is not None and self._may_allow(one, action) for one in documents) for action in actions)

    def _may_allow(self, document: Document, action: str) -> bool:
        known = self._allowing.setdefault(action, {})
        found = known.get(id(document))
        if found is None:
            content, folded = document.policy, action.lower()
            found = known[id(document)] = not isinstance(content, PolicyDocument) or any(
                one.effect is Effect.ALLOW for one in content.taking(folded, folded.partition(":")[0])
            )
            self._alive[id(document)] = document  # so that no other has its id
        return found

    def forget(self) -> None:
        """Let go of which documents may allow an action, where everybody was asked about it (EP58)."""
        self._allowing.clear()
        self._alive.clear()

    def holding(self, snapshot: Snapshot, account: Account, entity: User | Role) -> Holding:
        """An actor with what its policies say."""
        key = (id(snapshot), entity.arn)
        found = self._holdings.get(key)
        if found is None:
            found = self._holdings[key] = self._holding(snapshot, account, entity)
        return found

    def _holding(self, snapshot: Snapshot, account: Account, entity: User | Role) -> Holding:
        documents = [policy.document for policy in identity_policies(snapshot, entity)]
        is_open = any(one is None or not isinstance(one.policy, PolicyDocument) for one in documents)
        said = tuple([found for one in documents if one is not None and (found := self.of(one))])
        allowed = self._kept(frozenset().union(*map(self._allowed_by, said)))
        return Holding(snapshot, account, entity, said, is_open, allowed)

    def allowed_by(self, document: Document) -> frozenset[str]:
        """The actions that some Allow of a document takes."""
        return self._allowed_by(self.of(document))

    def _allowed_by(self, said: Said) -> frozenset[str]:
        """The actions that some Allow takes; `said` is kept with its document."""
        found = self._allowed.get(id(said))
        if found is None:
            taking = (action for action, held in said.items() if any(one.effect is Effect.ALLOW for one in held))
            found = self._allowed[id(said)] = self._kept(frozenset(taking))
        return found

    def _kept(self, actions: frozenset[str]) -> frozenset[str]:
        """The same set, of many equal ones the first (EP58)."""
        return self._same.setdefault(actions, actions)


@cache
def actions_asked() -> tuple[str, ...]:
    """Every action of the bundled catalogue."""
    ways = (step.ask for way in catalogue().ways for step in way.asked())
    return tuple(dict.fromkeys((*ways, *(step.ask for step in catalogue().control))))
