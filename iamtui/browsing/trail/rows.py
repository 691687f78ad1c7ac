"""An event as one row: when, who, what, what came of it, and what is special about it (B11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from iamtui.analysis.denials.agreement import Agreement
from iamtui.content.nodes import Node
from iamtui.reports.trail.event_data import caller_data
from iamtui.reports.trail.rows import who
from iamtui.snapshot.model import Snapshot
from iamtui.trail.callers import Caller
from iamtui.trail.masking import mask_text
from iamtui.trail.refusals.codes import is_denial
from iamtui.trail.requests import parts_of
from iamtui.trail.requests.actions import named_actions
from iamtui.trail.times import from_milliseconds
from iamtui.trail.trail import Trail
from iamtui.trail.views.denials import refusal_of
from iamtui.trail.views.first_seen import FirstRows
from iamtui.trail.views.kinds import kind_of
from iamtui.visible import Tone

_WHO, _ACTION = 18, 24


def when(trail: Trail, row: int) -> str:
    """The time of an event; the year only stands there where a trail has more than one."""
    span = trail.span
    short = span is not None and span[0].year == span[1].year
    text = from_milliseconds(trail.columns.times[row]).isoformat(" ", "seconds")[:19]
    return text[5:] if short else text


def firsts_of(firsts: FirstRows) -> dict[int, str]:
    """What callers showed first, by row; the first event of a caller, of which all is new, is left out."""
    columns = firsts.columns
    first: dict[str, int] = {}
    for row in firsts.rows.values():
        known = first.setdefault(_name(columns.caller(row)), row)
        if known != row and firsts.is_earlier(row, known):
            first[_name(columns.caller(row))] = row
    found: dict[int, list[str]] = {}
    for (_, what, _), row in firsts.rows.items():
        if first[_name(columns.caller(row))] != row:
            found.setdefault(row, []).append(what)
    return {row: ", ".join(whats) for row, whats in found.items()}


def _name(caller: Caller) -> str:
    return caller.entity or caller.label


def disagreeing(
    trail: Trail, snapshot: Snapshot | None, rows: Iterable[int], stop: Callable[[], bool]
) -> frozenset[int]:
    """The rows of which AWS and the exports say different things; decides, so not on the event loop (B11).

    Raises:
        GoneError: a file changed since it was read.
    """
    from iamtui.analysis.replay.replaying import replay  # noqa: PLC0415 - the first rows do not wait for what decides

    if snapshot is None:
        return frozenset()
    calls = replay(trail, snapshot, rows, stop=stop).calls
    return frozenset(row for call in calls if call.agreement in _DISAGREE for row in call.rows)


_DISAGREE = (Agreement.AWS_ALLOWED_WE_DENY, Agreement.AWS_REFUSED_WE_ALLOW)


class EventRows:
    """Makes rows of the events of a trail."""

    def __init__(self, trail: Trail, firsts: Mapping[int, str], disagreeing: Set[int] = frozenset()) -> None:
        """`firsts` says what was seen first, by row; of `disagreeing` rows AWS and the exports say different things."""
        self.trail = trail
        self._disagreeing = disagreeing
        self._firsts = firsts
        self._resources: dict[int, str] = {}

    def read_resources(self, rows: Sequence[int]) -> None:
        """Look up what rows were done to: records are read again.

        Raises:
            GoneError: a file changed since it was read.
        """
        for row, record in self.trail.records(rows):
            parts = parts_of(record, None, refusal_of(record))
            self._resources[row] = next((part.resource for part in parts if part.resource != "*"), "")

    def node(self, row: int, more: Sequence[str] = ()) -> Node:
        """The row of an event; `more` is said of it in place of its resource."""
        columns = self.trail.columns
        call, error = columns.call(row), columns.error(row)
        named = next((one.action for one in named_actions(call.source, call.name) if one.action), None)
        action = named or f"{call.source.removesuffix('.amazonaws.com')}:{call.name}"
        name = mask_text(who(caller_data(columns.caller(row)))).rpartition(" @")
        caller = (name[0] or name[2]).removeprefix("assumed-role/")
        said = [*more] or [self.short(row, self._resources.get(row, ""))]
        said.append(self._outcome(error))
        said.append(columns.addresses.in_order[columns.addresses_of[row]] or "")
        said += ["change" if error is None else "an attempt"] if kind_of(call) is not None else []
        said += ["disagrees"] if row in self._disagreeing else []
        said += [f"first {self._firsts[row]}"] if row in self._firsts else []
        label = f"{when(self.trail, row)}  {_cut(caller, _WHO)}  {_cut_action(action)}"
        tone, glyph = self._sign(error, is_change=kind_of(call) is not None)
        glyph = "≠" if row in self._disagreeing else glyph
        return Node(f"event {row}", label, mask_text(" · ".join(filter(None, said))), tone, glyph)

    def short(self, row: int, resource: str) -> str:
        """A resource without the words that all ARNs of the event's account share; the action names the service."""
        parts = resource.split(":", 5)
        is_own = len(parts) == 6 and parts[4] in ("", self.trail.columns.place(row).account)
        return parts[5] if is_own else resource

    @staticmethod
    def _outcome(error: str | None) -> str:
        if error is None:
            return ""
        return "refused" if is_denial(error) else error

    @staticmethod
    def _sign(error: str | None, *, is_change: bool) -> tuple[Tone, str]:
        if error is not None:
            return ("bad", "✖") if is_denial(error) else ("warn", "!")
        return ("accent", "✎") if is_change else ("plain", "✔")


def _cut_action(action: str) -> str:
    """An action in so many characters: its name, which begins with a verb, before the service that it is of."""
    name = action.rpartition(":")[2]
    return _cut(action, _ACTION) if len(name) < _ACTION else f"{name[: _ACTION - 1]}…"


def _cut(text: str, width: int) -> str:
    """A text in so many characters, its end kept: names differ there."""
    return text.ljust(width) if len(text) <= width else f"…{text[1 - width :]}"
