"""`iamtui key`: whose an access key is, what it can do, what it did, and what came of it (B7, Y)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath

if TYPE_CHECKING:
    from iamtui.cli.trail_options import Given
    from iamtui.reports.serial import Data

_EXAMPLES = """\b
iamtui key ASIAY34FZKBOKMUTVV7A
iamtui key AKIAIOSFODNN7EXAMPLE --in logs/ --in account.json
"""
_MOST_PASSES = 4
_LARGEST = 10_000_000


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Say whose an access key is, and what came of it.")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--in", "paths", multiple=True, type=FilePath(), metavar="PATH", help="Events and exports to look into.")
@click.option("--paths", "with_paths", is_flag=True, help="Also how the owner can become an administrator; with --in.")
@click.option("--at", metavar="TIME", help="With --in: what it could do then; the newest moment known if left out.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--pack", type=FilePath(), metavar="DIR", help="Write an evidence pack too.")
def key(
    *, ids: tuple[str, ...], paths: tuple[Path, ...], with_paths: bool, at: str | None, form: str, pack: Path | None
) -> int:
    """Say what ids of keys tell: by themselves their account, with --in whose they are and what they did.

    ID `-` reads ids from standard input. Nothing is sent anywhere.

    Exit status: 0 done, 2 bad input.
    """
    wanted = _ids(ids)
    if pack is not None and not paths:
        raise InputError("--pack: expected beside --in")
    if at is not None and not paths:
        raise InputError("--at: expected beside --in")
    if with_paths and not paths:
        raise InputError("--paths: expected beside --in with an export")
    if not paths and form == "text":
        _say_alone(wanted)
        return 0
    _say_all(wanted, paths, form, pack, with_paths=with_paths, at=at)
    return 0


def _ids(given: tuple[str, ...]) -> list[str]:
    found = [text for text in given if text != "-"]
    if "-" in given:
        text = sys.stdin.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise InputError(f"key: expected at most {_LARGEST:,} characters on standard input")
        found += text.split()
    if not found:
        raise InputError("key: expected ids on standard input, found none")
    return list(dict.fromkeys(found))


def _say_alone(ids: list[str]) -> None:
    """What the ids say by themselves; loads nothing that reads files."""
    from iamtui.cli.output import write_text  # noqa: PLC0415
    from iamtui.trail.key_ids import read_key_id  # noqa: PLC0415
    from iamtui.visible import shown  # noqa: PLC0415

    lines = []
    for text in ids:
        found = read_key_id(text)
        name = f"{text[:4]}… (a secret)" if found.is_secret else text
        said = f"account {found.account}" if found.account is not None else f"no account: {found.why}"
        lines.append(f"{shown(name)}  {found.kind or 'unknown'}  {shown(said)}\n")
    write_text("".join(lines))


def _say_all(
    ids: list[str], paths: tuple[Path, ...], form: str, pack: Path | None, *, with_paths: bool, at: str | None
) -> None:
    from iamtui.analysis.key_cards import key_card  # noqa: PLC0415 - only with --in
    from iamtui.cli.output import write_bytes, write_tree  # noqa: PLC0415
    from iamtui.cli.trail_options import moment  # noqa: PLC0415
    from iamtui.reports.serial import json_bytes  # noqa: PLC0415
    from iamtui.reports.trail.keys import key_lines, keys_data  # noqa: PLC0415
    from iamtui.trail.trail import GoneError  # noqa: PLC0415

    if pack is not None:
        from iamtui.cli.trail_options import relative  # noqa: PLC0415

        paths = relative(paths)
    given = _read(ids, paths) if paths else None
    trail = given.trail if given is not None and len(given.trail) else None
    snapshot = given.snapshot if given is not None else None
    if paths and trail is None and snapshot is None:
        raise InputError(f"--in: no event that names {', '.join(ids)}, and no export, in what was read")
    try:
        when = None if at is None or given is None else moment(at, "--at", given.trail)
        cards = [key_card(text, trail, snapshot, with_paths=with_paths, at=when) for text in ids]
        data = keys_data(cards, trail, snapshot)
        if pack is not None and given is not None:
            words = ("key", *ids, *(word for path in paths for word in ("--in", str(path))))
            words += () if at is None else ("--at", at)
            _pack(pack, (*words, "--paths") if with_paths else words, ids, paths, given, data)
    except GoneError as error:
        raise InputError(str(error)) from error
    if form == "json":
        write_bytes(json_bytes(data))
    else:
        write_tree(key_lines(data), full=False)


def _pack(
    folder: Path, words: Sequence[str], ids: list[str], paths: tuple[Path, ...], given: Given, data: dict[str, Data]
) -> None:
    """The pack of key cards: the events that the keys and their sessions signed, each decided."""
    from iamtui.cli.packing import pack, requests_of_rows  # noqa: PLC0415
    from iamtui.reports.markdown import block  # noqa: PLC0415
    from iamtui.reports.trail.keys import key_lines  # noqa: PLC0415
    from iamtui.reports.tree_text import plain_text  # noqa: PLC0415
    from iamtui.trail.views.keys import rows_of_keys  # noqa: PLC0415
    from iamtui.trail.views.lineage import Lineage  # noqa: PLC0415

    trail = given.trail
    rows = rows_of_keys(trail, (*ids, *Lineage(trail).below(ids)))
    report = block(plain_text(key_lines(data), full=True))
    pack(folder, words, paths, given, data, report, rows, requests_of_rows(given, rows))


def _read(ids: list[str], paths: tuple[Path, ...]) -> Given:
    """The events that name the keys or keys of their lineage: files that name none of them are not decoded (R20)."""
    from iamtui.cli.trail_options import Given, read_paths  # noqa: PLC0415
    from iamtui.trail.reading import KeyTraces, read_trail  # noqa: PLC0415
    from iamtui.trail.views.lineage import Lineage  # noqa: PLC0415

    traces = KeyTraces()
    given = read_paths(paths, containing=[text.encode() for text in ids], traces=traces)
    known = set(ids)
    for _ in range(_MOST_PASSES):
        lineage = Lineage(given.trail)
        related = {above for text in ids for above in lineage.chain(text)} | set(lineage.below(ids)) | known
        if not any(traces.times_named(key) > 1 for key in related - known):
            break
        files = traces.files_naming(related)
        known = related
        trail = read_trail(files, containing=sorted(text.encode() for text in known))
        given = Given(trail, given.snapshot)
    if given.snapshot is None:
        return given
    from iamtui.analysis.overlay.recorded import EDITS  # noqa: PLC0415 - only where something is decided

    # What it can do depends on changes that name no key: the policies of its owner (Y6).
    changes = (f'"{call}"'.encode() for call in sorted(EDITS))
    trail = read_trail(paths, containing=[*sorted(text.encode() for text in known), *changes])
    return Given(trail, given.snapshot)
