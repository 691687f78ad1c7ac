"""`iamtui check`: the cases of scenario files, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from iamtui.analysis.scenarios.running import CaseResult, load_scenarios
from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import BAD_INPUT, InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import instant
from iamtui.cli.output import with_progress, write_bytes, write_text
from iamtui.files.reading import is_there
from iamtui.files.writing import write_whole
from iamtui.reports.scenarios import result_counts, results_as_json, results_as_junit, results_as_text

_FILE = FilePath()

_EXAMPLES = """\b
iamtui check rules/*.json --junit results.xml
iamtui check rules.json --snapshot account.json --at 2026-11-23T14:00:00Z
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Decide the cases of scenario files, and say what differs.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--snapshot", type=_FILE, metavar="PATH", help="Decide against this, not what the files name.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--junit", type=_FILE, metavar="FILE", help="Write JUnit XML too.")
@click.option("--at", metavar="TIME", help="The instant of every request; now if left out.")
def check(files: tuple[Path, ...], snapshot: Path | None, form: str, junit: Path | None, at: str | None) -> int:
    """Decide every case of scenario files and report what differs from what they expect.

    Exit status: 0 all cases hold, 1 at least one differs, 2 a file could not be read or a case is malformed.
    """
    run = load_scenarios(files, snapshot=snapshot, at=instant(at))
    problems = run.problems
    if snapshot is not None and not problems and not is_there(snapshot):  # no case needs it, and it is hardly meant
        problems = (f"{snapshot}: no such file or folder",)
    for problem in problems:
        say(problem)
    if run.case_count == 0 and not problems:
        raise InputError(*(f"{file}: expected at least one case; nothing is checked" for file in files))
    results = list(with_progress(run.results(), run.case_count, "Checking"))
    if results or not problems:
        _write(results, form)
    if junit is not None:
        _write_junit(junit, results)
    _, failed, errors = result_counts(results)
    if errors or problems:
        return BAD_INPUT
    return 1 if failed else 0


def _write(results: Sequence[CaseResult], form: str) -> None:
    if form == "json":
        write_bytes(results_as_json(results))
    else:
        write_text("".join(f"{line}\n" for line in results_as_text(results)))


def _write_junit(path: Path, results: Sequence[CaseResult]) -> None:
    """Write JUnit XML, after the results are said: a file that cannot be written costs only itself."""
    try:
        write_whole(path, results_as_junit(results), replaces=True)
    except OSError as error:
        raise InputError(f"--junit {path}: {error.strerror or error}; no JUnit XML is written") from error
