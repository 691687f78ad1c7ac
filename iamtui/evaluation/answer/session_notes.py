"""What an answer takes for granted of the caller's session, said where a statement asks for it (K35, E81, C23)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from iamtui.evaluation.applicable.scoped_sessions import narrowing_services
from iamtui.evaluation.decision import Comparison, ElementKind, LayerTrace
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import CallerKind
from iamtui.policy.truth import Truth

_KEYS_OF_MFA = frozenset(("aws:multifactorauthpresent", "aws:multifactorauthage"))
KEYS_OF_SIGN_IN = _KEYS_OF_MFA | {"aws:tokenissuetime"}
"""The keys that tell how a caller signed in, in lower case."""


def notes_of_session(question: PreparedRequest, traces: Sequence[LayerTrace]) -> Iterator[str]:
    """How the caller is taken to have signed in, and which list was compared without a set operator."""
    consulted = list(_consulted(traces))
    yield from notes_of_sign_in(question, {(one.key or "").lower() for one in consulted})
    for one in consulted:
        if one.rule == "C23":
            yield (
                f"{one.key} is a multivalued key: without ForAllValues or ForAnyValue AWS does not define the result, "
                "and it is taken as no match (C23, UNCONFIRMED)"
            )
    for service in narrowing_services(question.subject):
        yield f"not evaluated: {service} can pass a session policy of its own with the role's sessions"


def _consulted(traces: Sequence[LayerTrace]) -> Iterator[Comparison]:
    """The condition lines of all statements that match but for their conditions."""
    for trace in traces:
        for policy in trace.policies:
            for statement in policy.statements:
                others = (one for one in statement.elements if one.kind is not ElementKind.CONDITION)
                if statement.ignored or any(one.truth is Truth.FALSE for one in others):
                    continue
                for element in statement.elements:
                    if element.kind is ElementKind.CONDITION:
                        yield from element.compared


def notes_of_sign_in(question: PreparedRequest, consulted: Collection[str]) -> Iterator[str]:
    """How the caller is taken to have signed in, where statements read that, and nobody stated it (K35, E81).

    `consulted` are the keys that they read, in lower case.
    """
    caller, stated = question.subject.caller, {key.lower() for key in question.request.context}
    if KEYS_OF_SIGN_IN.isdisjoint(consulted) or not stated.isdisjoint(KEYS_OF_SIGN_IN):
        return
    if caller.kind in (CallerKind.USER, CallerKind.ROOT):
        yield (
            "taken to come with a long-term access key, which proves no MFA: from the console or GetSessionToken the "
            "request has aws:MultiFactorAuthPresent and aws:TokenIssueTime (K35, E81)"
        )
    elif caller.is_session_of_role and not _KEYS_OF_MFA.isdisjoint(consulted):
        yield "taken as a session of the role without MFA; state aws:MultiFactorAuthPresent if there was (K35)"
