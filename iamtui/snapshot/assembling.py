"""Puts what all files say together to one `Snapshot`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from iamtui.policy.document import DocumentTable
from iamtui.snapshot.accounts import AccountsBuilder, Page, accounts_named
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.files import Stamp
from iamtui.snapshot.model import Snapshot, SourceFile, SourceProblem
from iamtui.snapshot.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave; kept with the snapshot, so that the next opening re-reads only what changed."""

    file: SourceFile
    stamp: Stamp | None
    facts: tuple[Fact, ...] = ()
    problems: tuple[SourceProblem, ...] = ()

    @property
    def modified(self) -> datetime:
        """When the file was last written, which stands for the time of export."""
        return datetime.fromtimestamp(self.file.modified_ns / 1e9, UTC)


def assemble(roots: tuple[Path, ...], readings: Mapping[Path, Reading], documents: DocumentTable) -> Snapshot:
    """The picture that all readings give together; of contradicting files the newest wins (I11)."""
    newest_first = sorted(
        readings.values(), key=lambda reading: (reading.file.modified_ns, reading.file.path), reverse=True
    )
    pages = [Page(reading.file.path, reading.modified, fact) for reading in newest_first for fact in reading.facts]
    neighbours = Neighbours((page.path, accounts_named(page.entities)) for page in pages)
    builder = AccountsBuilder(neighbours)
    for page in pages:
        builder.add(page)
    accounts = builder.accounts()
    problems = [problem for reading in readings.values() for problem in reading.problems]
    return Snapshot(
        accounts=MappingProxyType(accounts),
        files=tuple(reading.file for reading in readings.values()),
        problems=(*problems, *builder.problems),
        roots=roots,
        readings=MappingProxyType(readings),
        documents=documents,
    )
