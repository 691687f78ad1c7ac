"""The first frame: what is being read, while the rest of the application is imported behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from iamtui.files.collector import collector_waiting
from iamtui.widgets.plain_text import PlainText

if TYPE_CHECKING:
    from iamtui.app.workbench.screen import Workbench


class StartScreen(Screen[None]):
    """Says that reading begins, and posts `Ready` once the workbench can be made.

    The workbench, the readers and the model take longer to import than a user should look at an empty terminal.
    """

    DEFAULT_CSS: ClassVar[str] = """
    StartScreen { background: $background; }
    StartScreen PlainText { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    @dataclass
    class Ready(Message):
        """The workbench is imported."""

        workbench: type[Workbench]

    def __init__(self, paths: tuple[Path, ...]) -> None:
        super().__init__()
        self._names = ", ".join(path.name or str(path) for path in paths)

    def compose(self) -> ComposeResult:
        """A line like the one that the workbench has at the top."""
        yield PlainText(f"iamtui  reading {self._names} …")

    def on_mount(self) -> None:
        """Import the rest once this much is on the screen."""
        self.call_after_refresh(self._import_workbench)

    @work(thread=True, description="import the workbench")
    def _import_workbench(self) -> None:
        with collector_waiting():  # a module has nothing that dies in circles
            from iamtui.app.workbench.screen import Workbench  # noqa: PLC0415 - after the first frame

        self.post_message(self.Ready(Workbench))
