"""Authorization details from JSON (AT3-AT7): a preview of AWS, so that what is not known is kept and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from iamtui.trail.refusals.details import (
    AuthorizationDetails,
    Check,
    CheckType,
    Effect,
    Evaluation,
    MatchedPolicy,
    MatchedStatement,
    PolicyInfo,
    PolicyType,
)
from iamtui.trail.refusals.refusal import NotARefusalError

Json = Mapping[str, object]

_OF_DETAILS = ("requestContext", "evaluations", "policies", "nextToken", "ResponseMetadata")
_OF_EVALUATION = ("action", "resource", "context", "evaluatedEffect", "matchedPolicies", "checks")
_OF_CHECK = ("checkType", "evaluatedEffect", "targetArn", "relevantPolicyTypes", "matchedPolicies")
_OF_POLICY = ("type", "inline", "uri", "attachedTo", "policySource")


def is_details(found: object) -> TypeGuard[Json]:
    """Whether JSON is one page of authorization details."""
    return isinstance(found, Mapping) and isinstance(found.get("evaluations"), list) and "requestContext" in found


def read_details(pages: Sequence[Json]) -> AuthorizationDetails:
    """The details of one denial, its pages joined by their evaluations (AT3).

    Raises:
        NotARefusalError: a member that must be there is missing or of another type; the message names its place.
    """
    unknown: list[str] = []
    evaluations: list[Evaluation] = []
    policies: dict[str, PolicyInfo] = {}
    context: dict[str, object] = {}
    for page in pages:
        unknown += _others(page, _OF_DETAILS, "")
        context.update(_object(page.get("requestContext"), "/requestContext"))
        for index, raw in enumerate(_list(page.get("evaluations"), "/evaluations")):
            evaluations.append(_evaluation(raw, f"/evaluations/{index}", unknown))
        for index, raw in enumerate(_list(page.get("policies"), "/policies")):
            policy = _policy(raw, f"/policies/{index}", unknown)
            policies[policy.uri] = policy
    if not evaluations:
        raise NotARefusalError("/evaluations: expected one evaluation at least, found none")
    return AuthorizationDetails(
        context=context,
        evaluations=tuple(evaluations),
        policies=tuple(policies.values()),
        is_whole=not pages[-1].get("nextToken"),
        unknown=tuple(unknown),
    )


def _evaluation(raw: object, place: str, unknown: list[str]) -> Evaluation:
    found = _object(raw, place)
    unknown += _others(found, _OF_EVALUATION, place)
    checks = found.get("checks")
    effect = found.get("evaluatedEffect")
    return Evaluation(
        action=_text(found.get("action"), f"{place}/action"),
        resource=_text(found.get("resource", ""), f"{place}/resource"),
        effect=None if effect is None else _known(effect, Effect, f"{place}/evaluatedEffect", unknown),
        context=_object(found.get("context"), f"{place}/context"),
        checks=None
        if checks is None
        else tuple(
            _check(check, f"{place}/checks/{index}", unknown)
            for index, check in enumerate(_list(checks, f"{place}/checks"))
        ),
        matched=tuple(_matched(found.get("matchedPolicies"), f"{place}/matchedPolicies")),
    )


def _check(raw: object, place: str, unknown: list[str]) -> Check:
    found = _object(raw, place)
    unknown += _others(found, _OF_CHECK, place)
    target = found.get("targetArn")
    types = _list(found.get("relevantPolicyTypes"), f"{place}/relevantPolicyTypes")
    return Check(
        type=_known(found.get("checkType"), CheckType, f"{place}/checkType", unknown),
        effect=_known(found.get("evaluatedEffect"), Effect, f"{place}/evaluatedEffect", unknown),
        target=None if target is None else _text(target, f"{place}/targetArn"),
        policy_types=tuple(_text(one, f"{place}/relevantPolicyTypes") for one in types),
        matched=tuple(_matched(found.get("matchedPolicies"), f"{place}/matchedPolicies")),
    )


def _matched(raw: object, place: str) -> Iterator[MatchedPolicy]:
    for index, policy in enumerate(_list(raw, place)):
        found = _object(policy, f"{place}/{index}")
        statements = _list(found.get("matchedStatements"), f"{place}/{index}/matchedStatements")
        objects = [_object(one, f"{place}/{index}/matchedStatements") for one in statements]
        yield MatchedPolicy(
            _text(found.get("uri"), f"{place}/{index}/uri"),
            tuple(MatchedStatement(str(one.get("sid", "")), str(one.get("evaluatedEffect", ""))) for one in objects),
        )


def _policy(raw: object, place: str, unknown: list[str]) -> PolicyInfo:
    found = _object(raw, place)
    unknown += _others(found, _OF_POLICY, place)
    attached = [_object(one, f"{place}/attachedTo") for one in _list(found.get("attachedTo"), f"{place}/attachedTo")]
    source = found.get("policySource")
    return PolicyInfo(
        type=_known(found.get("type", ""), PolicyType, f"{place}/type", unknown),
        uri=_text(found.get("uri"), f"{place}/uri"),
        inline=found.get("inline") is True,
        attached_to=tuple(str(one["arn"]) for one in attached if "arn" in one),
        source=None if source is None else {key: str(value) for key, value in _object(source, place).items()},
    )


def _known(
    found: object, words: type[CheckType] | type[Effect] | type[PolicyType], place: str, unknown: list[str]
) -> str:
    """A word of AWS's; one that iamtui does not know is kept as it is, and told."""
    text = _text(found, place)
    if text not in {word.value for word in words}:
        unknown.append(f"{place}: {text}")
    return text


def _others(found: Json, known: Sequence[str], place: str) -> Iterator[str]:
    return (f"{place}/{name}" for name in found if name not in known)


def _object(found: object, place: str) -> Json:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise NotARefusalError(f"{place}: expected an object")
    return found


def _list(found: object, place: str) -> list[object]:
    if found is None:
        return []
    if not isinstance(found, list):
        raise NotARefusalError(f"{place}: expected a list")
    return found


def _text(found: object, place: str) -> str:
    if not isinstance(found, str):
        raise NotARefusalError(f"{place}: expected a text")
    return found
