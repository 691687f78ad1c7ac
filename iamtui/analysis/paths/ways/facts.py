"""Whether the facts that a way needs hold, as far as an export says (EP43)."""

from __future__ import annotations

from collections.abc import Mapping

from iamtui.analysis.paths.ways.catalogue import State, Way
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Credentials, Resource, Role, Snapshot, User


def holds(snapshot: Snapshot, state: State, binds: Mapping[str, str], way: Way) -> bool | None:
    """Whether a fact holds of what its variable is bound to; None where no export says."""
    found = _value(snapshot, state, binds, way)
    if found is None:
        return None
    if state.below is not None:
        return found < state.below
    if state.at_least is not None:
        return found >= state.at_least
    return bool(found) == state.holds


def _value(snapshot: Snapshot, state: State, binds: Mapping[str, str], way: Way) -> int | None:
    bound = binds[state.of]
    account = snapshot.accounts.get(binds["account"])
    match state.fact:
        case "access-keys" | "console-password" | "mfa-device":
            user = snapshot.user(bound)
            return None if user is None or user.credentials is None else _of_credentials(state.fact, user.credentials)
        case "policy-versions":
            policy = (account.policies or {}).get(bound) if account is not None else None
            return None if policy is None else len(policy.versions)
        case "boundary":
            entity: User | Role | None = snapshot.user(bound) or snapshot.role(bound)
            return None if entity is None else entity.boundary is not None
        case "invoked":
            return _invoked(snapshot.resources.get(bound))
        case "exists":
            bind = way.bind[state.of]
            return True if bound in snapshot.resources and bind.kind == "some" else None
    return None


def _invoked(function: Resource | None) -> bool | None:
    """Whether the policy of a function lets a service, an account or everyone invoke it; event sources may else."""
    content = None if function is None or function.policy is None else function.policy.policy
    if not isinstance(content, PolicyDocument):
        return None
    statements = content.taking("lambda:invokefunction", "lambda")
    return True if any(one.effect is Effect.ALLOW and one.principal is not None for one in statements) else None


def _of_credentials(fact: str, held: Credentials) -> int | None:
    if fact == "access-keys":
        return None if held.access_keys is None else len(held.access_keys)
    return held.console_password if fact == "console-password" else held.mfa
