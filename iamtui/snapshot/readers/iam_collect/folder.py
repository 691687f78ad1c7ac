"""A folder of a store: the aspects of one thing, a file each (I113)."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Raw

from iamtui.files.source import MalformedError, decode
from iamtui.snapshot.facts import StoreFile
from iamtui.snapshot.model import Tags
from iamtui.snapshot.readers.iam_members import Boundary

T = TypeVar("T")
_NULL = Raw(b"null")


class Metadata(msgspec.Struct, rename="camel"):
    """Members of any `metadata.json`."""

    arn: str | None = None
    path: str | None = None
    name: str | None = None
    id: str | None = None
    created: str | float | None = None
    permission_boundary: str | Boundary | None = None
    description: str | None = None
    default_version_id: str | None = None
    permissions_boundary_usage_count: int | None = None
    is_attachable: bool | None = None
    create_date: str | float | None = None
    update_date: str | float | None = None
    audiences: list[str] | None = None
    url: str | None = None
    valid_until: str | float | None = None
    region: str | None = None
    vpc: str | None = None
    bucket: str | None = None
    bucket_account: str | None = None
    type: str | None = None
    service_name: str | None = None
    aws_managed: bool | None = None
    root_ou: str | None = None
    root_account_id: str | None = None
    features: dict[str, bool] | None = None


class Folder:
    """The aspects of one thing; a missing file is an empty aspect (I113)."""

    def __init__(self, place: tuple[str, ...]) -> None:
        self.place = place
        self._files: dict[str, tuple[Path, bytes]] = {}

    def add(self, path: Path, file: StoreFile) -> None:
        """Add a file; of two with one aspect the first stays."""
        self._files.setdefault(file.aspect, (path, file.content))

    @property
    def path(self) -> Path:
        """A file of the folder, `metadata.json` if there is one."""
        return (self._files.get("metadata") or next(iter(self._files.values())))[0]

    def path_of(self, place: str) -> Path:
        """The file that a place is in: places begin with the name of the file."""
        aspect = place.partition(".json")[0]
        return self._files[aspect][0] if aspect in self._files else self.path

    def __contains__(self, aspect: str) -> bool:
        """Whether there is a file of the aspect."""
        return aspect in self._files

    def raw(self, aspect: str) -> Raw:
        """The content of an aspect as it is; raises `MalformedError` if its file could not be read."""
        if aspect not in self._files:
            return _NULL
        content = self._files[aspect][1]
        if not content:
            raise MalformedError(f"{aspect}.json", "expected a readable file")
        return Raw(content)

    def get(self, aspect: str, kind: type[T]) -> T | None:
        """The content of an aspect; raises `MalformedError` if it is not of that kind."""
        return decode(self.raw(aspect), kind, f"{aspect}.json") if aspect in self._files else None

    def metadata(self) -> Metadata:
        """What `metadata.json` says."""
        return self.get("metadata", Metadata) or Metadata()

    def tags(self) -> Tags:
        """The tags; none if there is no file of them."""
        tags = self.get("tags", dict[str, str | None]) or {}
        return tuple((key, value or "") for key, value in tags.items())
