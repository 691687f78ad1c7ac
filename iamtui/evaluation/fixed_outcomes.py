"""What is decided without policies (E79-E83), and what AWS refuses whatever policies say (S8, E61, E81)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iamtui import catalog
from iamtui.evaluation.applicable.access_points import behind_access_point
from iamtui.evaluation.decision import Layer, Outcome, Verdict
from iamtui.evaluation.request.accepted_calls import (
    BY_FUNCTION_URL,
    OPEN_URL,
    URL_AUTH_TYPE,
    VIA_FUNCTION_URL,
    admitted_vpc,
    is_unsigned_invocation,
    refused_caller,
)
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.services import (
    ACTIONS_OF_CALLS,
    FURTHER_ACTIONS,
    NOT_MODELLED_SERVICES,
    is_service_linked_role,
    stands_for_key,
)
from iamtui.policy.keys import ABSENT, KeyState


@dataclass(frozen=True, slots=True)
class PreCheck:
    """An outcome that no policy changes, with its reason."""

    outcome: Outcome
    reason: str
    unless: str | None = None  # a key of unknown state that would let policies decide after all
    value: str | None = None  # the value with which it would; None for `true`


_ALLOWED = Outcome(Verdict.ALLOWED, Layer.IDENTITY)  # E83: the word for a built-in allow
_REFUSED = Outcome(Verdict.IMPLICIT_DENY, Layer.NONE)
_MOST_KINDS = 4
_MOST_FURTHER = 6
_PARTS_OF_ASSUME_ROLE = ("assumerole", "tagsession", "setsourceidentity")
"""The call, and what it is authorized for besides (E53); they are never called themselves."""
_CALLS_WITH_A_TOKEN = ("assumerolewithsaml", "assumerolewithwebidentity")
"""They take the word of a token alone: who signs such a call is not its caller (STS API Reference, 2026)."""
_WITH_CREDENTIALS = frozenset(
    (CallerKind.USER, CallerKind.ROLE, CallerKind.ROLE_SESSION, CallerKind.FEDERATED_USER, CallerKind.ROOT)
)
_SERVICE_LINKED_CALLS = frozenset(("createservicelinkedrole", "deleteservicelinkedrole"))
"""How a service-linked role comes and goes: its service decides (IAM API Reference, 2026)."""
_OF_DESCRIPTION = frozenset(("updaterole", "updateroledescription"))
"""Of a service-linked role the description can be changed (IAM User Guide, Edit a service-linked role description)."""
CHANGES = ("create", "delete", "put", "attach", "detach", "update", "set", "add", "remove", "tag", "untag")
"""How the names of IAM's operations begin that change something, in lower case."""


def pre_check(subject: ResolvedRequest, context: RequestContext) -> PreCheck | None:
    """The outcome of an action that policies do not control, if it is one."""
    caller = subject.caller
    if caller.kind is CallerKind.EXTERNAL and subject.folded_action not in _calls_of(caller):
        return PreCheck(_REFUSED, f"{caller.text} can only assume roles with its own kind of token (E69)")
    if (reason := refused_caller(subject, context)) is not None:
        via_url = context.lookup(VIA_FUNCTION_URL.lower()) if is_unsigned_invocation(subject) else ABSENT
        is_open = via_url.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
        return PreCheck(_REFUSED, reason, VIA_FUNCTION_URL if is_open else None)
    if caller.kind is CallerKind.ANONYMOUS and subject.folded_action == BY_FUNCTION_URL:
        reason = f"unsigned requests reach a function's URL of auth type {OPEN_URL} only (E68)"
        return _if_stated(URL_AUTH_TYPE, OPEN_URL, context, reason)
    if (vpc := admitted_vpc(subject)) is not None and (refused := _outside(vpc, context)) is not None:
        return refused
    match subject.service:
        case "sts":
            return _sts(subject, context)
        case "iam":
            return _iam(subject, context)
    return None


def _outside(vpc: str, context: RequestContext) -> PreCheck | None:
    """What becomes of a request through an access point that admits one VPC (S17)."""
    source = context.lookup("aws:sourcevpc")
    if source.values == (vpc,):
        return None
    reason = f"the access point takes requests from {vpc} only (S17)"
    if source.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE):
        return PreCheck(_REFUSED, reason, "aws:SourceVpc", vpc)
    return PreCheck(_REFUSED, reason)


def _if_stated(key: str, value: str, context: RequestContext, reason: str) -> PreCheck | None:
    """A refusal of whatever has a key with another value; what is without the key is left to policies."""
    found = context.lookup(key.lower())
    if found.values == (value,) or found.state is KeyState.ABSENT:
        return None
    is_open = found.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
    return PreCheck(_REFUSED, reason, key if is_open else None, value)


def _sts(subject: ResolvedRequest, context: RequestContext) -> PreCheck | None:
    caller, operation = subject.caller, subject.operation
    if operation == "getcalleridentity" and caller.kind not in (CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return PreCheck(_ALLOWED, "sts:GetCallerIdentity is always allowed, even under an explicit deny (E79)")
    if operation == "assumerole" and caller.kind is CallerKind.ROOT:
        return PreCheck(_REFUSED, "the root user cannot assume roles (E61)")
    if operation in _CALLS_WITH_A_TOKEN and caller.kind in _WITH_CREDENTIALS:
        return PreCheck(_REFUSED, f"{subject.action} is called by who a token names, not with credentials (E69)")
    if operation == "getfederationtoken" and caller.is_session_of_role:
        return PreCheck(_REFUSED, f"a role session cannot call {subject.action} (E81)")
    if operation == "getsessiontoken" and caller.kind not in (CallerKind.USER, CallerKind.ROOT):
        return PreCheck(_REFUSED, "sts:GetSessionToken is for long-term credentials of a user or root (E80)")
    if caller.kind is CallerKind.FEDERATED_USER:
        return PreCheck(_REFUSED, "a federated user can call nothing of STS but GetCallerIdentity (E81)")
    if _is_session_of_user(caller, context) and operation not in _PARTS_OF_ASSUME_ROLE:
        return PreCheck(_REFUSED, "a GetSessionToken session can call only AssumeRole and GetCallerIdentity (E81)")
    if operation == "getsessiontoken" and context.stated("aws:tokenissuetime"):
        return PreCheck(_REFUSED, "sts:GetSessionToken is for long-term credentials (E80)")
    if operation == "getsessiontoken":
        return PreCheck(_ALLOWED, "sts:GetSessionToken needs no permission, and policies cannot control it (E80)")
    return None


def _calls_of(caller: Caller) -> tuple[str, ...]:
    """What a SAML or OIDC identity can call."""
    saml = ":saml-provider/" in caller.text
    call = "sts:assumerolewithsaml" if saml else "sts:assumerolewithwebidentity"
    return (call, "sts:tagsession", "sts:setsourceidentity")


def _iam(subject: ResolvedRequest, context: RequestContext) -> PreCheck | None:
    caller = subject.caller
    if subject.operation == "passrole":
        return None  # it is authorized as part of another service's call, and never called itself (S7)
    if (reason := _refused_by_iam(subject)) is not None:
        return PreCheck(_REFUSED, reason)
    if caller.kind is CallerKind.FEDERATED_USER:
        return PreCheck(_REFUSED, "a federated user cannot call IAM (E81)")
    if _is_session_of_user(caller, context):
        mfa = context.lookup("aws:multifactorauthpresent")
        if not mfa.is_true:
            unknown = mfa.state in (KeyState.UNKNOWN, KeyState.UNKNOWN_VALUE)
            reason = "a GetSessionToken session without MFA cannot call IAM (E81)"
            return PreCheck(_REFUSED, reason, "aws:MultiFactorAuthPresent" if unknown else None)
    return None


def _refused_by_iam(subject: ResolvedRequest) -> str | None:
    """Why IAM refuses a change whatever the policies and the credentials are, if it does (S8)."""
    caller, arn = subject.caller, subject.resource_arn
    if arn is None or not subject.operation.startswith(CHANGES) or subject.operation in _SERVICE_LINKED_CALLS:
        return None
    if arn.account == "aws" and arn.resource.startswith("policy/"):
        return "nobody but AWS changes an AWS managed policy (S8, UNCONFIRMED)"
    if caller.is_service_linked or caller.kind is CallerKind.SERVICE:
        return None
    if arn.resource.startswith("role/aws-reserved/"):
        return "IAM refuses changes to reserved roles (S8, UNCONFIRMED)"
    if is_service_linked_role(arn) and subject.operation not in _OF_DESCRIPTION:
        return "IAM refuses changes to a service-linked role but by its service (S8, UNCONFIRMED)"
    return None


def _is_session_of_user(caller: Caller, context: RequestContext) -> bool:
    """A user is taken to hold long-term keys unless the request states when a token was issued (E81)."""
    return caller.kind is CallerKind.USER and context.stated("aws:tokenissuetime")


def notes(subject: ResolvedRequest) -> tuple[str, ...]:
    """What the reader must know besides: rules out of scope that could turn this decision, calls AWS refuses."""
    found: list[str] = []
    arn, caller = subject.resource_arn, subject.caller
    outside = caller.account is not None and subject.resource_account not in (None, caller.account)
    if (unlisted := _unlisted(subject.action) or _of_other_type(subject)) is not None:
        found.append(unlisted)
    if (others := _further_resources(subject)) is not None:
        found.append(others)
    if subject.service in NOT_MODELLED_SERVICES:
        found.append(f"not evaluated: {NOT_MODELLED_SERVICES[subject.service]}")
    if subject.operation == "passrole" and outside:
        found.append("a role of another account cannot be passed, whatever policies say (S7)")
    if subject.service == "s3" and outside and subject.operation in ("getbucketpolicy", "putbucketpolicy"):
        found.append("S3 refuses bucket policy actions from outside the owner's account (S23)")
    if arn is not None and arn.access_point is not None:
        behind = behind_access_point(subject.snapshot, arn)
        if behind is None:
            found.append("not evaluated: the bucket behind the access point must allow as well (S17)")
        elif behind.owner != subject.resource_account:
            found.append(f"not evaluated: resource control policies of {behind.owner}, the bucket's account (S17)")
    if caller.kind is CallerKind.ROLE:
        found.append("decided for some session of the role, whose name is not known (E8)")
    if caller.kind is CallerKind.FEDERATED_USER and caller.entity is not None:
        found.append(f"taken to be a session of the user {caller.entity.name}, by its name (E9, UNCONFIRMED)")
    return tuple(found)


def _unlisted(action: str) -> str | None:
    """What to say of an action that AWS does not list: it is decided as it is written (E89)."""
    if catalog.exists(action):
        return None
    folded = action.lower()
    if folded in ACTIONS_OF_CALLS:
        return f"{action} is a call, not an action: IAM asks for {ACTIONS_OF_CALLS[folded]} (E89)"
    if folded in FURTHER_ACTIONS:
        needed = ", ".join(f"{related.action} {related.when}" for related in FURTHER_ACTIONS[folded])
        return f"{action} is a call, not an action: IAM asks for {needed} (E70, E89)"
    return f"{action} is no action that AWS lists: decided as it is written (E89)"


def _further_resources(subject: ResolvedRequest) -> str | None:
    """What to say of a call that names several resources: each is asked for by itself (E71)."""
    action = catalog.action(subject.action)
    if action is None or subject.resource_arn is None or not catalog.fits(action, subject.resource):
        return None
    others = [
        part.name
        for part in action.resource_types
        if part.required and not catalog.fits(replace(action, resource_types=(part,)), subject.resource)
    ]
    if not others:
        return None
    if len(others) > _MOST_FURTHER:
        others[_MOST_FURTHER:] = [f"{len(others) - _MOST_FURTHER} other types"]
    named = ", ".join(others)
    return f"{subject.action} is asked about {named} as well, as far as a call names them: all must be allowed (E71)"


def _of_other_type(subject: ResolvedRequest) -> str | None:
    """What to say of a resource that is of no type on which the action is authorized (S18, E89)."""
    action, arn = catalog.action(subject.action), subject.resource_arn
    if action is None or arn is None or catalog.fits(action, subject.resource) or stands_for_key(subject.action, arn):
        return None
    kinds = [part.name for part in action.resource_types]
    if len(kinds) > _MOST_KINDS:
        kinds[_MOST_KINDS:] = [f"or {len(kinds) - _MOST_KINDS} other types"]
    return f"{subject.action} is authorized on {', '.join(kinds)}, which {subject.resource} is not (E89)"
