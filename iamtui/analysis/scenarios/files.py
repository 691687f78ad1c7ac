"""Reading scenario files: strictly, so that a slip of the pen never makes a case weaker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import UNSET, Raw, UnsetType

from iamtui.analysis.scenarios.cases import Case, CaseReader, UnusableCase
from iamtui.files.reading import LARGEST, UnreadableError, read_named
from iamtui.policy.document import DocumentTable

VERSION = 1


class ScenarioError(Exception):
    """A scenario file that cannot be used at all; the message names the file, the place and what was expected."""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file: the snapshot that it names, resolved against its own place, and its cases in order."""

    path: Path
    snapshot: Path | None
    cases: tuple[Case | UnusableCase, ...]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: Raw
    cases: list[Raw]
    snapshot: str | UnsetType = UNSET


_FILES = msgspec.json.Decoder(_File)


def read_scenarios(path: Path, documents: DocumentTable) -> ScenarioFile:
    """Read a file; a malformed case costs only that case.

    Args:
        path: the file.
        documents: where equal documents of the cases become one.

    Raises:
        ScenarioError: the file cannot be read, is no JSON, or not a scenario file of version 1.
    """
    try:
        file = _FILES.decode(_read(path))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: expected a scenario file: {error}; none of its cases is checked") from error
    if bytes(file.version) != b"%d" % VERSION:
        raise ScenarioError(f"{path}: expected version {VERSION}; none of its cases is checked")
    snapshot = None if isinstance(file.snapshot, UnsetType) else path.parent / file.snapshot
    reader = CaseReader(documents)
    return ScenarioFile(path, snapshot, tuple(reader.case(index, raw) for index, raw in enumerate(file.cases)))


def _read(path: Path) -> bytes:
    try:
        return read_named(path, LARGEST)
    except UnreadableError as error:
        raise ScenarioError(f"{path}: {error}; none of its cases is checked") from error
