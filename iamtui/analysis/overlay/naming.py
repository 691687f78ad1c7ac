"""What people call the things that an edit is of: names, paths and ids as well as ARNs."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.requests.principals import principal_named
from iamtui.evaluation.request.request import RequestError
from iamtui.snapshot.model import OrganizationPolicy, Snapshot


def bearer_named(snapshot: Snapshot, text: str) -> str:
    """The ARN of a user or role as in requests, or of a group that is written as `group/NAME`.

    Raises:
        MissingThingError: nobody is called so, or several are.
    """
    if ":group/" in text:
        return text
    if text.lower().startswith("group/"):
        name = text.rpartition("/")[2].lower()
        groups = (account.groups or {} for account in snapshot.accounts.values())
        return _only(text, "group", [one[name].arn for one in groups if name in one])
    try:
        return principal_named(snapshot, text)
    except RequestError as error:
        raise MissingThingError(str(error)) from error


def policy_named(snapshot: Snapshot, text: str, account: str = "") -> str:
    """The ARN of a managed policy: itself, or its name; those of `account` come before AWS's.

    Raises:
        MissingThingError: none is called so, or several are.
    """
    if text.startswith("arn:"):
        return text
    found = dict.fromkeys(arn for arn, name in _policies(snapshot, account) if name.lower() == text.lower())
    own = [arn for arn in found if ":aws:policy/" not in arn]
    return _only(text, "policy", own or list(found))


def organization_policy_named(snapshot: Snapshot, text: str) -> str | None:
    """The ARN of the SCP or RCP with this id, name or ARN; None where there is none.

    Raises:
        MissingThingError: several are called so.
    """
    found = [one.arn for one in _organization_policies(snapshot) if text in (one.arn, one.policy_id, one.name)]
    return _only(text, "organization policy", list(dict.fromkeys(found))) if found else None


def _organization_policies(snapshot: Snapshot) -> Iterator[OrganizationPolicy]:
    for organization in snapshot.organizations.values():
        yield from organization.policies.values()


def _policies(snapshot: Snapshot, account: str) -> Iterator[tuple[str, str]]:
    for account_id, held in snapshot.accounts.items():
        if not account or account_id == account:
            yield from ((arn, policy.name) for arn, policy in (held.policies or {}).items())
    partitions = {held.partition for account_id, held in snapshot.accounts.items() if account in ("", account_id)}
    for arn, policy in snapshot.aws_managed.items():
        if arn.split(":", 2)[1] in partitions:
            yield arn, policy.name


def _only(text: str, what: str, named: list[str]) -> str:
    if len(named) != 1:
        some = f": {', '.join(named[:8])}" if named else ""
        raise MissingThingError(f"{text}: expected one {what} of the export, {len(named)} are called so{some}")
    return named[0]
