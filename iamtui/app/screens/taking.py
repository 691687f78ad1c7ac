"""What screens have in common from which something can be taken along: copied by two keys, saved by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, cast

from textual.binding import Binding, BindingType

from iamtui.app.messages import CopiesOffered
from iamtui.app.saving import Format
from iamtui.app.screens import exporting
from iamtui.app.screens.leaving import LeavesFromTop
from iamtui.browsing.copies import Copy
from iamtui.widgets.line_cursor import LineCursor

TAKING: tuple[BindingType, ...] = (
    Binding("y", "copy", "Copy row", id="list.copy"),
    Binding("Y", "choose_copy", "Copy …", show=False, id="list.copy-menu"),
    Binding("ctrl+s", "save", "Save", id="list.save"),
)
"""The keys, to stand where a screen wants them in its footer."""

_MOST_ROWS = 700
"""More rows no terminal takes, and writing them out for a menu would hold the screen; Save has them."""


class _Opens(Protocol):
    opened: tuple[Path, ...]


class Takes(LeavesFromTop):
    """A screen whose content can be copied and saved; a subclass says what that is."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """Text, or a picture."""
        return ("txt", "svg")

    @property
    def stem(self) -> str:
        """What a file with its content would be called."""
        raise NotImplementedError

    @property
    def rows(self) -> LineCursor:
        """The rows that it shows."""
        raise NotImplementedError

    def exported(self, form: Format) -> Iterable[str]:
        """The rows that are unfolded, part by part; parts are made when they are asked for, in a thread."""
        del form
        return (f"{text}\n" for text in self.rows.row_texts())

    def copied(self) -> tuple[str, str] | None:
        """The row under the cursor, its name first."""
        return ("row", self.rows.row_text(self.rows.cursor).strip()) if self.rows.row_count else None

    def copies_here(self) -> Sequence[Copy]:
        """What can be copied of the row under the cursor, beside its text."""
        return ()

    def commands(self) -> Sequence[Copy]:
        """The commands that print what is on the screen."""
        return ()

    def copies(self) -> Sequence[Copy]:
        """All that can be copied, the usual one first."""
        taken = self.copied()
        row = [] if taken is None else [Copy(*taken)]
        whole = [Copy("all that is unfolded", self._unfolded())] if self.rows.row_count <= _MOST_ROWS else []
        return (*row, *self.copies_here(), *self.commands(), *whole)

    def _unfolded(self) -> str:
        return "".join(f"{text}\n" for text in self.rows.row_texts())

    @property
    def opened(self) -> tuple[Path, ...]:
        """What was opened: the commands that are copied ask of it."""
        return cast("_Opens", self.app).opened

    def action_copy(self) -> None:
        """Send the row under the cursor to the clipboard."""
        exporting.copy(self)

    def action_choose_copy(self) -> None:
        """List what can be copied, and send what is chosen to the clipboard."""
        self.post_message(CopiesOffered(self.copies()))

    def action_save(self) -> None:
        """Ask for a name, then save what is on the screen."""
        exporting.save(self)
