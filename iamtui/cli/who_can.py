"""`iamtui who-can`: everybody who can do something, by which way, under which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import click

from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.analysis.queries.everybody.questions import Question, QuestionError
from iamtui.analysis.queries.everybody.results import MARKS, WhoCan
from iamtui.analysis.queries.everybody.who_can import who_can as ask
from iamtui.analysis.requests.spelling import misspelt_context
from iamtui.arn import is_account_id
from iamtui.cli.arguments import SeveralValues, looks_like_action, looks_like_arn
from iamtui.cli.completion import complete_actions
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import context_of, instant
from iamtui.cli.output import progress_of, terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.who_did import exports_and_events, write_with_events
from iamtui.evaluation.request.request import RequestError, Unstated
from iamtui.reports.who_can import (
    who_can_as_csv,
    who_can_as_json,
    who_can_as_markdown,
    who_can_as_styled_text,
    who_can_as_text,
)

_EXAMPLES = """\b
iamtui who-can account.json --action s3:DeleteBucket --resource arn:aws:s3:::ledger
iamtui who-can exports/ --action 's3:Get*' --resource 'arn:aws:s3:::ledger/*' --format csv
iamtui who-can account.json --action iam:PassRole --resource arn:aws:iam::111122223333:role/admin \\
    --only 'arn:aws:iam::111122223333:role/deploy-*'
"""
FORMATS = ("text", "json", "markdown", "csv")


class _Command(SeveralValues):
    several: ClassVar = {"--action": looks_like_action, "--resource": looks_like_arn, "--only": looks_like_arn}


def _steps(context: click.Context, option: click.Parameter, text: str) -> int | Literal["any"]:
    """The number of steps that `--via` says."""
    if text == "any":
        return "any"
    if not (text.isascii() and text.isdigit()):
        raise click.BadParameter(f"{text!r}: expected a number of steps, or any", context, option)
    return int(text)


@click.command("who-can", cls=_Command, epilog=_EXAMPLES, short_help="Everybody who can do something, and how.")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=FilePath())
@click.option(
    "--action",
    "actions",
    multiple=True,
    required=True,
    metavar="ACTION...",
    help="Wildcards too.",
    shell_complete=complete_actions,
)
@click.option("--resource", "resources", multiple=True, metavar="ARN...", help="On what; with wildcards: on all of it.")
@click.option(
    "--via", callback=_steps, default="0", metavar="N|any", help="Also who can by becoming a role, in N steps."
)
@click.option("--all", "show_denied", is_flag=True, help="Show those who are denied too, and by what.")
@click.option("--hide", multiple=True, type=click.Choice(MARKS), help="Leave out such roles; their number is told.")
@click.option("--only", multiple=True, metavar="ARN...", help="Exit with 1 where anybody else can; with wildcards.")
@click.option("--resource-account", metavar="ID", help="Who owns the resource, where its ARN does not say.")
@click.option(
    "--context", multiple=True, metavar="KEY=VALUE", help="A condition key, repeated for a list; or @absent, @unknown."
)
@click.option("--missing", type=click.Choice(["unknown", "absent"]), default="unknown", help="Keys that nobody states.")
@click.option("--at", metavar="TIME", help="When; now if left out.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def who_can(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    via: int | Literal["any"],
    show_denied: bool,
    hide: tuple[str, ...],
    only: tuple[str, ...],
    resource_account: str | None,
    context: tuple[str, ...],
    missing: str,
    at: str | None,
    form: str,
) -> int:
    """Say who can do something: users, roles and root of the exported accounts, and whom policies let in from outside.

    A key that nobody states is unknown: who can only if it is so is shown as conditional. Without --resource the
    question is who can do it on some resource. Files of CloudTrail events among the exports show who did and who
    tried beside who can.

    Exit status: 0 answered (and nobody else can than --only says), 1 somebody else can, 2 bad input.
    """
    if resource_account is not None and not is_account_id(resource_account):
        raise InputError(f"--resource-account {resource_account}: expected an account id of twelve digits")
    question = Question(
        actions=actions,
        resources=resources,
        context=context_of(context),
        resource_account=resource_account,
        unstated=Unstated(missing),
        at=instant(at),
        only=only or None,
        show_denied=show_denied,
        via=via,
    )
    for warning in misspelt_context(question.context, actions):
        say(f"warning: {warning}")
    others = _answered(exports, question, form, hide)
    if others:
        say(f"{len(others):,} others can: {', '.join(others[:_MOST_SAID])}")
    return 1 if others else 0


def _answered(exports: tuple[Path, ...], question: Question, form: str, hide: tuple[str, ...]) -> Sequence[str]:
    """Ask, and write the answer; who can besides those that `--only` names."""
    snapshot, trail = exports_and_events(exports)
    try:
        with progress_of("Asking") as progress:
            answer = ask(snapshot, question, progress)
    except (QuestionError, RequestError) as error:
        raise InputError(str(error)) from error
    if form == "csv" or question.only is not None:  # rows alone, or a gate: it would pass in silence
        for text in left_out(snapshot, question.resources, question.resource_account):
            say(f"warning: {text}")
    if trail is None:
        _write(answer.without(hide), form)
    else:
        write_with_events(snapshot, question, answer, trail, form, hide)
    return answer.others or ()


_MOST_SAID = 5


def _write(answer: WhoCan, form: str) -> None:
    if form == "json":
        write_bytes(who_can_as_json(answer))
    elif form == "markdown":
        write_bytes(who_can_as_markdown(answer).encode("utf-8", "backslashreplace"))
    elif form == "csv":
        write_bytes(who_can_as_csv(answer).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        write_coloured(who_can_as_styled_text(answer, terminal_width()))
    else:
        write_text(who_can_as_text(answer))
