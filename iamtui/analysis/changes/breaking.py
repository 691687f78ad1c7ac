"""What deleting something and making it again breaks (CH2)."""

from __future__ import annotations

from iamtui.analysis.changes.results import Aspect
from iamtui.analysis.placed_documents import documents_of
from iamtui.snapshot.model import Snapshot


def named_by_old_id(snapshot: Snapshot, old_id: str) -> Aspect | None:
    """Whose documents still name an id that nobody has any more; None where none does."""
    needle = old_id.encode()
    naming = (placed.owner or placed.name for placed in documents_of(snapshot) if needle in placed.document.source)
    found = tuple(dict.fromkeys(naming))
    if not found:
        return None
    lines = tuple(f"- {name} names {old_id}, which is nobody now" for name in found)
    return Aspect("named_by_old_id", list(found), [], lines)
