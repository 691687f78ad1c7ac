"""Ends on which an actor may be allowed each step of a way, found step by step before the way is tried (EP57).

Whether an actor may assume a role, rewrite its trust or make a user an access key is one question for each kind of end,
whatever way asks it: what is denied there need not be tried with everything else that a way binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.privileges.administrators import context_of
from iamtui.analysis.paths.requests.asking import Desk, Label
from iamtui.analysis.paths.requests.binding import policies_of
from iamtui.analysis.paths.requests.choosing import ASSOCIATED_WITH, PASSED_TO
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.ways.catalogue import ACTOR, ChangeKind, Step, Way
from iamtui.analysis.queries.index.taking import keys_named
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Account

_HARMLESS: frozenset[ChangeKind] = frozenset(("inline", "attached", "trust", "boundary", "document", "default"))
"""Changes of others after which an actor itself is allowed no more, but for policies that it carries too."""

_Asked = tuple[str, tuple[tuple[str, KeyValue], ...], int]
"""An action with its keys, and the number of who asks alike."""


Sets = tuple[int, int, int]
"""The ends on which something is allowed, on which at least conditional, and on which at least possible."""


@dataclass(slots=True)
class Answers:
    """On which ends a request was asked, and on which it is how sure."""

    asked: int = 0
    allowed: int = 0
    conditional: int = 0
    possible: int = 0

    def new(self, ends: int) -> int:
        """Those of some ends on which it is to be asked; they count as asked then."""
        new = ends & ~self.asked
        self.asked |= new
        return new

    def note(self, ends: int, label: Label) -> None:
        """What was answered on some ends."""
        self.allowed |= ends if label == "allowed" else 0
        self.conditional |= ends if label in ("allowed", "conditional") else 0
        self.possible |= ends if label != "denied" else 0

    def share(self, kept: Callable[[int], int]) -> None:
        """Keep one of equal sets: thousands of actors are asked about the same ends, and answered alike (EP58)."""
        self.asked, self.possible = kept(self.asked), kept(self.possible)
        self.conditional, self.allowed = kept(self.conditional), kept(self.allowed)

    def within(self, ends: int) -> Sets:
        """How sure it is on some ends."""
        return self.allowed & ends, self.conditional & ends, self.possible & ends


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Asks single steps, each once for all who are alike."""

    desk: Desk
    likeness: Likeness
    _known: dict[_Asked, Answers] = field(default_factory=dict)
    _same: dict[int, int] = field(default_factory=dict)
    _alone: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    _read: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)

    def left(self, way: Way, holding: Holding, ends: int, service: str) -> int:
        """Those of some ends on which no step of a service that stands alone is denied."""
        if not ends or not self.likeness.is_narrowed(way):
            return ends
        if way.id not in self._alone:
            self._alone[way.id] = steps_alone(way)
        steps = [step for step in self._alone[way.id] if step.ask.startswith(service)]
        if not steps:
            return ends
        spared = self.spared(way, holding) | self.likeness.places.one(holding.arn)  # others may be led to it
        for step in steps:
            ends &= spared | self.answers(step, holding, ends & ~spared).possible
        return ends

    def forget(self) -> None:
        """Let go of what was answered: whoever is asked on other ends does not need it (EP58)."""
        self._known.clear()
        self._same.clear()

    def spared(self, way: Way, holding: Holding) -> int:
        """The ends with a policy that the actor has too: what rewrites it may allow the actor more."""
        if not way.rewrites:
            return 0
        own, boundary = policies_of(holding.account, holding.arn), holding.entity.boundary
        return self.likeness.carried.carrying_any(holding.account, (*own, *(() if boundary is None else (boundary,))))

    def answers(self, step: Step, holding: Holding, ends: int) -> Answers:
        """How sure a step of an actor is, asked on at least these ends; nobody is asked on itself."""
        context = self._context(step, holding)
        key = (step.ask, tuple(context.items()), self.likeness.stands(holding, step.ask))
        answers = self._known.setdefault(key, Answers())
        new = answers.new(ends & ~self.likeness.places.one(holding.arn))
        for group in self.likeness.asked_alike(step.ask, holding, new) if new else ():
            end = self.likeness.places.first(group)
            answers.note(group, self.desk.ask(self.desk.snapshot, holding.arn, step.ask, end, context).label)
        if new:
            answers.share(self._kept)
        return answers

    def _kept(self, ends: int) -> int:
        """The same set, of many equal ones the first."""
        return self._same.setdefault(ends, ends)

    def _context(self, step: Step, holding: Holding) -> Mapping[str, KeyValue]:
        """The keys of a step; of IAM's, which no policy of a resource has to do with, those that are read."""
        context = context_of(step, named_in(holding.account))
        if not context or not step.ask.startswith("iam:"):
            return context
        asked = (step.ask, self.likeness.stands(holding, step.ask))
        if asked not in self._read:
            statements = self.likeness.in_play(holding, (step.ask,))
            read = frozenset(key for one in statements for key in keys_named(one))
            told = read & {ASSOCIATED_WITH}  # what that may be depends on the service
            self._read[asked] = read | {PASSED_TO} if told else read
        return {key: value for key, value in context.items() if key.lower() in self._read[asked]}


def named_in(account: Account) -> dict[str, str]:
    """What a step may say of the account of an actor."""
    return {"account": account.account_id, "partition": account.partition}


def steps_alone(way: Way) -> tuple[Step, ...]:
    """The steps of an actor on the end of a way that depend on nothing else, and that no step before makes allowed."""
    end = way.outcome.becomes or ""
    found: list[Step] = []
    changed: set[ChangeKind] = set()
    for step in way.steps:
        values = (value for values in step.context.values() for value in values)
        is_fixed = step.is_own and step.on == (end,) and not any("{" in one for one in values)
        if is_fixed and changed <= _HARMLESS and not ("trust" in changed and step.ask.startswith("sts:")):
            found.append(step)
        if step.any_of:
            break
        if step.changes is not None:
            changed.add("created" if step.changes.of == ACTOR else step.changes.change)
    return tuple(found)
