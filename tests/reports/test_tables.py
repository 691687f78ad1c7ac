from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from iamtui.evaluation.request.request import Request
from iamtui.reports.tables import (
    counts,
    table_as_json,
    table_as_markdown,
    table_as_plain_text,
    table_as_styled_text,
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


def test_a_table_for_no_resource_says_so_where_an_action_takes_one() -> None:
    """L37."""
    for resource, action, said in (
        ("*", "s3:GetObject", True),
        ("*", "s3:ListAllMyBuckets", False),
        ("arn:aws:s3:::b/k", "s3:GetObject", False),
    ):
        asked = [replace(decision(outcome=NOTHING), request=Request(ALICE, action, resource))]
        assert ("no resource is named" in table_as_plain_text(asked)) is said
        assert ("No resource is named" in table_as_markdown(asked)) is said


def test_what_the_answers_lean_on_is_said_once_and_not_without_end() -> None:
    """T22."""
    leaning = [replace(one, assumed=("SCPs were not exported",)) for one in DECISIONS]
    assert table_as_plain_text(leaning).count("⚠ could change this  SCPs were not exported\n") == 1
    assert table_as_markdown(leaning).count("SCPs were not exported") == 1
    assert "could change this" not in table_as_plain_text(DECISIONS)
    many = [replace(DECISIONS[0], assumed=tuple(f"the policy of b{i} was not exported" for i in range(1_000)))]
    assert "992 more things that were not exported" in table_as_plain_text(many)
    assert len(table_as_markdown(many).splitlines()) < 30


def test_what_most_rows_note_stands_once_below_them_and_not_without_end() -> None:
    """K35: a table of denials says that the console with MFA would turn them."""
    noting = [replace(one, notes=(f"only of {one.request.action}", "without MFA")) for one in DECISIONS]
    for written in (table_as_plain_text(noting), table_as_markdown(noting)):
        assert written.count("without MFA") == 1
        assert written.index("without MFA") < written.index("only of")
        assert "1 more about single actions" in written
    assert "note" not in table_as_plain_text(DECISIONS)


def test_plain_text_aligns_columns_and_names_decisive_statements_once() -> None:
    assert table_as_plain_text(DECISIONS) == (
        f"principal   {ALICE}\n"
        "resource    *\n"
        "\n"
        "✔ ALLOWED            s3:GetObject     readers#0\n"
        "✖ DENIED (implicit)  s3:PutObject     nothing allows it\n"
        "? CONDITIONAL        s3:GetObjectAcl  depends on what is not known\n"
        "⚠ no resource is named  statements on particular ones are not asked, and may decide otherwise for them (L37)\n"
        "1 allowed, 1 implicitDeny, 1 conditional\n"
    )


def test_resources_that_differ_stand_in_a_column_of_their_own() -> None:
    other = replace(decision(matched=("readers#0",)), request=Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/k"))
    lines = table_as_plain_text([DECISIONS[0], other]).splitlines()
    assert lines[:2] == [f"principal   {ALICE}", ""]
    assert lines[2:4] == [
        "✔ ALLOWED            s3:GetObject  arn:aws:s3:::b/k  readers#0",
        "✖ DENIED (implicit)  s3:PutObject  *                 nothing allows it",
    ]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_in_colours_nothing_is_cut_off_and_nothing_is_wider_than_asked(width: int) -> None:
    long = [
        replace(each, request=Request(ALICE, f"s3:{'VeryLong' * 6}{index}")) for index, each in enumerate(DECISIONS)
    ]
    text = table_as_styled_text(long, width).plain
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert "".join(text.split()) == "".join(table_as_plain_text(long).split())


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
    hostile = replace(decision(), request=Request(ALICE, "[red]s3:Get"))
    assert "[red]s3:Get" in table_as_styled_text([hostile], 120).plain
