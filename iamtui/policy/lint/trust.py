"""Role trust policies: do action and principal go together, and who can reach an OIDC trust (Q19, Q25)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from iamtui import catalog
from iamtui.policy.conditions import condition_test
from iamtui.policy.elements import action_pattern_matches
from iamtui.policy.lint.finding import ConditionLine, Finding, StatementView, Text, error, quoted, warning
from iamtui.policy.lint.issuers import Issuer, issuer_of
from iamtui.policy.statement import PolicyKind

_ANYTHING = re.compile("[^*?]")
_OWN_CLAIMS = dict.fromkeys(("aud", "sub", "app_id", "oaud"), _ANYTHING)
"""The claims of a provider of one's own, of which each says enough."""
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
    if view.has("NotAction"):
        return not any(action_pattern_matches(text.value, folded) for text in view.texts("NotAction"))
    return any(action_pattern_matches(text.value, folded) for text in view.texts("Action"))


def _check_provider(view: StatementView, principal: Text) -> Iterator[Finding]:
    """Q25: a token's subject, or its audience where tenants have one each, says for whom it was made."""
    provider = (principal.value.partition(":oidc-provider/")[2] or principal.value).rstrip("/")
    issuer = issuer_of(provider)
    if any(_names_tenant(line, provider.lower(), issuer) for line in view.conditions()):
        return
    if issuer is None:
        message = f"any token of {quoted(provider)} can assume the role, as far as this policy goes"
        yield warning("Q25", principal.pointer, message, f"Add a condition on {quoted(f'{provider}:sub')}.")
        return
    claim = f"{provider}:{next(iter(issuer.tenants))}"
    is_asked = any(line.key.lower() == claim.lower() for line in view.conditions())
    fix = f"Let {quoted(claim)} name whom you mean." if is_asked else f"Add a condition on {quoted(claim)}."
    alike = " or ".join(map(quoted, _alike(view, claim)))
    who = f"{issuer.strangers} with {claim.rpartition(':')[2]} like {alike}" if alike else issuer.strangers
    yield warning("Q25", principal.pointer, f"{who} can assume the role, as far as this policy goes", fix)


def _alike(view: StatementView, claim: str) -> tuple[str, ...]:
    """The patterns that a claim must fit and that say something of it; nothing where one does not."""
    found: list[str] = []
    for line in view.conditions():
        test = condition_test(line.operator, line.key, (), variables=False)
        is_like = test.operator is not None and test.operator.name in ("StringLike", "ArnLike", "ArnEquals")
        if is_like and line.key.lower() == claim.lower():
            found += [text.value for text in line.values]
    return tuple(found) if all(one.strip("*?") for one in found) else ()


def _names_tenant(line: ConditionLine, provider: str, issuer: Issuer | None) -> bool:
    """Whether a condition line lets in tokens of some tenants only; all of its values must name one."""
    test = condition_test(line.operator, line.key, (), variables=False)
    if test.operator is None or test.operator.negated or not test.operator.name.startswith(("String", "Arn")):
        return False
    key = line.key.lower()
    claim = key.removeprefix(f"{provider}:").removeprefix(f"{provider}/:")  # as the provider's ARN has it
    if issuer is not None and key in issuer.keys:
        form = _ANYTHING
    elif claim == key:
        return False
    else:
        found = _OWN_CLAIMS if issuer is None else issuer.tenants
        if claim not in found:
            return False
        form = found[claim]
    takes_wildcards = test.operator.name not in ("StringEquals", "StringEqualsIgnoreCase")
    return bool(line.values) and all(_is_of_tenant(text.value, form, wild=takes_wildcards) for text in line.values)


def _is_of_tenant(value: str, form: re.Pattern[str], *, wild: bool) -> bool:
    """Whether a value names a tenant; what has no wildcard is one whole subject."""
    if not wild or ("*" not in value and "?" not in value):
        return True
    return bool(form.pattern) and form.match(value) is not None
