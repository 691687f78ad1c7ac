"""The condition keys of one request: what it states, what follows from it, and what nobody knows (K rules)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from iamtui import catalog
from iamtui.arn import Arn
from iamtui.evaluation.request.caller import Caller
from iamtui.evaluation.request.request import Unstated
from iamtui.evaluation.request.services import stands_for_key
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue
from iamtui.snapshot.model import Snapshot


class ResolvedRequest(NamedTuple):
    """All that a request is about, resolved: the material from which keys are derived.

    `folded_action` is the action in lower case, `service` its prefix and `operation` its name without the prefix.
    `resource_arn` is None for `*`, and whatever the request names for an action that takes no resource (L36); `region`
    is that of the ARN in the request. `resource_account` is None for a caller without account and a resource whose
    owner nobody knows; `owner_is_assumed` where it is the caller's for want of knowledge. `s3_abac` says whether bucket
    tags count (S32).
    """

    caller: Caller
    action: str
    folded_action: str
    service: str
    operation: str
    resource: str
    resource_arn: Arn | None
    resource_account: str | None
    region: str
    snapshot: Snapshot | None
    at: datetime
    unstated: Unstated
    s3_abac: bool = True
    owner_is_assumed: bool = False

    @property
    def otherwise(self) -> KeyValue:
        """What a key is that may be there, and that the request leaves out (T20, T21)."""
        return UNKNOWN if self.unstated is Unstated.UNKNOWN else ABSENT

    def takes_key(self, key: str) -> bool:
        """Whether AWS lists `key` for the action on this resource; True for an action that the catalogue lacks."""
        action = catalog.action(self.action)
        return action is None or catalog.carries(action, self._typed, key)

    def lacks_key(self, key: str) -> bool:
        """Whether AWS does not send `key` with the action on this resource, where it lists the action (E71, S32)."""
        action = catalog.action(self.action)
        return action is not None and not catalog.sends(action, self._typed, key)

    @property
    def _typed(self) -> str:
        """An ARN of the resource's type: an alias that stands for a key which nobody knows is asked as a key (S20)."""
        arn = self.resource_arn
        if arn is None or not stands_for_key(self.action, arn):
            return self.resource
        return self.resource.replace(":alias/", ":key/", 1)


class RequestContext:
    """Answers `lookup` for every key; each is derived once, when a policy first asks (K1).

    `consulted` are the keys that were derived, here or in what was made of this by `with_states`, first to last: all
    that a decision can have read of who asks and of what is asked (WC2).
    """

    __slots__ = ("_derive", "_found", "_stated", "_with_prefix", "consulted", "subject")

    def __init__(
        self,
        subject: ResolvedRequest,
        stated: Mapping[str, KeyValue],
        derive: Callable[[str, RequestContext], KeyValue],
    ) -> None:
        self.subject = subject
        self.consulted: dict[str, None] = {}
        self._derive = derive
        self._stated = stated
        self._with_prefix: dict[str, tuple[str, ...]] = {}
        self._found = {key.lower(): value for key, value in stated.items()}

    def with_states(self, states: Mapping[str, KeyValue]) -> RequestContext:
        """The same request with some keys in other states; what is consulted there counts as consulted here."""
        other = RequestContext(self.subject, {**self._stated, **states}, self._derive)
        other.consulted = self.consulted
        return other

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`, given in lower case."""
        found = self._found.get(key)
        if found is None:
            self.consulted[key] = None
            found = self._found[key] = self._derive(key, self)
        return found

    def stated(self, key: str) -> bool:
        """Whether `key` is known to have a value; an empty list is none (C25)."""
        found = self._found.get(key)
        return found is not None and bool(found.values)

    @property
    def is_forwarded(self) -> bool:
        """Whether a service calls onward with the identity of its caller (E66)."""
        return self.lookup("aws:viaawsservice").is_true

    def stated_prefix(self, prefix: str) -> tuple[str, ...]:
        """What follows `prefix` in the keys that the request states, as it spells them."""
        found = self._with_prefix.get(prefix)
        if found is None:
            named = ((key, value) for key, value in self._stated.items() if key.lower().startswith(prefix))
            found = self._with_prefix[prefix] = tuple(key[len(prefix) :] for key, value in named if value.values)
        return found


def listed(stated: Mapping[str, KeyValue]) -> dict[str, KeyValue]:
    """Values as their keys have them: one value of a multivalued key is a list of one (C20)."""
    return {key: _listed(key, value) for key, value in stated.items()}


def _listed(key: str, value: KeyValue) -> KeyValue:
    if value.state is not KeyState.PRESENT or value.is_list:
        return value
    known = catalog.condition_key(key)
    return value._replace(is_list=True) if known is not None and known.multivalued else value
