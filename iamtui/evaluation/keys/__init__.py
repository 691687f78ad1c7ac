"""How each condition key follows from a request and a snapshot (K rules), a module a kind of key."""

from __future__ import annotations

from functools import cache

from iamtui import catalog
from iamtui.evaluation.keys import network_keys, principal_keys, request_keys, resource_keys, session_keys
from iamtui.evaluation.keys.derived import Derivation, TagDerivation
from iamtui.evaluation.keys.session_keys import trusts_provider
from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.context import RequestContext
from iamtui.policy.keys import ABSENT, KeyValue

_DERIVATIONS: dict[str, Derivation] = {
    **principal_keys.DERIVATIONS,
    **session_keys.DERIVATIONS,
    **network_keys.DERIVATIONS,
    **resource_keys.DERIVATIONS,
    **request_keys.DERIVATIONS,
}
_TAGS: dict[str, TagDerivation] = {**principal_keys.TAGS, **resource_keys.TAGS, **request_keys.TAGS}


def derive(key: str, context: RequestContext) -> KeyValue:
    """What `key`, in lower case, is where the request does not state it."""
    found = _DERIVATIONS.get(key)
    if found is not None:
        return found(context)
    name, slash, rest = key.partition("/")
    if slash and (tagged := _TAGS.get(name)) is not None:
        return tagged(context, rest)
    return _other(key, context)


_OF_USERS = frozenset(("aws:principalarn", "aws:userid", "aws:username"))
_OF_ROLES = frozenset(
    (
        "aws:principalarn",
        "aws:userid",
        "aws:federatedprovider",
        "aws:multifactorauthpresent",
        "identitystore:userid",
    )
)


def differs_by_entity(key: str, kind: CallerKind | None = None) -> bool:
    """Whether `key`, in lower case, can differ between callers of one kind and account (WC2); of any kind for None.

    All other keys follow from the request, the kind of its caller and the account.
    """
    if key.startswith("aws:principaltag/"):
        return True
    if kind is CallerKind.USER:
        return key in _OF_USERS
    prefix = key.partition(":")[0]
    if key in _OF_ROLES or "." in prefix or prefix == "saml":
        return True
    return kind is not CallerKind.ROLE and key in _OF_USERS


def follows_from_no_other(key: str) -> bool:
    """Whether the value of `key`, in lower case, has nothing to do with another's: of services' own keys, and tags."""
    if key.startswith("aws:"):
        return key.startswith("aws:resourcetag/")
    return key not in _DERIVATIONS


_SENT_OR_NOT = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys", "aws:sourceip")


def may_be_absent_if_unknown(key: str) -> bool:
    """Whether `key`, in lower case, may be absent whenever its value is not known."""
    return key.startswith(_SENT_OR_NOT) if key.startswith("aws:") else key not in _DERIVATIONS


def _other(key: str, context: RequestContext) -> KeyValue:
    """A key without a rule of its own: service keys exist for their service's actions only (K3, K91)."""
    subject = context.subject
    prefix = key.partition(":")[0]
    if prefix == "aws":
        return subject.otherwise if key in _sometimes() else ABSENT
    if prefix == subject.service:
        return ABSENT if subject.lacks_key(key) else subject.otherwise
    return _federation(prefix, context) if "." in prefix or prefix == "saml" else ABSENT


def _federation(prefix: str, context: RequestContext) -> KeyValue:
    """Claims are there while a role is assumed with them, and some of them later in its sessions (K114, K115)."""
    subject = context.subject
    if subject.operation in ("assumerolewithwebidentity", "assumerolewithsaml"):
        return subject.otherwise
    if subject.caller.is_session_of_role and trusts_provider(subject, prefix):
        return subject.otherwise
    return ABSENT


@cache
def _sometimes() -> frozenset[str]:
    return frozenset(key.name.partition("$")[0].lower() for key in catalog.all_global_keys())
