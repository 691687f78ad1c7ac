"""What an export holds is text: on every screen, in every pane, whatever it says."""

from pathlib import Path
from typing import Any

import pytest

from tests.app.driving import NARROW, WIDE, Session, session
from tests.app.exports import ACCOUNT, arn, export, group, policy, role, trust, user, write
from tests.app.test_watching import until_watching

MARKUP = "[bold red]x[/]"
UNCLOSED = "[/"
LINK = "[@click=app.quit]q[/]"
CLIPBOARD = "\x1b]52;c;aGFja2Vk\x07"
TITLE = "\x1b]0;owned\x07\x1b[2J"
OVERRIDE = "admin\u202enimda"
LINES = "a\r\nb\x00c"
LONG = "A" * 1_000_000
MIXED = MARKUP + LINK + CLIPBOARD + TITLE + OVERRIDE + LINES


def everywhere(text: str) -> dict[str, Any]:
    """An export that holds a text wherever it may hold text."""
    document = {
        "Version": "2012-10-17",
        "Id": text,
        "Statement": [
            {
                "Sid": text,
                "Effect": "Allow",
                "Action": [f"s3:{text}", "s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{text}", "*"],
                "Condition": {"StringEqualsIfExists": {f"aws:{text}": text, "aws:PrincipalTag/t": text}},
            }
        ],
    }
    plain = text.replace("/", "_")
    content = export(
        users=[user(plain, inline={plain: document}, tags={text: text}, GroupList=[plain])],
        groups=[group(plain, attached=[arn("policy", plain)])],
        roles=[role(plain, trusts=trust({"AWS": arn("user", plain)}, {"Service": text}, {"Federated": text}))],
        policies=[{**policy(plain, document, {"Statement": text}), "Description": text}],
    )
    content["RoleDetailList"][0]["Description"] = text
    content["RoleDetailList"][0]["RoleLastUsed"] = {"LastUsedDate": "2026-01-01T00:00:00Z", "Region": text}
    return content


def assert_harmless(running: Session) -> None:
    lines = running.seen().split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) == running.app.size.height
    assert running.app.clipboard == ""


@pytest.mark.parametrize(("text", "size"), [(UNCLOSED + MIXED, WIDE), (LONG, NARROW)], ids=["mixed", "megabyte"])
async def test_every_tab_of_every_subject_shows_text_as_text(tmp_path: Path, text: str, size: tuple[int, int]) -> None:
    async with session(write(tmp_path / "a.json", everywhere(text)), size=size, finds=True) as running:
        workspace = running.bench.workspace
        assert workspace is not None
        assert_harmless(running)
        keys = [entry.key for index in workspace.filters.values() for entry in index.matches("")]
        assert len(keys) >= 5
        for key in keys:
            running.bench.go_to(key)
            for _ in running.bench.subject.tabs:
                running.bench.subject.action_turn(1)
                await running.settled()
                assert_harmless(running)


@pytest.mark.parametrize("text", [UNCLOSED + MIXED, LONG], ids=["mixed", "megabyte"])
async def test_a_request_and_its_trace_show_text_as_text(tmp_path: Path, text: str) -> None:
    content = everywhere(text)
    async with session(write(tmp_path / "a.json", content), size=NARROW) as running:
        await running.select(content["UserDetailList"][0]["Arn"])
        await running.press("s")
        await running.until(lambda: running.bench.simulation.form.fields.principal)
        await running.paste("s3:GetObject")
        await running.press("tab", "asterisk", "enter")
        await running.until(lambda: running.bench.simulation.decision, "the decision")
        await running.until(lambda: running.trace.has_focus, "the trace")
        await running.press("asterisk")
        for key in ("down", "pagedown", "end"):
            await running.press(key)
            assert_harmless(running)
        await running.press("r")
        assert_harmless(running)


async def test_filter_palette_changes_and_problems_show_text_as_text(tmp_path: Path) -> None:
    text = UNCLOSED + MIXED
    path = write(tmp_path / "a.json", everywhere(text))
    async with session(path, finds=True) as running:
        await until_watching(running)
        await running.press("/")
        await running.type("arn")
        assert_harmless(running)
        await running.press("escape")
        await running.press("ctrl+p")
        await running.type("arn")
        await running.until(lambda: "go to" in running.seen(), "hits")
        assert_harmless(running)
        await running.press("escape")
        content = everywhere(text)
        content["UserDetailList"] = [user("new")]
        content["Policies"][0]["PolicyVersionList"][0]["Document"] = text
        write(path, content)
        await running.until(lambda: running.bench.workspace and running.bench.workspace.changes)
        for key in ("d", "escape", "exclamation_mark", "escape"):
            await running.press(key)
            assert_harmless(running)


async def test_a_hostile_file_name_is_text_too(tmp_path: Path) -> None:
    path = tmp_path / "[bold]\x1b]0;x\x07.json"
    path.write_text("{")
    async with session(path, reads=False) as running:
        await running.until(lambda: running.bench.banner.text)
        await running.press("exclamation_mark")
        assert_harmless(running)
        await running.until_seen("[bold]")


async def test_what_is_copied_is_the_true_text(tmp_path: Path) -> None:
    async with session(write(tmp_path / "a.json", export(users=[user(MARKUP.replace("/", "_"))]))) as running:
        await running.select(arn("user", MARKUP.replace("/", "_")))
        await running.press("y")
        assert running.app.clipboard == f"arn:aws:iam::{ACCOUNT}:user/[bold red]x[_]"
