from __future__ import annotations

from dataclasses import replace

import orjson
from markdown_it import MarkdownIt
from rich.console import Console

from iamtui.evaluation.request import Request
from iamtui.reports.tables import (
    counts,
    table_as_json,
    table_as_markdown,
    table_as_plain_text,
    table_as_rich,
    table_rows,
)
from tests.reports.traces import ALICE, NOTHING, decision

DECISIONS = (
    replace(decision(outcome=NOTHING), request=Request(ALICE, "s3:PutObject")),
    replace(decision(outcome=None), request=Request(ALICE, "s3:GetObjectAcl")),
    replace(decision(matched=("readers#0", "readers#0")), request=Request(ALICE, "s3:GetObject")),
)


def test_what_is_allowed_stands_before_what_is_not() -> None:
    assert [row.action for row in table_rows(DECISIONS)] == ["s3:GetObject", "s3:PutObject", "s3:GetObjectAcl"]
    assert counts(DECISIONS) == "1 allowed, 1 implicitDeny, 1 conditional"


def test_plain_text_aligns_columns_and_names_decisive_statements_once() -> None:
    assert table_as_plain_text(DECISIONS) == (
        "✔ ALLOWED            s3:GetObject     *  readers#0\n"
        "✖ DENIED (implicit)  s3:PutObject     *  nothing allows it\n"
        "? CONDITIONAL        s3:GetObjectAcl  *  depends on what is not known\n"
        "1 allowed, 1 implicitDeny, 1 conditional\n"
    )


def test_json_holds_each_decision_without_its_trace() -> None:
    data = orjson.loads(table_as_json(DECISIONS))
    assert data["version"] == 1
    assert [item["decision"] for item in data["decisions"]] == ["implicitDeny", "conditional", "allowed"]
    assert "layers" not in data["decisions"][0]


def test_markdown_keeps_hostile_strings_in_their_cells() -> None:
    hostile = replace(decision(matched=("a|b`\n| c\\|",)), request=Request("**x**|", "s3:Get|`Object", "\\|"))
    tokens = MarkdownIt("commonmark").enable("table").parse(table_as_markdown([hostile]))
    assert sum(token.type == "td_open" for token in tokens) == 4
    assert sum(token.type == "tr_open" for token in tokens) == 2


def test_on_a_terminal_markup_is_shown_and_not_obeyed() -> None:
    console = Console(width=120)
    hostile = replace(decision(), request=Request(ALICE, "[red]s3:Get"))
    with console.capture() as capture:
        console.print(table_as_rich([hostile]))
    assert "[red]s3:Get" in capture.get()
