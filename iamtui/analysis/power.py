"""What a principal can do at all: the actions of the catalogue, told apart by the statements that take them (Y6, Z7).

Actions that the same statements of the caller's policies take are decided alike, so one of them is decided for all.
The resource is `*`: what is allowed on particular resources only is not allowed on every one, nor is it closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_

from iamtui import catalog
from iamtui.analysis.queries.index.action_sets import all_actions, names_in, of_names, of_service, taken_by
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decide import judge, prepare_for
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import RCP_SERVICES
from iamtui.policy.elements import ActionElement
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Snapshot

_ANY_ACTION = "sts:GetCallerIdentity"


@dataclass(frozen=True, slots=True)
class ActionClass:
    """Actions that are decided alike.

    Attributes:
        actions: `service:Name`, in the order of the catalogue.
        allowed: whether they may be allowed on every resource: they are, or depend on what is unknown.
        closed: whether an explicit Deny stops them on every resource, whatever is unknown.
        granted: whether some Allow of the caller's own policies takes them, on whatever resource.
    """

    actions: tuple[str, ...]
    allowed: bool
    closed: bool
    granted: bool


@dataclass(frozen=True, slots=True)
class Power:
    """What a principal can do, class by class."""

    classes: tuple[ActionClass, ...]

    @property
    def allowed(self) -> tuple[str, ...]:
        """The actions that may be allowed on every resource."""
        return tuple(action for one in self.classes if one.allowed for action in one.actions)

    @property
    def left(self) -> tuple[str, ...]:
        """The actions that its policies grant somewhere, and that no Deny closes everywhere."""
        return tuple(
            action
            for one in self.classes
            if one.granted and not one.closed and not _is_decided_without(one.actions)
            for action in one.actions
        )

    @property
    def is_closed(self) -> bool:
        """Whether every action of the catalogue is explicitly denied on every resource (Z7)."""
        return all(one.closed for one in self.classes if not _is_decided_without(one.actions))

    @property
    def is_admin(self) -> bool:
        """Whether every action is allowed on every resource, but for those that no policy decides."""
        return all(one.allowed for one in self.classes if not _is_decided_without(one.actions))


def power_of(snapshot: Snapshot, caller: Request) -> Power:
    """What the principal of a request can do in its context; action and resource of the request do not count.

    Raises:
        RequestError: the exported account has no such principal.
    """
    base = replace(caller, action=_ANY_ACTION, resource="*")
    elements = list(_elements(prepare_for(snapshot, base)))
    granted = reduce(or_, (taken_by(element) for element, grants in elements if grants), 0)
    told = (*(taken_by(element) for element, _ in elements), *_decided_otherwise())
    classes = [(_in_order(part), bool(part & granted)) for part in _told_apart(told)]
    classes.sort(key=lambda found: _order()[found[0][0]])
    return Power(tuple(_decided(snapshot, base, actions, is_granted=one) for actions, one in classes))


def _told_apart(sets: Iterable[int]) -> Sequence[int]:
    """All actions, divided by which of some sets they are in."""
    parts = [all_actions()]
    for one in dict.fromkeys(sets):
        parts = [inside for part in parts for inside in (part & one, part & ~one) if inside]
    return parts


def _decided(snapshot: Snapshot, base: Request, actions: tuple[str, ...], *, is_granted: bool) -> ActionClass:
    found = judge(snapshot, replace(base, action=actions[0]))
    return ActionClass(
        actions=actions,
        allowed=found.best.verdict is Verdict.ALLOWED,
        closed=found.best.verdict is Verdict.EXPLICIT_DENY,
        granted=is_granted,
    )


_DECIDED_WITHOUT = ("sts:GetCallerIdentity", "sts:GetSessionToken")
"""Actions that no policy decides (E79, E80): a Deny does not close them, and they give no access by themselves."""


def _is_decided_without(actions: tuple[str, ...]) -> bool:
    return actions[0] in _DECIDED_WITHOUT


@cache
def _decided_otherwise() -> tuple[int, ...]:
    """Sets of actions that are not decided as others are which the same statements take."""
    protected = reduce(or_, map(of_service, RCP_SERVICES & set(catalog.services())), 0)
    return (protected, *(of_names((action,)) for action in _DECIDED_WITHOUT))


def _elements(prepared: PreparedRequest) -> Iterator[tuple[ActionElement, bool]]:
    """The Action elements of all policies on the caller's side, with whether they are an identity policy's Allow."""
    applicable = prepared.applicable
    for layer in applicable.layers:
        if layer is not applicable.resource:
            yield from _of_layer(layer, is_identity=layer is applicable.identity)


def _of_layer(layer: AppliedLayer, *, is_identity: bool) -> Iterator[tuple[ActionElement, bool]]:
    for level in layer.levels:
        for policy in level.policies:
            content = None if policy.document is None else policy.document.policy
            if isinstance(content, PolicyDocument):
                for statement in content.statements:
                    yield statement.action, is_identity and statement.effect is Effect.ALLOW


def _in_order(actions: int) -> tuple[str, ...]:
    return tuple(sorted(names_in(actions), key=_order().__getitem__))


@cache
def _order() -> dict[str, int]:
    """Where each action stands in the catalogue."""
    names = (f"{service}:{name}" for service in catalog.services() for name in catalog.actions(service))
    return {action: place for place, action in enumerate(names)}


def assumable_roles(snapshot: Snapshot, caller: Request) -> Sequence[str]:
    """The roles that the principal of a request may assume in its context: certainly, or as it may be (S1).

    Raises:
        RequestError: the exported account has no such principal.
    """
    found = []
    for account in snapshot.accounts.values():
        for role in (account.roles or {}).values():
            request = Request(caller.principal, "sts:AssumeRole", role.arn, context=caller.context, at=caller.at)
            if judge(snapshot, request).best.verdict is Verdict.ALLOWED:
                found.append(role.arn)
    return found
