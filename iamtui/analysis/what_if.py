"""What edits would do, asked before anything is written: the changes they are, and who gains and loses what (CH5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.findings.linting.documents import lint_documents
from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.overlay.commands import command_lines
from iamtui.analysis.overlay.laying import Edit, inverse, laid_over
from iamtui.analysis.overlay.patches import Data, patch_of
from iamtui.analysis.placed_documents import documents_of
from iamtui.analysis.remedies.trying import Tried
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Edits laid over a picture.

    Attributes:
        edits: what shall be.
        snapshot: the picture in which it is so.
        changes: what differs, with who gains and loses what.
        findings: what lint says of documents that are so only by the edits.
        commands: lines of a shell that make the edits; iamtui runs none.
        undo: lines of a shell that take them back.
        patch: the edits as a JSON Patch of the picture.
        mended: the findings whose remedies the edits are, asked again.
    """

    edits: tuple[Edit, ...]
    snapshot: Snapshot
    changes: Changes
    findings: tuple[Reviewed, ...]
    commands: tuple[str, ...]
    undo: tuple[str, ...]
    patch: tuple[Data, ...]
    mended: tuple[Tried, ...] = ()

    @property
    def has_effect(self) -> bool:
        """Whether somebody gains or loses something."""
        return bool(self.changes.effects or self.changes.trust)

    def to_dict(self) -> Data:
        """The JSON of `iamtui what-if`: that of `iamtui diff --effect`, with the patch and the commands."""
        said: dict[str, Data] = {
            "patch": list(self.patch),
            "commands": list(self.commands),
            "undo": list(self.undo),
            "mended": [one.to_dict() for one in self.mended],
        }
        return self.changes.to_dict() | said


def what_if(
    snapshot: Snapshot,
    edits: Sequence[Edit],
    progress: Callable[[int, int], None] | None = None,
    *,
    at: datetime | None = None,
) -> WhatIf:
    """Lay edits over a picture and say what they do; `at` is the time of all requests, now if left out.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    picture = laid_over(snapshot, edits)
    changes = with_effects(compare_snapshots(snapshot, picture), snapshot, picture, progress, at=at)
    return WhatIf(
        edits=tuple(edits),
        snapshot=picture,
        changes=changes,
        findings=_findings(snapshot, picture),
        commands=command_lines(snapshot, edits),
        undo=command_lines(picture, inverse(snapshot, edits)),
        patch=tuple(patch_of(snapshot, edits)),
    )


def _findings(snapshot: Snapshot, picture: Snapshot) -> tuple[Reviewed, ...]:
    before = frozenset(documents_of(snapshot))
    written = lint_documents(placed for placed in documents_of(picture) if placed not in before)
    return tuple(one.checked for one in written if one.findings)
