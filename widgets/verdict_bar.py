"""The decision in one line: glyph, word and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from iamtui.widgets.text import TONE_CLASSES, TONE_CSS, Tone, part_style, shown

VerdictKind = Literal["none", "table", "allowed", "explicitDeny", "implicitDeny", "denied", "conditional", "error"]

_WORDS: Final[dict[VerdictKind, tuple[str, Tone]]] = {
    "none": ("· no request", "muted"),
    "table": ("· one row an action", "muted"),
    "allowed": ("✔ ALLOWED", "good"),
    "explicitDeny": ("✖ DENIED (explicit)", "bad"),
    "implicitDeny": ("✖ DENIED (implicit)", "bad"),
    "denied": ("✖ DENIED", "bad"),
    "conditional": ("? CONDITIONAL", "warn"),
    "error": ("! NOT DECIDED", "warn"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bar says: `sentence` gives the reason, `flipped` (if any) what was decided before a reload.

    `caution` (if any) is what the reader should know before trusting the word.
    """

    kind: VerdictKind
    sentence: str = ""
    flipped: str = ""
    caution: str = ""


class VerdictBar(Widget):
    """`✔ ALLOWED`, `✖ DENIED (explicit)`, `✖ DENIED (implicit)`, `? CONDITIONAL`, and why."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES}
    DEFAULT_CSS = f"""
    VerdictBar {{
        width: 1fr;
        height: auto;
        min-height: 1;
        max-height: 3;
        padding: 0 1;
        {TONE_CSS}
    }}
    """

    verdict: reactive[Verdict] = reactive(Verdict("none"), layout=True)
    """What is shown."""

    def render(self) -> Text:
        """Draw the word, what it was before, the caution, and the sentence."""
        word, tone = _WORDS[self.verdict.kind]
        text = Text.assemble((word, self._style(tone) + Style(bold=True)))
        if self.verdict.flipped:
            text.append("  ").append(
                f"‼ flipped, was {shown(self.verdict.flipped)}", self._style("warn") + Style(bold=True)
            )
        if self.verdict.caution:
            text.append("  ").append(f"⚠ {shown(self.verdict.caution)}", self._style("warn"))
        if self.verdict.sentence:
            text.append("  ").append(shown(self.verdict.sentence))
        return text

    def _style(self, tone: Tone) -> Style:
        return part_style(self, f"tone--{tone}")
