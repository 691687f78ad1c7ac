"""`iamtui can`: what a principal can do, and what was taken away."""

from __future__ import annotations

from pathlib import Path

import click

from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.one_principal.can import CanQuestion
from iamtui.analysis.queries.one_principal.can import can as ask
from iamtui.analysis.queries.one_principal.can_results import Can
from iamtui.analysis.queries.one_principal.effective_policy import EffectivePolicy, effective_policy
from iamtui.analysis.requests.principals import principal_named
from iamtui.cli.arguments import OnceEach
from iamtui.cli.completion import complete_actions, complete_principals_after_paths
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.options import context_of, instant
from iamtui.cli.output import progress_of, terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.cli.snapshots import snapshot_of
from iamtui.evaluation.request.request import RequestError, Unstated
from iamtui.reports.can import can_as_csv, can_as_json, can_as_markdown, can_as_styled_text, can_as_text
from iamtui.reports.effective_policy import policy_as_json, policy_in_words
from iamtui.snapshot.model import Snapshot

_EXAMPLES = """\b
iamtui can account.json dana --service s3
iamtui can account.json role/deploy --level 'Permissions management'
iamtui can exports/ group/Developers --format csv
iamtui can exports/ dana --format policy > dana.json
"""
_LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging")


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="What a principal or group can do, and what was taken away.")
@click.argument(
    "exports",
    metavar="EXPORT...",
    nargs=-1,
    required=True,
    type=FilePath(),
    shell_complete=complete_principals_after_paths,
)
@click.argument("principal", metavar="PRINCIPAL")
@click.option("--service", "services", multiple=True, metavar="S", help="Actions of this service only.")
@click.option(
    "--action", "actions", multiple=True, metavar="GLOB", help="These actions only.", shell_complete=complete_actions
)
@click.option("--resource", metavar="ARN", help="What can be done on this resource.")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), help="This access level only.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key; or @absent, @unknown.")
@click.option("--missing", type=click.Choice(["unknown", "absent"]), default="unknown", help="Keys that nobody states.")
@click.option("--at", metavar="TIME", help="When; now if left out.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "csv", "policy"]),
    default="text",
    help="policy: one document that gives just this.",
)
@click.option("--full", is_flag=True, help="Unfold every action in text.")
def can(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    principal: str,
    services: tuple[str, ...],
    actions: tuple[str, ...],
    resource: str | None,
    level: str | None,
    context: tuple[str, ...],
    missing: str,
    at: str | None,
    form: str,
    full: bool,
) -> int:
    """Say what a principal can do: each action everywhere, somewhere or under conditions, on what and by which way.

    PRINCIPAL is an ARN or a name, as in simulate; group/NAME asks what a group gives its members. With --format policy
    the answer is an identity policy with the effect of all that is in force; it is decided against that, action by
    action, and standard error says whether it is exact, or what it leaves out.

    Exit status: 0 answered, 2 bad input.
    """
    snapshot = snapshot_of(exports)
    try:
        question = CanQuestion(
            principal=_named(snapshot, principal),
            actions=actions,
            services=tuple(service.lower() for service in services),
            level=level,
            resource=resource,
            context=context_of(context),
            unstated=Unstated(missing),
            at=instant(at),
        )
        with progress_of("Asking") as progress:
            answer = (
                effective_policy(snapshot, question, progress)
                if form == "policy"
                else ask(snapshot, question, progress)
            )
    except (QuestionError, RequestError) as error:
        raise InputError(str(error)) from error
    if isinstance(answer, EffectivePolicy):
        _write_policy(answer)
    else:
        _write(answer, form, full=full)
    return 0


def _write_policy(answer: EffectivePolicy) -> None:
    write_bytes(policy_as_json(answer))
    for line in policy_in_words(answer):
        say(line)


def _named(snapshot: Snapshot, text: str) -> str:
    """The ARN of a principal, or of a group that is written as `group/NAME`."""
    if text.lower().startswith("group/"):
        name = text.partition("/")[2].rpartition("/")[2].lower()
        groups = (account.groups or {} for account in snapshot.accounts.values())
        found = [one[name].arn for one in groups if name in one]
        if len(found) != 1:
            raise QuestionError(f"{text}: expected one group of the export, {len(found)} are called so")
        return found[0]
    if ":group/" in text:
        return text
    return principal_named(snapshot, text)


def _write(answer: Can, form: str, *, full: bool) -> None:
    if form == "json":
        write_bytes(can_as_json(answer))
    elif form == "markdown":
        write_bytes(can_as_markdown(answer).encode("utf-8", "backslashreplace"))
    elif form == "csv":
        write_bytes(can_as_csv(answer).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        write_coloured(can_as_styled_text(answer, terminal_width(), full=full))
    else:
        write_text(can_as_text(answer, full=full))
