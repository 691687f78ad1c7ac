"""What does not depend on MFA (FI21, FI24), asked with the MFA keys absent: so ask access keys without a session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from iamtui import catalog
from iamtui.analysis.external_access import ExternalAccess, external_access
from iamtui.analysis.findings.asking.able import WITHOUT_MFA, Label
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.findings.review.rule_table import EXPORTS
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.queries.everybody.strangers import SOMEBODY, unused_account
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Role, Snapshot, User

_ASSUME = "sts:AssumeRole"
_MOST_TRIED = 12
_MOST_ASKED = 100
_MOST_OF_A_PATTERN = 4
_OF_A_USER = (
    "Deny all but self-service with BoolIfExists aws:MultiFactorAuthPresent false, in a policy of the user or a group."
)


_OF_ONESELF = frozenset(
    (
        "ChangePassword",
        "CreateVirtualMFADevice",
        "DeleteVirtualMFADevice",
        "EnableMFADevice",
        "ResyncMFADevice",
        "DeactivateMFADevice",
    )
)


def without_mfa(case: AccountCase, user: User) -> Iterator[Answer]:
    """What a user can do without MFA, self-service left out (FI21)."""
    known = user.credentials
    if known is None or known.console_password is None or known.access_keys is None:
        yield Unknown()
        return
    if not known.console_password and not any(key.active for key in known.access_keys):
        yield Clear("no credentials")
        return
    said: dict[Label | None, tuple[str, str]] = {}
    for action, resource, label in _asked_without(case, user):
        said.setdefault(label, (action, resource))
        if label == "allowed":
            break
    where = "" if "allowed" in said else ", where conditions hold"
    surest = said.get("allowed") or said.get("conditional")
    if surest is not None:
        action, resource = surest
        row = f"{user.arn} {action} {resource} aws:MultiFactorAuthPresent absent"
        yield Found(f"can do {action} without MFA{where}", (row,))
    elif "possible" in said:
        yield Unknown((EXPORTS["OR"], EXPORTS["GA"]))


def _asked_without(case: AccountCase, user: User) -> Iterator[tuple[str, str, Label | None]]:
    """Actions, each with what it is asked on and whether it is allowed: some of each Allow."""
    asked = (
        (action, resource)
        for owned in case.everybody.statements(user.arn)
        if owned.is_allow
        for action in _examples(owned.statement.action.patterns, negated=owned.statement.action.negated)
        if (resource := _example(case, user, owned.statement, action)) is not None
    )
    for action, resource in islice(dict.fromkeys(asked), _MOST_ASKED):
        yield action, resource, case.everybody.label(user.arn, action, resource, WITHOUT_MFA)


def _example(case: AccountCase, user: User, statement: Statement, action: str) -> str | None:
    """A resource that an Allow means for a user; what IAM gives people to keep of themselves is self-service."""
    found = case.everybody.example(case.account, statement, action)
    if found is None and not action.startswith("iam:") and statement.resource is not None:
        texts = [text.replace("${aws:username}", user.name) for text in statement.resource.texts]
        found = next((text.replace("*", FRESH).replace("?", "x") for text in texts if "$" not in text), None)
    return found


def _examples(patterns: tuple[str, ...], *, negated: bool) -> Iterator[str]:
    """A few actions that a statement takes, self-service left out."""
    for pattern in ("*",) if negated else patterns:
        if pattern == "*":
            yield from ("iam:CreateUser", "ec2:RunInstances")
        else:
            found = [one for one in catalog.matching(pattern) if not _is_self_service(one)]
            yield from found[:: len(found) // _MOST_OF_A_PATTERN + 1]


def _is_self_service(action: str) -> bool:
    """Whether an action is how one looks at oneself, signs in, or sets up MFA."""
    service, _, name = action.partition(":")
    return service in ("sts", "signin", "sso") or (
        service == "iam" and (name.startswith(("Get", "List")) or name in _OF_ONESELF)
    )


def administrator_without_mfa(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """An administrator whose control does not depend on MFA (FI24)."""
    if case.administrator(principal) is None:
        return
    if isinstance(principal, Role) and principal.is_made_by_aws:
        yield Clear("AWS made it")
        return
    alone = case.everybody.judge_without_mfa.judge(case.snapshot, principal.arn, case.account.account_id)
    if alone is None:
        return
    if alone.verdict == "possible":
        yield Unknown()
    elif isinstance(principal, Role):
        yield from _role_without_mfa(case, principal, _where(alone))
    else:
        row = f"{principal.arn} aws:MultiFactorAuthPresent absent"
        yield Found(f"is an administrator without MFA too{_where(alone)}", (row,), fix=_OF_A_USER)


def _where(judged: Judged) -> str:
    """The conditions on which it depends that somebody is an administrator."""
    keys = ", ".join(dict.fromkeys(condition.key for condition in judged.conditions))
    return f" where conditions hold ({keys})" if keys else ""


def _role_without_mfa(case: AccountCase, role: Role, where: str) -> Iterator[Answer]:
    """The AWS principals whom the trust of an administrator lets in without MFA; providers and services have none."""
    if role.trust is None:
        yield Unknown()
        return
    let_in: dict[str, str] = {}
    for access in external_access(role.trust, "", PolicyKind.TRUST):
        who = _witness(case, access)
        if who is not None and access.entry.text not in let_in:
            picture = case.with_ideal if who == case.ideal_arn else case.snapshot
            request = Request(who, _ASSUME, role.arn, context=WITHOUT_MFA, unstated=Unstated.ABSENT, at=case.at)
            if _is_let_in(picture, request):
                let_in[access.entry.text] = _row(case, role, who, access)
    if let_in:
        message = f"is an administrator{where} that {', '.join(let_in)} may become without MFA"
        yield Found(message, tuple(let_in.values()))


def _row(case: AccountCase, role: Role, who: str, access: ExternalAccess) -> str:
    """The request of somebody who is let in; in words, where nobody of today is allowed to ask."""
    asked = f"sts:AssumeRole {role.arn} aws:MultiFactorAuthPresent absent"
    if access.negated or access.entry.kind is EntryKind.EVERYONE:
        return f"arn:{case.account.partition}:iam::{unused_account(case.snapshot)}:role/{SOMEBODY} {asked}"
    if who != case.ideal_arn:
        return f"{who} {asked}"
    others = islice((one for one in case.everybody.who(case.account, _ASSUME) if one != role.arn), _MOST_TRIED)
    found = (one for one in others if case.everybody.label(one, _ASSUME, role.arn, WITHOUT_MFA) == "allowed")
    return f"{next(found, f'nobody of today, but whoever of {access.entry.text} is allowed')} {asked}"


def _witness(case: AccountCase, access: ExternalAccess) -> str | None:
    """Somebody whom an entry of a trust means; None for services and providers."""
    entry = access.entry
    if access.negated or entry.kind in (EntryKind.EVERYONE, EntryKind.ACCOUNT):
        own = access.negated or entry.kind is EntryKind.EVERYONE or entry.account == case.account.account_id
        return case.ideal_arn if own else f"arn:{case.account.partition}:iam::{entry.account}:role/{SOMEBODY}"
    return entry.text if entry.kind in (EntryKind.USER, EntryKind.ROLE) else None


def _is_let_in(picture: Snapshot, request: Request) -> bool:
    try:
        return judge(picture, request).best.verdict is Verdict.ALLOWED
    except RequestError:
        return False
