"""Action and NotAction: do the actions exist, and do they give more or less than they seem to (Q6, Q7, Q15, Q21)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.catalog.unlisted import SHUT_DOWN_SERVICES, UNLISTED_ACTIONS
from iamtui.policy.elements import action_pattern_matches
from iamtui.policy.lint import applicable
from iamtui.policy.lint.advice import Adviser
from iamtui.policy.lint.finding import Finding, StatementView, Text, error, quoted, security, suggestion, warning
from iamtui.policy.lint.redundancy import repeated_and_covered
from iamtui.policy.statement import PolicyKind

# The actions that hand a role or a service further rights, and the key that narrows each on any resource.
_HANDED_ON = (
    ("iam:PassRole", "iam:PassedToService", "every role can be passed"),
    ("iam:CreateServiceLinkedRole", "iam:AWSServiceName", "a role can be made for every service"),
)


# An Allow in these reaches any resource that it names.
_GIVING_EVERYWHERE = frozenset((PolicyKind.IDENTITY, PolicyKind.SESSION))
# An Allow in these gives nothing by itself.
_ONLY_LIMITING = frozenset((PolicyKind.BOUNDARY, PolicyKind.SCP, PolicyKind.VPC_ENDPOINT))


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the actions of one statement; those of a trust policy are `trust`'s."""
    if view.kind is PolicyKind.TRUST:
        return
    adviser = Adviser(view)
    for text in view.texts("Action", "NotAction"):
        yield from _check_name(text, adviser, variables=view.variables)
    yield from _check_redundant(view)
    yield from applicable.check(view)
    if view.allows and view.kind in _GIVING_EVERYWHERE:
        yield from _check_handed_on(view)
    if view.allows and view.kind not in _ONLY_LIMITING:
        yield from _check_not_action(view)


def _check_name(text: Text, adviser: Adviser, *, variables: bool) -> Iterator[Finding]:
    """Q6 (L21, L24); of variables Q20 tells."""
    pattern = text.value
    if pattern == "*" or (variables and "${" in pattern):
        return
    service, colon, _ = pattern.partition(":")
    if not colon:
        yield error(
            "Q6", text.pointer, f"{quoted(pattern)} has no service, so it never matches", "Write service:Action."
        )
    elif "*" in service or "?" in service:
        fix = "Name the service; AWS documents no wildcard there."
        yield error("Q6", text.pointer, f"{quoted(pattern)} has a wildcard before the colon", fix)
    elif service.lower() in SHUT_DOWN_SERVICES:
        yield warning("Q6", text.pointer, f"AWS has shut down the service {quoted(service)}", "Remove the action.")
    elif service.lower() not in catalog.services():
        nearest = adviser.action(pattern)
        fix = "Correct or remove the action." if nearest is None else f"Write {nearest}, if that is meant."
        yield error("Q6", text.pointer, f"no service is called {quoted(service)}", fix)
    elif pattern.lower() in UNLISTED_ACTIONS:
        fix = "Leave it, or remove it; nothing depends on it."
        yield suggestion("Q6", text.pointer, f"AWS writes {quoted(pattern)} itself, and lists no such action", fix)
    elif not catalog.matching(pattern):
        title = catalog.service_title(service)
        nearest = None if "*" in pattern or "?" in pattern else adviser.action(pattern)
        fix = "Correct or remove the action." if nearest is None else f"Write {nearest}, if that is meant."
        yield error("Q6", text.pointer, f"{title} has no action {quoted(pattern)}", fix)


def _check_redundant(view: StatementView) -> Iterator[Finding]:
    """Q21; actions compare regardless of case (L20)."""
    for name in ("Action", "NotAction"):
        for text, other in repeated_and_covered(view.texts(name), fold=True):
            message = f"{quoted(text.value)} is covered by {quoted(other.value)}"
            yield suggestion("Q21", text.pointer, message, "Remove it.")


def _check_handed_on(view: StatementView) -> Iterator[Finding]:
    """Q15: a condition on the service that gets the role is as good as a narrow resource."""
    if not (view.has("NotResource") or any(text.value == "*" for text in view.texts("Resource"))):
        return
    keys = view.condition_keys()
    for action, narrowing, consequence in _HANDED_ON:
        if narrowing.lower() in keys:
            continue
        given = _giving(view, action)
        if given is not None:
            fix = f"Name the resources, or add a condition on {narrowing}."
            yield security("Q15", given, f"{action} is allowed on any resource: {consequence}", fix)


def _giving(view: StatementView, action: str) -> str | None:
    """The pointer of what makes the statement give `action`."""
    folded = action.lower()
    if view.has("NotAction"):
        excluded = any(action_pattern_matches(text.value, folded) for text in view.texts("NotAction"))
        return None if excluded else view.at("NotAction")
    return next((text.pointer for text in view.texts("Action") if action_pattern_matches(text.value, folded)), None)


def _check_not_action(view: StatementView) -> Iterator[Finding]:
    """Q15: Allow with NotAction grants every other action, those of services yet to come too (L23)."""
    wide = view.has("NotResource") or any(text.value == "*" for text in view.texts("Resource"))
    if view.has("NotAction") and (wide or not view.has("Resource")):
        message = "Allow with NotAction grants every action that is not listed, future ones too"
        yield security("Q15", view.at("NotAction"), message, "List the actions that are meant.")
