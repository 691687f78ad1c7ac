"""The command palette: every action that has a key, and every subject by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice

from rich.text import Text
from textual.app import App, SystemCommand
from textual.command import Hit, Hits, Provider
from textual.dom import DOMNode
from textual.screen import Screen

from iamtui.app.workbench.screen import Workbench
from iamtui.widgets.text import shown

_MOST = 100


def action_commands(screen: Screen[object]) -> Iterator[SystemCommand]:
    """Every binding with an id that counts where the focus is."""
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.id or binding.id in seen or not active.enabled or not binding.description:
            continue
        seen.add(binding.id)
        run = partial(_run, screen.app, binding.action, active.node)
        yield SystemCommand(binding.description, f"key {screen.app.get_key_display(binding)}", run)


async def _run(app: App[object], action: str, node: DOMNode) -> None:
    await app.run_action(action, default_namespace=node)


class PrincipalCommands(Provider):
    """Goes to a user, group, role or policy whose name, ARN, id or tags match."""

    async def search(self, query: str) -> Hits:
        """Find subjects; a plain substring search first, because there may be many."""
        screen = self.screen
        if not isinstance(screen, Workbench) or screen.workspace is None:
            return
        matcher = self.matcher(query)
        indexes = screen.workspace.filters.values()
        for entry in islice(chain.from_iterable(index.matches(query) for index in indexes), _MOST):
            label = shown(entry.label)
            yield Hit(
                matcher.match(label) or 0.1,
                Text.assemble("go to ", (label, "bold"), "  ", shown(entry.detail)),
                partial(screen.go_to, entry.key),
                text=label,
            )
