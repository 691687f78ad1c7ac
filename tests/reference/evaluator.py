"""The decision (E, S): sections 5.2 and 7 of the specification, line by line.

`reference_decide` takes a scenario case with its own `policies` and answers in the words of a scenario:

    {"decision": "allowed", "decided_by": "identity", "matched": {"readers#0"}, "missing_context": {"aws:sourceip"}}

`matched` holds `NAME#INDEX` (never a Sid; `index_references` turns Sids into indices) and leaves out the
pseudo policies `account-root`, `built-in` and an `RCPFullAWSAccess` that the case does not list. The names in
`missing_context` are in lower case. `CaseError` is raised where the specification says "error".

Everything left out of a case is absent (T20): the reference is two-valued. It reads a well-formed case; it does
not validate. Lists and documents may hold statements that their policy type forbids (L7): they are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reference.conditions import Context, as_list, condition_holds, consulted_and_missing
from tests.reference.context import context_of
from tests.reference.patterns import matches_action, matches_arn, resource_tokens, substitute, tokens, valueless
from tests.reference.principals import Caller, best_class, read_caller, spared
from tests.reference.public_access import is_public

ORDER = ("rcp", "scp", "vpc_endpoint", "resource", "trust", "identity", "permissions_boundary", "session")
"""E84: the first of several denying layers."""

RCP_SERVICES = {
    *("s3", "sts", "kms", "sqs", "secretsmanager", "cognito-idp", "cognito-identity", "cognito-sync", "logs"),
    *("dynamodb", "appconfig", "appstream", "autoscaling", "codebuild", "codecommit", "comprehend"),
    *("comprehendmedical", "dax", "ecr", "health", "kinesisvideo", "aoss", "signin", "support", "textract"),
    *("transcribe", "translate"),
}
"""E33."""

WITHOUT_RESOURCE = {
    *("s3:listallmybuckets", "kms:createkey", "kms:listkeys", "kms:listaliases", "kms:generaterandom"),
    *("sts:getcalleridentity", "sts:getsessiontoken", "ec2:describeinstances", "sqs:listqueues"),
}
"""L36: the actions without resource types that the tests use (S20, S25)."""

TRUST_ACTIONS = {
    *("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession"),
    "sts:setsourceidentity",
}
BUCKET_POLICY_ACTIONS = {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}  # S19


class CaseError(ValueError):
    """The case is an error, not a decision."""


@dataclass
class Request:
    """A request with everything that follows from it."""

    caller: Caller
    action: str
    resource: str
    resource_account: str
    context: Context
    has_boundary: bool

    @property
    def service(self) -> str:
        """The prefix of the action."""
        return self.action.partition(":")[0]

    @property
    def is_trust(self) -> bool:
        """Whether the resource side is a role's trust policy."""
        return self.action in TRUST_ACTIONS and ":role/" in self.resource

    @property
    def must_speak(self) -> bool:
        """Whether the resource's policy has to give or delegate every grant (S1, S5)."""
        return self.is_trust or (self.service == "kms" and ":key/" in self.resource)

    @property
    def same_account(self) -> bool:
        """E3, E4."""
        return self.caller.account == self.resource_account


@dataclass
class Layer:
    """What one layer's documents say: the references of matching Denies, and of Allows with their class."""

    denies: list[str] = field(default_factory=list)
    allows: list[tuple[str, str | None]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def has(self, *classes: str) -> bool:
        """Whether an Allow of one of these classes matched."""
        return any(name in classes for _, name in self.allows)

    def references(self) -> set[str]:
        """The matching Allow statements."""
        return {reference for reference, _ in self.allows}


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


def read_request(raw: dict[str, Any], policies: dict[str, Any]) -> Request:
    """Read the request of a case (E3-E5, scenarios.md)."""
    caller = read_caller(raw["principal"])
    action = raw["action"].lower()
    resource = raw.get("resource", "*")
    account = raw.get("resource_account", "")
    if action in WITHOUT_RESOURCE:
        resource = "*"  # L36
    if resource != "*":
        parts = resource.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            raise CaseError("malformed resource")
        if caller.partition and parts[1] != caller.partition:
            raise CaseError("principal and resource are in different partitions")  # E5
        account = account or parts[4]
    else:
        account = caller.account  # E4
    account = account or caller.account
    context = context_of(raw, caller, resource, account)
    has_boundary = "permissions_boundary" in policies and takes_identity(caller)
    return Request(caller, action, resource, account, context, has_boundary)


def takes_identity(caller: Caller) -> bool:
    """Which principals have identity policies and boundaries (section 2, E47, E58, E62)."""
    return caller.kind in ("user", "role", "session", "federated")


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
    if "vpc_endpoint" in policies:
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
    if caller.kind == "service" and ":role/aws-service-role/" in request.resource:
        return False
    if request.action == "kms:retiregrant" or request.action in WITHOUT_RESOURCE:
        return False
    return request.service in RCP_SERVICES


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
    if pattern.count(":") < 5:
        if kind in ("identity", "permissions_boundary"):  # L34
            pattern += ":*" * (5 - pattern.count(":"))
        elif kind == "session" or not pattern.endswith("*"):
            return False
        else:
            return matches_arn(tokens(pattern, variables=False), request.resource)
    bound = substitute(resource_tokens(pattern, variables=variables), request.context.single)
    return bound is not None and matches_arn(bound, request.resource)  # V8


def resource_missing(statement: dict[str, Any], request: Request, *, variables: bool) -> set[str]:
    """E88 for the variables of a resource element that matched."""
    missing: set[str] = set()
    for element in ("Resource", "NotResource"):
        for pattern in as_list(statement.get(element, [])):
            missing |= valueless(resource_tokens(pattern, variables=variables), request.context.single)
    return missing


Outcome = tuple[str, str, set[str]]


def decide(request: Request, layers: dict[str, list[Layer]], policies: dict[str, Any]) -> Outcome:
    """5.2 or 7, then S3 Block Public Access (E16-E20)."""
    outcome = decide_on_policies(request, layers)
    if outcome[0] == "allowed" and refused_as_public(request, policies):
        return "explicitDeny", "s3_block_public_access", set()  # S11, S15
    return outcome


def decided_without_policies(request: Request) -> Outcome | None:
    """Section 8 comes first (E15): E61, E69, E79-E81, S8. No policy and no key is consulted then."""
    caller, action = request.caller, request.action
    refused: Outcome = ("implicitDeny", "none", set())
    granted: Outcome = ("allowed", "identity", set())
    temporary = request.context.get("aws:TokenIssueTime") is not None
    if action == "sts:getcalleridentity" and caller.kind != "anonymous" and not caller.external:
        return granted  # E79
    if action == "sts:getsessiontoken":
        return granted if caller.kind in ("user", "root") and not temporary else refused  # E80
    if caller.kind in ("session", "role") and action == "sts:getfederationtoken":
        return refused  # E81
    if caller.kind == "federated" and request.service in ("iam", "sts") and action != "iam:passrole":
        return refused
    if caller.kind == "user" and temporary and refused_to_session_token(request):
        return refused
    if caller.kind == "root" and action == "sts:assumerole":
        return refused  # E61
    if caller.external and action not in external_actions(caller):
        return refused  # E69
    return refused if is_reserved(request) else None


def refused_to_session_token(request: Request) -> bool:
    """E81: a GetSessionToken session calls STS hardly, and IAM only with MFA."""
    if request.service == "sts":
        return request.action != "sts:assumerole"
    mfa = request.context.single("aws:MultiFactorAuthPresent")
    return request.service == "iam" and request.action != "iam:passrole" and mfa != "true"


def external_actions(caller: Caller) -> set[str]:
    """E69."""
    call = "sts:assumerolewithsaml" if caller.kind == "saml" else "sts:assumerolewithwebidentity"
    return {call, "sts:tagsession", "sts:setsourceidentity"}


def is_reserved(request: Request) -> bool:
    """S8: IAM's own policies and roles cannot be changed."""
    verb = request.action.partition(":")[2]
    if request.service != "iam" or verb.startswith(("get", "list", "generate", "simulate", "pass")):
        return False
    return ":iam::aws:policy/" in request.resource or ":role/aws-reserved/" in request.resource


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


FILTERS = ("permissions_boundary", "session")


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
