"""`iamtui contain`: is the intruder contained, and if not, what is left and what closes it (B9, Z)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from iamtui.analysis.containment import (
    Containment,
    SubjectError,
    decided_of,
    newest_moment,
    rows_of_subject,
    subject_of,
)
from iamtui.analysis.containment import contain as judge_containment
from iamtui.cli.arguments import OnceEach
from iamtui.cli.completion import complete_principals
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import write_bytes, write_text, write_tree
from iamtui.cli.packing import pack as write_pack_of
from iamtui.cli.trail_options import Given, moment, pack_option, read_paths, relative
from iamtui.reports.serial import json_bytes
from iamtui.reports.trail.containment import containment_data, containment_lines, containment_markdown
from iamtui.trail.trail import GoneError

_EXAMPLES = """\b
iamtui contain logs/ exports/ --who AKIAQGH5DJSQ7XAMPLE2
iamtui contain logs/ account.json --who dana --since 2026-11-23T09:00:00Z
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Say whether an intruder is contained, and what is left.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--who",
    required=True,
    metavar="WHO",
    help="The key, user, role or session that was taken over.",
    shell_complete=complete_principals,
)
@click.option("--at", metavar="TIME", help="The moment; the newest that the input knows if left out.")
@click.option("--since", metavar="TIME", help="The first bad moment; everything if left out.")
@pack_option
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text.")
def contain(
    *,
    paths: tuple[Path, ...],
    who: str,
    at: str | None,
    since: str | None,
    pack: Path | None,
    form: str,
    full: bool,
) -> int:
    """Say whether whoever took over WHO is contained: keys, sessions, roles, what was made, what came back.

    Events and exports come in PATH. Remedies are lines of the AWS CLI to copy, decided on a copy of the picture;
    iamtui runs none of them.

    Exit status: 0 contained and proved, 1 not contained or not proved, 2 bad input.
    """
    paths = relative(paths) if pack is not None else paths
    given = read_paths(paths)
    try:
        found = _contain(given, who, at, since)
        if pack is not None:
            _pack(pack, paths, given, found, (who, at, since))
    except (SubjectError, GoneError) as error:
        raise InputError(f"--who {error}" if isinstance(error, SubjectError) else str(error)) from error
    if form == "json":
        write_bytes(json_bytes(containment_data(found)))
    elif form == "markdown":
        write_text(containment_markdown(found))
    else:
        write_tree(containment_lines(found), full=full)
    return 0 if found.contained and found.proved else 1


def _pack(folder: Path, paths: Sequence[Path], given: Given, found: Containment, asked: Sequence[str | None]) -> None:
    """The pack of an answer: every event of the subject and of what came of it, and what is left to each credential."""
    options = zip(("--who", "--at", "--since"), asked, strict=True)
    words = ("contain", *map(str, paths), *(word for option, value in options if value for word in (option, value)))
    rows = rows_of_subject(found.subject, given.trail) if len(given.trail) else []
    trail = given.trail if len(given.trail) else None
    decided = decided_of(found, moment(asked[2], "--since", given.trail), trail, given.snapshot)
    report = containment_markdown(found)
    data = containment_data(found)
    write_pack_of(folder, words, paths, given, data, report, rows, decided.requests, decided.picture)


def _contain(given: Given, who: str, at: str | None, since: str | None) -> Containment:
    trail = given.trail if len(given.trail) else None
    if trail is None and given.snapshot is None:
        raise InputError("contain: expected events or an export; nothing of the kind was read")
    when = moment(at, "--at", given.trail) or newest_moment(trail, given.snapshot)
    if when is None:
        raise InputError("--at: expected, for nothing that was read has a date")
    subject = subject_of(who, trail, given.snapshot)
    if given.snapshot is not None and subject.account not in given.snapshot.accounts:
        held = ", ".join(sorted(given.snapshot.accounts))
        say(f"warning: the exports are of account {held}; {subject.name} is of {subject.account}, so nothing is proved")
    return judge_containment(subject, when, moment(since, "--since", given.trail), trail, given.snapshot)
