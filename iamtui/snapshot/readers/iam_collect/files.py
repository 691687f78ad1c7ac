"""The files of a store: each is one aspect of the thing that its folder stands for (I110, I112)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iamtui.arn import is_account_id
from iamtui.snapshot.facts import StoreFile
from iamtui.snapshot.reading import Intake, Reader, Source

_BRANCHES = ("accounts", "organizations", "indexes")


def _place_in_store(path: Path) -> tuple[str, ...] | None:
    """The folders below `aws/` of a store: partition, branch and on (I110)."""
    parts = path.absolute().parts[:-1]
    for index in range(len(parts) - 2):
        if parts[index] == "aws" and parts[index + 1].startswith("aws") and parts[index + 2] in _BRANCHES:
            below = parts[index + 1 :]
            if below[1] == "indexes" or (len(below) > 2 and (is_account_id(below[2]) or below[2].startswith("o-"))):
                return below
    return None


def _recognises(source: Source) -> bool:
    return source.looks_like_json and source.path.suffix == ".json" and _place_in_store(source.path) is not None


def _read(source: Source, _: Intake) -> Iterator[StoreFile]:
    folder = _place_in_store(source.path)
    if folder is not None:
        yield StoreFile(folder, source.path.name.removesuffix(".json"), source.data)


READER = Reader("iam-collect", _recognises, _read)
