"""Reads the bytes of one file: bounded, unpacked, as UTF-8. Every file that a user names is read here."""

from __future__ import annotations

import os
import select
import stat
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from iamtui.files.heads import BOM, SNIFFED, UTF_16, foreign_kind

LARGEST = 256 * 1024 * 1024
"""Files that are larger, also once decompressed, are not read."""
SILENCE_SECONDS = 5.0
"""How long a pipe may say nothing before it is given up."""
LONELY_SECONDS = 0.5
"""How long a pipe may have nobody who writes into it."""

STANDARD_INPUT = Path("-")
"""How a user names standard input; what comes on it is kept, so that it can be read as often as a file."""

_CHUNK = 1 << 20
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_798
"""The seconds since 1970 that have a date in the years 1 to 9999, as Python counts them."""
_GZIP = b"\x1f\x8b"
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe to which nobody writes would hold up its opening for ever."""


class UnreadableError(Exception):
    """A file that cannot be read as asked; the message says what was expected."""


class NotOursError(UnreadableError):
    """A file whose first bytes already say that it is no export."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file is still the one that was read: programs can set the times of the content back."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp of a file of which this is the status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_there(path: Path) -> bool:
    """Whether there is a file or folder behind `path`, or it means standard input."""
    return path == STANDARD_INPUT or path.exists()


def moment_of(nanoseconds: int) -> datetime:
    """A time of a file; one that no calendar has is the first or last that one has."""
    seconds = nanoseconds // 1_000_000_000
    if not _FIRST_SECOND <= seconds <= _LAST_SECOND:
        return datetime.min.replace(tzinfo=UTC) if seconds < 0 else datetime.max.replace(tzinfo=UTC)
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file behind `path`, `None` if there is none."""
    try:
        return Stamp.of(path.stat())
    except (OSError, ValueError):
        return None


def read_file(path: Path, *, largest: int | None = None, any_kind: bool = False) -> tuple[bytes, Stamp]:
    """The content of a file, decompressed and without byte order mark, and its stamp.

    A file that changes while it is read is read once more.

    Args:
        path: the file.
        largest: bytes, also once decompressed, beyond which it is not read; `LARGEST` if left out.
        any_kind: read it whatever its first bytes are, and not only if they may be those of an export.

    Raises:
        NotOursError: the first bytes are those of another kind of file.
        UnreadableError: no file, too large, damaged, unreadable, or changing all the time.
    """
    limits = _Limits(LARGEST if largest is None else largest, any_kind)
    for _ in range(2):
        data, stamp = _read_once(path, limits, takes_pipe=False)
        if path == STANDARD_INPUT or stamp == stamp_of(path):
            return _as_utf_8(data), stamp
    raise UnreadableError("expected a file that stays still while it is read")


def read_named(path: Path, largest: int, *, takes_pipe: bool = True) -> bytes:
    """The content of a file that the user named for what it is, decompressed and without byte order mark.

    Args:
        path: the file; `takes_pipe` says whether it may be a pipe too, as `<(...)` of a shell makes one.
        largest: bytes, also once decompressed, beyond which it is not read.
        takes_pipe: whether a pipe is read, until it ends or says nothing for `SILENCE_SECONDS`.

    Raises:
        UnreadableError: neither file nor pipe, too large, damaged or unreadable.
    """
    return _as_utf_8(_read_once(path, _Limits(largest, any_kind=True), takes_pipe=takes_pipe)[0])


def read_as_it_stands(path: Path, largest: int) -> bytes:
    """The bytes of a file as they stand there: packed, and with the byte order mark that it may have.

    Raises:
        UnreadableError: no file, more than `largest` bytes, or unreadable.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"expected a readable file: {reason_of(error)}") from error
    try:
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(mode := os.fstat(descriptor).st_mode):
                raise UnreadableError(f"expected a file, got {_kind(mode)}")
            data = stream.read(largest + 1)
    except OSError as error:
        raise UnreadableError(f"expected a readable file: {reason_of(error)}") from error
    _Limits(largest, any_kind=True).check_size(len(data))
    return data


def read_standard_input(stream: BinaryIO, largest: int) -> bytes:
    """All that comes on standard input, as long as that takes.

    Raises:
        UnreadableError: it is more than `largest` bytes, also once decompressed, or damaged.
    """
    try:
        return _as_utf_8(_read_stream(stream.read, 0, _Limits(largest, any_kind=True)))
    except OSError as error:
        raise UnreadableError(f"expected to read standard input: {reason_of(error)}") from error


def named_path(text: str) -> Path:
    """The path that a user typed; `~` is a home.

    Raises:
        UnreadableError: nobody's home is known by that name.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UnreadableError(f"expected the home of a user that exists, got {Path(text).parts[0]}") from error


def reason_of(error: Exception) -> str:
    """Why the system refused, in its words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


@lru_cache(maxsize=1)
def _kept(stream: BinaryIO) -> bytes:
    return read_standard_input(stream, LARGEST)


def _read_kept(limits: _Limits) -> tuple[bytes, Stamp]:
    data = _kept(sys.stdin.buffer)
    limits.check_head(data[:SNIFFED], len(data))
    limits.check_size(len(data))
    now = time.time_ns()
    return data, Stamp(len(data), now, now, 0)


def _read_once(path: Path, limits: _Limits, *, takes_pipe: bool) -> tuple[bytes, Stamp]:
    if path == STANDARD_INPUT:
        return _read_kept(limits)
    try:
        descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"expected a readable file: {reason_of(error)}") from error
    try:
        status = os.fstat(descriptor)
        is_pipe = stat.S_ISFIFO(status.st_mode)
        if not (stat.S_ISREG(status.st_mode) or (is_pipe and takes_pipe)):
            raise UnreadableError(f"expected a file, got {_kind(status.st_mode)}")
        read = partial(_read_pipe if is_pipe else os.read, descriptor)
        return _read_stream(read, status.st_size, limits), Stamp.of(status)
    except OSError as error:
        raise UnreadableError(f"expected a readable file: {reason_of(error)}") from error
    finally:
        os.close(descriptor)


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((word for is_kind, word in kinds if is_kind(mode)), "a device")


def _read_pipe(descriptor: int, count: int) -> bytes:
    if not select.select([descriptor], [], [], LONELY_SECONDS)[0]:
        with suppress(BlockingIOError):  # raised where somebody may write yet
            if data := os.read(descriptor, count):
                return data
            raise UnreadableError("expected a file, got a pipe into which nobody writes")
    if not select.select([descriptor], [], [], SILENCE_SECONDS)[0]:
        raise UnreadableError(f"expected a file, got a pipe that said nothing for {SILENCE_SECONDS:.0f} seconds")
    return os.read(descriptor, count)


@dataclass(frozen=True, slots=True)
class _Limits:
    """What of a file is read: so many bytes, and any kind or only what may be an export."""

    largest: int
    any_kind: bool

    def check_head(self, head: bytes, size: int) -> None:
        if not self.any_kind and (kind := foreign_kind(head, size)) is not None:
            raise NotOursError(kind)

    def check_size(self, size: int) -> None:
        if size > self.largest:
            limit = f"{_in_units(self.largest)} (decompressed), got {_in_units(size)} or more"
            raise UnreadableError(f"expected at most {limit}")


def _in_units(size: int) -> str:
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size:,} bytes"


def _read_stream(read: Callable[[int], bytes], size: int, limits: _Limits) -> bytes:
    head = read(SNIFFED)
    if head.startswith(_GZIP):
        return _decompress(read, head, limits)
    limits.check_head(head, size)
    limits.check_size(size)
    chunks, total = [head], len(head)
    while chunk := read(max(_CHUNK, size - total + 1)):
        chunks.append(chunk)
        total += len(chunk)
        limits.check_size(total)
    return b"".join(chunks)


def _as_utf_8(data: bytes) -> bytes:
    """The text without byte order mark; of UTF-16 only what has one is recognised."""
    if not data.startswith(UTF_16):
        return data.removeprefix(BOM)
    try:
        return data.decode("utf-16").encode()
    except UnicodeError as error:
        raise UnreadableError(f"expected UTF-8, or sound UTF-16 after its byte order mark: {error}") from error


def _decompress(read: Callable[[int], bytes], head: bytes, limits: _Limits) -> bytes:
    """Unpack gzip, also of several members, and stop at the limit however well it is packed."""
    unpacker = zlib.decompressobj(wbits=31)
    chunks: list[bytes] = []
    total, packed = 0, head
    try:
        while packed:
            chunk = unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
            if chunk and not chunks:
                limits.check_head(chunk[:SNIFFED], len(chunk))
            chunks.append(chunk)
            total += len(chunk)
            limits.check_size(total)
            if unpacker.eof:
                packed = unpacker.unused_data or read(_CHUNK)
                unpacker = zlib.decompressobj(wbits=31)
                if not packed.startswith(_GZIP):
                    return b"".join(chunks)
            packed = packed or read(_CHUNK)
    except zlib.error as error:
        raise UnreadableError(f"expected sound gzip data: {error}") from error
    raise UnreadableError("expected more: the gzip data ends in the middle")
