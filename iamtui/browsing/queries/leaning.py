"""What an answer leans on because it was not exported, as rows of a list."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.content.nodes import Node


def leaning_nodes(texts: Iterable[str]) -> list[Node]:
    """A row for each thing that was not exported, with all that is taken of it: two rows, if cut, would be alike."""
    taken: dict[str, list[str]] = {}
    for text in texts:
        what, _, instead = text.partition(": ")
        taken.setdefault(what, []).append(instead)
    return [
        Node(f"leans {what}", "could change this", f"{what}: {', '.join(said)}" if any(said) else what, "warn", "⚠")
        for what, said in taken.items()
    ]
