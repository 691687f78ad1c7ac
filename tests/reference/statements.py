"""Whether a statement matches a request: its elements one by one (L7-L57, T26)."""

from __future__ import annotations

from typing import Any

from tests.reference.conditions import as_list, condition_holds, consulted_and_missing
from tests.reference.patterns import matches_action, matches_arn, resource_tokens, substitute, tokens, valueless
from tests.reference.principals import best_class, spared
from tests.reference.request import WITHOUT_RESOURCE, Layer, Request


def evaluate_documents(kind: str, documents: list[dict[str, Any]], request: Request) -> Layer:
    """Pool the documents of one layer or level (E10)."""
    layer = Layer()
    for policy in documents:
        document = policy["document"]
        variables = document.get("Version") == "2012-10-17"  # V2, L3
        for index, statement in enumerate(as_list(document["Statement"])):
            if not is_forbidden(kind, statement):
                evaluate_statement(kind, statement, f"{policy['name']}#{index}", request, layer, variables=variables)
    return layer


def is_forbidden(kind: str, statement: dict[str, Any]) -> bool:
    """L7: a statement with an element that its policy type does not take is ignored."""
    if kind in ("identity", "permissions_boundary", "session", "scp"):
        return "Principal" in statement or "NotPrincipal" in statement
    if kind == "trust":
        return bool({"NotPrincipal", "Resource", "NotResource"} & statement.keys())
    if kind == "rcp":  # E36
        bare = "*" in as_list(statement.get("Action", [])) and statement["Effect"] == "Deny"
        return bare or "NotAction" in statement or statement.get("Principal") != "*"
    return False


def evaluate_statement(
    kind: str, statement: dict[str, Any], reference: str, request: Request, layer: Layer, *, variables: bool
) -> None:
    """T26: a statement matches if all of its elements do."""
    effect = statement["Effect"]
    matched, name = principal_matches(kind, statement, request)
    if not (matched and action_matches(statement, request)):
        return
    if not resource_matches(kind, statement, request, variables=variables):
        return
    condition = statement.get("Condition", {})
    layer.missing |= consulted_and_missing(condition, request.context, variables=variables)
    layer.missing |= resource_missing(statement, request, variables=variables)
    if condition_holds(condition, request.context, variables=variables):
        if effect == "Deny":
            layer.denies.append(reference)
        else:
            layer.allows.append((reference, name))


def principal_matches(kind: str, statement: dict[str, Any], request: Request) -> tuple[bool, str | None]:
    """Whether the principal element covers the caller, and the class of the match (5.1, L50-L55)."""
    caller, effect = request.caller, statement["Effect"]
    if kind not in ("resource", "trust", "vpc_endpoint", "rcp"):
        return True, None
    if "NotPrincipal" in statement:
        if effect == "Deny":
            return request.has_boundary or not spared(statement["NotPrincipal"], caller), None  # E50, L54
        return best_class(statement["NotPrincipal"], caller, grants=False) is None, "direct"  # L55
    grants = effect == "Allow" and kind in ("resource", "trust")
    name = best_class(statement.get("Principal", {}), caller, grants=grants)
    if kind == "vpc_endpoint" and request.service in ("s3", "dynamodb") and name == "account":
        return False, None  # E38
    return name is not None, name


def action_matches(statement: dict[str, Any], request: Request) -> bool:
    """L20-L25."""
    if "NotAction" in statement:
        return not any(matches_action(pattern, request.action) for pattern in as_list(statement["NotAction"]))
    return any(matches_action(pattern, request.action) for pattern in as_list(statement["Action"]))


def resource_matches(kind: str, statement: dict[str, Any], request: Request, *, variables: bool) -> bool:
    """L30-L40."""
    if kind == "trust":
        return True  # L40
    element = "NotResource" if "NotResource" in statement else "Resource"
    found = any(
        resource_pattern_matches(kind, pattern, request, variables=variables) for pattern in as_list(statement[element])
    )
    return found != (element == "NotResource")


def resource_pattern_matches(kind: str, pattern: str, request: Request, *, variables: bool) -> bool:
    """One pattern against the request's resource, which is a literal (L38)."""
    if pattern == "*":
        return True
    if request.resource == "*":  # L36, L37, S25
        account_level = request.service == "s3" and request.action in WITHOUT_RESOURCE
        return account_level and pattern.startswith("arn:") and pattern.endswith(":s3:::*")
    resource = request.resource
    if resource.split(":")[3] == "*":  # L36: in some Region, the one that the pattern names
        region = (pattern.split(":") + ["*"] * 4)[3]
        resource = resource.replace("*", region if region and not set("*?") & set(region) else "some-region-1", 1)
    if pattern.count(":") < 5:
        if kind in ("identity", "permissions_boundary"):  # L34
            pattern += ":*" * (5 - pattern.count(":"))
        elif kind == "session" or not pattern.endswith("*"):
            return False
        else:
            return matches_arn(tokens(pattern, variables=False), resource)
    bound = substitute(resource_tokens(pattern, variables=variables), request.context.single)
    return bound is not None and matches_arn(bound, resource)  # V8


def resource_missing(statement: dict[str, Any], request: Request, *, variables: bool) -> set[str]:
    """E88 for the variables of a resource element that matched."""
    missing: set[str] = set()
    for element in ("Resource", "NotResource"):
        for pattern in as_list(statement.get(element, [])):
            missing |= valueless(resource_tokens(pattern, variables=variables), request.context.present)
    return missing
