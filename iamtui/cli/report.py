"""`iamtui report`: a review of accounts as Markdown and as one page of HTML, the same bytes for the same exports."""

from __future__ import annotations

from pathlib import Path

import click

from iamtui.analysis.account_review import PARTS, review_accounts
from iamtui.analysis.findings.review.hygiene_results import Mute
from iamtui.analysis.findings.review.mutes import MutesError, read_mutes
from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import instant
from iamtui.cli.output import progress_of, write_bytes
from iamtui.cli.policy_files import LARGEST
from iamtui.cli.snapshots import snapshot_of
from iamtui.files.reading import UnreadableError, read_named
from iamtui.files.writing import write_whole
from iamtui.reports.review.html import document_as_html
from iamtui.reports.review.markdown import document_as_markdown
from iamtui.reports.review.sections import document_of
from iamtui.snapshot.moments import snapshot_moment

_EXAMPLES = """\b
iamtui report account.json --out review/
iamtui report exports/ --mutes accepted.json --out review/
iamtui report exports/ --without paths,matrix --most 100 --out review/
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="A review of accounts as Markdown and as one page of HTML.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--out", metavar="DIR", type=FilePath(), help="Write report.md and report.html there; else Markdown is printed."
)
@click.option("--at", metavar="TIME", help="The moment to judge by; the newest date of the exports if left out.")
@click.option(
    "--mutes", "mute_file", type=FilePath(), metavar="FILE", help="Which findings are accepted, why, until when."
)
@click.option("--without", metavar="PART,...", default="", help=f"Leave out what takes long: {', '.join(PARTS)}.")
@click.option("--most", type=click.IntRange(1), default=500, show_default=True, help="Rows of a table, at most.")
def report(
    *, paths: tuple[Path, ...], out: Path | None, at: str | None, mute_file: Path | None, without: str, most: int
) -> int:
    """Write a review: findings, administrators and paths, access from outside, the matrix, what was not exported.

    The page loads nothing and runs nothing, and prints well. No clock is in it: the same exports give the same bytes.

    Exit status: 0 written, 2 bad input.
    """
    left_out = tuple(one.strip() for one in without.split(",") if one.strip())
    if unknown := [one for one in left_out if one not in PARTS]:
        raise InputError(f"--without {', '.join(unknown)}: expected {', '.join(PARTS)}; nothing is written")
    targets = () if out is None else (out / "report.md", out / "report.html")
    if there := [path for path in targets if path.exists()]:
        raise InputError(*(f"{path} is there already; nothing is written" for path in there))
    mutes = _mutes(mute_file)
    snapshot = snapshot_of(paths)
    moment = instant(at) or snapshot_moment(snapshot)
    if moment is None:
        raise InputError("the exports have no date; expected --at with the moment to judge by")
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: expected a folder, or one to be made; nothing is written")
    with progress_of("Asking") as progress:
        found = review_accounts(snapshot, moment, progress, mutes=mutes, without=left_out)
    document = document_of(found, most=most)
    markdown = document_as_markdown(document).encode("utf-8", "backslashreplace")
    if out is None:
        write_bytes(markdown)
        return 0
    out.mkdir(parents=True, exist_ok=True)
    for path, content in zip(targets, (markdown, document_as_html(document)), strict=True):
        write_whole(path, content, replaces=False)
        say(f"written: {path}")
    return 0


def _mutes(file: Path | None) -> tuple[Mute, ...]:
    if file is None:
        return ()
    try:
        return read_mutes(read_named(file, LARGEST))
    except (UnreadableError, MutesError) as error:
        raise InputError(f"{file}: {error}; nothing is muted") from error
