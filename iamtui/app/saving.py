"""Writing what is on the screen to a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from iamtui.app.screens.save_dialog import Target
from iamtui.files.writing import write_whole


def write(target: Target, content: str) -> None:
    """Write text to the target.

    Raises:
        FileExistsError: a file is there that the user has not agreed to replace.
        OSError: it cannot be written; what was there is there still.
    """
    write_whole(target.path, content.encode("utf-8", "backslashreplace"), replaces=target.replaces)


def suggested_name(folder: Path, stem: str, ending: str) -> str:
    """A name that is not taken yet, made of what is safe in a file name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem)[:60].strip("-.") or "iamtui"
    names = (f"{plain}.{ending}" if number == 1 else f"{plain}-{number}.{ending}" for number in range(1, 1000))
    return next((name for name in names if not os.path.lexists(folder / name)), f"{plain}.{ending}")
