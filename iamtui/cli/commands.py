"""The command group: what iamtui does with its first word."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from iamtui import __version__
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath

_COMMANDS = (
    "simulate",
    "who-can",
    "can",
    "matrix",
    "paths",
    "diff",
    "what-if",
    "watch",
    "trail",
    "key",
    "contain",
    "why-denied",
    "check",
    "lint",
    "findings",
    "report",
    "inspect",
    "explain",
    "collect-script",
)
"""Each lives in the module of its name below this package, under its own name; a hyphen is an underscore there."""


_HELP = """The terminal explorer for AWS permissions: who may do what, why, and what changed.

\b
iamtui            opens a sample account
iamtui PATH...    opens exported IAM data, files or folders

A file that is called like a command is reached with ./NAME.
"""


class _PathsOrCommand(click.Group):
    """A group that loads a command when it is called; any other first word is the first of the paths to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"iamtui.cli.{name}"), name)
        if not any(parameter.name == "color" for parameter in command.params):
            command.params.append(_color_option())
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in _COMMANDS:
            return super().resolve_command(ctx, args)
        return "", _open, args


def _color_option() -> click.Option:
    """The option that every command has; what it says stands in the context of the command."""

    def take(context: click.Context, _: click.Parameter, value: str) -> None:
        context.color = {"always": True, "never": False}.get(value, context.color)

    return click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        expose_value=False,
        callback=take,
        help="Whether to write colors; auto obeys NO_COLOR and FORCE_COLOR.",
    )


_app_options = (
    click.option("--ascii", "is_ascii", is_flag=True, help="In the explorer: draw in ASCII alone."),
    click.option("--no-state", is_flag=True, help="In the explorer: keep nothing from run to run."),
    click.option(
        "--pins",
        metavar="FILE",
        type=FilePath(),
        help="In the explorer: decide these pins at each load.",
    ),
)


def _with_app_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    for option in reversed(_app_options):
        command = option(command)
    return command


def _print_diagnosis(context: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        from iamtui.app.diagnosis import diagnosis  # noqa: PLC0415 - it knows Textual

        click.echo(diagnosis(), nl=False)
        context.exit()


def _print_version(context: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        click.echo(f"iamtui {__version__}")
        context.exit()


@click.group(
    cls=_PathsOrCommand,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="[PATH]... | COMMAND [ARGS]...",
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show it.")
@click.option(
    "--diagnose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_diagnosis,
    help="Say what iamtui runs on, to be pasted into a report.",
)
@_with_app_options
@click.pass_context
def iamtui(context: click.Context, *, is_ascii: bool, no_state: bool, pins: Path | None) -> int | None:
    """Open the explorer where no command is called."""
    if context.invoked_subcommand is None:
        return _explore((), bundled=True, is_ascii=is_ascii, keeps_state=not no_state, pins=pins)
    if context.invoked_subcommand and (is_ascii or no_state or pins):
        raise click.UsageError("--ascii, --no-state and --pins are for the explorer, not before a command", context)
    return None


def _print_help(context: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        click.echo(context.find_root().get_help())
        context.exit()


@click.command("open", add_help_option=False)
@click.option("-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=_print_help)
@click.argument("paths", nargs=-1, required=True, type=FilePath())
@_with_app_options
@click.pass_context
def _open(context: click.Context, paths: tuple[Path, ...], *, is_ascii: bool, no_state: bool, pins: Path | None) -> int:
    """Open exports in the explorer."""
    before = context.find_root().params
    if Path("-") in paths:
        raise InputError("-: the explorer takes its keys from standard input; expected a file or folder")
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise InputError(*(f"{path}: no such file or folder{_meant(path)}" for path in missing))
    keeps_state = not (no_state or before["no_state"])
    is_ascii, pins = is_ascii or before["is_ascii"], pins or before["pins"]
    return _explore(paths, bundled=False, is_ascii=is_ascii, keeps_state=keeps_state, pins=pins)


def _meant(path: Path) -> str:
    near = difflib.get_close_matches(str(path), _COMMANDS, 1)
    return f"; is the command {near[0]} meant?" if near else "; nothing is opened"


def _explore(paths: tuple[Path, ...], *, bundled: bool, is_ascii: bool, keeps_state: bool, pins: Path | None) -> int:
    if pins is not None:
        from iamtui.cli.pins import pins_of  # noqa: PLC0415 - the first frame does not wait for it

        pins_of(pins)  # a file that cannot be used is told before anything opens
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError("the explorer needs a terminal; for output without one there are simulate and check")
    from iamtui.app import run  # noqa: PLC0415 - only this command needs Textual

    if bundled:
        from iamtui.bundled import sample_path  # noqa: PLC0415

        paths = (sample_path(),)
    return run(paths, bundled=bundled, is_ascii=is_ascii, keeps_state=keeps_state, pins=pins)
