"""From the text of the form to a request, and from a decision to the context keys worth offering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from iamtui import catalog
from iamtui.analysis.requests.context import key_value
from iamtui.analysis.requests.principals import principal_named
from iamtui.catalog import ConditionKey, KeyType
from iamtui.content.requests import ContextField, ContextOffer, ContextState, RequestFields
from iamtui.evaluation.decision import Comparison, Decision
from iamtui.evaluation.request.request import NamedPolicy, Request, RequestError
from iamtui.files.reading import Stamp, UnreadableError, named_path, read_named, stamp_of
from iamtui.policy.document import Document
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Snapshot

_LARGEST_SESSION_POLICY = 1_000_000


def request_of(snapshot: Snapshot, fields: RequestFields) -> Request:
    """The request that the form describes.

    Raises:
        RequestError: a field is empty or means nothing, or the session policy cannot be read.
    """
    if not fields.principal.strip():
        raise RequestError("who asks? type a name or an ARN, or press s on a user or role")
    if not fields.action.strip():
        raise RequestError("which action? type service:Action")
    if is_pattern(fields.action):
        raise RequestError("a request is for one action: without a wildcard its completions list those that it may be")
    return Request(
        principal=principal_named(snapshot, fields.principal.strip()),
        action=fields.action.strip(),
        resource=fields.resource.strip() or "*",
        context=key_values(fields),
        session_policies=_session_policies(fields.extra.strip()),
    )


def is_pattern(action: str) -> bool:
    """Whether an action as it is typed means many."""
    return "*" in action or "?" in action


def actions_meant(pattern: str) -> tuple[str, ...]:
    """The actions of one service that a pattern means.

    Raises:
        RequestError: there is none, or the service is left open: that would be thousands.
    """
    service = pattern.partition(":")[0].strip()
    if is_pattern(service):
        raise RequestError("which service? type s3:* for all of its actions; iamtui simulate takes *")
    found = catalog.matching(pattern.strip())
    if not found:
        raise RequestError(f"AWS lists no action like {pattern.strip()}")
    return found


def key_values(fields: RequestFields) -> Mapping[str, KeyValue]:
    """What the form says of the context.

    Raises:
        RequestError: a key has a value that it cannot have.
    """
    return MappingProxyType({said.name: _key_value(said) for said in fields.context})


def context_fields(request: Request) -> tuple[ContextField, ...]:
    """What a request states of the context, as the form holds it."""
    states: dict[KeyState, ContextState] = {KeyState.PRESENT: "value", KeyState.ABSENT: "absent"}
    return tuple(
        ContextField(name, states.get(value.state, "unknown"), value.values) for name, value in request.context.items()
    )


def _key_value(said: ContextField) -> KeyValue:
    if said.state == "absent":
        return ABSENT
    if said.state == "unknown":
        return UNKNOWN
    return key_value(said.name, said.values, is_list=len(said.values) > 1)


def session_policy_stamp(fields: RequestFields) -> Stamp | None:
    """What tells whether the session policy is still the one that was read; `None` if there is none to be read."""
    try:
        return stamp_of(named_path(text)) if (text := fields.extra.strip()) else None
    except UnreadableError:
        return None


def _session_policies(text: str) -> tuple[NamedPolicy, ...] | None:
    if not text:
        return None
    try:
        path = named_path(text)
        source = read_named(path, _LARGEST_SESSION_POLICY, takes_pipe=False)
    except UnreadableError as error:
        raise RequestError(f"session policy {text}: {error}") from None
    document = Document(source)
    if isinstance(document.policy, InvalidDocument):
        raise RequestError(f"session policy {text}: expected a policy document: {document.policy}")
    return (NamedPolicy(path.name, document),)


# Context keys


def context_offers(decision: Decision | None, action: str) -> tuple[ContextOffer, ...]:
    """The keys that the policies in play consulted, then those that AWS lists for the action.

    What the user stated comes first and what follows from the export last: between them stands what is worth stating.
    """
    offers: dict[str, ContextOffer] = {}
    for comparison in _by_worth(decision) if decision is not None else ():
        name = comparison.key or ""
        offers.setdefault(name.lower(), _offer(name, catalog.condition_key(name), _state(comparison), relevant=True))
    known = catalog.action(action.strip())
    for name in catalog.condition_keys_of(known) if known is not None else ():
        if "${" not in name and "<" not in name:
            key = catalog.condition_key(name)
            offers.setdefault(name.lower(), _offer(name, key, "AWS lists it for the action", relevant=False))
    return tuple(offers.values())


def described_key(name: str) -> ContextOffer:
    """What AWS says of a key that the user names."""
    return _offer(name, catalog.condition_key(name), "", relevant=False)


def _by_worth(decision: Decision) -> list[Comparison]:
    stated = {name.lower() for name in decision.request.context}

    def rank(comparison: Comparison) -> int:
        if (comparison.key or "").lower() in stated:
            return 0
        return 2 if comparison.key_state is KeyState.PRESENT else 1

    return sorted(consulted(decision), key=rank)


def consulted(decision: Decision) -> Iterator[Comparison]:
    """Every comparison of a condition key in a trace."""
    return (
        comparison
        for layer in decision.layers
        for policy in layer.policies
        for statement in policy.statements
        for element in statement.elements
        for comparison in element.compared
        if comparison.key is not None
    )


def _offer(name: str, key: ConditionKey | None, note: str, *, relevant: bool) -> ContextOffer:
    label = "" if key is None else f"{_TYPES[key.type]}{' list' if key.multivalued else ''}"
    is_bool = key is not None and key.type is KeyType.BOOL
    values = ("true", "false") if is_bool else ()
    return ContextOffer(name, label, note, relevant, multivalued=key is not None and key.multivalued, values=values)


_TYPES = {
    KeyType.STRING: "string",
    KeyType.BOOL: "true/false",
    KeyType.NUMERIC: "number",
    KeyType.DATE: "date",
    KeyType.ARN: "ARN",
    KeyType.IP_ADDRESS: "IP address",
}


def _state(comparison: Comparison) -> str:
    match comparison.key_state:
        case KeyState.PRESENT:
            source = comparison.source or "known"
            return f"{', '.join(comparison.values) or 'an empty list'} · {source}"
        case KeyState.ABSENT:
            return "absent"
        case _:
            return "unknown"


def words_of_context(context: Iterable[ContextField]) -> str:
    """The context that the user stated, on one line."""
    return ", ".join(
        f"{said.name}={','.join(said.values)}" if said.state == "value" else f"{said.name} {said.state}"
        for said in context
    )
