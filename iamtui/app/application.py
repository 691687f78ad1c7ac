"""The Textual application: theme, keys, palette; everything else is the workbench's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from iamtui.app.keys import binding_ids
from iamtui.app.palette import PrincipalCommands, action_commands
from iamtui.app.settings import Settings, SettingsError, read_settings
from iamtui.app.workbench import Clock, Workbench
from iamtui.visible import visible


class IamtuiApp(App[None]):
    """The explorer of AWS permissions."""

    TITLE = "iamtui"
    CSS_PATH = "app.tcss"
    COMMANDS = App.COMMANDS | {PrincipalCommands}
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - so declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (45, "-tall")]  # noqa: RUF012 - so declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "toggle_help", "Help", id="app.help"),
        Binding("q", "quit", "Quit", show=False, id="app.quit"),
    ]

    def __init__(
        self,
        paths: tuple[Path, ...],
        *,
        bundled: bool = False,
        settings: Path | None = None,
        clock: Clock = datetime.now,
    ) -> None:
        """Open `paths`; `settings` is the user's settings file, if there is to be one."""
        super().__init__()
        self._workbench = Workbench(paths, bundled=bundled, clock=clock)
        self._settings_path = settings

    def get_default_screen(self) -> Screen[None]:
        """The workbench."""
        return self._workbench

    def on_mount(self) -> None:
        """Apply the settings; a mistake in them costs only them."""
        if self._settings_path is None:
            return
        try:
            settings = read_settings(self._settings_path, self.available_themes, binding_ids(IamtuiApp))
        except SettingsError as error:
            self.notify(visible(str(error)), title="Settings not used", severity="error", markup=False, timeout=15)
            return
        self._apply(settings)

    def _apply(self, settings: Settings) -> None:
        if settings.theme is not None:
            self.theme = settings.theme
        self.set_keymap(settings.keys)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, and every action that has a key here."""
        yield from super().get_system_commands(screen)
        yield from action_commands(screen)

    def action_toggle_help(self) -> None:
        """Show or hide the panel that explains what has the focus, with all keys."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()
