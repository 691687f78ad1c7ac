"""An actor with what its policies say of the actions that ways ask, found once for all who carry a document (EP57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Account, Role, Snapshot, User


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What one document says of the actions that are asked: its statements, and of each the actions it takes (EP58).

    Sets of actions are the bits of an integer, of which `bits` tells the places; `allowed` are those that some Allow
    takes. The document is kept, so that no other has its id.
    """

    document: Document
    bits: Mapping[str, int]
    statements: tuple[Statement, ...] = ()
    taken: tuple[int, ...] = ()
    allowed: int = 0

    def saying(self, action: str) -> tuple[Statement, ...]:
        """The statements that take an action, Allows and Denies."""
        bit = self.bits.get(action, 0)
        return tuple([one for one, taken in zip(self.statements, self.taken, strict=True) if taken & bit])

    def takes(self, action: str) -> bool:
        """Whether some Allow takes an action."""
        return bool(self.allowed & self.bits.get(action, 0))


@dataclass(frozen=True, slots=True)
class Holding:
    """An actor in a picture, with what its identity policies say.

    `is_open` says that not all of these is known, so that nothing can be ruled out; `allowed` are the actions of the
    catalogue that some Allow takes, as the bits whose places `bits` tells.
    """

    snapshot: Snapshot
    account: Account
    entity: User | Role
    said: tuple[Said, ...]
    is_open: bool
    bits: Mapping[str, int]
    allowed: int

    @property
    def arn(self) -> str:
        """Who it is."""
        return self.entity.arn

    def saying(self, action: str) -> tuple[Statement, ...]:
        """The statements that take an action of the catalogue."""
        bit = self.bits.get(action, 0)
        held = ((said.statements, said.taken) for said in self.said)
        return tuple([one for pair in held for one, taken in zip(*pair, strict=True) if taken & bit])

    def taking(self, action: str) -> tuple[Statement, ...]:
        """The Allow statements that take an action of the catalogue."""
        return tuple([one for one in self.saying(action) if one.effect is Effect.ALLOW])

    def takes(self, action: str) -> bool:
        """Whether some Allow takes an action of the catalogue."""
        return bool(self.allowed & self.bits.get(action, 0))


class Words:
    """What documents say of the actions of a catalogue: each document is read once, whoever carries it."""

    def __init__(self, actions: Iterable[str] | None = None) -> None:
        """Read documents for `actions`; those of the bundled catalogue if left out."""
        self.actions = tuple(dict.fromkeys(actions_asked() if actions is None else actions))
        """The actions for which documents are read, each at the place of its bit."""
        self._actions: dict[str, list[tuple[str, str]]] = {}
        for one in self.actions:
            folded = one.lower()
            self._actions.setdefault(folded.partition(":")[0], []).append((one, folded))
        self._bits = {action: 1 << place for place, action in enumerate(self.actions)}
        self._known: dict[int, Said] = {}
        self._holdings: dict[tuple[int, str], Holding] = {}
        self._same: dict[tuple[int, ...], tuple[int, ...]] = {}

    def of(self, document: Document) -> Said:
        """What one document says; nothing where it cannot be read."""
        known = self._known.get(id(document))
        if known is None:
            known = self._known[id(document)] = self._read(document)
        return known

    def _read(self, document: Document) -> Said:
        content = document.policy
        if not isinstance(content, PolicyDocument):
            return Said(document, self._bits)
        found: dict[int, tuple[Statement, int]] = {}
        for service, actions in self._actions.items():
            for action, folded in actions if content.speaks_of(service) else ():
                for one in content.taking(folded, service):
                    found[one.index] = one, found.get(one.index, (one, 0))[1] | self._bits[action]
        held = [found[place] for place in sorted(found)]
        taken = tuple([actions for _, actions in held])
        allowed = reduce(or_, (actions for one, actions in held if one.effect is Effect.ALLOW), 0)
        statements = tuple([one for one, _ in held])
        return Said(document, self._bits, statements, self._same.setdefault(taken, taken), allowed)

    def forget(self) -> None:
        """Let go of what documents say, where everybody was asked about it: holdings keep what theirs do (EP58)."""
        self._known.clear()

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
        held = [self.of(one) for one in documents if one is not None]
        said = tuple([one for one in held if one.statements])
        allowed = reduce(or_, (one.allowed for one in said), 0)
        return Holding(snapshot, account, entity, said, is_open, self._bits, allowed)


@cache
def actions_asked() -> tuple[str, ...]:
    """Every action of the bundled catalogue."""
    ways = (step.ask for way in catalogue().ways for step in way.asked())
    return tuple(dict.fromkeys((*ways, *(step.ask for step in catalogue().control))))
