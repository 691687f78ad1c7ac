"""The pages of `docs/reference`, made of what the code says: commands, keys, JSON, laws. `make docs` writes them."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import click
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from iamtui import reports
from iamtui.app.application import IamtuiApp
from iamtui.app.keys import bindings
from iamtui.app.workbench.screen import Workbench
from iamtui.cli.commands import iamtui as program

TESTS = Path(__file__).parents[1]
FOLDER = TESTS.parent / "docs" / "reference"
_COLUMNS = 80
_MADE = "Made by `make docs`; edit the code instead."


def commands_page() -> str:
    """What `--help` prints, of each command."""
    lines = ["# Commands", "", _MADE]
    top = program.make_context("iamtui", [], resilient_parsing=True, terminal_width=_COLUMNS)
    for title, command, context in _commands(top):
        lines += ["", f"## {title}", "", "```text", *command.get_help(context).splitlines(), "```"]
    return "\n".join((*lines, ""))


def _commands(top: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield "iamtui", program, top
    for name in program.list_commands(top):
        command = program.get_command(top, name)
        assert command is not None, name
        yield (
            f"iamtui {name}",
            command,
            command.make_context(name, [], top, resilient_parsing=True, terminal_width=_COLUMNS),
        )


def keys_page() -> str:
    """Every key, by what has the focus."""
    places: dict[str, dict[str, tuple[list[str], str]]] = {}
    display = IamtuiApp(()).get_key_display
    for holder, binding in bindings(IamtuiApp):
        rows = places.setdefault(_place(holder), {})
        for one in Binding.make_bindings([binding]):
            keys, _ = rows.setdefault(binding.id or "", ([], binding.description))
            keys.append(display(one))
    lines = ["# Keys", "", _MADE, "", "The id is the name of the key in the settings file, which the help (`?`) names."]
    for place, found in places.items():
        lines += ["", f"## {place}", "", "| key | what it does | id |", "| --- | --- | --- |"]
        for name, (keys, what) in found.items():
            lines.append(f"| {' '.join(f'`{key}`' for key in dict.fromkeys(keys))} | {what} | `{name}` |")
    return "\n".join((*lines, ""))


def _place(holder: type[DOMNode]) -> str:
    """What has the focus: as the help says it, else by the name of the class."""
    if issubclass(holder, App) or issubclass(Workbench, holder):
        return "Everywhere"
    title = vars(holder).get("BINDING_GROUP_TITLE")
    if title is None:
        return "In " + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in holder.__name__)[1:]
    return f"In {title}" if title[0].islower() else str(title)


def json_page() -> str:
    """What `--format json` prints: what the modules and functions say that make it."""
    lines = [
        "# JSON",
        "",
        _MADE,
        "",
        "Each heading is the module that makes it. Scenario files: `samples/scenarios/README.md`.",
    ]
    for found in pkgutil.walk_packages(reports.__path__, "iamtui.reports."):
        module = import_module(found.name)
        makers = [
            one for name, one in vars(module).items() if name.endswith("_as_json") and one.__module__ == found.name
        ]
        for maker in (module, *makers):
            said = inspect.getdoc(maker) or ""
            if "\n    version " in said or '"version"' in said:
                lines += ["", f"## `{found.name}`", "", *said.splitlines()]
    return "\n".join((*lines, ""))


def laws_page() -> str:
    """The tests that hold for inputs made at random, file by file."""
    lines = [
        "# Laws",
        "",
        _MADE,
        "",
        "What holds for whatever is put in: each is tried on inputs that are made at random.",
    ]
    for path in sorted(TESTS.rglob("test_*.py")):
        functions = [one for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)]
        laws = list(_laws(functions))
        if laws:
            lines += ["", f"## `{path.relative_to(TESTS.parent).as_posix()}`", "", *(f"- {law}" for law in laws)]
    return "\n".join((*lines, ""))


def _laws(functions: Sequence[ast.FunctionDef]) -> Iterator[str]:
    """The laws of a file as sentences: tests of hypothesis, and those that have a longer twin for `make fuzz`."""
    names = {function.name for function in functions}
    for function in functions:
        is_given = any(ast.unparse(decorator).startswith("given(") for decorator in function.decorator_list)
        if function.name.startswith("test_") and (is_given or f"{function.name}_at_length" in names):
            said = function.name.removeprefix("test_").removeprefix("law_").replace("_", " ")
            rules = (ast.get_docstring(function) or "").splitlines()
            yield said + (f": {rules[0].rstrip('.')}" if rules else "")


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "keys.md": keys_page,
    "json.md": json_page,
    "laws.md": laws_page,
}
"""The pages by the name of their file."""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
