"""What edits would do, before anything is written: who gains and loses what, and the lines that make and undo them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.analysis.what_if import WhatIf
from iamtui.app.saving import Format, late
from iamtui.app.screens.query_screen import Progress, QueryScreen
from iamtui.browsing.line_nodes import LineNodes
from iamtui.content.nodes import Node
from iamtui.reports.edits import said_of
from iamtui.reports.lines import open_keys
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text
from iamtui.reports.what_if import NOTHING, commands_with_undo, what_if_as_markdown, what_if_lines
from iamtui.snapshot.model import Snapshot

Ending = Literal["keep", "more", "off"]


class WhatIfScreen(QueryScreen[WhatIf]):
    """Left with `ending`: keep the edits laid over the picture, choose more of them, or take them off."""

    HELP: ClassVar[str] = """\
# What if
The edits are laid over the picture, and who gains and who loses what is asked as for the changes between two exports;
below stand the lines of the AWS CLI that make the edits, and those that undo them. iamtui runs none and writes nothing.
`o` keeps the edits laid over the picture: everything is then asked of the what-if, and says so, until `X` takes it
off. `a` adds another edit. `ctrl+s` saves the commands (`.sh`), a patch (`.json`) for `iamtui what-if --patch`, or
what is told here.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "end('keep')", "Keep it on", id="what-if.keep"),
        Binding("a", "end('more')", "Another edit", id="what-if.more"),
        Binding("X", "end('off')", "Drop the edits", id="what-if.drop"),
    ]

    def __init__(self, snapshot: Snapshot, edits: Sequence[Edit], remedy: tuple[Finding, Remedy] | None = None) -> None:
        """Lay `edits` over `snapshot`; where they are a remedy of a finding, its rule is asked again."""
        told = said_of(edits[0]) if len(edits) == 1 else f"{len(edits)} edits"
        told = told if remedy is None else remedy[1].words
        super().__init__(
            f"What if: {told}",
            snapshot,
            footer="o keeps it on, ^s saves commands (.sh) or patch (.json); nothing is written",
        )
        self._edits = tuple(edits)
        self._remedy = remedy
        self._lines = LineNodes()
        self.ending: Ending | None = None

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> WhatIf:
        """Ask what they do."""
        from iamtui.analysis.remedies.trying import tried  # noqa: PLC0415 - as above
        from iamtui.analysis.what_if import what_if  # noqa: PLC0415 - the first frame does not wait for it

        found = what_if(snapshot, self._edits, progress)
        return found if self._remedy is None else replace(found, mended=(tried(snapshot, *self._remedy),))

    def rows_of(self, answer: WhatIf) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """The lines that the command prints."""
        self._lines.clear()
        return self._lines.of(what_if_lines(answer)), self._lines.below

    def unfolded(self, nodes: Sequence[Node]) -> Iterable[str]:
        """What the report has open."""
        return open_keys(line for node in nodes if (line := self._lines.line(node.key)) is not None)

    def summary_of(self, answer: WhatIf) -> str:
        """Of how many somebody gains or loses something."""
        principals = {arn for effect in answer.changes.effects or () for arn in effect.principals}
        if principals:
            told = (
                "1 principal gains or loses" if len(principals) == 1 else f"{len(principals):,} principals gain or lose"
            )
            return f"{told} something"
        return "who is let in changes" if answer.changes.trust else NOTHING

    def action_end(self, ending: Ending) -> None:
        """Leave, and say what is to become of the edits."""
        self.ending = ending
        self.dismiss(None)

    @property
    def formats(self) -> tuple[Format, ...]:
        """Commands, a patch, or what is told."""
        return ("sh", "json", "md", "txt", "svg")

    @property
    def stem(self) -> str:
        """The name of what is saved."""
        return "what-if"

    def exported(self, form: Format) -> Iterable[str]:
        """The commands with their undoing, the patch, or the report."""
        answer = self.answer
        if answer is None:
            return super().exported(form) if form == "txt" else ()
        match form:
            case "sh":
                return late(partial(commands_with_undo, answer))
            case "json":
                return late(partial(json_bytes, list(answer.patch)))
            case "md":
                return late(partial(what_if_as_markdown, answer))
        return late(lambda: plain_text(what_if_lines(answer)))
