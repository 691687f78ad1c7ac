"""The menu of what can be copied of what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.app import App

from iamtui.app.saving import Format
from iamtui.app.screens.exporting import send
from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.copies import Copy
from iamtui.content.nodes import Node
from iamtui.visible import LONGEST

_PREVIEW = 200


class CopyScreen(ListScreen):
    """Lists texts, each with its beginning; gives the place of the one to be sent, or saves it to a file."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        """Offer `copies`, the usual one first."""
        nodes = [Node(str(place), copy.what, _preview(copy.text)) for place, copy in enumerate(copies)]
        footer = "Enter sends it to the clipboard, Ctrl+S saves it to a file, Escape closes"
        super().__init__("Copy", nodes, empty="nothing to copy here", footer=footer)
        self._copies = copies

    @property
    def _copy(self) -> Copy | None:
        node = self._tree.cursor_node
        return None if node is None else self._copies[int(node.key)]

    @property
    def formats(self) -> tuple[Format, ...]:
        """As text, or as JSON if that is what it is."""
        return ("json", "txt") if self._copy is not None and self._copy.text.startswith("{") else ("txt",)

    @property
    def stem(self) -> str:
        """What it is."""
        return "" if self._copy is None else self._copy.what

    def exported(self, form: Format) -> Iterable[str]:
        """The text under the cursor."""
        return () if self._copy is None else (self._copy.text, "\n")

    def copied(self) -> tuple[str, str] | None:
        """The same."""
        return None if self._copy is None else (self._copy.what, self._copy.text)

    def copies(self) -> Sequence[Copy]:
        """It is the menu itself."""
        return self._copies


def offer(app: App[Any], copies: Sequence[Copy]) -> None:
    """List what can be copied, and send what is chosen to the clipboard."""

    def take(place: str | None) -> None:
        if place is not None:
            send(app, copies[int(place)])

    app.push_screen(CopyScreen(copies), take)


def _preview(text: str) -> str:
    """The beginning on one line."""
    return " ".join(text[:LONGEST].split())[:_PREVIEW]
