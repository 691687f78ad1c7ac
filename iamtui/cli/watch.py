"""`iamtui watch`: decides pins again whenever exports change, and says what flipped, without a screen (PN4)."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from iamtui.analysis.scenarios.pins import PinEvent, Pins
from iamtui.cli.arguments import OnceEach
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import write_bytes, write_text
from iamtui.cli.pins import pins_of
from iamtui.cli.snapshots import require_paths, snapshot_of
from iamtui.reports.pins import event_as_json, event_as_text, watching_as_json, watching_as_text
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import SnapshotError, open_snapshot

_EXAMPLES = """\b
iamtui watch exports/ --pins pins.json
iamtui watch account.json --pins pins.json --format json
"""

Tell = Callable[[PinEvent, datetime], None]


@click.command(
    cls=OnceEach, epilog=_EXAMPLES, short_help="Decide pins again whenever exports change, and say what flipped."
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=FilePath())
@click.option("--pins", "file", metavar="FILE", required=True, type=FilePath(), help="A scenario file.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def watch(paths: tuple[Path, ...], file: Path, form: str) -> int:
    """Decide the cases of a scenario file against exports, again after each change of these, and write a line a flip.

    A flip is between allowed and denied. A load that cannot be read changes nothing. Runs until it is interrupted.

    Exit status: 0 interrupted, 2 bad input.
    """
    require_paths(paths)
    cases = pins_of(file)
    snapshot = snapshot_of(paths)

    def tell(event: PinEvent, at: datetime) -> None:
        if form == "json":
            write_bytes(event_as_json(event, at))
        else:
            write_text(event_as_text(event, at))

    pins = Pins(cases, snapshot, datetime.now(UTC))
    if form == "json":
        write_bytes(watching_as_json(len(cases)))
    else:
        write_text(watching_as_text(len(cases)))
    asyncio.run(_until_interrupted(paths, pins, snapshot, tell))
    return 0


async def _until_interrupted(paths: Sequence[Path], pins: Pins, snapshot: Snapshot, tell: Tell) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, stop.set)
    await follow(paths, pins, snapshot, tell, stop)


async def follow(paths: Sequence[Path], pins: Pins, snapshot: Snapshot, tell: Tell, stop: asyncio.Event) -> None:
    """Tell what each change of the files does to the pins, until `stop` is set."""
    # `--help` names every command: it does not wait for what watches files.
    from iamtui.snapshot.watching import changed_since  # noqa: PLC0415
    from iamtui.snapshot.watching import watch as watch_files  # noqa: PLC0415

    async for _ in watch_files(paths, stop):
        if not await asyncio.to_thread(changed_since, snapshot):
            continue
        try:
            snapshot = await asyncio.to_thread(open_snapshot, paths, previous=snapshot, keeps_lost=True)
        except SnapshotError:
            continue  # half a file: what comes next counts
        at = datetime.now(UTC)
        for event in await asyncio.to_thread(pins.take, snapshot, at):
            tell(event, at)
