"""What layers are made of, whether they come from a snapshot or from a case."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel, AppliedPolicy, Assumption
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.request import NamedPolicy
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyKind

FULL_AWS_ACCESS = Document(b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
"""What `FullAWSAccess` says, and what the root user may do by nature (I59, E58)."""

Place: TypeAlias = tuple[Layer, PolicyKind, str | None]
"""What every layer begins with: which it is, the kind of its policies, and whose they are."""

SessionPolicies = tuple[NamedPolicy, ...] | None
"""Passed when the session was created; None: none were passed."""


def session_layer(caller: Caller, policies: SessionPolicies) -> AppliedLayer:
    """The policies passed when the session was created; they form one pool (E13, UNCONFIRMED)."""
    place = (Layer.SESSION, PolicyKind.SESSION, caller.account)
    if policies is None:
        return not_applied(place, "no session policy")
    if caller.kind in (CallerKind.USER, CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return not_applied(place, f"{described(caller)} has no session policy (E57)")
    return AppliedLayer(*place, (named(policies, "passed with the session"),))


def without_identity_policies(caller: Caller) -> str | None:
    """Why the caller carries no identity-based policies, if it carries none (E62, E68, E69)."""
    if caller.kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS, CallerKind.EXTERNAL):
        return f"{described(caller)} has no identity-based policies"
    return None


def root_identity(place: Place) -> AppliedLayer:
    """For the result, root holds a built-in Allow named `account-root` (E58, E83)."""
    built_in = AppliedPolicy("account-root", FULL_AWS_ACCESS, "built in", None)
    return AppliedLayer(*place, (AppliedLevel((built_in,)),))


@lru_cache(maxsize=4_096)
def not_applied(place: Place, reason: str, *assumed: Assumption) -> AppliedLayer:
    """The layer as one that does not apply, with the reason, and what was assumed for it.

    It is kept: most layers of most requests are such, and the same.
    """
    return AppliedLayer(*place, (), reason, assumptions=assumed)


@lru_cache(maxsize=4_096)
def not_possible(place: Place, reason: str) -> AppliedLayer:
    """The layer as one that there cannot be for this request."""
    return AppliedLayer(*place, (), reason, can_exist=False)


def perhaps_granted(place: Place, reason: str) -> AppliedLayer:
    """The layer as one that may let the request in by something else than a policy, and denies nothing."""
    return AppliedLayer(*place, (), reason, unknown=True, may_deny=False, can_exist=False)


def pooled(policies: Iterable[AppliedPolicy]) -> AppliedLevel:
    """One level that holds all of `policies`."""
    return AppliedLevel(tuple(policies))


def named(policies: tuple[NamedPolicy, ...], origin: str) -> AppliedLevel:
    """One level of policies that the request brings along."""
    return AppliedLevel(tuple(applied(policy, origin) for policy in policies))


def applied(policy: NamedPolicy, origin: str) -> AppliedPolicy:
    """A policy that the request brings along."""
    return AppliedPolicy(policy.name, policy.document, origin)


def described(caller: Caller) -> str:
    """The caller in words, with its article."""
    article = "an" if caller.kind.value[0].lower() in "ae" else "a"
    return f"{article} {caller.kind}"
