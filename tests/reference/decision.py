"""The order of evaluation: calls without permission (E79-E83), the algorithms of E40 to E78, S3 Block Public Access."""

from __future__ import annotations

from typing import Any

from tests.reference.patterns import matches_action
from tests.reference.principals import Caller
from tests.reference.public_access import is_public
from tests.reference.request import Layer, Request

ORDER = ("rcp", "scp", "vpc_endpoint", "resource", "trust", "identity", "permissions_boundary", "session")
"""E84: the first of several denying layers."""

FILTERS = ("permissions_boundary", "session")

Outcome = tuple[str, str, set[str]]


def decide(request: Request, layers: dict[str, list[Layer]], policies: dict[str, Any]) -> Outcome:
    """5.2 or 7, then S3 Block Public Access (E16-E20)."""
    outcome = decide_on_policies(request, layers)
    if outcome[0] == "allowed" and refused_as_public(request, policies):
        return "explicitDeny", "s3_block_public_access", set()  # S11, S15
    return outcome


def decided_without_policies(request: Request) -> Outcome | None:
    """Fixed outcomes come first (E15): E61, E69, E79-E81, S8. No policy and no key is consulted then."""
    caller, action = request.caller, request.action
    refused: Outcome = ("implicitDeny", "none", set())
    granted: Outcome = ("allowed", "identity", set())
    temporary = request.context.get("aws:TokenIssueTime") is not None
    if is_refused_caller(request):
        return refused
    if action == "sts:getcalleridentity" and caller.kind != "anonymous" and not caller.external:
        return granted  # E79
    if action == "sts:getsessiontoken":
        return granted if caller.kind in ("user", "root") and not temporary else refused  # E80
    if caller.kind in ("session", "role") and action == "sts:getfederationtoken":
        return refused  # E81
    if is_reserved(request):
        return refused  # S8: before what credentials may do
    tokens = ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    if caller.kind in ("user", "role", "session", "federated", "root") and action in tokens:
        return refused  # E69
    if caller.kind == "federated" and request.service in ("iam", "sts") and action != "iam:passrole":
        return refused
    if caller.kind == "user" and temporary and refused_to_session_token(request):
        return refused
    if caller.kind == "root" and action == "sts:assumerole":
        return refused  # E61
    if caller.external and action not in external_actions(caller):
        return refused  # E69
    return None


UNSIGNED = {
    "s3:*",
    "sqs:*",
    "sns:*",
    "lambda:invokefunctionurl",
    "execute-api:invoke",
    "es:eshttp*",
    "elasticfilesystem:client*",
    "mediastore:getobject",
    "mediastore:describeobject",
    "vpc-lattice-svcs:invoke",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
}
"""E68: what may come unsigned."""

OWN_QUEUES = {
    *("addpermission", "cancelmessagemovetask", "createqueue", "deletequeue", "listmessagemovetasks", "listqueues"),
    *("listqueuetags", "removepermission", "setqueueattributes", "startmessagemovetask", "tagqueue", "untagqueue"),
}
OWN_TABLES = {
    *(
        "createbackup",
        "createtable",
        "deleteresourcepolicy",
        "describecontinuousbackups",
        "describecontributorinsights",
    ),
    *("describekinesisstreamingdestination", "describetablereplicaautoscaling", "describetimetolive"),
    *("disablekinesisstreamingdestination", "enablekinesisstreamingdestination", "exporttabletopointintime"),
    *("getresourcepolicy", "partiqldelete", "partiqlinsert", "partiqlselect", "partiqlupdate", "putresourcepolicy"),
    *("restoretabletopointintime", "updatecontinuousbackups", "updatecontributorinsights"),
    *("updatetablereplicaautoscaling", "updatetimetolive"),
}
OWN = {"sqs": OWN_QUEUES, "dynamodb": OWN_TABLES, "sns": {"createtopic", "tagresource", "untagresource"}}
ABROAD = {
    *("creategrant", "decapsulate", "decrypt", "derivesharedsecret", "describekey", "encapsulate", "encrypt"),
    *("generatedatakey", "generatedatakeypair", "generatedatakeypairwithoutplaintext", "getkeyrotationstatus"),
    *("generatedatakeywithoutplaintext", "generatemac", "getpublickey", "listgrants", "reencrypt", "reencryptfrom"),
    *("reencryptto", "retiregrant", "revokegrant", "sign", "verify", "verifymac"),
}
"""S21: what KMS does with a key of another account."""


def is_refused_caller(request: Request) -> bool:
    """E68, S21, E69: unsigned calls that must be signed, calls of the owner alone, providers of other accounts."""
    caller, verb = request.caller, request.action.partition(":")[2]
    if caller.kind == "anonymous":
        if request.action == "lambda:invokefunction":
            return request.context.single("lambda:InvokedViaFunctionUrl") != "true"
        if verb in OWN.get(request.service, ()):
            return True
        taken = any(matches_action(pattern, request.action) for pattern in UNSIGNED)
        return not taken or (request.service == "s3" and request.resource == "*")
    foreign = request.resource != "*" and request.resource_account != caller.account
    if caller.external:
        return caller.account != "" and foreign
    if not caller.account or not foreign:
        return False
    return (request.service == "kms" and verb not in ABROAD) or verb in OWN.get(request.service, ())


def refused_to_session_token(request: Request) -> bool:
    """E81: a GetSessionToken session calls STS hardly, and IAM only with MFA."""
    if request.service == "sts":
        return request.action not in ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")  # E53
    mfa = request.context.single("aws:MultiFactorAuthPresent")
    return request.service == "iam" and request.action != "iam:passrole" and (mfa or "").lower() != "true"


def external_actions(caller: Caller) -> set[str]:
    """E69."""
    call = "sts:assumerolewithsaml" if caller.kind == "saml" else "sts:assumerolewithwebidentity"
    return {call, "sts:tagsession", "sts:setsourceidentity"}


def is_reserved(request: Request) -> bool:
    """S8: IAM's own policies and roles cannot be changed."""
    verb = request.action.partition(":")[2]
    if request.service != "iam" or verb.startswith(("get", "list", "generate", "simulate", "pass")):
        return False
    if ":iam::aws:policy/" in request.resource:
        return True
    if request.caller.service_linked or request.caller.kind == "service":
        return False
    linked = ":role/aws-service-role/" in request.resource and not verb.startswith("updaterole")
    by_service = verb in ("createservicelinkedrole", "deleteservicelinkedrole")
    return ":role/aws-reserved/" in request.resource or (linked and not by_service)


def refused_as_public(request: Request, policies: dict[str, Any]) -> bool:
    """S10-S12: services and the owner's own account pass."""
    if not policies.get("s3_block_public_access") or request.service != "s3" or "resource" not in policies:
        return False
    outsider = request.caller.kind == "anonymous" or not request.same_account
    return outsider and request.caller.kind != "service" and is_public(policies["resource"])


def decide_on_policies(request: Request, layers: dict[str, list[Layer]]) -> Outcome:
    """The part that the algorithms of 5.2 and 7 share."""
    denying = [name for name in ORDER if any(level.denies for level in layers.get(name, []))]
    if denying:
        every = {deny for found in layers.values() for level in found for deny in level.denies}
        return "explicitDeny", denying[0], every
    # A level of RCPs always allows: RCPFullAWSAccess counts as attached (E32).
    if any(not level.allows for level in layers.get("scp", [])):
        return "implicitDeny", "scp", set()
    if any(not level.allows for level in layers.get("vpc_endpoint", [])):
        return "implicitDeny", "vpc_endpoint", set()
    sides = Sides(request, layers)
    if request.caller.kind in ("service", "anonymous") or request.caller.external:
        if sides.resource.has("direct"):
            return sides.allowed(sides.resource_word, sides.resource_word)
        return "implicitDeny", "none", set()
    return same_account(sides) if request.same_account else cross_account(sides)


class Sides:
    """The quantities that the pseudo-code of 5.2 and 7 names."""

    def __init__(self, request: Request, layers: dict[str, list[Layer]]) -> None:
        self.request = request
        self.layers = layers
        self.is_root = request.caller.kind == "root"
        self.resource_word = "trust" if request.is_trust else "resource"
        self.resource = self.first(self.resource_word)
        identity = self.first("identity")
        self.identity = bool(identity.allows) or (self.is_root and request.same_account)  # E58
        self.boundary = not request.has_boundary or bool(self.first("permissions_boundary").allows)
        if "session" in layers:
            self.session = bool(self.first("session").allows)
        else:
            self.session = request.caller.kind != "federated"  # E55

    def first(self, name: str) -> Layer:
        """A layer that is no list of levels; an empty one if it does not apply."""
        return self.layers.get(name, [Layer()])[0]

    def allowed(self, decided_by: str, *granting: str) -> Outcome:
        """E87: the Allows of the granting layers and of the filters that had to allow."""
        matched: set[str] = set()
        for name in (*granting, "rcp", "scp", "vpc_endpoint"):
            for level in self.layers.get(name, []):
                matched |= level.references()
        return "allowed", decided_by, matched


def same_account(sides: Sides) -> Outcome:
    """The algorithm of 5.2 after the filters."""
    word, resource, must_speak = sides.resource_word, sides.resource, sides.request.must_speak
    direct, parent, account = resource.has("direct"), resource.has("parent"), resource.has("account")
    is_trust = sides.request.is_trust
    if direct and not is_trust:
        return sides.allowed(word, word)
    if (parent or (direct and is_trust)) and sides.boundary and sides.session:
        return sides.allowed(word, word, *FILTERS)
    usable = account or not must_speak
    if sides.identity and usable:
        if not sides.boundary:
            return "implicitDeny", "permissions_boundary", set()
        if not sides.session:
            return "implicitDeny", "session", set()
        return sides.allowed("identity", "identity", *FILTERS, *([word] if must_speak else []))
    if parent or (direct and is_trust):
        return "implicitDeny", "permissions_boundary" if not sides.boundary else "session", set()
    if sides.identity and not usable:
        return "implicitDeny", word, set()
    if account and must_speak:
        return "implicitDeny", "identity", set()
    return "implicitDeny", "none", set()


def cross_account(sides: Sides) -> Outcome:
    """The algorithm of 7 after the filters."""
    word = sides.resource_word
    granted = sides.resource.has("direct", "parent", "account")
    if sides.is_root:
        if granted and sides.session:
            return sides.allowed(word, word, "session")
        return "implicitDeny", "session" if granted else "none", set()
    if not granted:
        return "implicitDeny", word if sides.identity else "none", set()
    if not sides.identity:
        return "implicitDeny", "identity", set()
    if not sides.boundary:
        return "implicitDeny", "permissions_boundary", set()
    if not sides.session:
        return "implicitDeny", "session", set()
    return sides.allowed("identity", "identity", word, *FILTERS)
