"""Which texts on the screen name the rules that are asked about."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from iamtui.app.panes.simulation import SimulationPane
from iamtui.app.screens.rules_screen import RulesScreen
from iamtui.rules import Rule, rules_in
from iamtui.widgets.line_cursor import LineCursor
from iamtui.widgets.verdict_bar import VerdictBar

__all__ = ["RulesScreen", "first_rules", "texts_at"]


def texts_at(focused: Widget | None) -> tuple[str, ...]:
    """The row under the cursor of what has the focus, and in a simulation what is said of the answer."""
    return () if focused is None else tuple(_texts_at(focused))


def _texts_at(focused: Widget) -> Iterator[str]:
    if isinstance(focused, LineCursor) and focused.row_count:
        yield focused.row_text(focused.cursor)
    for pane in focused.ancestors:
        if isinstance(pane, SimulationPane):
            verdict = pane.query_one(VerdictBar).verdict
            yield f"{verdict.sentence} {verdict.caution}"


def first_rules(texts: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of the first text that names any; reads files."""
    return next(filter(None, map(rules_in, texts)), ())
