"""The top of the command line: whatever happens below becomes an exit status and clear lines on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO, TextIOWrapper
from typing import TextIO

import click

from iamtui.cli import INTERRUPTED
from iamtui.cli.commands import iamtui
from iamtui.cli.errors import BAD_INPUT, InputError, ReaderGoneError, say, writing

_BROKEN_PIPE = 141
_OUR_FAULT = 70


def run_safely(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status, whether or not somebody takes what it writes."""
    _prepare_streams()
    status = _run(arguments)
    for stream in (sys.stdout, sys.stderr):
        _write_out(stream)
    return status


def _run(arguments: Sequence[str]) -> int:
    if "_IAMTUI_COMPLETE" in os.environ:
        from iamtui.cli.completion import register  # noqa: PLC0415 - only where a shell asks

        register()
    try:
        status = iamtui.main(list(arguments), prog_name="iamtui", standalone_mode=False)
        with writing():
            sys.stdout.flush()
    except click.UsageError as error:
        helping = f" ({error.ctx.command_path.strip()} --help says more)" if error.ctx is not None else ""
        return _say(f"{error.format_message()}{helping}".split("\n"), BAD_INPUT)
    except click.ClickException as error:
        return _say(error.format_message().split("\n"), BAD_INPUT)
    except InputError as error:
        return _say(error.lines, BAD_INPUT)
    except (ReaderGoneError, BrokenPipeError):
        return _BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        return _say(["interrupted"], INTERRUPTED)
    except OSError as error:
        place = f"{error.filename}: " if error.filename is not None else ""
        return _say([f"{place}{error.strerror or error}"], BAD_INPUT)
    except Exception as error:
        return _say([f"this is a fault of iamtui, please report it: {type(error).__name__}: {error}"], _OUR_FAULT)
    return status if isinstance(status, int) else 0


def _prepare_streams() -> None:
    """What a terminal cannot show is escaped; a stream that was closed (`>&-`) is one of which nobody hears."""
    sys.stdin = sys.stdin or TextIOWrapper(BytesIO(), encoding="utf-8")
    sys.stdout = sys.stdout or TextIOWrapper(BytesIO(), encoding="utf-8")
    sys.stderr = sys.stderr or TextIOWrapper(BytesIO(), encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _say(lines: Iterable[str], status: int) -> int:
    for line in lines:
        say(line)
    return status


def _write_out(stream: TextIO) -> None:
    """Write what is left; what nobody takes goes nowhere: else Python, at its end, would fail at it with status 120."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
