"""The condition keys of one request: what it states, what follows from it, and what nobody knows (K rules)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from iamtui import catalog
from iamtui.arn import Arn
from iamtui.evaluation.caller import Caller
from iamtui.evaluation.request import RequestError, Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a request is about, resolved: the material from which keys are derived.

    `resource_arn` is None for `*`. `resource_account` is None for a caller without account and a resource
    whose owner nobody knows; `owner_is_assumed` where it is the caller's for want of knowledge. `s3_abac` says
    whether bucket tags count (S32).
    """

    caller: Caller
    action: str
    resource: str
    resource_arn: Arn | None
    resource_account: str | None
    snapshot: Snapshot | None
    at: datetime
    unstated: Unstated
    s3_abac: bool = True
    owner_is_assumed: bool = False

    @property
    def service(self) -> str:
        """The prefix of the action in lower case."""
        return self.action.partition(":")[0].lower()

    @property
    def operation(self) -> str:
        """The action's name in lower case, without the prefix."""
        return self.action.partition(":")[2].lower()

    @property
    def otherwise(self) -> KeyValue:
        """What a key is that may be there, and that the request leaves out (T20, T21)."""
        return UNKNOWN if self.unstated is Unstated.UNKNOWN else ABSENT

    def takes_key(self, key: str) -> bool:
        """Whether AWS lists `key` for the action; True for an action that the catalogue does not know."""
        action = catalog.action(self.action)
        return action is None or any(listed.lower().startswith(key) for listed in action.condition_keys)


class RequestContext:
    """Answers `lookup` for every key; each is derived once, when a policy first asks (K1)."""

    __slots__ = ("_derive", "_found", "consulted", "subject")

    def __init__(
        self,
        subject: Subject,
        stated: Mapping[str, KeyValue],
        derive: Callable[[str, RequestContext], KeyValue],
    ) -> None:
        self.subject = subject
        self._derive = derive
        self._found: dict[str, KeyValue] = {key.lower(): value for key, value in stated.items()}
        self.consulted: set[str] = set()
        _refuse_two_networks(self._found)

    def lookup(self, key: str) -> KeyValue:
        """The state of `key`, given in lower case."""
        self.consulted.add(key)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._derive(key, self)
        return found

    def stated(self, key: str) -> bool:
        """Whether `key` is known to be present."""
        found = self._found.get(key)
        return found is not None and found.state is KeyState.PRESENT

    def stated_prefix(self, prefix: str) -> tuple[str, ...]:
        """What follows `prefix` in the keys that the request states."""
        return tuple(
            key[len(prefix) :] for key, value in self._found.items() if key.startswith(prefix) and value.values
        )


def _refuse_two_networks(stated: Mapping[str, KeyValue]) -> None:
    """A request comes over the public network or through an endpoint (K58)."""
    public = stated.get("aws:sourceip")
    if public is None or public.state is not KeyState.PRESENT:
        return
    for key in ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"):
        private = stated.get(key)
        if private is not None and private.state is KeyState.PRESENT:
            raise RequestError(f"aws:SourceIp and {key} exclude each other (K58)")
