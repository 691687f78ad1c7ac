"""The rules that a row names, each in full with the page on which AWS says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from iamtui.app.screens.list_screen import ListScreen, ToBeRead
from iamtui.content.nodes import Node
from iamtui.reports.lines import Line
from iamtui.reports.rules import rule_lines
from iamtui.rules import Rule

_PROSE = 68
"""Cells of a line of prose: with a glyph before it and a scrollbar it fits into a terminal of 80 columns."""


class RulesScreen(ListScreen):
    """Shows rules; a rule that another names is opened from its row in the same way."""

    IS_MENU = False
    LIST = ToBeRead

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Show `rules`, at least one, one below the other."""
        super().__init__(
            f"Rules · {', '.join(rule.number for rule in rules)}",
            list(_nodes(rules)),
            empty="",
            footer="E on a row opens the rules that it names, Escape closes",
        )


def _nodes(rules: Sequence[Rule]) -> Iterator[Node]:
    for line in rule_lines(rules):
        yield from _wrapped(line)
        for below in line.children:
            yield from _wrapped(below)
        yield Node(f"{line.key} gap", "")


def _wrapped(line: Line) -> Iterator[Node]:
    """A line as rows that fit into a small terminal; what cannot be broken, an address, is longer."""
    text = f"{line.text}  {line.detail}" if line.detail else line.text
    first, *more = wrap(text, _PROSE, break_long_words=False, break_on_hyphens=False)
    yield Node(line.key, first, tone=line.tone, glyph=line.glyph)
    for number, piece in enumerate(more):
        yield Node(f"{line.key} {number}", f"  {piece}", tone="muted" if line.tone == "muted" else "plain")
