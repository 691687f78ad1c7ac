"""Writes files whole or not at all: what was there before is there until the new content is."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PRIVATE = 0o600
"""What is written says who may do what: it is for the user's eyes first."""


def write_whole(path: Path, data: bytes, *, replaces: bool) -> None:
    """Write `data` to `path`; see `write_parts`.

    Raises:
        FileExistsError: a file is there, and `replaces` is False.
        OSError: it cannot be written.
    """
    write_parts(path, (data,), replaces=replaces)


def write_parts(path: Path, parts: Iterable[bytes], *, replaces: bool) -> None:
    """Write `parts` to `path` as they come; a file that cannot be written whole is as it was before.

    A link is followed, a file that is replaced keeps its permissions, and a pipe or device is written to. What is
    raised while a part is made ends the writing as what is raised here does.

    Raises:
        FileExistsError: a file is there, and `replaces` is False.
        OSError: it cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        _write_beside(target, parts, _PRIVATE, replaces=replaces)
        return
    if not stat.S_ISREG(mode):
        with target.open("wb", buffering=0) as stream:
            for part in parts:
                stream.write(part)
        return
    if not replaces:
        raise FileExistsError(f"{path} is there already")
    _write_beside(target, parts, stat.S_IMODE(mode), replaces=True)


def _write_beside(target: Path, parts: Iterable[bytes], mode: int, *, replaces: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".iamtui-", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(mode)
        if replaces:
            beside.replace(target)
        else:
            _take_name(beside, target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _take_name(beside: Path, target: Path) -> None:
    """Give a file its name, unless another has got it meanwhile; some file systems know no second names."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(f"{target} is there already") from None
        beside.replace(target)
    else:
        beside.unlink()
