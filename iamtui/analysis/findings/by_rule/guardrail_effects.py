"""What guardrails do today (FI95), and statements of theirs that turn nothing (FI96): asked, not read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from iamtui import catalog
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.queries.index.action_sets import names_in, taken_by
from iamtui.analysis.taken_out.differences import Cell
from iamtui.analysis.taken_out.effects import GuardEffect, Turned
from iamtui.analysis.taken_out.part import Part
from iamtui.policy.lint import FindingSeverity

_MOST_GROUPS = 12
_MOST_SERVICES = 8
_MOST_EXEMPT = 4
_OUTSIDERS = ("nothing more: whom it keeps out may be outside what was exported",)
_LIMITED = ("nothing more: some decisions have too many states to try them all",)


def effect_of(part: Part, effect: GuardEffect) -> Iterator[Answer]:
    """What one guardrail turns, of whom, and whom it leaves out (FI95)."""
    if not effect.alone and not effect.with_others:
        yield _untold(part, effect) or Clear("turns nothing today")
        return
    told = []
    if effect.alone:
        told.append(f"alone turns {_counted(effect.alone)}")
    if effect.with_others:
        told.append(f"with others {_counted(effect.with_others)}")
    exempt = [f"{arn.rpartition('/')[2]} ({test})" for arn, test in effect.exempt[:_MOST_EXEMPT]]
    if exempt:
        more = len(effect.exempt) - len(exempt)
        told.append(f"exempt: {', '.join(exempt)}{f' and {more:,} more' if more else ''}")
    if not effect.is_told:
        told.append("perhaps more: a limit was met")
    rows = (*_rows(effect.alone), *(f"with others: {row}" for row in _rows(effect.with_others)))
    exempted = tuple(f"exempt: {arn} by {test}" for arn, test in effect.exempt)
    yield Found(f"{part.words} {'; '.join(told)}", (*rows, *exempted))


def idle(part: Part, effect: GuardEffect) -> Iterator[Answer]:
    """A guardrail that turns nothing, alone or with others (FI96)."""
    if effect.alone or effect.with_others:
        return
    taken = 0
    for one in part.statements or ():
        taken |= taken_by(one.action)
    if part.statements is not None and not taken:
        yield Found(
            f"{part.words} never matches: AWS lists no such action",
            tuple(text for one in part.statements for text in one.action.patterns),
            FindingSeverity.WARNING,
            "Mend the action.",
        )
    elif (untold := _untold(part, effect)) is not None:
        yield untold
    elif effect.cannot_hold:
        yield Found(
            f"{part.words} never matches: {effect.cannot_hold} cannot hold",
            (effect.cannot_hold,),
            FindingSeverity.WARNING,
            "Mend the condition.",
        )
    else:
        yield Found(f"{part.words} turns nothing today: nobody is allowed this anyway")


def _untold(part: Part, effect: GuardEffect) -> Unknown | None:
    """Why it is not known that a guardrail turns nothing, if it is not."""
    if not effect.is_told:
        return Unknown(_LIMITED)
    return Unknown(_OUTSIDERS) if part.is_over_outsiders else None


def _counted(turned: Sequence[Turned]) -> str:
    """`1,204 actions of 45 services (12 Permissions management, 430 Write) of 3 principals`."""
    every = 0
    for one in turned:
        every |= one.actions
    names = list(names_in(every))
    services = {name.partition(":")[0] for name in names}
    levels = _levels(names)
    whose = turned[0].principal.rpartition(":")[2] if len(turned) == 1 else f"{len(turned):,} principals"
    words = "1 action" if len(names) == 1 else f"{len(names):,} actions"
    among = f" of {len(services):,} services" if len(services) > 1 else f" of {next(iter(services))}"
    return f"{words}{among} ({levels}) for {whose}"


def _levels(names: Collection[str]) -> str:
    levels = Counter(_level(name) for name in names)
    order = ("Permissions management", "Write", "Tagging", "Read", "List")
    return ", ".join(f"{levels[level]:,} {level}" for level in order if levels[level])


def _level(action: str) -> str:
    found = catalog.action(action)
    return "Write" if found is None else found.access_level.split(", ")[0]


def _rows(turned: Sequence[Turned]) -> Iterator[str]:
    """For all who are turned alike a request that shows it, and what it is by service and level."""
    groups: dict[int, list[Turned]] = defaultdict(list)
    for one in turned:
        groups[one.actions].append(one)
    for actions, members in list(groups.items())[:_MOST_GROUPS]:
        yield row_of(members[0].principal, members[0].cells[0])
        more = f" and {len(members) - 1:,} more" if len(members) > 1 else ""
        yield f"{members[0].principal}{more}: {'; '.join(_by_service(names_in(actions)))}"
    if len(groups) > _MOST_GROUPS:
        left = sum(map(len, list(groups.values())[_MOST_GROUPS:]))
        yield f"{left:,} principals more"


def row_of(principal: str, cell: Cell) -> str:
    """The request of a cell, with the state that shows the difference."""
    keys = "".join(f" {key} {state.words}" for key, state in cell.state.items())
    return f"{principal} {cell.actions[0]} {cell.resource}{keys}"


def _by_service(names: Iterable[str]) -> Iterator[str]:
    services: dict[str, list[str]] = defaultdict(list)
    for name in names:
        services[name.partition(":")[0]].append(name)
    order = sorted(services, key=lambda one: (-len(services[one]), one))
    yield from (f"{service} {_levels(services[service])}" for service in order[:_MOST_SERVICES])
    if len(order) > _MOST_SERVICES:
        yield f"{len(order) - _MOST_SERVICES:,} services more"
