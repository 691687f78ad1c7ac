"""Copies and saves what the screen shows: to the clipboard or to a file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from iamtui.app.screens.save_dialog import SaveDialog, Target
from iamtui.app.workbench.layout import PanedScreen
from iamtui.app.workbench.saving import suggested_name, write
from iamtui.visible import visible

_LONGEST_COPY = 75_000
"""Characters, as they are sent (base64); terminals cut what is longer."""


class ExportingScreen(PanedScreen):
    """Copies and saves the content of the pane in front."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", show=False, id="app.copy"),
        Binding("w,ctrl+s", "save", "Save", show=False, id="app.save"),
    ]

    def action_copy(self) -> None:
        """Send what the pane in front offers to the clipboard."""
        taken = self.front_pane.copied()
        if taken is None:
            self.notify("nothing to copy here", severity="warning", markup=False, timeout=3)
            return
        what, text = taken
        sent = text.encode("utf-8", "backslashreplace")  # a document may hold half of a character
        if len(sent) * 4 // 3 > _LONGEST_COPY:
            self.notify(f"the {what} is too long for most terminals: w saves it", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(sent.decode())
        self.notify(f"{what} sent to the clipboard", markup=False, timeout=3)

    def action_save(self) -> None:
        """Ask for a name, then save."""
        pane = self.front_pane
        suggestion = suggested_name(Path.cwd(), pane.stem, pane.FORMATS[0])
        picture = self.app.export_screenshot(title="iamtui")  # before the dialog covers it

        def save(target: Target | None) -> None:
            if target is None:
                return
            try:
                write(target, picture if target.format == "svg" else pane.exported(target.format))
            except OSError as error:
                reason = f"not saved: {target.path}: {error.strerror}"
                self.notify(visible(reason), severity="error", markup=False)
                return
            self.notify(visible(f"saved: {target.path}"), markup=False, timeout=5)

        self.app.push_screen(SaveDialog(suggestion, pane.FORMATS), save)
