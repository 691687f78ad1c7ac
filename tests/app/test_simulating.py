from functools import partial
from pathlib import Path

import pytest

from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.screens.list_screen import ListScreen
from iamtui.content.requests import ContextField, RequestFields
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.verdict_bar import VerdictBar
from tests.app.driving import NARROW, Session, both_sizes, rows, session
from tests.app.exports import READ, arn, company, export, policy, user, write

ALICE = arn("user", "alice", "/staff/")
MFA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ledger/*"},
        {
            "Sid": "WithMfa",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    content = company()
    content["Policies"].append(policy("Mfa", MFA))
    content["UserDetailList"].append(user("carol", attached=[arn("policy", "Mfa")]))
    return write(tmp_path / "company.json", content)


def verdict(running: Session) -> str:
    return running.bench.simulation.query_one(VerdictBar).verdict.kind


async def ask(running: Session, principal: str, action: str, resource: str = "") -> None:
    """Select a principal, press s, paste the rest."""
    await running.select(principal)
    await running.press("s")
    await running.until(lambda: running.bench.simulation.form.fields.principal == principal)
    await running.paste(action)
    await running.press("tab")
    await running.paste(resource)
    await running.until(lambda: _answered(running, action, resource), "the decision")


def _answered(running: Session, action: str, resource: str) -> bool:
    decision = running.bench.simulation.decision
    return decision is not None and decision.request.action == action and decision.request.resource == (resource or "*")


@both_sizes
async def test_a_request_is_decided_as_it_is_typed_and_its_trace_leads_to_the_policy(
    path: Path, size: tuple[int, int]
) -> None:
    async with session(path, size=size) as running:
        await running.select(arn("role", "app"))
        await running.press("s")
        await running.until(lambda: running.bench.simulation.form.fields.principal == arn("role", "app"))
        await running.type("s3:GetObject")
        await running.press("tab")
        await running.type("arn:aws:s3:::b/k")
        await running.until(lambda: _answered(running, "s3:GetObject", "arn:aws:s3:::b/k"), "the decision")
        assert verdict(running) == "allowed"
        await running.until_seen("✔ ALLOWED")
        await running.until_seen("Reading#Read")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        start = "decisive" if size == NARROW else "Allow Read #0"
        running.trace.cursor = next(i for i, row in enumerate(rows(running.trace)) if row.startswith(start))
        await running.press("enter")
        await running.until_about("Reading")
        view = running.bench.subject.view
        assert isinstance(view, DocumentView)
        assert '"Sid": "Read"' in view.text.split("\n")[view.line]


async def test_what_is_missing_is_said_and_actions_are_completed_from_the_catalogue(path: Path) -> None:
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("s")
        await running.until(lambda: verdict(running) == "error")
        await running.until_seen("which action?")
        await running.type("s3:getobjecta")
        await running.until(lambda: "s3:GetObjectAcl" in running.seen())
        await running.until_seen("Read: Grants permission")
        await running.press("down", "enter")
        assert running.bench.simulation.form.fields.action == "s3:GetObjectAcl"


async def test_a_trust_statement_of_the_trace_opens_the_trust_policy(path: Path) -> None:
    async with session(path) as running:
        await ask(running, ALICE, "sts:AssumeRole", arn("role", "deploy"))
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        trace = rows(running.trace)
        below_trust = trace.index(next(row for row in trace if row.startswith("Role trust policy")))
        running.trace.cursor = next(i for i in range(below_trust, len(trace)) if trace[i].startswith("Allow #0"))
        await running.press("enter")
        await running.until_about("deploy")
        assert running.bench.subject.tab.LABEL == "Trust"


async def test_a_consulted_key_is_offered_and_its_state_turns_the_decision(path: Path) -> None:
    async with session(path) as running:
        await ask(running, arn("user", "carol"), "s3:GetObject", "arn:aws:s3:::ledger/x")
        before = verdict(running)
        await running.until_seen("aws:MultiFactorAuthPresent")
        form = running.bench.simulation.form
        fields = form.fields
        said = ContextField("aws:MultiFactorAuthPresent", "value", ("true",))
        asked = RequestFields(fields.principal, fields.action, fields.resource, (said,))
        form.set_fields(asked)
        form.post_message(form.Changed(form, asked))
        await running.until(lambda: verdict(running) == "allowed")
        assert before == "explicitDeny"
        await running.until_seen("Mfa#Read")


async def test_a_trace_is_searched_stays_folded_and_earlier_requests_are_asked_again(path: Path) -> None:
    async with session(path) as running:
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        trace = running.trace
        await running.press("enter")
        await running.until(lambda: trace.has_focus)
        await running.press("/")
        await running.type("boundary")
        assert "boundary" in rows(trace)[trace.cursor].lower()
        await running.press("escape", "/")
        await running.type("zzz")
        await running.until_told("not found in what is unfolded (* unfolds below the cursor): zz")
        await running.press("escape")
        identity = next(key for key in trace.shown_keys if key.endswith("identity"))
        trace.fold(identity)
        await ask_again(running, "x")
        await running.until(lambda: _answered(running, "s3:GetObject", "arn:aws:s3:::b/kx"))
        assert identity not in trace.open_keys
        await running.press("r")
        screen = await running.above(ListScreen)
        listed = rows(screen.query_one(TreeList))
        assert listed == [
            "app  s3:GetObject  arn:aws:s3:::b/kx  ALLOWED",
            "app  s3:GetObject  arn:aws:s3:::b/k  ALLOWED",
        ]
        await running.press("down", "enter")
        await running.until(lambda: _answered(running, "s3:GetObject", "arn:aws:s3:::b/k"))
        assert running.bench.simulation.form.fields.resource == "arn:aws:s3:::b/k"


async def test_enter_leads_on_to_the_resource_and_who_types_on_types_there(path: Path) -> None:
    async with session(path) as running:
        await running.select(ALICE)
        await running.press("s")
        await running.type("s3:GetObject")
        await running.pilot.press("enter", "a")
        await running.until(lambda: running.bench.simulation.form.fields.resource == "a")
        assert "request-resource" in running.focus_path()
        running.bench.desk.ask(RequestFields(ALICE, "s3:*Acl"))
        await running.press("shift+tab", "enter", *"arn:aws:s3:::b", "enter")
        await running.until(lambda: running.trace.has_focus, "the table")
        assert running.bench.simulation.form.fields.resource == "arn:aws:s3:::b", "what a wildcard means takes one too"


async def ask_again(running: Session, more: str) -> None:
    running.bench.simulation.form.query_one("#request-resource").query_one("LineInput").focus()
    await running.press("end")
    await running.type(more)
    await running.press("enter")
    await running.until(lambda: running.trace.has_focus)


async def test_only_what_can_ask_is_simulated_and_what_is_wrong_is_said_and_breaks_nothing(path: Path) -> None:
    async with session(path) as running:
        await running.select(arn("group", "Readers"))
        await running.press("s")
        await running.until_told("select a user, a role, root or a resource first")
        for action, resource in (("nonsense", ""), ("s3:GetObject", "no arn"), ("s3:Get*", "*"), ("[bold]", "[/")):
            fields = RequestFields("alice", action, resource)
            form = running.bench.simulation.form
            form.set_fields(fields)
            form.post_message(form.Changed(form, fields))
            await running.until(partial(_is_answered, running, fields))
            assert verdict(running) in {"error", "implicitDeny", "conditional", "table"}


def _is_answered(running: Session, fields: RequestFields) -> bool:
    answer = running.bench.simulation.answer
    return answer is not None and answer.fields == fields


async def test_the_request_of_a_name_nobody_has_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", export(users=[user("eve")]))
    async with session(path) as running:
        await running.press("3")
        await running.paste("mallory")
        await running.press("tab")
        await running.paste("s3:GetObject")
        await running.press("tab")
        await running.until(lambda: "the export has no user or role called mallory" in running.seen())


async def test_a_wildcard_makes_a_table_whose_rows_lead_to_their_decisions(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", export(users=[user("eve", inline={"p": READ})]))
    async with session(path) as running:
        await running.press("3")
        await running.type("eve")
        await running.press("tab")
        await running.paste("s3:GetObject*")
        await running.press("tab")
        await running.until(lambda: "1 allowed, " in running.seen())
        pane = running.app.screen.query_one(SimulationPane)
        assert pane.copied() is not None
        pane.view.focus()
        await running.press("home", "enter")
        await running.until(lambda: pane.decision is not None)
        assert pane.form.fields.action == "s3:GetObject"
        assert "ALLOWED" in running.seen()
