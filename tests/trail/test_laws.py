"""Laws of reading: neither the order nor the split into files changes what is said, and nothing is lost in silence."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from iamtui.reports.trail.data import trail_data
from iamtui.trail.reading import read_trail
from iamtui.trail.trail import Event, Trail
from iamtui.trail.views.answer import Views, answer
from tests.trail.events import Record, delivered, event, session, user

CALLS = (("GetObject", "s3"), ("AssumeRole", "sts"), ("CreateUser", "iam"), ("DescribeInstances", "ec2"))
REFUSED = {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    """Events of a few callers within a few seconds; ids are unique."""
    count = draw(st.integers(1, 12))
    found = []
    for number in range(count):
        name, source = draw(st.sampled_from(CALLS))
        who = draw(st.sampled_from((user(), user("frank"), session(), session("deploy", "x"))))
        second = draw(st.integers(0, 3))
        parameters = draw(st.none() | st.dictionaries(st.sampled_from("abc"), st.text(max_size=3), max_size=2))
        at = f"2026-11-23T10:00:0{second}Z"
        error = draw(st.sampled_from(({}, REFUSED)))
        found.append(event(name, source, number=number + 1, at=at, who=who, parameters=parameters, **error))
    return found


def read(parts: Sequence[Sequence[Record]]) -> Trail:
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(parts):
            delivered(Path(folder) / f"{number}.json", part)
        return read_trail([Path(folder)])


def said(one: Event) -> tuple[object, ...]:
    return (one.event_id, one.time, one.call, one.place, one.caller, one.address, one.agent, one.error)


def told(parts: Sequence[Sequence[Record]]) -> object:
    """All views of the events, without the places in files."""
    views = Views(denials=True, changes=True, sessions=True, first_seen=True, events=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(parts):
            delivered(Path(folder) / f"{number}.json", part)
        trail = read_trail([Path(folder)])
        data = trail_data(answer(trail, trail.order, views))
    return _without_places({name: value for name, value in data.items() if name != "read"})


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_places(held) for name, held in value.items() if name not in ("file", "index")}
    return [_without_places(held) for held in value] if isinstance(value, (list, tuple)) else value


@settings(max_examples=15, deadline=None)
@given(records(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_and_split_into_files_change_nothing(found: list[Record], random: st.DataObject, files: int) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = [shuffled[number::files] for number in range(files)]
    assert told([found]) == told(parts)


@settings(max_examples=15, deadline=None)
@given(records(), st.data())
def test_duplicates_are_counted_and_change_nothing(found: list[Record], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(found), max_size=6))
    once, twice = read([found]), read([found, again])
    assert list(map(said, once.events())) == list(map(said, twice.events()))
    assert twice.read.events == len(twice) + twice.read.duplicates == len(found) + len(again)


@settings(max_examples=15, deadline=None)
@given(records(), st.data())
def test_a_cut_file_is_read_or_named(found: list[Record], data: st.DataObject) -> None:
    whole = json.dumps({"Records": found})
    cut = data.draw(st.integers(0, len(whole)))
    with tempfile.TemporaryDirectory() as folder:
        path, packed = Path(folder) / "a.json", Path(folder) / "b.json.gz"
        path.write_text(whole[:cut])
        zipped = gzip.compress(whole.encode(), 1)
        packed.write_bytes(zipped[: min(cut, len(zipped) - 1)])
        for one in (path, packed):
            trail = read_trail([one])
            named = {problem.path for problem in trail.problems} | set(trail.others)
            assert (len(trail) == len(found) and cut == len(whole) and one == path) or named == {one}
