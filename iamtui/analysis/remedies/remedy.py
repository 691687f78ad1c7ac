"""A finding as its remedies need it, and a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iamtui.analysis.overlay.laying import Edit


class Finding(NamedTuple):
    """What was found: by which rule, of what (its ARN, or an account's id), in which words, and with which rows."""

    rule: str
    subject: str
    message: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to mend a finding: what is done, in words, and the edits that do it."""

    words: str
    edits: tuple[Edit, ...]
