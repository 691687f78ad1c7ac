"""What one principal can do: which actions can matter at all, and the cells of the resources of each (WP1, WP5)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import TOLD_APART, Alike, tells_all_apart
from iamtui.analysis.queries.actions.denied import OwnDenies, OwnDeny
from iamtui.analysis.queries.actions.reached import spoken_of
from iamtui.analysis.queries.actions.traits import classes_by_service, tell_only_classes_apart
from iamtui.analysis.queries.deciding.answers import Cell
from iamtui.analysis.queries.everybody.results import Examples
from iamtui.analysis.queries.index.action_sets import MANY, Taken, divided, in_services, names_in
from iamtui.analysis.queries.one_principal.action_reaches import OfClass
from iamtui.analysis.queries.one_principal.beside import Beside
from iamtui.analysis.queries.one_principal.cuttings import Cuttings, Prepare
from iamtui.analysis.queries.one_principal.ground import Ground, Standing
from iamtui.analysis.queries.one_principal.own_side import OwnSide
from iamtui.analysis.queries.one_principal.places import Places
from iamtui.analysis.queries.one_principal.taken_whole import TakenWhole, taken_by
from iamtui.analysis.queries.resources.cutting import (
    TOLD_APART_BY_AWS,
    Witnesses,
    cut,
    meeting,
    own_in_play,
    shortest,
)
from iamtui.analysis.queries.resources.resource_forms import Form, forms_of, regions_told_apart
from iamtui.analysis.queries.resources.written import accounts_written, regions_of
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.services import takes_no_resource
from iamtui.patterns import matcher_of
from iamtui.policy.cells import ANYTHING, PatternSet
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.meeting import may_meet
from iamtui.policy.statement import Statement

Decide = Callable[[PreparedRequest, str], Cell]
"""The answer to it."""


class Asked(NamedTuple):
    """Actions that are alike, or one with all `members` of its class, if it may stand for these."""

    alike: Alike
    members: int


class _Scope(NamedTuple):
    """Some accounts; only what is matched by patterns that are `reached`, only what may be open to the principal."""

    accounts: tuple[str, ...]
    reached: PatternSet | None = None
    only_open: bool = False


class Reach:
    """The actions of one principal, and their cells; it `shares` answers on which its own policies have no say."""

    def __init__(self, ground: Ground, prepare: Prepare, decide: Decide, *, shares: bool = False) -> None:
        self._ground = ground
        self.prepare = prepare
        self._decide = decide
        self._known = ground.known
        self._places = Places(ground)
        self.complete = True
        self._cells: dict[Hashable, Cell] = {}
        self._regions: dict[Hashable, tuple[str, ...]] = {}
        self.base = base = prepare("sts:GetCallerIdentity", "*")
        self._tells_all_apart = tells_all_apart(base)
        self._cuttings = Cuttings(prepare, reads_all=self._tells_all_apart)
        self._account = base.subject.caller.account or ""
        self._partition = base.subject.caller.partition or "aws"
        self._denying = OwnDenies(base)
        self.own = OwnSide(base, ground)
        self.beside = Beside(base, ground if shares else None)

    def ask_each_service(self) -> None:
        """Decide each action as itself or one of its service, so that the question of an answer may stand for it."""
        self._places.across_services = False
        self.beside = Beside(self.base, None)

    def groups(self, wanted: int) -> list[Alike]:
        """The actions that may be allowed, of those that are wanted, by what tells them apart."""
        asked = self.own.may_be_allowed & wanted
        return sorted(self.alike_in(asked, self.own.statements), key=lambda alike: alike.actions[0])

    def classes(self, wanted: int) -> Iterator[Asked]:
        """The same, but for a whole class of many actions only the one that comes first."""
        plain = 0 if self._tells_all_apart else self._ground.in_plain_classes
        for part in divided(self.own.may_be_allowed & wanted, self.own.statements, spoken_of):
            inside = part.actions & plain if tell_only_classes_apart(part.statements) else 0
            if inside.bit_count() < MANY:
                inside = 0
            for one in classes_by_service() if inside else ():
                if members := one.actions & inside:
                    first = Taken(members & -members, part.statements)
                    yield from (Asked(alike, members) for alike in self._alike(first))
            if others := part.actions & ~inside:
                yield from (Asked(alike, 0) for alike in self._alike(Taken(others, part.statements)))

    def actions_of(self, asked: Asked) -> Iterable[str]:
        """All for which the answer is given."""
        return names_in(asked.members) if asked.members else asked.alike.actions

    def with_examples(self, asked: Asked, examples: Examples, told: OfClass | None) -> Iterator[tuple[str, Examples]]:
        """The same, each with examples: those of the first, or of its own where that stands for a class."""
        for action in self.actions_of(asked):
            if told is None or takes_no_resource(action):
                yield action, examples
            else:
                yield action, told.examples(self._standing_of(action, asked.alike))

    def is_told(self, asked: Asked, told: OfClass) -> bool:
        """Whether what is told of the first of a class holds for all of it: resources of all are in the same places."""
        if not told.is_mixed:
            return True
        return all(told.covers(self._standing_of(action, asked.alike)) for action in names_in(asked.members))

    def _standing_of(self, action: str, alike: Alike) -> Standing:
        return self._ground.standing_for_own(action, self._partition, self._account, self._regions_of(alike))

    def alike_in(self, actions: int, statements: Iterable[Statement]) -> Iterator[Alike]:
        """Some actions by what tells them apart: the statements in play that take them, and what AWS lists."""
        for taken in divided(actions, statements, spoken_of):
            yield from self._alike(taken)

    def _alike(self, taken: Taken) -> Iterator[Alike]:
        for part in in_services(taken):
            if self._tells_all_apart:
                yield from (Alike((action,), part.statements) for action in names_in(part.actions))
            else:
                yield from self._ground.grouping.alike(part)

    def denied_for_all(self, alike: Alike) -> OwnDeny | None:
        """The Deny that takes some actions away on every resource, where that is certain without asking about any."""
        if _may_need_no_permission(alike):
            return None
        return None if self._ground.protecting(alike.actions[0]) else self._denying.on_all(alike.statements)

    def taken_from(self, alike: Alike) -> TakenWhole | None:
        """What the first Deny takes away that certainly denies all; None where that takes asking about resources."""
        found = catalog.action(alike.actions[0])
        deny = None if alike.takes_whole else self._denying.first_of_all(alike.statements)
        if deny is None or found is None or not found.resource_types or self._ground.protecting(alike.actions[0]):
            return None
        forms = tuple(forms_of(found, self._partition, (self._account,), self._regions_in(found, alike)))
        taken = taken_by(deny, alike.actions[0], forms, self._denying.allowing(alike.statements), self.prepare)
        has_policies = alike.kind is None  # what is asked about may deny before
        return None if has_policies and taken is not None and taken.by is not None else taken

    def one_cell(self, alike: Alike) -> Cell | None:
        """The answer on one resource of the principal's account, or of nobody."""
        found = catalog.action(alike.actions[0])
        if found is None or not found.resource_types:
            return self._cell(alike, ANY_RESOURCE)
        for witnesses in self._witnesses(found, alike, _Scope((self._account,))):
            for resource in (*witnesses.known, *witnesses.others):
                return self._cell(alike, resource)
        return None

    def standing_for_own(self, alike: Alike) -> Standing | None:
        """What stands for the principal's own resources; None where more is asked than of the class of the actions."""
        action = catalog.action(alike.actions[0])
        if alike.trait is None or action is None or not self._is_plain(action, alike) or action.service in TOLD_APART:
            return None
        found = self._standing_of(alike.actions[0], alike)
        return found if found.resources else None

    def cells(
        self, alike: Alike, resource: str | None = None, reached: PatternSet | None = None, *, only_open: bool = False
    ) -> tuple[list[Cell], list[Cell]]:
        """The answers for the first of some actions: on what is the principal's account's or nobody's, and on others.

        What is other accounts' is asked only where the rest is not allowed already, and with `only_open` only of those
        that can let the principal in. Where `reached` are patterns, what none of them matches is not asked.
        """
        action = alike.actions[0]
        if resource is not None or takes_no_resource(action):
            return [self._cell(alike, "*" if takes_no_resource(action) else resource or "*")], []
        found = catalog.action(action)
        if found is None:
            return [self._cell(alike, "*")], []
        own = self._cells_in(found, alike, _Scope((self._account,), reached))
        if any(cell.answer.label == "allowed" for cell in own) or (own and self._is_denied_anywhere(alike, own)):
            return own, []
        accounts = dict.fromkeys(self._known.places_of(found).accounts)
        if not any(cell.answer.label == "conditional" for cell in own):
            # a resource of which nothing was exported is at best conditional: it adds nothing to what is so already
            unknown = (*self._ground.told_apart, *accounts_written(alike.statements), self._ground.fresh_account)
            accounts.update(dict.fromkeys(filter(None, unknown)))
        others = tuple(account for account in accounts if account != self._account)
        further = self._cells_in(found, alike, _Scope(others, reached, only_open))
        return own, [cell for cell in further if cell not in own]

    def label(self, alike: Alike) -> str:
        """`allowed` if some cell is, else `conditional` if some cell is, else `denied`."""
        if self._denying.denies_all(alike.statements) and not _may_need_no_permission(alike):
            return "denied"
        found, reached = catalog.action(alike.actions[0]), self.own.reached_by(alike)
        if found is not None and found.resource_types:
            for witnesses in self._witnesses(found, alike, _Scope((self._account,), reached)):
                resources = (one for one in (*witnesses.known, *witnesses.others) if _is_reached(one, reached))
                if any(self._cell(alike, resource).answer.label == "allowed" for resource in resources):
                    return "allowed"  # as in most, without looking at the rest
        own, others = self.cells(alike, reached=reached, only_open=True)
        labels = {cell.answer.label for cell in (*own, *others)}
        return next((one for one in ("allowed", "conditional") if one in labels), "denied")

    def _is_denied_anywhere(self, alike: Alike, own: Sequence[Cell]) -> bool:
        """Whether what the principal's own side denies on its account's resources, it denies on all others' too."""
        if not alike.takes_whole or any(
            key.startswith(_OF_OWNERS) for key in self._ground.grouping.tested(alike.statements)
        ):
            return False
        best = (cell.answer.situation.settled.best for cell in own if cell.answer.situation is not None)
        return all(one.verdict is Verdict.EXPLICIT_DENY and one.decided_by in _OWN_SIDE for one in best)

    def _cells_in(self, action: catalog.Action, alike: Alike, scope: _Scope) -> list[Cell]:
        """The answers on the resources of some accounts, and on those that are of none."""
        if scope.reached is None and self._is_plain(action, alike):
            forms = self._forms_in(action, self._regions_of(alike), scope)
            some = dict.fromkeys(shortest(one.parts) for one in forms)
            return [self._cell(alike, resource) for resource in some]
        found: dict[str, None] = {}
        others: dict[str, None] = {}
        for witnesses in self._witnesses(action, alike, scope):
            found.update(witnesses.known)
            others.update(witnesses.others)
        return [self._cell(alike, resource) for resource in (*found, *others) if _is_reached(resource, scope.reached)]

    def _is_plain(self, action: catalog.Action, alike: Alike) -> bool:
        """Whether nothing tells resources apart but where they are."""
        is_told = alike.trait is not None and action.service not in TOLD_APART_BY_AWS
        return is_told and not self._known.of(action)

    def _witnesses(self, action: catalog.Action, alike: Alike, scope: _Scope) -> Iterator[Witnesses]:
        """What stands for the resources of some accounts, form by form."""
        for form in self._forms_in(action, self._regions_in(action, alike), scope):
            if scope.reached is not None and not any(may_meet(one, form.parts) for one in scope.reached):
                continue
            patterns, reads, question = self._cuttings.of(form, alike)
            known_here = self._known.in_form(action, form)
            all_patterns = dict.fromkeys((*patterns, *own_in_play(known_here, question)))
            witnesses = cut(form, ANYTHING, meeting(all_patterns, form), known_here, reads)
            self.complete &= witnesses.complete
            yield witnesses

    def _forms_in(self, action: catalog.Action, regions: Sequence[str], scope: _Scope) -> Iterator[Form]:
        """The forms of the resources of some accounts; what is of no account is asked with the principal's own."""
        is_own = scope.accounts == (self._account,)
        caller = self.base.subject.caller
        for form in forms_of(action, self._partition, scope.accounts, regions):
            is_asked = is_own or bool(form.account)
            if is_asked and not (scope.only_open and self._ground.is_closed(action, form, caller)):
                yield form

    def _regions_in(self, action: catalog.Action, alike: Alike) -> tuple[str, ...]:
        """The Regions of what is known, and one for all that statements do not tell apart."""
        return tuple(dict.fromkeys((*self._known.places_of(action).regions, *self._regions_of(alike))))

    def _regions_of(self, alike: Alike) -> tuple[str, ...]:
        """One Region for all that the statements of some actions do not tell apart."""
        key = tuple(map(id, alike.statements))
        if key not in self._regions:
            written = (text for statement in alike.statements for text in regions_of(statement))
            self._regions[key] = regions_told_apart(self._partition, written)
        return self._regions[key]

    def _cell(self, alike: Alike, resource: str) -> Cell:
        """The answer on one resource; once for all that no pattern, no key and no policy tells apart."""
        place = self._places.of(alike, resource)
        kept = self.beside.cells if self.beside.is_told_by(place.statements) else self._cells
        found = kept.get(place.key)
        if found is None:
            found = kept[place.key] = self._decide(self.prepare(alike.actions[0], resource), resource)
        return found._replace(resource=resource)


def _may_need_no_permission(alike: Alike) -> bool:
    """Whether it may be among the calls that are allowed whatever policies say (E79)."""
    return alike.kind is None and takes_no_resource(alike.actions[0])


def _is_reached(resource: str, reached: PatternSet | None) -> bool:
    return reached is None or any(matcher_of(one)(resource) for one in reached)


_OF_OWNERS = ("aws:resource", "s3:resource")
"""How the keys begin that tell the owners of resources apart."""

_OWN_SIDE = (Layer.SCP, Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY)
