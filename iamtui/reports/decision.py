"""One decision as text, JSON and Markdown: three views of one tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamtui.evaluation.decision import Decision
from iamtui.reports.decision_data import decision_data
from iamtui.reports.lines import Line
from iamtui.reports.markdown import block, cell, code
from iamtui.reports.outline import outline
from iamtui.reports.requests import fact_lines, request_facts, warning_lines
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.words import sentence, words_of

if TYPE_CHECKING:
    from rich.text import Text


def as_plain_text(decision: Decision, *, full: bool = False) -> str:
    """The request and the tree, without colours; with `full` everything is unfolded."""
    return plain_text(_asked(decision)) + "\n" + plain_text(outline(decision), full=full)


def as_styled_text(decision: Decision, width: int, *, full: bool = False) -> Text:
    """The same in colours, no wider than `width` cells."""
    text = styled_text(_asked(decision), width)
    return text.append("\n").append_text(styled_text(outline(decision), width, full=full))


def as_json(decision: Decision) -> bytes:
    """Version 1 of the form that `iamtui.reports.decision_data` describes."""
    return json_bytes(decision_data(decision))


def as_markdown(decision: Decision, *, full: bool = False) -> str:
    """For an incident ticket: the verdict, the request as a table, what is missing, and the trace as a block."""
    words = words_of(decision)
    parts = [f"> ⚠ {code(line.text)}\n" for line in warning_lines([decision.request])]
    parts += [f"## {words.glyph} {words.word}", "", f"{code(sentence(decision))}", "", "| | |", "| --- | --- |"]
    parts += [f"| {name} | {cell(value)} |" for name, value in request_facts(decision.request)]
    for title, items in (
        ("Decisive statements", decision.matched),
        ("What is missing or in the way", tuple(blocker.text for blocker in decision.blockers)),
        ("Not exported, and matters", decision.unknown_data),
        ("What was not exported and could change this", decision.assumed),
        ("Notes", decision.notes),
    ):
        if items:
            parts += ["", f"### {title}", "", *(f"- {code(item)}" for item in items)]
    if decision.aws_message is not None:
        parts += ["", "### What AWS would say", "", code(decision.aws_message)]
    parts += ["", "### Trace", "", block(plain_text(outline(decision), full=full))]
    return "\n".join(parts)


def _asked(decision: Decision) -> list[Line]:
    return [*warning_lines([decision.request]), *fact_lines(list(request_facts(decision.request)))]
