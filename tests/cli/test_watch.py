"""`iamtui watch`: every flip once, none invented (PN2-PN4)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from iamtui.analysis.scenarios.cases import Case
from iamtui.analysis.scenarios.files import read_scenarios
from iamtui.analysis.scenarios.pins import PinEvent, Pins
from iamtui.cli.watch import follow
from iamtui.policy.document import DocumentTable
from iamtui.reports.pins import event_as_json, event_as_text
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import arn, export, user, write
from tests.cli.conftest import Iamtui

ANN = arn("user", "ann")
Json = dict[str, Any]


def day(*actions: str, **more: Any) -> Json:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    return export(users=[user("ann", inline={"own": document}, **more), user("ben")])


def pins_file(folder: Path) -> Path:
    request = {"principal": ANN, "action": "s3:GetObject", "resource": "arn:aws:s3:::a/b"}
    case = {"name": "ann reads", "request": request, "expect": "allowed"}
    return write(folder / "pins.json", {"version": 1, "cases": [case]})


class Watched:
    """A watch over one file that runs while a test writes to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[PinEvent] = []

    async def until(self, count: int) -> None:
        for _ in range(1500):
            if len(self.told) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"gave up waiting for {count} events: {self.told}")


@asynccontextmanager
async def watching(tmp_path: Path, first: Json) -> AsyncIterator[Watched]:
    folder = tmp_path / "exports"
    folder.mkdir()
    path = write(folder / "company.json", first)
    cases = [case for case in read_scenarios(pins_file(tmp_path), DocumentTable()).cases if isinstance(case, Case)]
    snapshot = open_snapshot([folder])
    found, stop = Watched(path), asyncio.Event()
    pins = Pins(cases, snapshot, datetime.now(UTC))
    task = asyncio.create_task(follow([folder], pins, snapshot, lambda event, _: found.told.append(event), stop))
    try:
        yield found
    finally:
        stop.set()
        await task


async def test_a_flip_is_told_once_with_its_cause(tmp_path: Path) -> None:
    """PN2."""
    async with watching(tmp_path, day("s3:GetObject")) as found:
        write(found.path, day("s3:ListBucket"))
        await found.until(1)
        write(found.path, day("s3:GetObject", "s3:ListBucket"))
        await found.until(2)
    assert [(one.event, one.old, one.new) for one in found.told] == [
        ("flip", "allowed", "implicitDeny"),
        ("flip", "implicitDeny", "allowed"),
    ]
    assert [change.name for change in found.told[0].because] == ["own"]


async def test_files_that_are_truncated_renamed_and_rewritten_flip_nothing(tmp_path: Path) -> None:
    """PN4, section 8."""
    async with watching(tmp_path, day("s3:GetObject")) as found:
        whole = found.path.read_text("utf-8")
        for cut in (0, 10, len(whole) // 2):
            found.path.write_text(whole[:cut], "utf-8")
            await asyncio.sleep(0.3)
        found.path.write_text(json.dumps(json.loads(whole), indent=3), "utf-8")
        write(found.path, day("s3:PutObject"))
        await found.until(1)
    assert [(one.event, one.new) for one in found.told] == [("flip", "implicitDeny")]


async def test_whoever_is_gone_is_said_to_be_gone_and_what_is_back_with_another_answer_flips(tmp_path: Path) -> None:
    """PN3, PN4."""
    async with watching(tmp_path, day("s3:GetObject")) as found:
        without = day("s3:GetObject")
        without["UserDetailList"].pop(0)
        write(found.path, without)
        await found.until(1)
        write(found.path, day("s3:ListBucket"))
        await found.until(3)
    assert [(one.event, one.old, one.new) for one in found.told] == [
        ("gone", "allowed", None),
        ("back", "allowed", "implicitDeny"),
        ("flip", "allowed", "implicitDeny"),
    ]


def _taken(tmp_path: Path, old: Json, new: Json) -> list[PinEvent]:
    cases = [case for case in read_scenarios(pins_file(tmp_path), DocumentTable()).cases if isinstance(case, Case)]
    path = write(tmp_path / "company.json", old)
    pins = Pins(cases, open_snapshot([path]), datetime.now(UTC))
    return list(pins.take(open_snapshot([write(path, new)]), datetime.now(UTC)))


def test_another_reason_for_the_same_answer_is_a_quieter_event(tmp_path: Path) -> None:
    """PN2."""
    denying = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    new = day("sqs:SendMessage", boundary=None)
    new["UserDetailList"][0]["UserPolicyList"].append({"PolicyName": "no", "PolicyDocument": denying})
    (event,) = _taken(tmp_path, day("sqs:SendMessage"), new)
    assert (event.event, event.old, event.new) == ("reason", "implicitDeny", "explicitDeny")


def test_a_line_has_the_members_of_the_specification() -> None:
    """PN4."""
    at = datetime(2026, 1, 2, 14, 2, 11, tzinfo=UTC)
    event = PinEvent("flip", 0, "ann reads", "allowed", "explicitDeny")
    assert json.loads(event_as_json(event, at)) == {
        "event": "flip",
        "time": "2026-01-02T14:02:11+00:00",
        "index": 0,
        "name": "ann reads",
        "old": "allowed",
        "new": "explicitDeny",
        "because": [],
    }
    assert event_as_text(event, at) == "2026-01-02 14:02:11  flip    ann reads  allowed → explicitDeny\n"


def test_pins_that_cannot_be_used_are_one_message(iamtui: Iamtui, tmp_path: Path) -> None:
    """PN4."""
    account = write(tmp_path / "account.json", day("s3:GetObject"))
    broken = write(tmp_path / "pins.json", {"version": 1, "cases": [{"name": "x"}]})
    for file in (broken, tmp_path / "nowhere.json"):
        ran = iamtui("watch", account, "--pins", file)
        assert (ran.status, ran.out) == (2, "")
        assert str(file) in ran.err
