"""What is kept from run to run: theme, sizes of the panes, and the requests that were typed.

It lies in a file of its own, for the user's eyes only, and is written when the app ends. Nothing else of an account is
in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import msgspec

from iamtui.content.requests import RequestFields
from iamtui.files.reading import UnreadableError, read_named, reason_of
from iamtui.files.writing import write_whole

_LARGEST: Final = 1_000_000
_MOST: Final = 100
_FORM: Final = "iamtui state 1"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class StateError(ValueError):
    """A state file that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class State:
    """What is kept; `requests` are the last ones, the newest first."""

    theme: str | None = None
    explorer_share: Annotated[int, msgspec.Meta(ge=15, le=75)] | None = None
    subject_share: Annotated[int, msgspec.Meta(ge=15, le=80)] | None = None
    requests: tuple[RequestFields, ...] = ()
    form: str = _FORM


def read_state(path: Path) -> State:
    """What was kept; nothing where there is no file.

    Raises:
        StateError: the file cannot be read, or is none that we wrote.
    """
    try:
        state = msgspec.json.decode(read_named(path, _LARGEST, takes_pipe=False), type=State)
    except UnreadableError as error:
        if not path.exists() and not path.is_symlink():
            return State()
        raise StateError(f"{path}: {error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise StateError(f"{path}: expected what iamtui keeps, got something else: {error}") from None
    if state.form != _FORM:
        raise StateError(f"{path}: expected {_FORM!r}, got {state.form!r}")
    return state


def write_state(path: Path, state: State) -> None:
    """Keep a state, with the requests that another run has kept meanwhile after its own.

    Raises:
        StateError: the file is none that we wrote, or cannot be written.
    """
    requests = dict.fromkeys((*state.requests, *read_state(path).requests))
    data = msgspec.json.format(msgspec.json.encode(replace(state, requests=tuple(requests)[:_MOST])))
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        path.parent.chmod(_FOLDER_MODE)
        write_whole(path, data + b"\n", replaces=True)
        path.chmod(_FILE_MODE)
    except OSError as error:
        raise StateError(f"{path}: cannot be written: {reason_of(error)}") from None
