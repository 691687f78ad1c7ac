"""Asks under which name to save what is on the screen, and never replaces a file unasked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from iamtui.app.saving import Format, Target
from iamtui.app.screens.leaving import LeavesFromTop
from iamtui.files.reading import UnreadableError, named_path, reason_of
from iamtui.widgets.key_bar import KeyBar
from iamtui.widgets.line_input import LineInput
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.text import shown

FORMATS: dict[Format, str] = {
    "txt": "text",
    "json": "JSON",
    "md": "Markdown",
    "sh": "commands for a shell",
    "svg": "a picture of the screen (SVG)",
}


class SaveDialog(LeavesFromTop, ModalScreen[Target | None]):
    """The ending of the name says the form."""

    HELP: ClassVar[str] = """\
# The name of a file
A path, from the folder in which iamtui was started; the folder must be there. `enter` takes it. What is saved replaces
a file only if you press `enter` again; pins and mutes are added to a file that is there.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="save.cancel"),
        Binding("f1", "app.toggle_help", "Help", id="save.help"),
    ]

    _help = getters.query_one("#save-help", PlainText)

    def __init__(
        self,
        suggestion: str,
        formats: tuple[Format, ...],
        *,
        heading: str = "Save what is on the screen",
        extends: bool = False,
        does: str = "saves",
    ) -> None:
        """Suggest a name; offer the endings that fit what is on the screen.

        `extends` says that a file that is there is not replaced, but gets more; `does` what Enter does.
        """
        super().__init__()
        self._suggestion = suggestion
        self._formats = formats
        self._heading_text = heading
        self._extends = extends
        self._does = does
        self._warned_of: Path | None = None

    def compose(self) -> ComposeResult:
        """Heading, name, help."""
        with Vertical(classes="dialog"):
            yield PlainText(self._heading_text, classes="dialog--heading")
            yield LineInput(id="save-path")
            if len(self._formats) > 1:
                endings = ", ".join(f".{ending} {FORMATS[ending]}" for ending in self._formats)
                yield PlainText(f"The ending says how: {endings}", classes="dialog--help")
            yield PlainText(f"Enter {self._does}, Escape cancels", id="save-help", classes="dialog--help")
        yield KeyBar()

    def on_mount(self) -> None:
        """Put the name in, ready to be edited."""
        box = self.query_one(LineInput)
        box.put(self._suggestion)
        box.focus()

    @on(LineInput.Submitted)
    def _entered(self, event: LineInput.Submitted) -> None:
        event.stop()
        try:
            self._take(named_path(event.value.strip()))
        except (OSError, UnreadableError) as error:
            self._say(f"this cannot be the name of a file: {reason_of(error)}")

    def _take(self, path: Path) -> None:
        ending = next((ending for ending in self._formats if path.suffix == f".{ending}"), None)
        if ending is None:
            self._say(f"the name must end in {' or '.join(f'.{ending}' for ending in self._formats)}")
        elif "\0" in str(path) or not path.parent.is_dir():
            self._say(f"there is no folder {path.parent}")
        elif path.exists() and not self._extends and self._warned_of != path:
            self._warned_of = path
            self._say(f"{path.name} is there already: Enter again replaces it")
        else:
            self.dismiss(Target(path, ending, replaces=self._warned_of == path))

    def _say(self, text: str) -> None:
        self._help.update(Text(shown(text), style="bold"))
