"""`iamtui findings`: what a reviewer would write down about accounts, each with what proves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from iamtui.analysis.findings.checks import RULES
from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.hygiene_with_lint import linted
from iamtui.analysis.findings.review.hygiene_results import HygieneReview, Mute
from iamtui.analysis.findings.review.mutes import MutesError, read_mutes
from iamtui.analysis.findings.thorough import THOROUGH
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.finding_limits import limits_of
from iamtui.cli.options import instant
from iamtui.cli.output import progress_of, write_bytes, write_text
from iamtui.cli.policy_files import LARGEST
from iamtui.cli.snapshots import snapshot_of
from iamtui.files.reading import UnreadableError, read_named
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.hygiene import review_as_csv, review_as_json, review_as_text
from iamtui.reports.hygiene_for_pipelines import review_as_junit, review_as_sarif
from iamtui.reports.review.findings import findings_document
from iamtui.reports.review.markdown import document_as_markdown

_EXAMPLES = """\b
iamtui findings exports/ --fail-on warning
iamtui findings exports/ --rule FI20,FI26 --set key_age=180 --format csv
iamtui findings exports/ --lint --mutes accepted.json --format sarif
iamtui findings exports/ --rule FI95,FI96,FI97 --format json
"""
_GRAVEST_FIRST = [severity.value for severity in FindingSeverity]


@click.command(
    cls=OnceEach, epilog=_EXAMPLES, short_help="Find what is badly kept in accounts, and say how to mend it."
)
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--rule",
    "rules",
    metavar="NUMBER,...",
    help="Only these rules, such as FI20,FI26. FI91 and FI95 to FI97 take long and are asked only when named.",
)
@click.option("--severity", type=click.Choice(_GRAVEST_FIRST), help="Only findings of this severity or a graver one.")
@click.option(
    "--mutes", "mute_file", type=FilePath(), metavar="FILE", help="Which findings are accepted, why, until when."
)
@click.option("--lint", "with_lint", is_flag=True, help="The findings of lint too, in the same list.")
@click.option("--unknown", is_flag=True, help="List what the export does not tell, and what to export.")
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE,...",
    help="Limits, such as key_age=180,unused=30; boundaries=/teams/,boundaries=tag:team=* says who shall have one.",
)
@click.option("--pairs", "pair_file", type=FilePath(), metavar="FILE", help="More duties that two should do, in TOML.")
@click.option("--at", metavar="TIME", help="The day to judge by; that of the export if left out.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "csv", "sarif", "junit"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice([*_GRAVEST_FIRST, "never"]),
    default="security",
    show_default=True,
    help="Exit with 1 for findings of this severity or a graver one that are not muted.",
)
def findings(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    rules: str | None,
    severity: str | None,
    mute_file: Path | None,
    with_lint: bool,
    unknown: bool,
    settings: str | None,
    pair_file: Path | None,
    at: str | None,
    form: str,
    fail_on: str,
) -> int:
    """Find what is badly kept in accounts: root, users and their keys, grants, trust, public access, guardrails.

    Each is found, clear, or unknown with the export that would tell.

    Exit status: 0 nothing grave, 1 findings (see --fail-on), 2 bad input.
    """
    wanted = _wanted(rules, with_lint=with_lint)
    limits, mutes, day = limits_of(settings, pair_file), _mutes(mute_file), instant(at)
    snapshot = snapshot_of(exports)
    for text in left_out(snapshot):
        say(f"warning: {text}")
    beside = (one for one in linted(snapshot) if rules is None or one.rule in wanted) if with_lint else ()
    with progress_of("Asking") as progress:
        found = review(snapshot, at=day, limits=limits, rules=wanted, mutes=mutes, beside=beside, progress=progress)
    if severity is not None:
        kept = _up_to(severity)
        found = replace(found, findings=tuple(one for one in found.findings if one.severity.value in kept))
    _write(found, form, export=str(exports[0]), unknown=unknown)
    return 1 if any(one.severity.value in _up_to(fail_on) for one in found.standing) else 0


def _up_to(severity: str) -> list[str]:
    return [] if severity == "never" else _GRAVEST_FIRST[: _GRAVEST_FIRST.index(severity) + 1]


def _write(found: HygieneReview, form: str, *, export: str, unknown: bool) -> None:
    match form:
        case "json":
            write_bytes(review_as_json(found))
        case "sarif":
            write_bytes(review_as_sarif(found, export))
        case "junit":
            write_bytes(review_as_junit(found))
        case "markdown":
            write_bytes(document_as_markdown(findings_document(found)).encode("utf-8", "backslashreplace"))
        case "csv":
            write_text(review_as_csv(found))
        case _:
            write_text("".join(f"{line}\n" for line in review_as_text(found, unknown=unknown)))


def _wanted(rules: str | None, *, with_lint: bool) -> frozenset[str]:
    if rules is None:
        return RULES
    wanted = frozenset(number.strip().upper() for number in rules.split(","))
    other = sorted(wanted - RULES - THOROUGH)
    if other and not (with_lint and all(number.startswith(("Q", "I", "S")) for number in other)):
        raise InputError(f"--rule {', '.join(other)}: expected rules that are looked for: {_listed(RULES | THOROUGH)}")
    return wanted


def _listed(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers))


def _mutes(file: Path | None) -> tuple[Mute, ...]:
    if file is None:
        return ()
    try:
        return read_mutes(read_named(file, LARGEST))
    except (UnreadableError, MutesError) as error:
        raise InputError(f"{file}: {error}; nothing is muted") from error
