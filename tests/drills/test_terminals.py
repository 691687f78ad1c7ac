"""When its terminal is gone, or somebody ends its process, the app ends: at once, and without a trace on the screen."""

import os
import signal
import sys

import pytest

from iamtui.bundled import sample_path
from tests.drills.terminals import Terminal, app_command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="takes terminals away as Linux does")

STUCK = """
import threading
from iamtui.app.ending import ends_with_terminal
from iamtui.app.leaving import end, run_app
from textual.app import App
class Stuck(App[None]):
    def on_mount(self):
        self.run_worker(threading.Event().wait, thread=True)
        self.call_after_refresh(lambda: self.notify("stuck"))
with ends_with_terminal(app := Stuck()):
    run_app(app)
end(3)
"""
READ = b"111122223333"


def test_a_signal_ends_it_though_a_thread_never_does() -> None:
    with Terminal([sys.executable, "-c", STUCK]) as terminal:
        terminal.read_until(b"stuck")
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.status() == 128 + signal.SIGTERM
        assert terminal.is_restored


def test_who_quits_does_not_wait_for_a_thread_that_never_ends() -> None:
    with Terminal([sys.executable, "-c", STUCK]) as terminal:
        terminal.read_until(b"stuck")
        terminal.type(b"\x11")
        assert terminal.status() == 3
        assert terminal.is_restored


def test_the_end_of_the_terminal_ends_it_though_it_ignores_the_signal() -> None:
    with Terminal(app_command(sample_path()), ignores_hangup=True) as terminal:
        terminal.read_until(READ)
        terminal.take_away()
        assert terminal.status() == 128 + signal.SIGHUP


@pytest.mark.fuzz
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_every_signal_leaves_the_screen_as_it_was(number: signal.Signals) -> None:
    with Terminal(app_command(sample_path())) as terminal:
        terminal.read_until(READ)
        os.kill(terminal.process.pid, number)
        assert terminal.status() == 128 + number
        assert terminal.is_restored


@pytest.mark.fuzz
@pytest.mark.parametrize("ignores_hangup", [False, True], ids=["with SIGHUP", "without"])
def test_it_does_not_outlive_its_parent_and_terminal(ignores_hangup: bool) -> None:
    with Terminal(app_command(sample_path()), has_parent=True, ignores_hangup=ignores_hangup) as terminal:
        terminal.read_until(READ)
        child = os.pidfd_open(terminal.child)
        terminal.process.kill()
        if ignores_hangup:
            terminal.take_away()
        assert terminal.ended(child)


@pytest.mark.fuzz
def test_the_end_of_the_terminal_ends_it_whatever_it_does() -> None:
    with Terminal([sys.executable, "-c", STUCK]) as terminal:
        terminal.read_until(b"stuck")
        terminal.take_away()
        assert terminal.status() == 128 + signal.SIGHUP


FAULTY = f"""
from pathlib import Path
from iamtui.app.application import IamtuiApp
from iamtui.app.workbench.screen import Workbench
def fail(screen):
    raise KeyError("[bold]" + chr(27) + "]0;x")
Workbench.action_inventory = fail
app = IamtuiApp((Path({str(sample_path())!r}),))
app.run()
raise SystemExit(app.return_code)
"""


@pytest.mark.fuzz
def test_a_fault_of_the_app_is_one_line() -> None:
    with Terminal([sys.executable, "-c", FAULTY]) as terminal:
        terminal.read_until(READ)
        terminal.type(b"i")
        assert terminal.status() == 70
        assert terminal.is_restored
        said = terminal.output.rpartition(b"iamtui: this is a fault of iamtui, please report it: ")[2]
        assert b"[bold]" in said
        assert b"\x1b" not in said
        assert len(said.splitlines()) <= 2  # as wide as the terminal
