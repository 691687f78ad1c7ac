"""The decision (E, S): the algorithms of E40 to E78, line by line.

`reference_decide` takes a scenario case with its own `policies` and answers in the words of a scenario:

    {"decision": "allowed", "decided_by": "identity", "matched": {"readers#0"}, "missing_context": {"aws:sourceip"}}

`matched` holds `NAME#INDEX` (never a Sid; `index_references` turns Sids into indices) and leaves out the
pseudo policies `account-root`, `built-in` and an `RCPFullAWSAccess` that the case does not list. The names in
`missing_context` are in lower case. `CaseError` is raised where the specification says "error".

Everything left out of a case is absent (T20): the reference is two-valued. It reads a well-formed case; it does
not validate. Lists and documents may hold statements that their policy type forbids (L7): they are ignored.
"""

from __future__ import annotations

import re
from typing import Any

from tests.reference.conditions import as_list
from tests.reference.decision import FILTERS, decide, decided_without_policies
from tests.reference.request import UNLISTED, WITHOUT_RESOURCE, CaseError, Layer, Request, read_request, takes_identity
from tests.reference.statements import evaluate_documents

__all__ = ["CaseError", "index_references", "reference_decide"]


RCP_SERVICES = {
    *("s3", "sts", "kms", "sqs", "secretsmanager", "cognito-idp", "cognito-identity", "cognito-sync", "logs"),
    *("dynamodb", "appconfig", "appstream", "autoscaling", "codebuild", "codecommit", "comprehend"),
    *("comprehendmedical", "dax", "ecr", "health", "kinesisvideo", "aoss", "signin", "support", "textract"),
    *("transcribe", "translate"),
}
"""E33."""

BUCKET_POLICY_ACTIONS = {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}  # S19


def reference_decide(case: dict[str, Any]) -> dict[str, Any]:
    """Decide one case that carries its own `policies`."""
    policies = case["policies"]
    request = read_request(case["request"], policies)
    outcome = decided_without_policies(request)
    missing: set[str] = set()
    if outcome is None:
        layers = evaluate_layers(request, policies)
        outcome = decide(request, layers, policies)
        missing = {key for found in layers.values() for level in found for key in level.missing}
    decision, decided_by, matched = outcome
    return {"decision": decision, "decided_by": decided_by, "matched": matched, "missing_context": missing}


def evaluate_layers(request: Request, policies: dict[str, Any]) -> dict[str, list[Layer]]:
    """Every layer that applies: a list with one member, or one per level for `scp` and `rcp`."""
    caller = request.caller
    layers: dict[str, list[Layer]] = {}

    def pool(kind: str, documents: list[dict[str, Any]]) -> Layer:
        return evaluate_documents(kind, documents, request)

    if "rcps" in policies and rcps_apply(request, policies):
        layers["rcp"] = [pool("rcp", level["policies"]) for level in policies["rcps"]]
    if "scps" in policies and scps_apply(request, policies):
        layers["scp"] = [pool("scp", level["policies"]) for level in policies["scps"]]
    if "vpc_endpoint" in policies and request.context.single("aws:ViaAWSService") != "true":  # E39, E66
        layers["vpc_endpoint"] = [pool("vpc_endpoint", policies["vpc_endpoint"])]
    if "resource" in policies and resource_policy_applies(request):
        kind = "trust" if request.is_trust else "resource"
        layers[kind] = [pool(kind, [{"name": "resource", "document": policies["resource"]}])]
        if caller.kind == "root" and request.same_account and request.action in BUCKET_POLICY_ACTIONS:
            layers[kind][0].denies.clear()  # S19
    if "identity" in policies and takes_identity(caller):
        layers["identity"] = [pool("identity", policies["identity"])]
    if request.has_boundary:
        layers["permissions_boundary"] = [pool("permissions_boundary", policies["permissions_boundary"])]
    if "session" in policies and session_applies(request):
        layers["session"] = [pool("session", policies["session"])]
    return layers


def session_applies(request: Request) -> bool:
    """Role sessions and federated users; root only in an AssumeRoot session (E57, E60)."""
    if request.caller.kind == "root":
        return request.context.single("aws:AssumedRoot") == "true"
    return request.caller.kind in ("session", "role", "federated")


def resource_policy_applies(request: Request) -> bool:
    """A trust policy speaks only of assuming the role: not of iam: actions on it (S7)."""
    return request.is_trust or not (":iam:" in request.resource and ":role/" in request.resource)


def scps_apply(request: Request, policies: dict[str, Any]) -> bool:
    """E21, E24."""
    caller = request.caller
    if caller.kind in ("service", "anonymous") or caller.external or caller.service_linked:
        return False
    return caller.account not in policies.get("management_account", [])


def rcps_apply(request: Request, policies: dict[str, Any]) -> bool:
    """E31, E33-E35."""
    caller = request.caller
    if request.resource_account in policies.get("management_account", []) or caller.service_linked:
        return False
    if caller.kind == "service" and re.match(r"arn:[^:]*:iam::\d*:role/aws-service-role/", request.resource):
        return False
    if request.action == "kms:retiregrant" or request.action in (*WITHOUT_RESOURCE, *UNLISTED):
        return False
    return request.service in RCP_SERVICES


def index_references(case: dict[str, Any], references: list[str]) -> set[str]:
    """Turn the `NAME#SID` references of a case into `NAME#INDEX`, the form that `reference_decide` gives."""
    return {index_reference(case["policies"], reference) for reference in references}


def index_reference(policies: dict[str, Any], reference: str) -> str:
    """One reference; it stays as it is if no statement of that name has the Sid."""
    name, _, place = reference.rpartition("#")
    for policy in all_policies(policies):
        if policy["name"] == name:
            for index, statement in enumerate(as_list(policy["document"]["Statement"])):
                if statement.get("Sid") == place:
                    return f"{name}#{index}"
    return reference


def all_policies(policies: dict[str, Any]) -> list[dict[str, Any]]:
    """Every named document of a case."""
    found = [policy for kind in ("identity", *FILTERS, "vpc_endpoint") for policy in policies.get(kind, [])]
    for kind in ("scps", "rcps"):
        found += [policy for level in policies.get(kind, []) for policy in level["policies"]]
    if "resource" in policies:
        found.append({"name": "resource", "document": policies["resource"]})
    return found
