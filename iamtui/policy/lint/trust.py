"""Role trust policies: do action and principal go together, and who can reach an OIDC trust (Q19, Q25)."""

from __future__ import annotations

from collections.abc import Iterator, Set

from iamtui import catalog
from iamtui.policy.elements import action_pattern_matches
from iamtui.policy.lint.finding import ConditionLine, Finding, StatementView, Text, error, quoted, warning
from iamtui.policy.statement import PolicyKind

_GITHUB = "token.actions.githubusercontent.com"
_GITHUB_CLAIMS = (
    "sub",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "enterprise_id",
    "job_workflow_ref",
)
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
# Which kind of principal makes each call; the other sts actions (TagSession, …) go with all of them.
_CALLERS = {
    "sts:assumerole": ("an AWS principal or a service", "aws"),
    "sts:assumerolewithsaml": ("a SAML provider", "saml"),
    "sts:assumerolewithwebidentity": ("an OIDC or web identity provider", "web"),
}


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on one statement of a trust policy."""
    if view.kind is not PolicyKind.TRUST:
        return
    callers = {_caller(key, text.value) for key, text in view.principals()}
    for text in view.texts("Action"):
        yield from _check_action(text, callers)
    for text in view.texts("NotAction"):
        yield from _check_action(text, frozenset())  # whom it excludes need not be able to call it
    if view.allows and _allows_web_identity(view):
        for key, text in view.principals():
            if key == "Federated" and _caller(key, text.value) == "web":
                yield from _check_provider(view, text)


def _caller(key: str, principal: str) -> str:
    if key != "Federated":
        return "aws"
    return "saml" if ":saml-provider/" in principal else "web"


def _check_action(text: Text, callers: Set[str]) -> Iterator[Finding]:
    """Q19."""
    folded = text.value.lower()
    if folded == "*":
        return
    if not folded.startswith("sts:"):
        yield error("Q19", text.pointer, f"a role trust policy takes no {quoted(text.value)}", "Use actions of sts.")
    elif not catalog.matching(folded):
        yield error("Q19", text.pointer, f"sts has no action {quoted(text.value)}", "Correct it.")
    elif folded in _CALLERS and callers and _CALLERS[folded][1] not in callers:
        wanted = _CALLERS[folded][0]
        message = f"{text.value} is called by {wanted}, and the statement names none"
        yield error("Q19", text.pointer, message, "Let action and principal fit.")


def _allows_web_identity(view: StatementView) -> bool:
    folded = _WEB_IDENTITY.lower()
    return any(action_pattern_matches(text.value, folded) for text in view.texts("Action"))


def _check_provider(view: StatementView, principal: Text) -> Iterator[Finding]:
    """Q25: a token's audience and subject say for whom it was made; GitHub's audience is the same for everybody."""
    provider = principal.value.partition(":oidc-provider/")[2] or principal.value
    wanted = _GITHUB_CLAIMS if provider.lower() == _GITHUB else ("aud", "sub", "app_id", "oaud")
    if any(_narrows(line, provider.lower(), wanted) for line in view.conditions()):
        return
    claim = quoted(f"{provider}:{wanted[0]}")
    if wanted is _GITHUB_CLAIMS:
        message = "any repository on GitHub can assume the role"
    else:
        message = f"any token of {quoted(provider)} can assume the role"
    yield warning("Q25", principal.pointer, message, f"Add a condition on {claim}.")


def _narrows(line: ConditionLine, provider: str, claims: tuple[str, ...]) -> bool:
    key = line.key.lower()
    if not any(key == f"{provider}:{claim}" for claim in claims):
        return False
    operator = line.operator.lower()
    if "string" not in operator or "not" in operator:
        return False
    wild = "like" in operator
    return bool(line.values) and not (wild and any(_takes_any_owner(text.value) for text in line.values))


def _takes_any_owner(subject: str) -> bool:
    """Whether a pattern such as `*` or `repo:*` leaves the owner open."""
    return subject.startswith("*") or subject.removeprefix("repo:").startswith("*")
