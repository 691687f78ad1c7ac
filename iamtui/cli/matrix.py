"""`iamtui matrix`: for each principal and service the highest access level, or the facts behind it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from iamtui.analysis.queries.access_matrix.matrix import Fact, MatrixQuestion, facts
from iamtui.analysis.queries.access_matrix.matrix import matrix as ask
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.cli.arguments import OnceEach
from iamtui.cli.completion import complete_principals
from iamtui.cli.errors import InputError, say, writing
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import context_of, instant
from iamtui.cli.output import progress_of, terminal_width, write_bytes, write_text
from iamtui.cli.snapshots import snapshot_of
from iamtui.evaluation.request.request import RequestError, Unstated
from iamtui.reports.matrix import (
    ParquetMissingError,
    matrix_as_json,
    matrix_as_text,
    write_facts_as_csv,
    write_facts_as_parquet,
)

_EXAMPLES = """\b
iamtui matrix account.json --services iam,s3,kms
iamtui matrix exports/ --principals 'role/*' --format csv > facts.csv
iamtui matrix exports/ --format parquet --output facts.parquet
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Who can how much of each service; facts for other engines.")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--principals",
    multiple=True,
    metavar="GLOB",
    help="Names or ARNs, with wildcards; else everybody.",
    shell_complete=complete_principals,
)
@click.option("--services", metavar="S,...", default="", help="These services only.")
@click.option("--by", metavar="principal|group|tag:NAME", default="principal", help="What a row is.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key; or @absent, @unknown.")
@click.option("--missing", type=click.Choice(["unknown", "absent"]), default="unknown", help="Keys that nobody states.")
@click.option("--at", metavar="TIME", help="When; now if left out.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "parquet"]), default="text")
@click.option("--output", type=FilePath(), metavar="FILE", help="Where Parquet is written.")
def matrix(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    principals: tuple[str, ...],
    services: str,
    by: str,
    context: tuple[str, ...],
    missing: str,
    at: str | None,
    form: str,
    output: Path | None,
) -> int:
    """Show the highest access level of everybody in every service; csv and parquet write a row for each action.

    Exit status: 0 answered, 2 bad input.
    """
    if (form == "parquet") != (output is not None):
        raise InputError("--output: expected together with --format parquet, and with no other")
    question = MatrixQuestion(
        principals=principals,
        services=tuple(one.strip().lower() for one in services.split(",") if one.strip()),
        by=by,
        context=context_of(context),
        unstated=Unstated(missing),
        at=instant(at),
    )
    snapshot = snapshot_of(exports)
    try:
        with progress_of("Asking") as progress:
            if form in ("csv", "parquet"):
                for text in left_out(snapshot):
                    say(f"warning: {text}")
                _write_facts(facts(snapshot, question, progress), output)
                return 0
            found = ask(snapshot, question, progress)
    except (QuestionError, RequestError, ParquetMissingError) as error:
        raise InputError(str(error)) from error
    write_bytes(matrix_as_json(found)) if form == "json" else write_text(matrix_as_text(found, terminal_width()))
    return 0


def _write_facts(rows: Iterator[Fact], output: Path | None) -> None:
    """Write Parquet into a file, or CSV as it comes."""
    if output is not None:
        write_facts_as_parquet(rows, output)
        return
    stream = io.TextIOWrapper(sys.stdout.buffer, "utf-8", errors="backslashreplace", write_through=True)
    with writing():
        write_facts_as_csv(rows, stream)
    stream.detach()
