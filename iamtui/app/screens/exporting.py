"""Copies and saves what the screen shows: to the clipboard or to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol, cast

from textual.app import App

from iamtui.app.clipboard import LONGEST, proviso
from iamtui.app.saving import Format, Target, Writing, suggested_name
from iamtui.app.screens.save_dialog import SaveDialog
from iamtui.browsing.copies import Copy
from iamtui.content.numbers import number_of

_SOON: Final = 0.5
"""Seconds after which it is said that a file is being written."""
_AGAIN: Final = 3.0
"""Seconds between two words on that."""


class Exportable(Protocol):
    """What can be copied and saved: a pane, or a list above the workbench."""

    @property
    def app(self) -> App[Any]:
        """The app."""
        ...

    @property
    def formats(self) -> tuple[Format, ...]:
        """In which forms the content can be saved, the usual one first."""
        ...

    @property
    def stem(self) -> str:
        """What a file with its content would be called."""
        ...

    def exported(self, form: Format) -> Iterable[str]:
        """The content as text, JSON or Markdown, part by part; its true text, not as it is drawn.

        What the screen holds is taken at once; parts are made when they are asked for, in a thread. `()`: there is
        nothing to be saved.
        """
        ...

    def copied(self) -> tuple[str, str] | None:
        """What the copy key takes, its name first; `None` if there is nothing."""
        ...


def copy(pane: Exportable) -> None:
    """Send what a pane offers to the clipboard."""
    taken = pane.copied()
    if taken is None:
        pane.app.notify("nothing to copy here", severity="warning", markup=False, timeout=3)
        return
    send(pane.app, Copy(*taken))


def send(app: App[Any], copy: Copy) -> None:
    """Send a text to the clipboard, and say what was sent and what may be in the way. Everything copied goes here."""
    sent = copy.text.encode("utf-8", "backslashreplace")  # a document may hold half of a character
    if len(sent) * 4 // 3 > LONGEST:
        app.notify(f"the {copy.what} is too long for most terminals: Y, then ctrl+s, saves it", severity="warning")
        return
    app.copy_to_clipboard(sent.decode())
    doubts = proviso()
    saves = f" · {doubts} · ctrl+s in Y saves it to a file" if doubts else ""
    app.notify(f"{copy.what} sent to the clipboard, {number_of(len(copy.text), 'character')}{saves}", timeout=3)


def _told(content: Iterable[str], form: Format, mark: str) -> Iterable[str]:
    """The content, below what its screen says at its top."""
    return chain((f"{mark}\n\n",), content) if mark and form in ("txt", "md") else content


def save(pane: Exportable) -> None:
    """Ask for a name, then save what a pane holds."""
    app = pane.app
    suggestion = suggested_name(Path(), pane.stem, pane.formats[0])
    mark = str(app.screen.border_title or "")  # that the answers are of a what-if

    def write_to(target: Target | None) -> None:
        if target is None:
            return
        if target.format == "svg":
            content: Iterable[str] = (app.export_screenshot(title="iamtui"),)  # the dialog is gone by now
        else:
            content = pane.exported(target.format)
        if content == ():
            app.notify("there is nothing to save here yet", severity="warning", timeout=3)
            return
        writing = Writing(target, _told(content, target.format, mark))
        cast("_Saves", app).writings.append(writing)
        # The app does it, whatever is closed meanwhile; it is one that TellsFaults.
        app.run_worker(_watch(app, writing), group="save", description="save", exit_on_error=False)

    app.push_screen(SaveDialog(suggestion, pane.formats), write_to)


class _Saves(Protocol):
    writings: list[Writing]


async def _watch(app: App[Any], writing: Writing) -> None:
    """Write a file in a thread, say that it is being written if that lasts, and what became of it."""
    writer = asyncio.ensure_future(asyncio.to_thread(writing.run))
    seconds = _SOON
    while not (await asyncio.wait((writer,), timeout=seconds))[0]:
        app.notify(f"saving {writing.path} … {writing.size:,} bytes by now", timeout=_AGAIN)
        seconds = _AGAIN
    cast("_Saves", app).writings.remove(writing)
    writer.result()  # a fault of ours is told as such
    app.notify(writing.said, severity="error" if writing.trouble else "information", timeout=5)
