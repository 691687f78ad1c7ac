"""What is pasted where nobody types offers what can be done with it (AT20, AT22)."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual import events

from iamtui.app.screens.denial_screen import DenialScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import READ, arn, company, export, policy, user, write

ALICE = arn("user", "alice", "/staff/")
KEY = "AKIAY34FZKBOKMUTVV7A"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "company.json", company())


async def paste(running: Session, text: str) -> None:
    running.app.post_message(events.Paste(text))
    await running.pilot.pause()


async def offered(running: Session, text: str) -> list[str]:
    """Paste a text, and give the rows that are offered."""
    await paste(running, text)
    screen = await running.above(ListScreen)
    return rows(screen.query_one(TreeList))


async def choose(running: Session, text: str) -> None:
    """Open the first row of the list on top that has a text."""
    view = running.app.screen.query_one(TreeList)
    view.cursor = next(index for index, row in enumerate(rows(view)) if text in row)
    await running.press("enter")


def refusal(caller: str, action: str = "s3:DeleteObject", resource: str = "arn:aws:s3:::b/k") -> str:
    return (
        f"An error occurred (AccessDenied) when calling the DeleteObject operation: User: {caller} is not authorized "
        f"to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    )


async def test_an_arn_opens_what_bears_it(path: Path) -> None:
    async with session(path) as running:
        assert any("Open user alice" in row for row in await offered(running, f"  {ALICE}\n"))
        await choose(running, "Open user alice")
        await running.until_about("alice")


async def test_an_arn_of_a_session_leads_to_its_role_and_asks_for_the_session(path: Path) -> None:
    pasted = "arn:aws:sts::111122223333:assumed-role/app/s1"
    async with session(path) as running:
        assert any("Open role app" in row for row in await offered(running, pasted))
        await choose(running, "Ask what app may do")
        await running.until(lambda: running.bench.desk.fields.principal == pasted, "the request")
        assert running.bench.panes.front == "simulation"


async def test_an_arn_that_the_export_lacks_is_told(path: Path) -> None:
    async with session(path) as running:
        (row,) = await offered(running, arn("user", "nobody"))
        assert "is not in the export" in row
        await running.press("enter")
        await running.until(lambda: running.app.screen is running.bench, "the workbench")


async def test_a_key_id_leads_to_its_user_and_its_account(tmp_path: Path) -> None:
    held = export(users=[user("alice")])
    keys = {"AccessKeyMetadata": [{"UserName": "alice", "AccessKeyId": KEY, "Status": "Active"}]}
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder / "a.json", held)
    write(folder / "keys.json", keys)
    async with session(folder) as running:
        found = await offered(running, KEY)
        assert any("Open user alice" in row for row in found)
        assert any("account 609629065308 is not in the export" in row for row in found)
        await choose(running, "Open user alice")
        await running.until_about("alice")


@pytest.mark.parametrize("pasted", ["111122223333", '"111122223333"'])
async def test_an_account_id_opens_the_account(path: Path, pasted: str) -> None:
    async with session(path) as running:
        (row,) = await offered(running, pasted)
        assert "Open account 111122223333" in row


DENY = {"Version": "2012-10-17", "Statement": [{"Sid": "Never", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


@both_sizes
async def test_an_error_says_why_it_was_refused_and_opens_the_statement(tmp_path: Path, size: tuple[int, int]) -> None:
    held = export(users=[user("eve", attached=[arn("policy", "Guard")])], policies=[policy("Guard", DENY)])
    message = (
        refusal(arn("user", "eve")).partition(" because ")[0] + " with an explicit deny in an identity-based policy"
    )
    async with session(write(tmp_path / "a.json", held), size=size) as running:
        assert any("Why it was refused: explained" in row for row in await offered(running, message))
        await choose(running, "Why it was refused")
        screen = await running.above(DenialScreen)
        view = screen.query_one(TreeList)
        assert any("explicit deny by identity-based policies" in row for row in rows(view))
        assert any("EXPLAINED  the export says so too" in row for row in rows(view))
        await choose(running, "Deny Never")
        await running.until_about("Guard")
        assert running.bench.subject.place is not None
        assert running.bench.subject.place.statement == 0


async def test_an_error_fills_in_the_request(path: Path) -> None:
    async with session(path) as running:
        await offered(running, refusal(ALICE))
        await choose(running, "Simulate this request")
        await running.until(lambda: running.bench.simulation.decision is not None, "a decision")
        fields = running.bench.desk.fields
        assert (fields.principal, fields.action, fields.resource) == (ALICE, "s3:DeleteObject", "arn:aws:s3:::b/k")


async def test_an_event_brings_its_context_along(path: Path) -> None:
    record: dict[str, Any] = {
        "eventTime": "2026-11-29T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "DeleteObject",
        "eventType": "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userIdentity": {"type": "IAMUser", "arn": ALICE, "accountId": "111122223333"},
        "errorCode": "AccessDenied",
        "errorMessage": refusal(ALICE).partition("operation: ")[2],
    }
    async with session(path) as running:
        await offered(running, json.dumps(record))
        await choose(running, "Simulate this request")
        await running.until(lambda: running.bench.simulation.decision is not None, "a decision")
        said = {field.name: field.values for field in running.bench.desk.fields.context}
        assert said["aws:SourceIp"] == ("203.0.113.9",)


async def test_arns_in_any_other_text_are_offered(path: Path) -> None:
    async with session(path) as running:
        found = await offered(running, f"see {ALICE} and {arn('role', 'app')}, please")
        assert any("Open user alice" in row for row in found)
        assert any("Open role app" in row for row in found)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("hello", "expected a refusal of AWS"),
        ("ユーザーには権限がありません", "the message is in Japanese"),
        ("ABSKQmVkcm9ja0FQSUtleS1", "A secret was pasted"),
    ],
)
async def test_what_means_nothing_here_is_told(path: Path, pasted: str, said: str) -> None:
    async with session(path) as running:
        await paste(running, pasted)
        await running.until_told(said)
        assert running.app.screen is running.bench
        assert pasted not in " ".join(running.told)


async def test_a_field_takes_what_is_pasted_into_it(path: Path) -> None:
    async with session(path) as running:
        await running.press("3")
        await running.until(lambda: isinstance(running.app.focused, LineInput), "a field")
        await paste(running, ALICE)
        await running.until(lambda: running.bench.desk.fields.principal == ALICE, "the field")
        assert running.app.screen is running.bench


async def test_hostile_text_is_drawn_and_not_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", export(users=[user("alice")], policies=[policy("P", READ)]))
    hostile = f"{arn('user', 'alice')} \x1b]0;x\x07[bold]arn:aws:iam::1:user/[red]\u202e"
    async with session(path) as running:
        await offered(running, hostile)
        assert "\x1b]0" not in running.seen()
        assert "\u202e" not in running.seen()
