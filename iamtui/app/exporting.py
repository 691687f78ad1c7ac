"""Copies and saves what the screen shows: to the clipboard or to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from textual.app import App

from iamtui.app.clipboard import LONGEST, proviso
from iamtui.app.saving import suggested_name, write
from iamtui.app.screens.save_dialog import Format, SaveDialog, Target
from iamtui.browsing.copies import Copy
from iamtui.files.reading import reason_of
from iamtui.visible import visible


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

    def exported(self, form: Format) -> str:
        """The content as text, JSON or Markdown; its true text, not as it is drawn."""
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
    send(pane.app, *taken)


def send(app: App[Any], what: str, text: str) -> None:
    """Send a text to the clipboard, and say what was sent and what may be in the way. Everything copied goes here."""
    sent = text.encode("utf-8", "backslashreplace")  # a document may hold half of a character
    if len(sent) * 4 // 3 > LONGEST:
        app.notify(f"the {what} is too long for most terminals: Y, then ctrl+s, saves it", severity="warning")
        return
    app.copy_to_clipboard(sent.decode())
    doubts = proviso()
    saves = f" · {doubts} · ctrl+s in Y saves it to a file" if doubts else ""
    app.notify(f"{what} sent to the clipboard, {len(text):,} characters{saves}", timeout=3)


def choose_copy(app: App[Any], copies: Sequence[Copy]) -> None:
    """List what can be copied, and send what is chosen to the clipboard."""
    from iamtui.app.screens.copy_screen import CopyScreen  # noqa: PLC0415 - it is a list, which is copied from too

    def take(place: str | None) -> None:
        if place is not None:
            send(app, copies[int(place)].what, copies[int(place)].text)

    app.push_screen(CopyScreen(copies), take)


def _told(content: str, form: Format, mark: str) -> str:
    """The content, below what its screen says at its top."""
    return f"{mark}\n\n{content}" if mark and form in ("txt", "md") else content


def save(pane: Exportable) -> None:
    """Ask for a name, then save what a pane holds."""
    suggestion = suggested_name(Path(), pane.stem, pane.formats[0])
    picture = pane.app.export_screenshot(title="iamtui")  # before the dialog covers it
    mark = str(pane.app.screen.border_title or "")  # that the answers are of a what-if

    def write_to(target: Target | None) -> None:
        if target is None:
            return
        try:
            write(
                target, picture if target.format == "svg" else _told(pane.exported(target.format), target.format, mark)
            )
        except OSError as error:
            reason = f"not saved: {target.path}: {reason_of(error)}"
            pane.app.notify(visible(reason), severity="error", markup=False)
            return
        pane.app.notify(visible(f"saved: {target.path}"), markup=False, timeout=5)

    pane.app.push_screen(SaveDialog(suggestion, pane.formats), write_to)
