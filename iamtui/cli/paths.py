"""`iamtui paths`: who can become an administrator, each path a list of decided requests."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import click

from iamtui.analysis.paths.answer.question import MOST_ENDS, MOST_PATHS, Outcomes, PathError, PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.comparisons.choke_statements import choke_statements, with_costs
from iamtui.analysis.paths.comparisons.held import held_back, is_counted
from iamtui.analysis.paths.privileges.gains import with_gains
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.searching.targets import targets
from iamtui.analysis.requests.principals import principal_named
from iamtui.cli.arguments import SeveralValues, looks_like_arn
from iamtui.cli.completion import complete_arns
from iamtui.cli.errors import InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import context_of, instant
from iamtui.cli.output import progress_of, terminal_width, wants_colour, write_coloured, write_parts, write_text
from iamtui.cli.snapshots import snapshot_of
from iamtui.evaluation.request.request import RequestError
from iamtui.reports.paths.data import paths_as_json
from iamtui.reports.paths.graphml import paths_as_graphml
from iamtui.reports.paths.text import paths_as_markdown, paths_as_styled_text, paths_as_text
from iamtui.snapshot.model import Snapshot

_EXAMPLES = """\b
iamtui paths exports/
iamtui paths account.json --certain --fail-on proven
iamtui paths account.json --from arn:aws:iam::111122223333:user/dana --format json
"""
FORMATS = ("text", "json", "markdown", "graphml")


class _Command(SeveralValues):
    several: ClassVar = {"--from": looks_like_arn, "--to": looks_like_arn}


@click.command("paths", cls=_Command, epilog=_EXAMPLES, short_help="Who can become an administrator, and how.")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--from",
    "starts",
    multiple=True,
    metavar="ARN...",
    help="Whose paths, by ARN or name; everybody's if left out. Of more than 500 principals only those are asked on "
    "whom these paths depend: administrators are told of them alone, and no choke points.",
    shell_complete=complete_arns,
)
@click.option(
    "--to",
    "ends",
    multiple=True,
    metavar="TARGET...",
    help="To which user or role; or who can read a bucket, a secret and the like: an ARN, a pattern of ARNs, or "
    "tag:KEY=VALUE. Administrators if left out.",
)
@click.option(
    "--outcome",
    type=click.Choice(("admin", "lateral", "data", "all")),
    default="admin",
    show_default=True,
    help="Also ways to become others, or to gain rights, without being an administrator; or to read what is worth "
    "reading; or all of these.",
)
@click.option("--path", "ways", multiple=True, metavar="ID", help="Only this way of the catalogue, such as iam-005.")
@click.option("--certain", is_flag=True, help="Leave out what is not proven.")
@click.option("--all", "show_all", is_flag=True, help="Show every end of every way, and every step.")
@click.option(
    "--held",
    is_flag=True,
    help="Also list what an SCP, an RCP or a boundary alone holds back; of up to 500 principals it is counted.",
)
@click.option(
    "--statements",
    is_flag=True,
    help="Also the statements without which most lose every proven path, and what it costs.",
)
@click.option(
    "--gains",
    is_flag=True,
    help="Also how many actions each step gains, by access level, and which administrators may do all else (slow).",
)
@click.option(
    "--steps", type=click.IntRange(1, 20), default=6, show_default=True, help="Principals on a path, at most."
)
@click.option(
    "--context", multiple=True, metavar="KEY=VALUE", help="A circumstance of every step; or @absent, @unknown."
)
@click.option("--at", metavar="TIME", help="When; now if left out.")
@click.option("--fail-on", type=click.Choice(SURENESS), help="Exit with 1 where there is a path as sure as this.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def paths(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    starts: tuple[str, ...],
    ends: tuple[str, ...],
    outcome: Outcomes,
    ways: tuple[str, ...],
    certain: bool,
    show_all: bool,
    held: bool,
    statements: bool,
    gains: bool,
    steps: int,
    context: tuple[str, ...],
    at: str | None,
    fail_on: str | None,
    form: str,
) -> int:
    """Say who can become an administrator although no policy says so, and by which requests.

    Each step of a path was decided through every layer. Proven: all steps are allowed and all facts known. If: some
    depend on a condition. Possible: something that a path needs was not exported.

    Exit status: 0 answered, 1 there is such a path as --fail-on says, 2 bad input.
    """
    snapshot = snapshot_of(exports)
    try:
        named = targets(snapshot, ends)
        question = PathQuestion(
            starts=tuple(principal_named(snapshot, text) for text in starts),
            ends=named.ends,
            reads=named.reads,
            outcome=outcome,
            ways=ways,
            certain=certain,
            most_steps=steps,
            most_ends=None if show_all else MOST_ENDS,
            most_paths=None if show_all else MOST_PATHS,
            context=context_of(context),
            at=instant(at),
        )
        found = _found(snapshot, question, held=held, statements=statements, gains=gains)
    except (PathError, RequestError) as error:
        raise InputError(str(error)) from error
    _write(found, form, full=show_all, lists_held=held)
    return _status(found, question, fail_on)


def _status(found: Paths, question: PathQuestion, fail_on: str | None) -> int:
    """1 if a path as sure as that leads where it is asked to: a way to somebody else fails nothing."""
    enough = SURENESS[: SURENESS.index(fail_on) + 1] if fail_on in SURENESS else ()
    leading = (path for path in found.paths if path.outcome != "lateral" or question.named)
    return 1 if any(path.verdict in enough for path in leading) else 0


def _found(snapshot: Snapshot, question: PathQuestion, *, held: bool, statements: bool, gains: bool) -> Paths:
    with progress_of("Asking") as progress:
        found = find_paths(snapshot, question, progress)
        if held or is_counted(snapshot):
            found = held_back(snapshot, question, found, progress)
        if statements:
            found = with_costs(snapshot, choke_statements(snapshot, question, found, progress), progress)
        if gains:
            found = with_gains(snapshot, question, found, progress)
    return found


def _write(found: Paths, form: str, *, full: bool, lists_held: bool) -> None:
    if form == "json":
        write_parts(paths_as_json(found, lists_held=lists_held))
    elif form == "markdown":
        parts = paths_as_markdown(found, lists_held=lists_held)
        write_parts(part.encode("utf-8", "backslashreplace") for part in parts)
    elif form == "graphml":
        write_parts(paths_as_graphml(found))
    elif wants_colour():
        write_coloured(paths_as_styled_text(found, terminal_width(), full=full, lists_held=lists_held))
    else:
        for part in paths_as_text(found, full=full, lists_held=lists_held):
            write_text(part)
