"""What is told of a reading while it goes on, and what is asked of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from iamtui.analysis.changes.results import Change
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.browsing.workspace import Indexes
from iamtui.snapshot.model import Snapshot, SourceProblem

if TYPE_CHECKING:
    from iamtui.trail.trail import Trail


@dataclass
class Progressed(Message):
    """Some files were read."""

    done: int
    total: int
    path: Path


@dataclass
class Loaded(Message):
    """A snapshot was read, whole or in part.

    `trees` are sorted for the screen. `changes` are those from the picture on the screen, `unacknowledged` those from
    the last one that the user took note of. `lost` names files that give nothing now and count as they were read
    before. `drawn` is set when it is on the screen: what comes after the reading waits for that.
    """

    snapshot: Snapshot
    trees: tuple[TreeSource, ...]
    changes: tuple[Change, ...] = ()
    unacknowledged: tuple[Change, ...] = ()
    lost: str = ""
    is_partial: bool = False
    drawn: threading.Event = field(default_factory=threading.Event)


@dataclass
class NotLoaded(Message):
    """Nothing could be read."""

    problems: tuple[SourceProblem, ...]


@dataclass
class Cancelled(Message):
    """The user stopped the reading."""


@dataclass
class Unchanged(Message):
    """The files are those that are on the screen."""


@dataclass
class Indexed(Message):
    """The indexes of a snapshot are there."""

    snapshot: Snapshot
    indexes: Indexes


@dataclass
class EventsRead(Message):
    """Recorded events were read, all or part of them.

    `said` says how much was read, `firsts` what callers showed first by row, `news` what came since the last time.
    """

    trail: Trail
    said: str
    firsts: Mapping[int, str] = field(default_factory=dict)
    news: tuple[str, ...] = ()
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be read, and with what it is compared.

    `keeps_what_was_read` is False where the user accepts that a file gives nothing any more.
    """

    paths: tuple[Path, ...]
    on_screen: Snapshot | None = None
    acknowledged: Snapshot | None = None
    keeps_what_was_read: bool = True


def first_problem(problems: Sequence[SourceProblem]) -> str:
    """The first problem, and how many more there are."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else "nothing could be read"
