"""What travels in a session token (K30-K48)."""

from __future__ import annotations

from iamtui.evaluation.keys.derived import Derivation, absent
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN_VALUE, KeyValue
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.snapshot.model import Role


def _of_session(context: RequestContext) -> KeyValue:
    """A key that travels in a session token: long-term keys cannot carry it."""
    subject = context.subject
    return subject.otherwise if subject.caller.is_session_of_role else ABSENT


def _token_issue_time(context: RequestContext) -> KeyValue:
    """Present, its value unknown; for scenarios the instant of evaluation (K32)."""
    subject = context.subject
    if not (subject.caller.is_session_of_role or subject.caller.kind is CallerKind.FEDERATED_USER):
        return ABSENT
    return UNKNOWN_VALUE if subject.unstated is Unstated.UNKNOWN else context.lookup("aws:currenttime")


def _mfa_present(context: RequestContext) -> KeyValue:
    """`false` for sessions unless stated; absent with long-term keys and for federated ones (K35, E57)."""
    caller = context.subject.caller
    if caller.kind is CallerKind.USER and context.stated("aws:tokenissuetime"):
        unknown = context.subject.unstated is Unstated.UNKNOWN
        return UNKNOWN_VALUE if unknown else KeyValue.of("false", "GetSessionToken without MFA")
    if not caller.is_session_of_role:
        return ABSENT
    role = caller.entity
    if isinstance(role, Role) and (role.is_identity_center or _only_federated(role)):
        return ABSENT
    return KeyValue.of("false", "role sessions without MFA")


def _federated_provider(context: RequestContext) -> KeyValue:
    """The web identity provider, the one that the role trusts if it trusts nobody else (K31)."""
    subject = context.subject
    caller = subject.caller
    if caller.kind is CallerKind.EXTERNAL:
        return ABSENT if _is_saml(caller.text) else KeyValue.of(caller.text, "the principal")
    if not caller.is_session_of_role:
        return ABSENT
    if not isinstance(caller.entity, Role):
        return subject.otherwise
    providers = _providers(caller.entity)
    web = [text for text in providers if not _is_saml(text)]
    if not web:
        return ABSENT
    if len(providers) == 1 and _only_federated(caller.entity):
        return KeyValue.of(web[0], "the role's trust policy")
    return subject.otherwise


def _is_saml(provider: str) -> bool:
    return ":saml-provider/" in provider


def _trusted(role: Role) -> list[tuple[EntryKind, str]]:
    if role.trust is None or isinstance(role.trust.policy, InvalidDocument):
        return []
    return [
        (entry.kind, entry.text)
        for statement in role.trust.policy.statements
        if statement.principal is not None
        for entry in statement.principal.entries
    ]


def _providers(role: Role) -> set[str]:
    return {text for kind, text in _trusted(role) if kind is EntryKind.PROVIDER}


def _only_federated(role: Role) -> bool:
    trusted = _trusted(role)
    return bool(trusted) and all(kind is EntryKind.PROVIDER for kind, _ in trusted)


def may_be_tagged(caller: Caller) -> bool:
    """Whether sessions can bring tags of their own (E53): the role's trust policy lets somebody pass them.

    A federated user is tagged by the call that made it, which only the user's own policies can prevent.
    """
    role = caller.entity
    if not isinstance(role, Role):
        return caller.kind is CallerKind.FEDERATED_USER
    if role.trust is None or isinstance(role.trust.policy, InvalidDocument):
        return True
    return any(
        statement.effect is Effect.ALLOW and statement.action.matches("sts:tagsession", "sts")
        for statement in role.trust.policy.statements
    )


def trusts_provider(subject: ResolvedRequest, prefix: str) -> bool:
    """Whether the caller's role can be assumed with a token of the provider that claims with `prefix` come from."""
    role = subject.caller.entity
    if not isinstance(role, Role):
        return subject.caller.entity is None
    kind = "saml-provider/" if prefix == "saml" else prefix
    return any(kind in text.lower() for text in _providers(role))


def _identity_store_user(context: RequestContext) -> KeyValue:
    role = context.subject.caller.entity
    if isinstance(role, Role) and role.is_identity_center and context.subject.unstated is Unstated.UNKNOWN:
        return UNKNOWN_VALUE
    return ABSENT


DERIVATIONS: dict[str, Derivation] = {
    "aws:federatedprovider": _federated_provider,
    "aws:tokenissuetime": _token_issue_time,
    "aws:multifactorauthpresent": _mfa_present,
    "aws:multifactorauthage": _of_session,
    "aws:signinsessionarn": _of_session,
    "aws:chatbotsourcearn": _of_session,
    "aws:ec2instancesourcevpc": _of_session,
    "aws:ec2instancesourceprivateipv4": _of_session,
    "aws:sourceidentity": _of_session,
    "ec2:roledelivery": _of_session,
    "ec2:sourceinstancearn": _of_session,
    "glue:roleassumedby": _of_session,
    "glue:credentialissuingservice": _of_session,
    "codebuild:buildarn": _of_session,
    "codebuild:projectarn": _of_session,
    "lambda:sourcefunctionarn": _of_session,
    "ssm:sourceinstancearn": _of_session,
    "identitystore:userid": _identity_store_user,
    "aws:assumedroot": absent,
}
