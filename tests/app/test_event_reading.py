"""Events that are read again and again: what is kept from reading to reading gives no other answer (B17)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from iamtui.app.loading.event_reading import EventReading
from iamtui.app.loading.giving_way import GivingWay
from iamtui.app.loading.messages import EventsRead
from iamtui.trail.distinct import distinct_events
from tests.trail.events import Record, delivered, event, session, user
from tests.trail.test_laws import CALLS, REFUSED, said
from tests.work import calls_of

BASE = [event(*CALLS[number % 4], number=number, at=f"2026-11-23T10:00:0{number % 4}Z") for number in range(1, 41)]

CORRECTION = {"addendum": {"reason": "UPDATED_DATA", "originalEventID": BASE[5]["eventID"]}}
MORE: dict[int, Record] = {
    **{number: {"sharedEventID": f"call {number % 2}"} for number in range(45, 49)},
    49: CORRECTION,
    50: REFUSED,
}
"""What records of these numbers have besides."""


def read(reading: EventReading) -> EventsRead:
    """What is told last."""
    told: list[EventsRead] = []
    reading.read(told.append, lambda _: True, lambda: False, lambda: False)
    return told[-1]


def reading_of(folder: Path) -> EventReading:
    return EventReading((folder,), GivingWay())


def all_of(message: EventsRead) -> object:
    """Everything that is told, without the places in files."""
    trail = message.trail
    of = trail.columns.event_id
    copies = {of(row): count for row, count in trail.copies.items()}
    shared = {of(row): sorted(map(of, others)) for row, others in trail.shared.items()}
    corrected = {of(row): of(addendum) for row, addendum in trail.corrections.items()}
    firsts = {of(row): what for row, what in message.firsts.items()}
    problems = sorted(problem.expected for problem in trail.problems)
    return list(map(said, trail.events())), copies, shared, corrected, firsts, problems, trail.read


@st.composite
def later(draw: st.DrawFn) -> list[Record]:
    """Few events that come later: new, told again or otherwise, of one call with others, or corrections."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(35, 50))
        if number <= 40 and draw(st.booleans()):
            found.append(BASE[number - 1])
            continue
        at = f"2026-11-23T10:00:0{draw(st.integers(0, 5))}Z"
        who = draw(st.sampled_from((user(), user("frank"), session())))
        found.append(event(*draw(st.sampled_from(CALLS)), number=number, at=at, who=who, **MORE.get(number, {})))
    return found


@settings(max_examples=40)
@given(st.lists(later(), min_size=1, max_size=4))
@example([[event("AssumeRole", "sts", number=41, at="2026-11-23T10:00:00Z")]])
@example([[event("DeleteUser", "iam", number=60, at="2026-11-23T09:00:00Z")], [BASE[3]], [BASE[3], BASE[4]]])
def test_a_followed_trail_says_what_one_says_that_is_read_at_once(parts: list[list[Record]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        following = reading_of(folder)
        for number, part in enumerate((BASE, *parts)):
            delivered(folder / f"{number}.json", part)
            assert all_of(read(following)) == all_of(read(reading_of(folder)))


def test_what_is_read_later_does_not_put_in_order_anew_what_was_there(tmp_path: Path) -> None:
    following = reading_of(tmp_path)
    delivered(tmp_path / "a.json", BASE)
    read(following)
    delivered(tmp_path / "b.json", [event(number=60, at="2026-11-23T10:00:01Z"), BASE[0]])
    assert calls_of(lambda: read(following), of=distinct_events) == 0


def test_the_last_files_are_read_first_and_reading_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """B11: what is shown says how much was read; what was left then is no news."""
    for day in (1, 2, 3):
        refused: Record = {"errorCode": "AccessDenied", "who": user(f"u{day}")}
        delivered(tmp_path / f"{day}.json", [event("CreateUser", "iam", number=day, **refused)])
    following, told = reading_of(tmp_path), list[EventsRead]()
    following.read(told.append, lambda _: True, lambda: bool(told), lambda: False)
    part, stopped = told
    assert (part.said, part.is_part) == ("read 1 of 3 files", True)
    assert (stopped.said, stopped.is_part) == ("stopped after 1 of 3 files · R goes on", False)
    assert [one.caller.name for one in stopped.trail.events()] == ["u3"]
    whole = read(following)
    assert (whole.said, len(whole.trail), whole.news) == ("3 files", 3, ())
    delivered(tmp_path / "4.json", [event("CreateUser", "iam", number=4)])
    assert [one.partition(":")[0] for one in read(following).news] == ["a change"]
