"""What `aws sts decode-authorization-message` prints: AWS's word with its whole context (N7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.trail.refusals.context_values import key_value
from iamtui.trail.refusals.refusal import About, NotARefusalError, Refusal, Result


@dataclass(frozen=True, slots=True)
class DecodedDenial:
    """A decoded message: the refusal that it states, and the request that it is about."""

    refusal: Refusal
    request: Request


def is_decoded(found: object) -> bool:
    """Whether JSON is a decoded message, or the object of the CLI that holds one."""
    return isinstance(found, Mapping) and ("DecodedMessage" in found or {"allowed", "context"} <= found.keys())


def read_decoded(found: Mapping[str, object]) -> DecodedDenial:
    """Read a decoded message; keys that its context does not hold are absent.

    Raises:
        NotARefusalError: it names no caller or no action, or says that the call was allowed.
    """
    text = found.get("DecodedMessage")
    if isinstance(text, str):
        found = _decode(text)
    if _is_true(found.get("allowed")):
        raise NotARefusalError("the decoded message says that the call was allowed")
    context = _object(found.get("context"))
    principal = _object(context.get("principal")).get("arn")
    action, resource = context.get("action"), context.get("resource")
    if not isinstance(principal, str) or not isinstance(action, str):
        raise NotARefusalError("expected context.principal.arn and context.action in the decoded message")
    resource = resource if isinstance(resource, str) and resource else "*"
    action = action if ":" in action else f"{_service(resource)}:{action}"
    refusal = Refusal(
        principal=principal,
        action=action,
        resource=resource,
        result=Result.EXPLICIT_DENY if _is_true(found.get("explicitDeny")) else Result.IMPLICIT_DENY,
        about=About.POLICY,
        notes=tuple(_matched(found)),
    )
    stated = dict(_conditions(context))
    return DecodedDenial(refusal, Request(principal, action, resource, context=stated, unstated=Unstated.ABSENT))


def _decode(text: str) -> Mapping[str, object]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotARefusalError(f"DecodedMessage: expected JSON ({error})") from error
    return _object(found)


def _conditions(context: Mapping[str, object]) -> Iterator[tuple[str, KeyValue]]:
    for item in _items(context.get("conditions")):
        key = item.get("key")
        values = [one.get("value") for one in _items(item.get("values"))]
        if not isinstance(key, str) or not values:
            continue
        value = key_value(key, values[0] if len(values) == 1 else values)
        if value is not None:
            yield key, value


def _matched(found: Mapping[str, object]) -> Iterator[str]:
    """The statements that matched, which AWS names by their Sid alone."""
    for statement in _items(found.get("matchedStatements")):
        sid, effect = statement.get("statementId") or "without Sid", statement.get("effect")
        yield f"AWS matched a {str(effect).lower()} statement: {sid}"


def _items(found: object) -> Iterator[Mapping[str, object]]:
    items = _object(found).get("items")
    yield from (one for one in (items if isinstance(items, list) else ()) if isinstance(one, Mapping))


def _object(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}


def _is_true(found: object) -> bool:
    return found is True or (isinstance(found, str) and found.lower() == "true")


def _service(resource: str) -> str:
    try:
        return Arn.parse(resource).service
    except MalformedArnError as error:
        raise NotARefusalError("expected service:Operation as the action of the decoded message") from error
