"""`iamtui simulate`: one request, or one for each action and resource, decided and shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import click

from iamtui.analysis.calls import call_word, requests_of_call
from iamtui.analysis.requests.principals import principal_named
from iamtui.analysis.requests.spelling import misspellings
from iamtui.arn import is_account_id
from iamtui.cli.arguments import OnceEach
from iamtui.cli.callers import Caller, unnamed_caller
from iamtui.cli.completion import complete_actions, complete_principals
from iamtui.cli.deciding import DecisionSource, table_of, traces_of
from iamtui.cli.errors import InputError, say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.lone_policies import PolicyOptions
from iamtui.cli.options import context_of, instant
from iamtui.cli.policy_files import policy_files
from iamtui.cli.simulate_output import AWS_FORMATS, FORMATS, write_decisions, write_details, write_table
from iamtui.cli.snapshots import snapshot_of
from iamtui.evaluation.applicable.from_snapshot import principal_side
from iamtui.evaluation.brief import decide_briefly
from iamtui.evaluation.decide import decide, decide_policies, prepare_for, prepare_given
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.known_keys import known_keys, known_keys_of_policies
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.request import Request, RequestError, Unstated

_FILE = FilePath()
_EXAMPLES = """\b
iamtui simulate account.json --principal dana --action s3:GetObject \\
    --resource arn:aws:s3:::ledger/2026/q3.csv --context aws:MultiFactorAuthPresent=true
iamtui simulate account.json --principal dana --action 's3:*' --format markdown
iamtui simulate --policy p.json --boundary b.json --action s3:GetObject --expect allowed
"""
_EXPECTATIONS = ("allowed", "explicitDeny", "implicitDeny", "denied", "conditional")
_SEVERAL = ("--policy", "--boundary", "--resource-policy", "--scp", "--rcp", "--endpoint-policy")
"""Options that take files until the next option; none of them goes with an export."""


class _SeveralFiles(OnceEach):
    """Lets `--policy FILE FILE` say what `--policy FILE --policy FILE` says."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_spread(args)))


def _spread(args: Sequence[str]) -> Iterator[str]:
    option, taken = "", 0
    for arg in args:
        if arg.startswith("-"):
            option, taken = (arg, 0) if arg in _SEVERAL else ("", 0)
        elif option:
            taken += 1
            if taken > 1:
                yield option
        yield arg


@click.command(cls=_SeveralFiles, epilog=_EXAMPLES)
@click.argument("exports", metavar="[EXPORT]...", nargs=-1, type=_FILE)
@click.option(
    "--principal",
    metavar="ARN|NAME",
    help="Who asks; beside --policy it may be left out.",
    shell_complete=complete_principals,
)
@click.option(
    "--action",
    required=True,
    metavar="ACTION",
    help="service:Operation; with a wildcard: a table.",
    shell_complete=complete_actions,
)
@click.option("--resource", "resources", multiple=True, metavar="ARN", help="On what; several make one call.")
@click.option("--also", multiple=True, metavar="ACTION=ARN", help="A further part of the same call, decided too.")
@click.option("--resource-account", metavar="ID", help="Who owns the resource, where its ARN does not say.")
@click.option(
    "--context", multiple=True, metavar="KEY=VALUE", help="A condition key, repeated for a list; or @absent, @unknown."
)
@click.option("--session-policy", "session", multiple=True, type=_FILE, metavar="FILE", help="Passed to the session.")
@click.option("--missing", type=click.Choice(["unknown", "absent"]), help="What keys are that nobody states.")
@click.option("--at", metavar="TIME", help="When; now if left out.")
@click.option(
    "--policy", "identity", multiple=True, type=_FILE, metavar="FILE...", help="Decide on these documents alone."
)
@click.option("--boundary", multiple=True, type=_FILE, metavar="FILE...", help="With --policy: the boundary.")
@click.option("--resource-policy", "resource", type=_FILE, metavar="FILE", help="With --policy: of the resource.")
@click.option("--scp", "scps", multiple=True, metavar="[LEVEL=]FILE...", help="With --policy: root level first.")
@click.option("--rcp", "rcps", multiple=True, metavar="[LEVEL=]FILE...", help="With --policy: root level first.")
@click.option(
    "--endpoint-policy",
    "endpoint",
    multiple=True,
    type=_FILE,
    metavar="FILE...",
    help="With --policy: of the endpoint.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold everything in text and Markdown.")
@click.option("--expect", type=click.Choice(_EXPECTATIONS), help="Exit with 1 where the decision is another.")
def simulate(  # noqa: PLR0913 - one for each option
    *,
    exports: tuple[Path, ...],
    principal: str | None,
    action: str,
    resources: tuple[str, ...],
    also: tuple[str, ...],
    resource_account: str | None,
    context: tuple[str, ...],
    missing: str | None,
    at: str | None,
    form: str,
    full: bool,
    expect: str | None,
    **files: Any,  # those of policies, as `PolicyOptions` names them
) -> int:
    """Decide whether a principal may do something, and show why.

    Against an EXPORT (files or folders), or with --policy against these documents alone, as `aws iam
    simulate-custom-policy` does. A key that nobody states is unknown and may make the answer conditional; with
    `--format aws` and `authorization-details` it is absent, as AWS's own shapes have it.

    Exit status: 0 decided (and as expected), 1 not as expected, 2 bad input.
    """
    lone = PolicyOptions(**files)
    if bool(exports) == lone.given:
        raise InputError("simulate: expected either an EXPORT or policies (--policy FILE); nothing is decided")
    if principal is None:
        _may_be_unnamed(lone)
    if resource_account is not None and not is_account_id(resource_account):
        raise InputError(f"--resource-account {resource_account}: expected an account id of twelve digits")
    against = _lone(lone) if lone.given else _exported(exports, lone.session)
    unstated = Unstated(missing or ("absent" if form in AWS_FORMATS else "unknown"))
    own = None if principal is None else Caller(_named(principal, against))
    caller = own or unnamed_caller(resources, resource_account, unstated)
    base = Request(
        caller.principal,
        action,
        resource_account=resource_account,
        context=caller.context(context_of(context)),
        session_policies=against.session_policies,
        unstated=unstated,
        at=instant(at) or (datetime.now(UTC) if form == "authorization-details" else None),
    )
    requests = requests_of_call(base, [*product(_actions(action), resources or ("*",)), *map(_part, also)])
    decisions = _answered(requests, against, form, is_table=is_pattern(action), full=full, custom=lone.given)
    calls = [[decision] for decision in decisions] if is_pattern(action) else [decisions]
    return _status(calls, expect)


def _answered(
    requests: Sequence[Request], against: DecisionSource, form: str, *, is_table: bool, full: bool, custom: bool
) -> Sequence[Decision]:
    """Decide the requests and write them: as a table where the action is a pattern, else each with its trace."""
    if form in AWS_FORMATS:  # the shapes of AWS's answers have no place for warnings
        for warning in dict.fromkeys(text for request in requests for text in misspellings(request)):
            say(f"warning: {warning}")
    elif is_table:
        decisions = table_of(requests, against, summaries=form == "json")
        write_table(decisions, form)
        return decisions
    decisions = traces_of(requests, against)
    if form == "authorization-details":
        write_details(decisions, against)
    else:
        write_decisions(decisions, form, full=full, custom=custom)
    return decisions


def _may_be_unnamed(lone: PolicyOptions) -> None:
    """Whether nobody need be named: only where policies alone are asked, and none says who is meant."""
    if not lone.given:
        raise InputError("--principal: expected an ARN or a name; nothing is decided")
    if lone.resource is not None or lone.endpoint:
        raise InputError("--resource-policy and --endpoint-policy say who is meant, and need --principal")


def _named(principal: str, against: DecisionSource) -> str:
    try:
        return against.principal(principal)
    except RequestError as error:
        raise InputError(f"--principal: {error}; nothing is decided") from error


def _exported(exports: tuple[Path, ...], session: tuple[Path, ...]) -> DecisionSource:
    snapshot = snapshot_of(exports)
    passed = policy_files(session) if session else None
    named = partial(principal_named, snapshot)
    known = partial(known_keys, snapshot)
    side = lru_cache(maxsize=1)(lambda principal: principal_side(snapshot, identify(principal, snapshot)))

    def briefly(request: Request) -> Decision:
        return decide_briefly(prepare_for(snapshot, request, side(request.principal)))

    return DecisionSource(partial(decide, snapshot), briefly, known, named, passed)


def _lone(lone: PolicyOptions) -> DecisionSource:
    policies = lone.read()
    known = partial(known_keys_of_policies, policies)

    def briefly(request: Request) -> Decision:
        return decide_briefly(prepare_given(policies, request))

    return DecisionSource(partial(decide_policies, policies), briefly, known, str, None)


def is_pattern(action: str) -> bool:
    """Whether it means many actions."""
    return "*" in action or "?" in action


def _actions(written: str) -> Sequence[str]:
    if not is_pattern(written):
        return (written,)
    from iamtui.catalog import matching  # noqa: PLC0415 - the catalogue is read for wildcards only

    found = matching(written)
    if not found:
        raise InputError(f"--action {written}: expected a pattern of actions, no known action matches")
    return found


def _part(written: str) -> tuple[str, str]:
    """The action and resource of `--also`; without a resource the action takes none."""
    action, sign, resource = written.partition("=")
    if is_pattern(action):
        raise InputError(f"--also {written}: expected one action, not a pattern")
    return action, resource if sign else "*"


def _status(calls: Iterable[Sequence[Decision]], expect: str | None) -> int:
    """0 if every call is as expected."""
    if expect is None:
        return 0
    status = 0
    for call in calls:
        got = call_word(call)
        if got != expect and not (expect == "denied" and got.endswith("Deny")):
            say(f"{call[0].request.action}: expected {expect}, got {got}")
            status = 1
    return status
