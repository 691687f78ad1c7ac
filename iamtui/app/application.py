"""The Textual application: theme, keys, palette; everything else is the workbench's.

Of our own it imports no more than the first frame shows; the rest comes with the workbench.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.console import RenderableType
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen

from iamtui.app.ascii import AsciiFilter
from iamtui.app.contrast import readable
from iamtui.app.faults import TellsFaults
from iamtui.app.keeping import Keeping
from iamtui.app.key_queue import KeyQueue
from iamtui.app.messages import CopiesOffered
from iamtui.app.start_screen import StartScreen
from iamtui.files.collector import look_if_due
from iamtui.visible import shown

if TYPE_CHECKING:
    from iamtui.app.saving import Writing
    from iamtui.app.workbench.paste_desk import PasteDesk

FAULT_STATUS = 70
"""Exit status after a fault of ours."""
_SWITCH_SECONDS = 0.001
"""How long a thread that reads or reviews may keep the event loop waiting; Python's own 5 ms make keys lag."""
_FEW_COLORS = "ansi-dark"
"""The theme where a terminal has sixteen colours: of more, red would become grey there."""
_IDLE_SECONDS, _LOOKS_SECONDS = 60.0, 10.0
"""After what time without a key or a move of the mouse nobody is there, and how often that is asked."""
_LONGEST_NOTICE = 5.0
"""Seconds for which a notice covers what is below it; Escape closes it before."""


def _principal_commands() -> type[Provider]:
    from iamtui.app.palette import PrincipalCommands  # noqa: PLC0415 - it knows the workbench

    return PrincipalCommands


class IamtuiApp(TellsFaults, App[None]):
    """The explorer of AWS permissions."""

    TITLE = "iamtui"
    CSS_PATH = "app.tcss"
    COMMANDS = App.COMMANDS | {_principal_commands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "toggle_help", "Help", id="app.help"),
        Binding("E", "explain", "Rules of this row", show=False, id="app.explain"),
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="app.suspend"),
    ]

    def __init__(
        self,
        paths: tuple[Path, ...],
        *,
        bundled: bool = False,
        settings: Path | None = None,
        state: Path | None = None,
        is_ascii: bool = False,
        suits_ascii: bool = False,
        pins: Path | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Open `paths`.

        `settings` is the user's settings file, `state` that of what is kept from run to run, if there are to be any.
        `is_ascii` asks for ASCII alone; `suits_ascii` says that the terminal shows no more, if settings say nothing.
        `pins` is the scenario file whose cases are decided at each load.
        """
        self._asks_for_ascii = is_ascii
        self._ascii = AsciiFilter(enabled=is_ascii or suits_ascii)
        super().__init__()
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._paths = paths
        self._bundled = bundled
        self._clock = clock
        self._pins = pins
        self.until_first_frame = ExitStack()  # what is held until then
        self._settings_path = settings
        self._keeping = Keeping(state)
        self.not_kept = ""  # why, where what was to be kept could not be
        self.writings: list[Writing] = []  # files that are being saved
        self._key_queue = KeyQueue(self, super().on_event)
        self._touched = monotonic()  # when the user did something last

    @property
    def opened(self) -> tuple[Path, ...]:
        """What was opened."""
        return self._paths

    def on_ready(self) -> None:
        """Let go of what was held until the first frame."""
        self.until_first_frame.close()
        self.set_interval(_LOOKS_SECONDS, self._look_through)

    def _look_through(self) -> None:
        """Let the collector look through all where nobody is at the keys: nothing else runs meanwhile."""
        if monotonic() - self._touched > _IDLE_SECONDS:
            look_if_due()

    async def on_event(self, event: events.Event) -> None:
        """Handle an event; keys one by one."""
        if isinstance(event, events.InputEvent):
            self._touched = monotonic()
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._key_queue.put(event)
        else:
            await super().on_event(event)

    async def push_screen_wait(self, screen: Screen[Any] | str, *, mode: str | None = None) -> Any:
        """Show a screen above, and wait in a worker for what it gives.

        Textual would first await what the app is to do next. That may be the removal of the screen whose worker this
        is: it cancels the worker, with it the removal that the worker awaits, and thereby ends the app without a word.
        """
        return await asyncio.shield(self.push_screen(screen, wait_for_dismiss=True, mode=mode))

    def get_driver_class(self) -> type[Driver]:
        """Textual's, on POSIX with what we do when the terminal cannot be read any more."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from iamtui.app.ending import TerminalDriver  # noqa: PLC0415 - it is for POSIX alone

        return TerminalDriver

    def on_terminal_driver_input_lost(self) -> None:
        """Leave: nobody can use the app any more."""
        from iamtui.app.ending import HANGUP_STATUS  # noqa: PLC0415 - it is for POSIX alone

        self.exit(return_code=HANGUP_STATUS)

    def _handle_exception(self, error: Exception) -> None:
        """End with one line: Textual's traceback takes for ever where stacks are deep, and it has no public place.

        Tests hear of the error as they do elsewhere. An app that ends already has no more to say: a screen that was
        about to open then finds nothing in it, for Textual fills no screen any more.
        """
        if self.is_headless:
            super()._handle_exception(error)
            return
        if self._exit:
            return
        reason = shown(f"{type(error).__name__}: {error}")
        self.exit(return_code=FAULT_STATUS, message=f"iamtui: this is a fault of iamtui, please report it: {reason}")

    def get_default_screen(self) -> Screen[None]:
        """The first frame."""
        return StartScreen(self._paths)

    @on(events.Paste)
    def _pasted(self, event: events.Paste) -> None:
        """Offer what can be done with what is pasted where nobody types, whatever is open."""
        for screen in self.screen_stack:
            for desk in screen.query("PasteDesk"):
                cast("PasteDesk", desk).take(event.text)

    @on(CopiesOffered)
    def _offer_copies(self, event: CopiesOffered) -> None:
        from iamtui.app.screens.copy_screen import offer  # noqa: PLC0415 - the first frame does not wait

        offer(self, event.copies)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and ours where only ASCII is to be drawn."""
        return [*super().get_line_filters(), *([self._ascii] if self._ascii.enabled else [])]

    @on(StartScreen.Ready)
    async def _begin(self, event: StartScreen.Ready) -> None:
        if not self.is_headless and self.console.color_system == "standard":
            self.theme = _FEW_COLORS
        if self._settings_path is not None:
            self._apply(self._settings_path)
        bench = event.workbench(self._paths, bundled=self._bundled, clock=self._clock)
        self._keeping.begin(self)
        await self.push_screen(bench)
        self.call_later(self._key_queue.look_again, lambda: bench.call_after_refresh(bench.reading.begin))
        bench.call_later(self._keeping.restore, bench)
        if self._pins is not None:
            from iamtui.app.workbench.pin_desk import PinDesk  # noqa: PLC0415 - it came with the workbench

            bench.query_one(PinDesk).open(self._pins)

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:  # Textual's signature
        """Keep what is to be kept, and end. At once: who ends the process by a signal gives it little time."""
        self.not_kept = self._keeping.end(self)
        super().exit(result, return_code, message)

    def on_workbench_usable(self) -> None:
        """Hand on what was typed while nothing was there yet."""
        self._key_queue.release()

    def _apply(self, path: Path) -> None:
        """Apply the settings; a mistake in them costs only them."""
        from iamtui.app.settings import SettingsError, read_settings  # noqa: PLC0415

        def bindings() -> frozenset[str]:
            from iamtui.app.keys import binding_ids  # noqa: PLC0415 - it knows every widget

            return binding_ids(IamtuiApp)

        try:
            settings = read_settings(path, self.available_themes, bindings)
        except SettingsError as error:
            self.notify(str(error), title="Settings not used", severity="error", timeout=15)
            return
        if settings.theme is not None:
            self.theme = settings.theme
        if settings.ascii is not None:
            self._ascii.enabled = settings.ascii or self._asks_for_ascii
        self._keeping.heed(settings)
        if settings.keys:
            from iamtui.app.keys import clashes  # noqa: PLC0415 - it knows every widget

            self.set_keymap(settings.keys)
            if said := clashes(settings.keys, IamtuiApp):
                self.notify(f"{path}: {'; '.join(said)}", title="Keys with two meanings", severity="warning")

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme, with texts that can be read."""
        self.theme_variables = readable(super().get_css_variables())
        return self.theme_variables

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell the user something. All notices of all widgets come this way; none is markup, whatever they say."""
        seconds = min(timeout or _LONGEST_NOTICE, _LONGEST_NOTICE)
        super().notify(shown(message), title=shown(title), severity=severity, timeout=seconds, markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, and every action that has a key here."""
        from iamtui.app.palette import action_commands  # noqa: PLC0415 - it knows the workbench

        ours = list(action_commands(screen))
        titles = {command.title for command in ours} | {"Keys", "Screenshot"}  # under other names: Help, Save
        yield from (command for command in super().get_system_commands(screen) if command.title not in titles)
        yield from ours

    def action_toggle_help(self) -> None:
        """Open or close the screen that explains what has the focus, with all keys."""
        from iamtui.app.screens.help_screen import HelpScreen  # noqa: PLC0415 - it knows the widgets

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(HelpScreen(self.screen))

    @work(exclusive=True, group="explain", description="look up rules")
    async def action_explain(self) -> None:
        """Open the rules whose numbers stand in the row under the cursor, or else in the answer of a simulation."""
        from iamtui.app.explaining import RulesScreen, first_rules, texts_at  # noqa: PLC0415 - it knows the widgets

        rules = await asyncio.to_thread(first_rules, texts_at(self.focused))
        if rules:
            self.push_screen(RulesScreen(rules))
        else:
            self.notify("no rule, such as E41, is named here", markup=False, timeout=3)

    def action_help_quit(self) -> None:
        """Say what to press: Ctrl+C does not end the app."""
        keys = (active.binding for active in self.active_bindings.values() if active.binding.id == "app.quit")
        for binding in keys:
            self.notify(f"{self.get_key_display(binding)} quits, Escape closes what is open")

    def action_show_help_panel(self) -> None:
        """Open our own help where Textual would: its panel cannot be scrolled by key."""
        self.action_toggle_help()
