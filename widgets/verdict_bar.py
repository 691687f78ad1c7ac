"""The decision in one line: glyph, word and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.reactive import reactive
from textual.widget import Widget

VerdictKind = Literal["none", "allowed", "explicitDeny", "implicitDeny", "conditional", "error"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bar says. `sentence` gives the deciding policy; `flipped` what the decision was before a reload."""

    kind: VerdictKind
    sentence: str = ""
    flipped: str = ""


class VerdictBar(Widget):
    """`✔ ALLOWED`, `✖ DENIED (explicit)`, `✖ DENIED (implicit)`, `? CONDITIONAL`, and why."""

    verdict: reactive[Verdict] = reactive(Verdict("none"))
    """What is shown."""
