from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import orjson
from markdown_it import MarkdownIt

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide_policies
from iamtui.evaluation.decision import Blocker, Branch, Decision, Layer, UnknownKey
from iamtui.evaluation.request.request import NamedPolicy, Request
from iamtui.policy.document import Document
from iamtui.policy.keys import UNKNOWN, KeyValue
from iamtui.policy.truth import Truth
from iamtui.reports import decision_data
from iamtui.reports.decision import as_json, as_markdown, as_plain_text, as_styled_text
from tests.reports.traces import ALICE, ALLOWED, LEDGER, NOTHING, condition, decision, layer, policy, statement

HOSTILE = "`|](x) <script> **b** @team #1 https://a.b \x1b[2J\n## owned ``` \u202e"


def test_text_begins_with_the_request_and_goes_on_with_the_verdict() -> None:
    text = as_plain_text(decision(layer(policy(statement(0, Truth.TRUE)))))
    assert text.splitlines()[:5] == [
        f"principal   {ALICE}",
        "action      s3:GetObject",
        f"resource    {LEDGER}",
        "",
        "✔ ALLOWED  an identity-based policy allows it",
    ]


def test_coloured_text_says_the_same_as_plain_text() -> None:
    made = decision(layer(policy(statement(0, Truth.TRUE))))
    assert as_styled_text(made, 1000).plain == as_plain_text(made)


def test_json_states_version_request_decision_and_the_whole_trace() -> None:
    trace = statement(0, Truth.UNKNOWN, condition(Truth.UNKNOWN, "Bool", "aws:SecureTransport", "true"), sid="Read")
    context = {"aws:SourceIp": KeyValue.of("203.0.113.7"), "aws:TagKeys": KeyValue.listing(("a", "b")), "x:y": UNKNOWN}
    request = Request(ALICE, "s3:GetObject", LEDGER, context=context, at=datetime(2026, 1, 2, tzinfo=UTC))
    unknown = (
        UnknownKey("aws:SecureTransport", (Branch("is true", ALLOWED, NOTHING), Branch("absent", NOTHING, NOTHING))),
    )
    made = replace(decision(layer(policy(trace)), outcome=None), request=request, unknown_keys=unknown)
    data = orjson.loads(as_json(made))
    assert data["version"] == 1
    assert data["request"]["context"]["aws:TagKeys"] == {"state": "present", "values": ["a", "b"], "multivalued": True}
    assert data["request"]["at"] == "2026-01-02T00:00:00+00:00"
    assert (data["decision"], data["decided_by"]) == ("conditional", None)
    assert data["best"] == {"decision": "allowed", "decided_by": "identity"}
    assert data["worst"] == {"decision": "implicitDeny", "decided_by": "none"}
    assert data["unknown_keys"][0]["branches"][1] == {
        "state": "absent",
        "decision": "implicitDeny",
        "decided_by": "none",
        "best": {"decision": "implicitDeny", "decided_by": "none"},
        "worst": {"decision": "implicitDeny", "decided_by": "none"},
    }
    assert data["unknown_keys"][0]["branches"][0]["decision"] == "conditional"
    (told,) = data["layers"][0]["levels"][0]["policies"][0]["statements"]
    assert (told["sid"], told["matches"], told["undecided_by"]) == ("Read", None, "Condition")
    (compared,) = told["elements"][0]["compared"]
    assert compared["key"] == "aws:SecureTransport"
    assert compared["key_state"] == "absent"


def documented() -> dict[str, list[str]]:
    """The members that the docstring of the form lists, by what they are members of."""
    listed: dict[str, list[str]] = {"": []}
    above = ""
    for line in (decision_data.__doc__ or "").split("Its top level:")[1].split("`matches` is")[0].splitlines():
        if found := re.match(r"    (\w+) {2,}", line):
            above = found[1]
            listed[""].append(above)
        listed.setdefault(above, []).extend(re.findall(r'"([a-z_]+)"', line))
    listed[""] = list(dict.fromkeys(listed[""]))
    return listed


def test_json_has_exactly_the_members_that_are_documented() -> None:
    data = orjson.loads(as_json(decide_something()))
    form = documented()
    (layer, *_) = (layer for layer in data["layers"] if layer["layer"] == "identity")
    (level, *_) = layer["levels"]
    (policy, *_) = level["policies"]
    (statement, *_) = policy["statements"]
    action, *_, condition = statement["elements"]
    assert list(data) == [name for name in form[""] if name in data]
    assert set(form[""]) - set(data) == {"levels", "policies", "statements", "elements", "compared"}
    assert list(layer) == form["layers"]
    assert list(level) == form["levels"]
    assert list(policy) == form["policies"]
    assert list(statement) == form["statements"]
    assert list(action) == form["elements"]
    assert list(condition["compared"][0]) == form["compared"]
    assert list(action["compared"][0]) == form["compared"][:6]
    assert list(data["blockers"][0]) == form["blockers"]


def decide_something() -> Decision:
    """A decision of the evaluator, denied by a condition."""
    statement = (
        b'{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}'
    )
    document = Document(b'{"Version":"2012-10-17","Statement":' + statement + b"}")
    return decide_policies(GivenPolicies(identity=(NamedPolicy("p", document),)), Request(ALICE, "s3:GetObject"))


def test_a_lone_surrogate_survives_in_json() -> None:
    made = replace(decision(), notes=("a\ud800b", "\x00\u202e"))
    assert json.loads(as_json(made))["notes"] == ["a\ud800b", "\x00\u202e"]


def test_json_holds_nothing_that_a_terminal_would_act_on_and_means_the_same() -> None:
    notes = ["\x1b[2J \x7f \x9b31m \u202e \u2028 \U000e0001", 'plain é 日本 \\ "']
    written = as_json(replace(decision(), notes=tuple(notes)))
    assert all(line.isprintable() for line in written.decode().split("\n"))
    assert orjson.loads(written)["notes"] == notes


def test_markdown_shows_the_request_what_is_missing_and_the_trace() -> None:
    blocker = Blocker(Layer.IDENTITY, "no Allow for s3:GetObject")
    markdown = as_markdown(replace(decision(layer(policy()), outcome=NOTHING), blockers=(blocker,)))
    assert markdown.startswith("## ✖ DENIED (implicit)\n")
    assert f"| principal | `{ALICE}` |" in markdown
    assert "- `no Allow for s3:GetObject`" in markdown
    assert "```text\n✖ DENIED (implicit)" in markdown


def test_nothing_from_a_snapshot_leaves_its_place_in_markdown() -> None:
    hostile = policy(statement(0, Truth.TRUE, sid=HOSTILE), name=HOSTILE)
    made = replace(
        decision(layer(hostile), matched=(HOSTILE,)),
        request=Request(HOSTILE, HOSTILE, HOSTILE, context={HOSTILE: KeyValue.of(HOSTILE)}),
        notes=(HOSTILE,),
        unknown_data=(HOSTILE,),
        aws_message=HOSTILE,
        blockers=(Blocker(Layer.IDENTITY, HOSTILE, (HOSTILE,)),),
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(made))
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline} <= {"text", "code_inline", "softbreak"}
    ours = "".join(child.content for child in inline if child.type == "text")
    assert not set(ours) & set("<>@*[]`\x1b\u202e")
    headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == [
        "✔ ALLOWED",
        "Decisive statements",
        "What is missing or in the way",
        "Not exported, and matters",
        "Notes",
        "What AWS would say",
        "Trace",
    ]
    cells = [token.type for token in tokens if token.type == "td_open"]
    assert len(cells) == 2 * 4
