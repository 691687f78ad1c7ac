"""Writing what is on the screen to a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from iamtui.app.screens.save_dialog import Target


def write(target: Target, content: str) -> None:
    """Write text to the target.

    Raises:
        FileExistsError: a file is there that the user has not agreed to replace.
        OSError: it cannot be written.
    """
    data = content.encode("utf-8", "backslashreplace")
    if not target.replaces:
        # What is saved says who may do what: it is for the user's eyes first.
        with os.fdopen(os.open(target.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        return
    target.path.write_bytes(data)


def suggested_name(folder: Path, stem: str, ending: str) -> str:
    """A name that is not taken yet, made of what is safe in a file name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem)[:60].strip("-.") or "iamtui"
    for number in range(1, 1000):
        name = f"{plain}.{ending}" if number == 1 else f"{plain}-{number}.{ending}"
        if not (folder / name).exists():
            return name
    return f"{plain}.{ending}"
