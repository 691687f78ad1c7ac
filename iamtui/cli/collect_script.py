"""`iamtui collect-script`: the script that collects exports, and the permissions that it needs."""

from __future__ import annotations

import click

from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError
from iamtui.cli.output import write_text
from iamtui.collecting.calls import RESOURCES, chosen_parts
from iamtui.collecting.denials import ACTIONS, NotAnIdError, denial_script
from iamtui.collecting.permissions import needed_policy, policy_of
from iamtui.collecting.script import script

_ALL = "all"
_HELP = """Print a shell script that collects exports of an account with the AWS CLI.

It makes calls that only read, and leaves a folder for iamtui to open. iamtui itself never calls AWS.

\b
iamtui collect-script --org --resources all > collect.sh
sh collect.sh exports
iamtui exports

With --authorization-id the script fetches AWS's own account of denied calls in place of an export.
"""


@click.command("collect-script", cls=OnceEach, help=_HELP)
@click.option("--org", is_flag=True, help="Ask for the organization too: its tree, SCPs, RCPs and S3 policies.")
@click.option(
    "--resources",
    metavar="KIND,...",
    default="",
    help=f"Ask for their policies too: {', '.join(RESOURCES)}, or {_ALL}.",
)
@click.option("--authorization-id", "ids", multiple=True, metavar="ID,...", help="Of a denied call, as its error says.")
@click.option("--region", metavar="REGION", help="With --authorization-id: where the call was denied.")
@click.option("--policy", is_flag=True, help="Print the IAM policy that the script needs, not the script.")
def collect_script(*, org: bool, resources: str, ids: tuple[str, ...], region: str | None, policy: bool) -> int:
    """Print the script, or the policy."""
    if ids:
        if org or resources:
            raise InputError("--authorization-id: expected without --org and --resources; nothing is printed")
        return _print_denials([one for written in ids for one in written.split(",") if one], region, policy=policy)
    if region is not None:
        raise InputError("--region: expected beside --authorization-id; an export covers all Regions")
    parts = chosen_parts(organization=org, resources=_kinds(resources))
    write_text(needed_policy(parts) if policy else script(parts))
    return 0


def _print_denials(ids: list[str], region: str | None, *, policy: bool) -> int:
    try:
        written = denial_script(ids, region)
    except NotAnIdError as error:
        raise InputError(f"{error}; nothing is printed") from error
    write_text(policy_of(ACTIONS) if policy else written)
    return 0


def _kinds(written: str) -> tuple[str, ...]:
    kinds = tuple(word.strip().lower() for word in written.split(",") if word.strip())
    unknown = [kind for kind in kinds if kind != _ALL and kind not in RESOURCES]
    if unknown:
        raise InputError(
            f"--resources {', '.join(unknown)}: expected {', '.join(RESOURCES)} or {_ALL}; nothing is printed"
        )
    return RESOURCES if _ALL in kinds else kinds
