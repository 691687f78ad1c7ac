"""Questions over everybody in the app: who can, what somebody can do, and the matrix (WC, WP, AM)."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import iamtui
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.one_principal import can as asking
from iamtui.analysis.queries.one_principal.can import CanQuestion
from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.analysis.queries.one_principal.effective_policy import effective_policy
from iamtui.app.panes.tabs import SubjectTab
from iamtui.app.screens.can_screen import CanScreen
from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.screens.matrix_screen import MatrixScreen
from iamtui.app.screens.policy_screen import PolicyScreen
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.app.screens.who_can_screen import WhoCanScreen
from iamtui.browsing.queries.statement_questions import question_of_statement
from iamtui.content.requests import ContextField, RequestFields
from iamtui.policy.document import Document
from iamtui.reports.effective_policy import policy_as_json
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.filter_box import FilterBox
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.matrix_view import MatrixView
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import NARROW, both_sizes, rows, session
from tests.app.exports import LIST, READ, arn, export, user, write
from tests.tables import every_row

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-day1.json"
HEIDI = "arn:aws:iam::111122223333:user/finance/heidi"
ANN = arn("user", "ann")


@both_sizes
async def test_who_can_lists_everybody_and_a_row_opens_its_trace(size: tuple[int, int]) -> None:
    async with session(SAMPLE, size=size) as running:
        running.bench.desk.ask(RequestFields("", "iam:DeleteUser", "arn:aws:iam::111122223333:user/grace"))
        await running.press("3", "escape", "w")
        screen = await running.above(WhoCanScreen)
        await running.until(lambda: screen.answer is not None, "the answer")
        view = screen.query_one(TreeList)
        listed = rows(view)
        assert any("ALLOWED" in row for row in listed)
        grace = "arn:aws:iam::111122223333:user/grace"
        asked = iamtui.who_can(iamtui.open_snapshot(SAMPLE), "iam:DeleteUser", grace)
        assert json.loads("".join(screen.exported("json"))) == asked.to_dict(), "WC6"
        view.cursor = next(index for index, row in enumerate(listed) if row.strip().startswith(("role/", "user/")))
        offered = await running.copy_menu("end", "up", "enter")
        assert offered == ["row", "ARN", "command: simulate", "command: who-can", "all that is unfolded"]
        assert shlex.split(running.app.clipboard)[1] == "who-can"
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")
        assert running.bench.simulation.form.fields.action == "iam:DeleteUser"
        assert running.bench.panes.front == "simulation"


async def test_who_can_opens_again_where_it_was_left() -> None:
    """From the trace of a row, and when the same is asked: question, grouping, cursor and filter."""
    async with session(SAMPLE) as running:
        running.bench.desk.ask(RequestFields(HEIDI, "s3:GetObject"))
        await running.press("3", "escape", "w")
        first = await running.above(WhoCanScreen)
        await running.until(lambda: first.answer is not None, "the answer")
        await running.press("d", "t", "/", *"role", "enter")
        await running.until(lambda: first.answer is not None and first._question.show_denied, "the denied too")
        assert "· the denied too ·" in first._heading_text, "their group may stand below a thousand rows"
        view = first.rows
        view.cursor = next(place for place, row in enumerate(rows(view)) if "break-glass" in row)
        left = (rows(view), view.cursor)
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.form.fields.resource, "the request of the row")
        await running.press("w")
        again = await running.above(WhoCanScreen)
        await running.until(lambda: (rows(again.rows), again.rows.cursor) == left, "the rows as they were left")
        assert again.query_one(FilterBox).text == "role"
        await running.press("escape")
        running.bench.desk.ask(RequestFields(HEIDI, "s3:ListBucket"))
        await running.press("w")
        other = await running.above(WhoCanScreen)
        await running.until(lambda: other.answer is not None, "the answer")
        assert other.query_one(FilterBox).text == "", "another question begins anew"


async def test_an_answer_that_comes_after_the_question_changed_is_not_shown() -> None:
    """The heading tells of chains, or of the denied: rows of the question before would belie it."""
    async with session(SAMPLE) as running:
        running.bench.desk.ask(RequestFields("", "s3:GetObject", "arn:aws:s3:::acme-ledger/x"))
        await running.press("escape", "w")
        screen = await running.above(WhoCanScreen)
        await running.until(lambda: screen.answer is not None, "the answer")
        late = screen.Answered(screen.answer, screen._snapshot, screen.question)
        await running.press("d", "v")
        await running.until(lambda: screen.answer is not None, "the answer to both")
        shown = rows(screen.rows)
        screen.post_message(late)
        await running.settled()
        assert rows(screen.rows) == shown
        assert screen.answer is not late.answer


async def test_rows_are_grouped_by_way_account_and_kind() -> None:
    async with session(SAMPLE) as running:
        running.bench.desk.ask(RequestFields("", "s3:GetObject", "arn:aws:s3:::acme-ledger/x"))
        await running.press("escape", "w")
        screen = await running.above(WhoCanScreen)
        await running.until(lambda: screen.answer is not None, "the answer")
        view = screen.query_one(TreeList)
        seen = [rows(view)]
        for _ in range(3):
            await running.press("t")
            seen.append(rows(view))
        assert any(row.startswith("111122223333") for row in seen[2]), seen[2]
        assert any(row.startswith("role ") for row in seen[3]), seen[3]
        assert len({tuple(one) for one in seen}) == 4


async def test_a_selected_resource_offers_its_actions() -> None:
    async with session(SAMPLE.parent / "acme-org") as running:
        key = next(arn for arn in running.bench.snapshot.resources if ":s3:::" in arn) if running.bench.snapshot else ""
        running.bench.explorer.reveal(key)
        await running.until(lambda: running.bench.explorer.subject == key, key)
        await running.press("w")
        chooser = await running.above(ListScreen)
        await running.press("/", *"deletebucket", "enter", "enter")
        await running.until(lambda: isinstance(running.app.screen, WhoCanScreen), "who can")
        assert chooser is not running.app.screen


async def test_what_is_under_the_cursor_is_asked_of_everybody() -> None:
    """A role and what the form holds, a statement of the role, one that names nothing, and an action that it can do."""
    account = "arn:aws:iam::111122223333"
    async with session(SAMPLE) as running:

        async def asked() -> tuple[tuple[str, ...], tuple[str, ...]]:
            screen = await running.above(WhoCanScreen)
            await running.until(lambda: screen.answer is not None, "the answer")
            await running.press("escape")
            return screen._question.actions, screen._question.resources

        async def turn_to(tab: str) -> SubjectTab:
            while running.bench.subject.tab.key() != tab:
                await running.press("t")
            return running.bench.subject.tab

        running.bench.desk.ask(RequestFields(HEIDI, "s3:GetObject", "arn:aws:s3:::acme-ledger/x"))
        await running.select(f"{account}:role/developer-sandbox")
        await running.press("1", "w")
        offered = rows((await running.above(ListScreen)).query_one(TreeList))
        assert offered[0] == "s3:GetObject on arn:aws:s3:::acme-ledger/x  as in Simulate"
        await running.press("/", *"sts:assumerole", "enter", "enter")
        assert await asked() == (("sts:AssumeRole",), (f"{account}:role/developer-sandbox",))

        await running.press("2")
        trust = await turn_to("trust")
        trust.query_one(DocumentView).focus()
        trust.go_to_statement(0)
        await running.press("w")
        actions, resources = await asked()
        assert resources == (f"{account}:role/developer-sandbox",)
        assert actions[0].startswith("sts:")

        await turn_to("permissions")
        await running.until(lambda: any("all together" in row for row in rows(running.bench.subject.view)), "the rows")
        view = running.bench.subject.view
        await running.until(lambda: any("PassRole" in row for row in rows(view)), "the statements")
        view.cursor = next(place for place, row in enumerate(rows(view)) if "PassRole" in row)
        await running.press("w")
        assert await asked() == (("iam:PassRole",), ("arn:aws:iam::111122223333:role/service/*",))


async def test_a_key_with_too_many_values_is_told_and_asks_nobody() -> None:
    async with session(SAMPLE) as running:
        twice = ContextField("aws:MultiFactorAuthPresent", "value", ("true", "false"))
        running.bench.desk.ask(RequestFields(HEIDI, "s3:GetObject", "arn:aws:s3:::acme-ledger/x", (twice,)))
        await running.press("3", "escape", "w")
        await running.until_told("aws:MultiFactorAuthPresent has one value in a request")
        assert not isinstance(running.app.screen, WhoCanScreen)


@every_row(
    ("statement", "own", "asked"),
    [
        (
            {"Action": ["s3:Get*", "s3:PutObject"], "Resource": "arn:aws:s3:::${aws:username}/*"},
            "",
            ["arn:aws:s3:::*/*"],
        ),
        ({"Action": "s3:Get*", "Resource": ["*", "arn:aws:s3:::a"]}, "", []),
        ({"Action": "kms:Decrypt", "Resource": "*"}, ANN, []),
        ({"Action": "kms:Decrypt", "Resource": "*", "Principal": "*"}, ANN, [ANN]),
        ({"Action": "sts:AssumeRole", "Principal": "*"}, ANN, [ANN]),
        ({"NotAction": "s3:*", "Resource": "*"}, "", "NotAction"),
        ({"Action": "s3:Get*", "NotResource": "arn:aws:s3:::a"}, "", "NotResource"),
        ({"Action": ["s3:Get*", "*"], "Resource": "*"}, "", "every action"),
        ({"Action": 7, "Resource": "*"}, "", "no statement"),
    ],
)
def test_a_statement_asks_for_what_it_names(statement: dict[str, Any], own: str, asked: list[str] | str) -> None:
    document = Document(json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", **statement}}).encode())
    if isinstance(asked, str):
        with pytest.raises(QuestionError, match=asked):
            question_of_statement(document, 0, own)
    else:
        assert question_of_statement(document, 0, own).resources == tuple(asked)


async def test_what_a_principal_can_do_unfolds_to_what_grants_it() -> None:
    async with session(SAMPLE) as running:
        await running.select(HEIDI)
        await running.press("c")
        screen = await running.above(CanScreen)
        await running.until(lambda: screen.answer is not None, "the answer")
        view = screen.query_one(TreeList)
        assert any(row.strip().startswith("iam") for row in rows(view))
        view.cursor = next(index for index, row in enumerate(rows(view)) if row.strip().startswith("iam"))
        await running.press("right", "down", "right", "down", "right")
        assert any("by " in row for row in rows(view)), rows(view)
        left = view.cursor
        await running.press("w")
        everybody = await running.above(WhoCanScreen)
        await running.until(lambda: everybody.answer is not None, "who else can")
        assert all(one.startswith("iam:") for one in everybody._question.actions)
        await running.press("escape")
        await running.above(CanScreen)
        assert view.cursor == left
        await running.press("home", "w")
        await running.until_told("put the cursor on an action first")
        view.cursor = left
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")
        assert running.bench.simulation.form.fields.principal == HEIDI


@both_sizes
async def test_the_permissions_tab_says_what_all_policies_together_allow(size: tuple[int, int]) -> None:
    """WP2, WP3: service, level, action, statement; Enter on an action shows its trace, on a statement the policy."""
    async with session(SAMPLE, size=size) as running:
        await running.select(HEIDI)
        await running.press("2", "t")
        tree = running.bench.subject.query_one("#subject-permissions TreeList", TreeList)
        await running.until(lambda: any("taken away" in row for row in rows(tree)), "the answer")
        assert rows(tree)[0].startswith("all together allow  8 actions in 2 services, ")
        assert any("taken away  by identity-based policy RequireMfa#" in row for row in rows(tree))
        await running.press("down", "right", "down", "right", "down", "right", "down")
        assert "by " in rows(tree)[tree.cursor]
        await running.press("up", "enter")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")
        assert running.bench.simulation.form.fields.principal == HEIDI
        await running.press("escape", "2", "down", "enter")
        await running.until(lambda: running.bench.subject.tab.key() == "document", "the statement")


async def test_how_far_the_asking_is_says_of_what(monkeypatch: pytest.MonkeyPatch) -> None:
    """WC5: the numbers of a progress have a unit."""
    goes_on = Event()

    def slowly(snapshot: Snapshot, question: CanQuestion, progress: Callable[[int, int], None]) -> Can:
        progress(1, 127)
        goes_on.wait()
        return find(snapshot, question, progress)

    find = asking.can
    monkeypatch.setattr(asking, "can", slowly)
    async with session(SAMPLE) as running:
        try:
            running.app.push_screen(
                CanScreen(iamtui.open_snapshot(SAMPLE), HEIDI, "heidi", who_can=lambda snapshot, fields: None)
            )
            await running.until(lambda: "asking 1 of 127 kinds of actions" in running.seen(), "how far it is")
        finally:
            goes_on.set()


async def test_the_permissions_tab_leads_to_one_policy_that_is_saved(tmp_path: Path) -> None:
    """WP4: what `iamtui can --format policy` prints, with whether it is exact; a reload asks anew."""
    exported, target = tmp_path / "a.json", tmp_path / "policy.json"
    write(exported, export(users=[user("heidi", inline={"own": LIST, "more": READ})]))
    heidi = arn("user", "heidi")
    async with session(exported, size=NARROW) as running:
        await running.select(heidi)
        await running.press("2", "t")
        tree = running.bench.subject.query_one("#subject-permissions TreeList", TreeList)
        await running.until(lambda: any(row.startswith("as one policy") for row in rows(tree)), "the answer")
        tree.cursor = next(place for place, row in enumerate(rows(tree)) if row.startswith("as one policy"))
        await running.press("enter")
        screen = await running.above(PolicyScreen)
        view = screen.query_one(TreeList)
        await running.until(lambda: screen.answer is not None, "the policy")
        assert rows(view)[0].startswith("exact"), rows(view)
        await running.press("down", "right")
        assert any(row.strip() == "Action  s3:ListBucket" for row in rows(view)), rows(view)
        await running.press("ctrl+s")
        (await running.above(SaveDialog)).query_one(LineInput).put(str(target))
        await running.press("enter")
        await running.until(lambda: running.app.screen is screen, "the policy again")
        asked = effective_policy(iamtui.open_snapshot(exported), CanQuestion(principal=heidi))
        assert target.read_bytes() == policy_as_json(asked)
        write(exported, export(users=[user("heidi", inline={"own": LIST})]))
        await running.until(
            lambda: "s3:GetObject" not in "".join(screen.exported("json")), "the policy of the new export"
        )


@both_sizes
async def test_the_matrix_opens_the_actions_behind_a_cell(tmp_path: Path, size: tuple[int, int]) -> None:
    """AM2: those who reach most first; rows and columns are filtered; Enter shows the actions."""
    content = export(users=[user(name, inline={"own": READ}) for name in ("alice", "heidi")])
    async with session(write(tmp_path / "a.json", content), size=size) as running:
        await running.press("m")
        screen = await running.above(MatrixScreen)
        view = screen.query_one(MatrixView)
        await running.until(lambda: view.row_count, "the rows")
        await running.press("/", *"zoe")
        await running.until(lambda: view.empty == "none of them", "that nobody is called so")
        await running.press(*["backspace"] * 3, *"heidi:s3", "enter")
        await running.until(lambda: view.row_count == 1, "the filter")
        assert view.columns[0] == "s3"
        offered = await running.copy_menu("down", "down", "enter")
        assert offered == ["row", "ARN", "command: can", "command: matrix", "all that is unfolded"]
        assert running.app.clipboard.endswith("user/heidi --service s3")
        await running.press("enter")
        actions = await running.above(CanScreen)
        await running.press("escape")
        assert await running.above(MatrixScreen) is screen
        assert view.row_count == 1, "closing the actions leads back to the matrix as it was"
        await running.press("enter")
        actions = await running.above(CanScreen)
        await running.until(lambda: actions.answer is not None, "the actions")
        await running.press("right", "down", "right", "down", "w")
        everybody = await running.above(WhoCanScreen)
        await running.until(lambda: everybody.answer is not None, "who can")
        await running.press("down", "enter")
        await running.until(lambda: running.app.screen is running.bench, "the trace, whatever lay above it")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")


async def test_the_matrix_says_whom_the_export_leaves_out(tmp_path: Path) -> None:
    """WC4: below the grid, where nothing else is pushed away; of a whole export there is no such line."""
    content = export(users=[user(f"{'a' * 40}-the-end", inline={"own": READ})])
    part = {name: members for name, members in content.items() if name != "RoleDetailList"}
    path = write(tmp_path / "a.json", part)
    async with session(path, size=NARROW) as running:
        await running.press("m")
        screen = await running.above(MatrixScreen)
        line = screen.query_one("#left-out", PlainText)
        await running.until(lambda: line.display, "what is missing")
        await running.until_seen("⚠ the roles of account 111122223333 were not exported")
        assert "-the-end" in running.seen(), "names that begin alike are told apart by their ends"
        assert screen.query_one(MatrixView).size.height > 5
        write(path, content)
        await running.until(lambda: not line.display, "the whole export")


async def test_without_anything_to_ask_a_notice_says_so() -> None:
    async with session(SAMPLE) as running:
        for key in ("w", "c"):
            running.told.clear()
            await running.press(key)
            await running.until(lambda: any("first" in told for told in running.told), f"the notice of {key}")
