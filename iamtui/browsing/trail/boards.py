"""The containment board of a caller, as if remedies were done too, and what opens again on it (B15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from iamtui.analysis.containment import (
    Containment,
    State,
    SubjectError,
    contain,
    keys_of_subject,
    newest_moment,
    subject_of,
)
from iamtui.analysis.containment.results import Remedy
from iamtui.browsing.trail.recorded import Recorded
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.reports.lines import Keys, Line
from iamtui.reports.trail.containment import containment_lines
from iamtui.trail.callers import Caller
from iamtui.trail.masking import mask_text
from iamtui.trail.trail import GoneError

REMEDY = "remedy"
"""The first word of the key of a row that is a remedy."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A board at one moment.

    Attributes:
        now: how it stands.
        tried: how it would stand if `done` were done; the same as `now` if nothing is.
        done: the remedies that are taken as done.
        keys: the keys of the subject and of every session that came of it.
    """

    now: Containment
    tried: Containment
    done: frozenset[Remedy]
    keys: frozenset[str]

    @property
    def name(self) -> str:
        """The name of the subject, to be shown."""
        return mask_text(self.now.subject.name)

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What closes what is open, and what is taken as done."""
        return tuple(dict.fromkeys((*self.now.remedies, *self.tried.remedies)))

    def is_of_subject(self, caller: Caller) -> bool:
        """Whether a call was the subject's, or one of a session that came of it."""
        return caller.key in self.keys or self.now.subject.is_caller(caller)

    def remedy(self, key: str) -> Remedy | None:
        """The remedy of a row."""
        return next((one for one in self.remedies if _key(one) == key), None)


class ContainmentBoard:
    """Judges one subject again and again, and remembers which rules were closed."""

    def __init__(self, who: str) -> None:
        """`who` is as a user types it."""
        self.who = who
        self._closed: frozenset[str] | None = None

    def judge(self, recorded: Recorded, done: frozenset[Remedy] = frozenset()) -> Judged | None:
        """How the subject stands at the newest moment that is known; None where nothing has a date.

        Reads files and decides, so not on the event loop.

        Raises:
            SubjectError: `who` names no one.
            GoneError: a file changed since it was read.
        """
        trail, snapshot = recorded.trail if len(recorded.trail) else None, recorded.snapshot
        at = newest_moment(trail, snapshot)
        if at is None:
            return None
        subject = subject_of(self.who, trail, snapshot)
        now = contain(subject, at, None, trail, snapshot)
        if self._closed is None:
            self._closed = _closed(now)
        tried = contain(subject, at, None, trail, snapshot, done=tuple(done)) if done else now
        keys = keys_of_subject(subject, trail) if trail is not None else frozenset[str]()
        return Judged(now, tried, done, keys)

    def reopened(self, judged: Judged) -> tuple[str, ...]:
        """What was closed when the board was last asked, and is open now, in words."""
        was, self._closed = self._closed or frozenset(), _closed(judged.now)
        return tuple(
            mask_text(f"{check.rule} is open again for {judged.name}: {check.text}")
            for check in judged.now.checks
            if check.state is State.OPEN and check.rule in was and check.rule != "Z15"
        )


def _closed(found: Containment) -> frozenset[str]:
    return frozenset(check.rule for check in found.checks if check.state is not State.OPEN)


def board_lines(judged: Judged) -> list[Line]:
    """The lines of the command, each remedy with a box; a rule that differs as if they were done says how it was."""
    states = {check.rule: check.state.value for check in judged.now.checks}
    lines = []
    for line in containment_lines(judged.tried):
        rule = line.text.partition(" ")[0]
        if rule in states and line.text != f"{rule} {states[rule]}":
            line = replace(line, text=f"{line.text} as if done (now {states[rule]})")  # noqa: PLW2901
        lines.append(line)
    lines = [line for line in lines if line.text != "To close them"]
    if judged.done:
        count = f"as if remedies were done: {len(judged.done)} of {len(judged.remedies)}"
        lines[0] = replace(lines[0], detail=f"{count} · {lines[0].detail}")
    return [lines[0], *_remedies(judged), *lines[1:]]


def _remedies(judged: Judged) -> Iterator[Line]:
    if judged.remedies:
        boxes = tuple(_box(one, judged.done) for one in judged.remedies)
        text = "Enter on one: as if it were done · y copies it; iamtui runs nothing"
        yield Line(Keys(REMEDY).of("all"), "To close what is open", text, "accent", grow=lambda: boxes, open=True)


def _box(remedy: Remedy, done: frozenset[Remedy]) -> Line:
    glyph = "☑" if remedy in done else "☐"
    tried = "" if remedy.edit is not None else "no picture can try it"
    return Line(_key(remedy), mask_text(remedy.command), tried, "good" if remedy in done else "plain", glyph)


def _key(remedy: Remedy) -> str:
    return Keys(REMEDY).of(remedy.command)


def board_node(who: str, judged: Judged | None, *, is_alarming: bool) -> Node:
    """A board that is watched as a row: whose, how it stands, and whether a rule opened again."""
    label = mask_text(who)
    if judged is None:
        return Node(who, label, "not judged yet", "muted", "·")
    still = sum(check.state is State.OPEN for check in judged.now.checks)
    said = f"{judged.name} · " + (f"{number_of(still, 'rule')} open" if still else "contained")
    said += " · opened again" if is_alarming else ""
    return Node(who, label, said, "bad" if still else "good", "✖" if still else "✔")


def judged_boards(
    boards: Iterable[ContainmentBoard], recorded: Recorded
) -> tuple[tuple[ContainmentBoard, Judged], ...]:
    """Boards that are watched, each as it stands; not on the event loop. One that cannot be judged says so itself."""
    found = []
    for board in boards:
        with suppress(SubjectError, GoneError):
            if (judged := board.judge(recorded)) is not None:
                found.append((board, judged))
    return tuple(found)
