"""Edits tried in the app: written, shown by their effect, saved, kept laid over the picture, and taken off."""

from __future__ import annotations

import json
from pathlib import Path

from iamtui.app.loading.reading import Reading
from iamtui.app.screens.can_screen import CanScreen
from iamtui.app.screens.edit_screen import EditScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.screens.what_if_screen import WhatIfScreen
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import NARROW, Session, rows, session
from tests.app.exports import ACCOUNT, LIST, READ, arn, company, write
from tests.app.test_watching import until_watching

READING = arn("policy", "Reading")
WRITTEN = json.dumps(READ).replace("s3:GetObject", "sqs:*")


async def choose(running: Session, label: str) -> None:
    """Take the row of the list on the screen that begins so."""
    screen = await running.above(ListScreen)
    tree = screen.query_one(TreeList)
    await running.until(lambda: any(label in row for row in rows(tree)), label)
    tree.cursor = next(place for place, row in enumerate(rows(tree)) if label in row)
    await running.press("enter")


async def write_document(running: Session, text: str) -> EditScreen:
    """Try a document in place of the one that is selected."""
    await running.press("W")
    await choose(running, "Edit the document")
    screen = await running.above(EditScreen)
    screen.editor.text = text
    await running.press("ctrl+s")
    return screen


async def keep(running: Session) -> None:
    screen = await running.above(WhatIfScreen)
    await running.until(lambda: screen.answer is not None, "the effect")
    await running.press("o")
    await running.until(lambda: running.bench.reading.what_if, "the what-if")
    await running.until_seen("WHAT-IF: answers are of edits")


async def test_an_edit_is_written_shown_saved_kept_and_taken_off(tmp_path: Path) -> None:
    """CH5, Z15: at 80x24, with nothing but keys; no file but the one that is asked for is written."""
    path = write(tmp_path / "company.json", company())
    before = path.read_bytes()
    async with session(path, size=NARROW) as running:
        await running.select(READING)
        screen = await write_document(running, '{\n  "Version": }')
        await running.until_told("no policy document: line 2, column 14")
        await running.until(lambda: any("error Q1" in row for row in rows(screen.said)[:1]), "the remark")
        screen.editor.text = WRITTEN
        await running.press("ctrl+s")
        shown = await running.above(WhatIfScreen)
        await running.until(lambda: shown.answer is not None, "the effect")
        await running.until_seen("role/app  gained and lost")
        saved = tmp_path / "edit.sh"
        await running.press("ctrl+s")
        dialog = await running.above(SaveDialog)
        dialog.query_one(LineInput).put(str(saved))
        await running.press("enter")
        await running.until(saved.exists, "the script")
        assert f"aws iam create-policy-version --policy-arn {READING} " in saved.read_text()
        assert f"# aws iam set-default-policy-version --policy-arn {READING} --version-id v2" in saved.read_text()
        await running.above(WhatIfScreen)
        await keep(running)
        await running.select(arn("role", "app"))
        await running.press("c")
        can = await running.above(CanScreen)
        await running.until(lambda: can.answer is not None, "what it can do")
        assert can.answer is not None
        assert "sqs" in can.answer.services
        assert "s3" not in can.answer.services
        await running.until_seen("WHAT-IF: answers are of edits")
        await running.press("escape", "X")
        await running.until(lambda: not running.bench.reading.what_if, "the files")
        assert "WHAT-IF" not in running.seen()
    assert path.read_bytes() == before


async def test_what_is_read_anew_gets_the_edits_again_or_tells_that_they_fit_no_more(tmp_path: Path) -> None:
    """CH9: a change elsewhere leaves the what-if on; one of what was edited takes it off, and says so."""
    path = write(tmp_path / "company.json", company())
    async with session(path) as running:
        await until_watching(running)
        await running.select(READING)
        await write_document(running, WRITTEN)
        await keep(running)
        elsewhere = company()
        elsewhere["UserDetailList"][1]["Tags"] = [{"Key": "new", "Value": "yes"}]
        write(path, elsewhere)
        await running.until_told("1 user changed on disk")
        await running.until_seen("WHAT-IF: answers are of edits")
        held = running.bench.snapshot
        assert held is not None
        policy = held.policy(ACCOUNT, READING)
        assert policy is not None and policy.default is not None
        assert b"sqs:*" in policy.default.document.source
        running.app.screen.query_one(Reading).view(0)
        await running.until_told("the what-if is off: answers are of the load that is shown")
        running.app.screen.query_one(Reading).view(1)
        await write_document(running, WRITTEN)
        await keep(running)
        await running.until_seen("WHAT-IF: answers are of edits")
        elsewhere["Policies"][0]["PolicyVersionList"][0]["Document"] = LIST
        write(path, elsewhere)
        await running.until_told("it no longer fits what was read: operation 1: the picture has changed there")
        await running.until(lambda: "WHAT-IF" not in running.seen(), "the files")
        await running.press("X")
        await running.until_told("no what-if is on")
