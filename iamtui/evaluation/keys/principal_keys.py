"""The principal of a request (K10-K20)."""

from __future__ import annotations

from iamtui.evaluation.keys.derived import Derivation, TagDerivation, given, tag_value
from iamtui.evaluation.keys.organization_keys import org_id, org_paths
from iamtui.evaluation.keys.session_keys import may_be_tagged
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN, UNKNOWN_VALUE, KeyState, KeyValue
from iamtui.snapshot.model import User


def _principal_arn(context: RequestContext) -> KeyValue:
    """The role's ARN with its path for a session; absent for anonymous callers and services (K10)."""
    caller = context.subject.caller
    if caller.is_session_of_role:
        return given(caller.entity_arn, "the role")
    return KeyValue.of(caller.text, "the principal") if caller.has_account else ABSENT


def _principal_account(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    if caller.kind is CallerKind.ANONYMOUS:
        return KeyValue.of("anonymous", "K11")
    if caller.kind is CallerKind.SERVICE:
        return context.subject.otherwise
    return given(caller.account, "the principal's ARN")


_PRINCIPAL_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.ROLE_SESSION: "AssumedRole",
    CallerKind.ANONYMOUS: "Anonymous",
}


def _principal_type(context: RequestContext) -> KeyValue:
    kind = _PRINCIPAL_TYPES.get(context.subject.caller.kind)
    return context.subject.otherwise if kind is None else KeyValue.of(kind, "the principal's kind")


def _userid(context: RequestContext) -> KeyValue:
    """K19; of a role whose session is not named only the beginning is known (E8)."""
    subject = context.subject
    caller = subject.caller
    match caller.kind:
        case CallerKind.ANONYMOUS:
            return KeyValue.of("anonymous", "K19")
        case CallerKind.ROOT:
            return given(caller.account, "the account")
        case CallerKind.FEDERATED_USER:
            return KeyValue.of(f"{caller.account}:{caller.name}", "the federated user")
        case CallerKind.USER if caller.unique_id:
            return KeyValue.of(caller.unique_id, "the user")
        case CallerKind.ROLE_SESSION if caller.unique_id:
            return KeyValue.of(f"{caller.unique_id}:{caller.session}", "the role and session")
        case CallerKind.ROLE if caller.unique_id:
            return _of_some_session(caller.unique_id, subject)
        case CallerKind.SERVICE | CallerKind.EXTERNAL:
            return subject.otherwise
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else ABSENT


def _of_some_session(unique_id: str, subject: ResolvedRequest) -> KeyValue:
    """Always there, though only its beginning is known: which session calls is not said (K19, E8)."""
    state = KeyState.UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else KeyState.ABSENT
    return KeyValue(state, begins=f"{unique_id}:")


def _username(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.of(caller.name, "the user") if caller.kind is CallerKind.USER else ABSENT


_TAGGED_SERVICES = {"rolesanywhere.amazonaws.com": "x509"}
"""Services that pass session tags in their own name, and what these begin with.

Source: IAM Roles Anywhere User Guide, Trust model: subject, issuer and names of the certificate (2026).
"""


def _principal_tag(context: RequestContext, tag: str) -> KeyValue:
    """Tags of the user or role; session tags, which the request states or nobody knows, override them (K14, E53)."""
    subject = context.subject
    caller = subject.caller
    if caller.kind is CallerKind.SERVICE:
        passed = _TAGGED_SERVICES.get(caller.text)
        return ABSENT if passed is None or not tag.startswith(passed) else subject.otherwise
    if not caller.has_account or caller.kind is CallerKind.ROOT:
        return ABSENT
    if caller.entity is None:
        return ABSENT if caller.exported and caller.kind is CallerKind.FEDERATED_USER else subject.otherwise
    own = tag_value(caller.entity.tags, tag, "tag of the " + ("user" if isinstance(caller.entity, User) else "role"))
    if subject.unstated is Unstated.ABSENT or caller.kind is CallerKind.USER or not may_be_tagged(caller):
        return own
    return UNKNOWN if own.state is KeyState.ABSENT else UNKNOWN_VALUE


def _is_aws_service(context: RequestContext) -> KeyValue:
    kind = context.subject.caller.kind
    if kind in (CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return ABSENT
    return KeyValue.of("true" if kind is CallerKind.SERVICE else "false", "the principal's kind")


def _service_name(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.of(caller.text, "the principal") if caller.kind is CallerKind.SERVICE else ABSENT


def _service_names(context: RequestContext) -> KeyValue:
    caller = context.subject.caller
    return KeyValue.listing((caller.text,), "the principal") if caller.kind is CallerKind.SERVICE else ABSENT


def _principal_org_id(context: RequestContext) -> KeyValue:
    subject = context.subject
    return org_id(subject.caller.account, subject) if subject.caller.has_account else ABSENT


def _principal_org_paths(context: RequestContext) -> KeyValue:
    subject = context.subject
    return org_paths(subject.caller.account, subject) if subject.caller.has_account else ABSENT


def _kms_caller_account(context: RequestContext) -> KeyValue:
    subject = context.subject
    return given(subject.caller.account, "the principal") if subject.service == "kms" else ABSENT


DERIVATIONS: dict[str, Derivation] = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": _principal_account,
    "aws:principalorgid": _principal_org_id,
    "aws:principalorgpaths": _principal_org_paths,
    "aws:principalisawsservice": _is_aws_service,
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_names,
    "aws:principaltype": _principal_type,
    "aws:userid": _userid,
    "aws:username": _username,
    "kms:calleraccount": _kms_caller_account,
}


TAGS: dict[str, TagDerivation] = {"aws:principaltag": _principal_tag}
