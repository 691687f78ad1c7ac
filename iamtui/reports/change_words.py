"""What changes are called, with a glyph and a tone for each kind."""

from __future__ import annotations

from iamtui.analysis.changes.results import Change, ChangeKind, EntityKind
from iamtui.reports.words import Words

CHANGE_WORDS: dict[ChangeKind, Words] = {
    ChangeKind.ADDED: Words("added", "+", "good"),
    ChangeKind.REMOVED: Words("removed", "-", "bad"),
    ChangeKind.CHANGED: Words("changed", "●", "warn"),
    ChangeKind.RECREATED: Words("recreated", "⟳", "warn"),
    ChangeKind.REWRITTEN: Words("rewritten", "≡", "muted"),
}
"""How each kind of change is shown."""


def title_of(change: Change) -> str:
    """What it is and what it is called; an inline policy with whose it is."""
    name = change.name
    if change.thing is EntityKind.INLINE_POLICY and change.owner is not None:
        name = f"{name} of {change.owner.split(':', 5)[-1]}"
    return f"{change.thing.value} {name}"


def said_of(change: Change) -> str:
    """What became of it."""
    if change.kind is ChangeKind.REWRITTEN:
        return "rewritten, no effect"
    if change.kind is ChangeKind.RECREATED:
        return "deleted and made again: another unique id"
    return change.kind.value
