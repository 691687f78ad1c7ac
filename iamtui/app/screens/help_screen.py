"""What the keys do where the focus is, and everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from iamtui.app.screens.list_screen import ListScreen, ToBeRead
from iamtui.app.settings import settings_path
from iamtui.content.nodes import Node

_PROSE = 72
"""Cells of a line of prose: it fits into a terminal of 80 columns."""
_KEYS = 14
_WHAT = 30
_PALETTE = ("^p", "Commands: all actions, principals")


class HelpScreen(ListScreen):
    """Explains a screen: the `HELP` of what has the focus and of all around it, then every key with its id."""

    IS_MENU = False
    LIST = ToBeRead

    def __init__(self, explained: Screen[object]) -> None:
        """Explain `explained` as it is now."""
        super().__init__(
            "Help",
            list(_nodes(explained)),
            empty="",
            footer="j k g G scroll, Escape or ? closes · what stands right is the key's name for the settings file",
        )


def _nodes(screen: Screen[object]) -> Iterator[Node]:
    number = 0
    for heading, lines in (
        *_prose(screen),
        *_keys(screen),
        ("Theme and keys are set in", [(str(settings_path()), "")]),
    ):
        yield Node(f"{number}", heading, tone="accent")
        for line, detail in lines:
            number += 1
            yield Node(f"{number} line", line, detail)
        number += 1
        yield Node(f"{number} gap", "")


def _prose(screen: Screen[object]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The texts of the widgets from the focus outwards, each under its first line."""
    focused: DOMNode = screen if screen.focused is None else screen.focused
    for node in focused.ancestors_with_self:
        if isinstance(node, Widget) and node.HELP:
            heading, _, text = node.HELP.strip().partition("\n")
            yield heading.lstrip("# "), [(line, "") for line in wrap(_without_marks(text), _PROSE)]


def _without_marks(text: str) -> str:
    """Prose without the signs of Markdown; between backquotes a star is a key."""
    parts = text.split("`")
    return "".join(part if index % 2 else part.replace("*", "") for index, part in enumerate(parts))


@dataclass(slots=True)
class _Key:
    """One action: what it does, its id, and the keys that do it."""

    what: str
    id: str
    keys: list[str] = field(default_factory=list)


def _keys(screen: Screen[object]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The keys that count now, grouped by what they belong to."""
    groups: dict[str, dict[str, _Key]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.id:
            title = "Everywhere" if isinstance(active.node, App | Screen) else active.node.BINDING_GROUP_TITLE or "Here"
            key = groups.setdefault(title, {}).setdefault(binding.id, _Key(binding.description, binding.id))
            key.keys.append(screen.app.get_key_display(binding))
    for title, found in groups.items():
        lines = [(f"{' '.join(key.keys):<{_KEYS}} {key.what:<{_WHAT}}", key.id) for key in found.values()]
        if title == "Everywhere":
            lines.append((f"{_PALETTE[0]:<{_KEYS}} {_PALETTE[1]}", ""))
        yield f"Keys: {title.lower()}", lines
