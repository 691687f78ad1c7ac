"""The pins of a run: what each is now, what became of it, and which flips nobody has looked at yet (PN2, PN3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.pins import PinEvent, Pins, PinState
from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.decision import Layer
from iamtui.policy.keys import KeyState
from iamtui.reports.change_words import title_of
from iamtui.reports.words import what_denies
from iamtui.snapshot.model import Snapshot
from iamtui.visible import Tone

_GLYPHS: dict[str | None, tuple[str, Tone]] = {
    "allowed": ("✔", "good"),
    "conditional": ("?", "warn"),
    None: ("?", "warn"),
}
_DENIED: tuple[str, Tone] = ("✖", "bad")
_QUIET = "reason"
_GONE = "gone: principal or resource are not in the export any more"
_WORDS: dict[str, str] = {"explicitDeny": "denied", "implicitDeny": "not allowed"}
"""What people read where a scenario file has a word of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and when it was found."""

    at: datetime
    event: PinEvent


class PinBoard:
    """All pins of a scenario file in its order, with what became of them since they were first decided."""

    def __init__(self, cases: Sequence[Case], snapshot: Snapshot, at: datetime) -> None:
        self.cases = tuple(cases)
        self.told: tuple[Told, ...] = ()
        self._pins = Pins(cases, snapshot, at)
        self._unseen: dict[int, str] = {}

    @property
    def states(self) -> tuple[PinState, ...]:
        """The answer to each."""
        return self._pins.states

    def add(self, case: Case, at: datetime) -> None:
        """Decide one pin more."""
        self._pins.add(case, at)
        self.cases = (*self.cases, case)

    def take(self, snapshot: Snapshot, at: datetime, shown_at: datetime) -> tuple[PinEvent, ...]:
        """Decide all pins again; what became of them is logged as of `shown_at`, and marked until it is seen."""
        events = self._pins.take(snapshot, at)
        for event in events:
            if event.event != _QUIET or event.index not in self._unseen:
                self._unseen[event.index] = "·" if event.event == _QUIET else "●"
        self.told = (*self.told, *(Told(shown_at, event) for event in events))
        return events

    @property
    def unseen(self) -> int:
        """How many pins flipped, went or came back since the user looked."""
        return sum(mark == "●" for mark in self._unseen.values())

    def mark_seen(self) -> None:
        """Take the marks away."""
        self._unseen.clear()

    def nodes(self) -> list[Node]:
        """A row for each pin, then the log, newest first."""
        pins = []
        for index, (case, state) in enumerate(zip(self.cases, self.states, strict=True)):
            glyph, tone = _GLYPHS.get(state.answer, _DENIED)
            pins.append(Node(f"pin {index}", case.name, _said(state), tone, glyph, mark=self._unseen.get(index, "")))
        log = [
            Node(f"told {place} {one.event.index}", f"{one.at:%H:%M:%S}  {words_of(one.event)}", tone="muted")
            for place, one in enumerate(self.told)
        ]
        return pins + log[::-1]

    def case_at(self, key: str) -> Case:
        """The pin of a row."""
        return self.cases[int(key.rpartition(" ")[2])]


def _said(state: PinState) -> str:
    """The answer to a pin and, of a denial, by what it is denied, if not for want of any policy."""
    if state.answer is None or state.reason is None:
        return _GONE
    layer, said = state.reason[0], _word(state.answer)
    return f"{said} by {what_denies(layer)}" if state.answer in _WORDS and layer != Layer.NONE.value else said


def _word(answer: str | None) -> str:
    return "gone" if answer is None else _WORDS.get(answer, answer)


def words_of(event: PinEvent) -> str:
    """What became of a pin, in a line: what it was and is comes first, for long lines are cut."""
    because = f" because {', '.join(title_of(change) for change in event.because)}" if event.because else ""
    return f"{event.event}  {_word(event.old)} → {_word(event.new)}  {event.name}{because}"


def fields_of(case: Case) -> RequestFields | None:
    """The request of a pin as the form holds it; None where it has policies of its own, which no form holds."""
    request = case.request
    if case.policies is not None or request.session_policies is not None:
        return None
    context = tuple(
        ContextField(name, "absent" if value.state is KeyState.ABSENT else "value", value.values)
        for name, value in request.context.items()
    )
    return RequestFields(request.principal, request.action, request.resource, context)
