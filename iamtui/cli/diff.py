"""`iamtui diff`: what changed between two exports, and whether it matters."""

from __future__ import annotations

from pathlib import Path

import click

from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.paths.comparisons.path_changes import with_path_changes
from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import BAD_INPUT, InputError
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import progress_of, terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.snapshots import require_paths, snapshot_of
from iamtui.reports.changes import changes_as_json, changes_as_markdown, changes_as_styled_text, changes_as_text
from iamtui.snapshot.model import Snapshot

_EXAMPLES = """\b
iamtui diff yesterday/ today/
iamtui diff yesterday/ today/ --effect
iamtui diff account-old.json account.json --format markdown
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="What changed between two exports.")
@click.argument("old", metavar="OLD", type=FilePath())
@click.argument("new", metavar="NEW", type=FilePath())
@click.option(
    "--effect",
    is_flag=True,
    help="Say what the changes do: who gained and lost what, and why; which paths to administrators are new and gone.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def diff(old: Path, new: Path, form: str, *, effect: bool) -> int:
    """Compare two exports, each a file or a folder: what was added, removed and changed, with before and after.

    Documents are compared by what they say: one that is only written differently is told as that. What one of the two
    did not export is not compared.

    Exit status: 0 nothing differs, with --effect in effect, 1 something does, 2 bad input: also where one file of a
    folder cannot be read, and what the others hold is compared.
    """
    require_paths((old, new))
    before = snapshot_of((old,))
    sides = before, snapshot_of((new,), before)
    if _are_strangers(*sides):
        raise InputError(f"{old} and {new}: no account and no organization is in both; nothing is compared")
    changes = compare_snapshots(*sides)
    if effect:
        with progress_of("Comparing") as progress:
            changes = with_path_changes(with_effects(changes, *sides, progress), *sides, progress)
    _write(changes, form)
    if any(file.status == "failed" for side in sides for file in side.files):
        return BAD_INPUT  # what it held is compared with nothing, so no gate may pass
    found = (changes.effects or changes.trust or changes.paths) if effect else changes.objects
    return 1 if found else 0


def _are_strangers(old: Snapshot, new: Snapshot) -> bool:
    """Whether two exports are of other accounts and other organizations."""
    of_accounts = old.accounts and new.accounts and old.accounts.keys().isdisjoint(new.accounts)
    return bool(of_accounts) and old.organizations.keys().isdisjoint(new.organizations)


def _write(changes: Changes, form: str) -> None:
    if form == "json":
        write_bytes(changes_as_json(changes))
    elif form == "markdown":
        write_bytes(changes_as_markdown(changes).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        write_coloured(changes_as_styled_text(changes, terminal_width()))
    else:
        write_text(changes_as_text(changes))
