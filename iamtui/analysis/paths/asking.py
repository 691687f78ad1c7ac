"""How a step is asked: as whom, with which keys, and what the answer makes of it (EP11-EP16)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from iamtui.analysis.paths.catalogue import catalogue
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.decision import UnknownKey, Verdict
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.patterns import glob
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Snapshot

Label = Literal["allowed", "conditional", "possible", "denied"]
LABELS: tuple[Label, ...] = ("allowed", "conditional", "possible", "denied")

FRESH = "iamtui-7c1f9be2"
"""A name that no policy, tag or export mentions (EP3): of what a way makes, which has no policy either."""

_ISSUED = "aws:TokenIssueTime"
_MOST_CHOICES = 6


class Asked(NamedTuple):
    """A request, with the keys that its caller chose in its context (EP13), and its answer.

    `keys` are the unknown keys that it hangs on, `lacking` what was not exported. `by_session` says that a user needs
    temporary credentials (EP11).
    """

    label: Label
    request: Request
    keys: tuple[UnknownKey, ...] = ()
    lacking: tuple[str, ...] = ()
    decided_by: str = ""
    by_session: bool = False


class Desk:
    """Asks requests in the picture as it is exported, each once, and in pictures that steps leave."""

    def __init__(self, snapshot: Snapshot, stated: Mapping[str, KeyValue], at: datetime | None) -> None:
        self.snapshot = snapshot
        self.at = at or datetime.now(UTC)
        self._stated = stated
        self._issued = KeyValue.of(self.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "the session is made now")
        self._known: dict[tuple[object, ...], Asked] = {}
        self.leans_on: dict[str, None] = {}
        self.alike: Callable[[str, str, str], Hashable] | None = None
        self._contexts: dict[str, RequestContext] = {}
        held = (one.arn.split(":", 3)[2] for one in snapshot.resources.values() if one.policy is not None)
        self._granting = frozenset(("sts", *held))
        self.count = 0

    def ask(
        self,
        picture: Snapshot,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, KeyValue],
        *,
        makes: bool = False,
    ) -> Asked:
        """Ask one request; `makes` says that the caller makes the resource, and so chooses the keys of its service."""
        key = (principal, action, resource, tuple(context.items()), makes)
        if picture is not self.snapshot:
            return self._ask(picture, principal, action, resource, context, makes=makes)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._ask_alike(principal, action, resource, context, makes=makes)
        return found

    def may_be_granted(self, action: str) -> bool:
        """Whether the policy of a resource may grant an action, as far as its service tells (EP56)."""
        return action.partition(":")[0] in self._granting

    def _ask_alike(
        self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue], *, makes: bool
    ) -> Asked:
        """The answer, made once for all requests that are decided alike (EP57)."""
        alike = None if self.alike is None else self.alike(principal, action, resource)
        if alike is None:
            return self._ask(self.snapshot, principal, action, resource, context, makes=makes)
        key = (alike, tuple(context.items()), makes)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._ask(self.snapshot, principal, action, resource, context, makes=makes)
            return found
        return found._replace(request=replace(found.request, principal=principal, resource=resource))

    def _ask(
        self,
        picture: Snapshot,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, KeyValue],
        *,
        makes: bool,
    ) -> Asked:
        is_role = ":role/" in principal
        own = {_ISSUED: self._issued} if is_role else {}
        request = Request(principal, action, resource, context={**own, **context, **self._stated}, at=self.at)
        found = self._chosen(picture, request, makes=makes)
        if found.label == "denied" and ":user/" in principal and action != "sts:AssumeRoot":
            session = replace(request, context={_ISSUED: self._issued, **request.context})
            second = self._chosen(picture, session, makes=makes)
            if second.label == "allowed":
                return second._replace(label="conditional", by_session=True)
            if second.label != "denied":
                return second._replace(by_session=True)
        return found

    def _chosen(self, picture: Snapshot, request: Request, *, makes: bool) -> Asked:
        """The answer, with what the caller chooses chosen so that it is allowed, where some choice makes it so."""
        found = self._settled(picture, request)
        for _ in range(_MOST_CHOICES):
            if found.label != "conditional":
                break
            keys = [one for one in found.keys if _is_chosen(one.key, request.action, makes=makes)]
            choice = _choice(keys)
            if choice is None:
                break
            key, value = choice
            request = replace(request, context={**request.context, key: value})
            found = self._settled(picture, request)
        return found

    def _settled(self, picture: Snapshot, request: Request) -> Asked:
        self.count += 1
        try:
            settled = settle_question(prepare_for(picture, request))
        except RequestError:  # across partitions, or a principal that the account does not have
            return Asked("denied", request)
        if settled.is_denied:
            return Asked("denied", request)
        for text in settled.assumed:
            if FRESH not in text:
                self.leans_on.setdefault(text)
        decided_by = settled.best.decided_by.value
        if settled.is_allowed:
            return Asked("allowed", request, decided_by=decided_by)
        label: Label = "possible" if settled.unknown_data else "conditional"
        return Asked(label, request, settled.unknown_keys, settled.unknown_data, decided_by)

    def context(self, principal: str) -> RequestContext:
        """The condition keys of what a principal asks, whatever it is."""
        found = self._contexts.get(principal)
        if found is None:
            request = Request(principal, "iam:GetUser", "*", context=self._stated, at=self.at)
            found = self._contexts[principal] = prepare_for(self.snapshot, request).asked.context
        return found

    def forget(self) -> None:
        """Let go of what was asked, where the search is over and its results stay."""
        self._known.clear()
        self._contexts.clear()


def _is_chosen(key: str, action: str, *, makes: bool) -> bool:
    """Whether the caller of an action chooses what a key is (EP13)."""
    folded = key.lower()
    service = action.partition(":")[0].lower()
    if folded == "iam:permissionsboundary" and action not in ("iam:CreateUser", "iam:CreateRole"):
        return False
    if folded == "sts:sourceidentity":
        return False
    if any(glob(pattern.lower())(folded) for pattern in catalogue().chosen_keys if pattern != "SERVICE:*"):
        return True
    return makes and folded.startswith(f"{service}:") and ":resourcetag/" not in folded


def _choice(keys: Sequence[UnknownKey]) -> tuple[str, KeyValue] | None:
    """A key and a value for it with which the request may be allowed."""
    for unknown in keys:
        allowing = [one for one in unknown.branches if one.value and one.outcome.verdict is Verdict.ALLOWED]
        certain = [one for one in allowing if one.worst.verdict is Verdict.ALLOWED]
        for branch in (*certain, *allowing):
            if branch.value is not None:
                return unknown.key, branch.value
    return None


def conditions_of(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What must be so for a conditional answer to be allowed: keys, each with the state that allows (T31)."""
    found: dict[tuple[str, str], None] = {}
    if asked.by_session:
        found["aws:TokenIssueTime", "temporary credentials, from sts:GetSessionToken"] = None
    for unknown in asked.keys:
        for branch in unknown.branches:
            if branch.outcome.verdict is Verdict.ALLOWED:
                found[unknown.key, branch.state] = None
    return tuple(found)
