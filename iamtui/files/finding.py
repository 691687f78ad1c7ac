"""Finding and reading files, in bounded memory, whatever a folder holds."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""Files that are larger, also once decompressed, are not read."""

_SNIFFED = 512
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how PowerShell writes what it redirects to a file
_REPORT_IN_BASE64 = b"dXNlcixhcm4s"  # "user,arn,"
ERRORS_OF_NOTHING = (
    "AWSOrganizationsNotInUseException",
    "NoSuchAccessPointPolicy",
    "NoSuchBucketPolicy",
    "NoSuchEntity",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "RepositoryPolicyNotFoundException",
    "ResourceNotFoundException",
)
"""The codes of errors that say that there is nothing (I8)."""
_ERROR = re.compile(
    rb"(?:[\w.\[\]]+: )*An error occurred \(|\W*(?:<\?xml[^>]*>\s*<Error>\s*<Code>\s*|Code: )?(?:"
    + "|".join(ERRORS_OF_NOTHING).encode()
    + rb")\b"
)


class UnreadableError(Exception):
    """A file that cannot be read as asked; the message says what was expected."""


class NotOursError(UnreadableError):
    """A file whose first bytes already say that it is no export."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file is still the one that was read."""

    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at; `root` is the path that was asked for, and the same as `path` for a file named itself."""

    path: Path
    root: Path

    @property
    def is_named(self) -> bool:
        """Whether the user named this file and did not just point at a folder."""
        return self.path == self.root


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not looked at, and why."""

    path: Path
    reason: str
    is_named: bool


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file behind `path`, `None` if there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def find_files(paths: Sequence[Path]) -> Iterator[Found | LeftOut]:
    """All files named or in the folders named, each once, in a stable order.

    Hidden entries are left out. A link is followed if what it points to lies in the same folder tree; a folder is
    entered once, so links cannot loop.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            yield LeftOut(path, f"cannot be opened: {_reason(error)}", is_named=True)
            continue
        if stat.S_ISDIR(mode):
            yield from _search(path, seen)
        elif stat.S_ISREG(mode):
            yield Found(path, path)
        else:
            yield LeftOut(path, "neither a file nor a folder", is_named=True)


def _search(root: Path, seen: set[tuple[int, int]]) -> Iterator[Found | LeftOut]:
    real_root = root.resolve()
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(folder, f"the folder cannot be read: {_reason(error)}", is_named=folder == root)
            continue
        folders = []
        for entry in entries:
            path = folder / entry.name
            found = _look_at(entry, path, root, real_root)
            if found is None:
                folders.append(path)
            else:
                yield found
        pending.extend(reversed(folders))


def _look_at(entry: os.DirEntry[str], path: Path, root: Path, real_root: Path) -> Found | LeftOut | None:
    """What to do with an entry of a folder; `None` for a folder to search."""
    if entry.name.startswith("."):
        return LeftOut(path, "hidden", is_named=False)
    try:
        if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(real_root):
            return LeftOut(path, "a link that leaves the folder", is_named=False)
        if entry.is_dir():
            return None
        if entry.is_file():
            return Found(path, root)
    except (OSError, RuntimeError) as error:
        return LeftOut(path, f"cannot be opened: {_reason(error)}", is_named=False)
    return LeftOut(path, "neither a file nor a folder", is_named=False)


def read_file(path: Path, *, largest: int | None = None, any_kind: bool = False) -> tuple[bytes, Stamp]:
    """The content of a file, decompressed and without byte order mark, and its stamp.

    A file that changes while it is read is read once more.

    Args:
        path: the file.
        largest: bytes, also once decompressed, beyond which it is not read; `LARGEST` if left out.
        any_kind: read it whatever its first bytes are, and not only if they may be those of an export.

    Raises:
        NotOursError: the first bytes are those of another kind of file.
        UnreadableError: too large, damaged, unreadable, or changing all the time.
    """
    for _ in range(2):
        try:
            with path.open("rb") as stream:
                before = os.fstat(stream.fileno())
                data = _read_stream(
                    stream.fileno(), before.st_size, _Limits(LARGEST if largest is None else largest, any_kind)
                )
        except OSError as error:
            raise UnreadableError(f"expected a readable file: {_reason(error)}") from error
        stamp = Stamp(before.st_size, before.st_mtime_ns, before.st_ino)
        if stamp == stamp_of(path):
            return _as_utf_8(data), stamp
    raise UnreadableError("expected a file that stays still while it is read")


@dataclass(frozen=True, slots=True)
class _Limits:
    """What of a file is read: so many bytes, and any kind or only what may be an export."""

    largest: int
    any_kind: bool

    def check_head(self, head: bytes, size: int) -> None:
        if not self.any_kind:
            _check_head(head, size)

    def check_size(self, size: int) -> None:
        if size > self.largest:
            limit = f"{self.largest >> 20} MB (decompressed), got {size >> 20} MB or more"
            raise UnreadableError(f"expected at most {limit}")


def _read_stream(descriptor: int, size: int, limits: _Limits) -> bytes:
    head = os.read(descriptor, _SNIFFED)
    if head.startswith(_GZIP):
        return _decompress(descriptor, head, limits)
    limits.check_head(head, size)
    limits.check_size(size)
    chunks, total = [head], len(head)
    while chunk := os.read(descriptor, max(_CHUNK, size - total + 1)):
        chunks.append(chunk)
        total += len(chunk)
        limits.check_size(total)
    return b"".join(chunks)


def _as_utf_8(data: bytes) -> bytes:
    """The text without byte order mark; of UTF-16 only what has one is recognised."""
    if not data.startswith(_UTF_16):
        return data.removeprefix(_BOM)
    try:
        return data.decode("utf-16").encode()
    except UnicodeError as error:
        raise UnreadableError(f"expected UTF-8, or sound UTF-16 after its byte order mark: {error}") from error


def _decompress(descriptor: int, head: bytes, limits: _Limits) -> bytes:
    """Unpack gzip, also of several members, and stop at the limit however well it is packed."""
    unpacker = zlib.decompressobj(wbits=31)
    chunks: list[bytes] = []
    total, packed = 0, head
    try:
        while packed:
            chunk = unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
            if chunk and not chunks:
                limits.check_head(chunk[:_SNIFFED], len(chunk))
            chunks.append(chunk)
            total += len(chunk)
            limits.check_size(total)
            if unpacker.eof:
                packed = unpacker.unused_data or os.read(descriptor, _CHUNK)
                unpacker = zlib.decompressobj(wbits=31)
                if not packed.startswith(_GZIP):
                    return b"".join(chunks)
            packed = packed or os.read(descriptor, _CHUNK)
    except zlib.error as error:
        raise UnreadableError(f"expected sound gzip data: {error}") from error
    raise UnreadableError("expected more: the gzip data ends in the middle")


def _check_head(head: bytes, size: int) -> None:
    """Refuse what starts unlike any export: a JSON object or list, a credential report, what a refused call printed."""
    text = _head_as_utf_8(head).lstrip()
    if text[:1] in (b"{", b"[") or is_report(text) or is_error_text(text):
        return
    if not text and size <= _SNIFFED:
        raise NotOursError("empty")
    if text or len(head) < _SNIFFED:
        raise NotOursError("not recognised: neither a JSON object or list nor a credential report")


def _head_as_utf_8(head: bytes) -> bytes:
    if head.startswith(_UTF_16):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "ignore")
    return head.removeprefix(_BOM)


def is_csv_report(text: bytes) -> bool:
    """Whether a text begins with the names of columns of a credential report, in any order (I21)."""
    columns = {column.strip().strip(b'"') for column in text.partition(b"\n")[0].split(b",")}
    return {b"user", b"arn"} <= columns


def is_report(text: bytes) -> bool:
    """Whether a text is a credential report, plain or in base64, as `--query Content --output text` gives it (I20)."""
    return is_csv_report(text) or text.startswith(_REPORT_IN_BASE64)


def is_error_text(head: bytes) -> bool:
    """Whether a file holds what a refused call printed, or the code of the error alone (I8)."""
    return _ERROR.match(head.lstrip()) is not None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
