"""Whether JSON by itself is meant as a policy, and what kind of policy: judged by what stands in it, valid or not."""

from __future__ import annotations

from iamtui.policy.document import Document
from iamtui.policy.lint.structure import statements
from iamtui.policy.parsing import VERSIONS
from iamtui.policy.statement import PolicyKind
from iamtui.policy.strict_json import JsonValue, load_json


def is_meant_as_policy(value: JsonValue) -> bool:
    """Whether JSON has what only policies have: statements under any spelling, a version of theirs, or an effect."""
    if not isinstance(value, dict):
        return False
    return value.get("Version") in VERSIONS or "Effect" in value or "statement" in map(str.lower, value)


def likely_kind(document: Document) -> PolicyKind:
    """Without principals an identity policy; else by the actions a role's, a key's or another resource's.

    What cannot be told from these (boundaries, session policies, SCPs, RCPs, endpoint policies) is taken for them:
    `sts:AssumeRole` on a resource is an endpoint's or an RCP's business.
    """
    try:
        value = load_json(document.source)
    except (ValueError, RecursionError):
        return PolicyKind.IDENTITY
    views = tuple(statements(value, PolicyKind.IDENTITY)) if isinstance(value, dict) else ()
    if not any(view.has("Principal", "NotPrincipal") for view in views):
        return PolicyKind.IDENTITY
    names_resources = any(view.has("Resource", "NotResource") for view in views)
    services = {text.value.lower().partition(":")[0] for view in views for text in view.texts("Action", "NotAction")}
    if services and services <= {"sts", "*"} and not names_resources:
        return PolicyKind.TRUST
    return PolicyKind.KMS_KEY if services == {"kms"} else PolicyKind.RESOURCE
