"""How a step is asked: as whom, with which keys, and what the answer makes of it (EP11-EP16)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal, NamedTuple

from iamtui.analysis.paths.requests.choosing import choice_of
from iamtui.analysis.paths.requests.recent import Recent
from iamtui.analysis.paths.requests.trusting import ASSUME_ROLE
from iamtui.evaluation.applicable.from_snapshot import FromSnapshot, GroupPolicies, PrincipalSide, principal_side
from iamtui.evaluation.decide import Settled, prepare_for, settle_question
from iamtui.evaluation.decision import UnknownKey, Verdict
from iamtui.evaluation.preparing import PreparedRequest, context_of
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.evaluation.weighing import unknown_keys_of
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Account, Snapshot

Label = Literal["allowed", "conditional", "possible", "denied"]
LABELS: tuple[Label, ...] = ("allowed", "conditional", "possible", "denied")

FRESH = "iamtui-7c1f9be2"
"""A name that no policy, tag or export mentions (EP3): of what a way makes, which has no policy either."""


def session_keys(principal: str, at: datetime | None) -> dict[str, KeyValue]:
    """The keys that a role has, which acts in a session made now (EP12); a user acts with an access key (EP11)."""
    return {ISSUED: _issued_at(at or datetime.now(UTC))} if ":role/" in principal else {}


def fresh_arn(account: Account, kind: str) -> str:
    """The ARN of a thing of an account that nothing mentions; `kind` is IAM's word, as `user`."""
    return f"arn:{account.partition}:iam::{account.account_id}:{kind}/{FRESH}"


ISSUED = "aws:TokenIssueTime"
_MOST_CHOICES = 6
_MOST_CONTEXTS = 3_000
_MOST_KEPT = 10_000
"""Requests of which it is kept how they were answered, whoever is decided alike."""


def _issued_at(at: datetime) -> KeyValue:
    return KeyValue.of(at.strftime("%Y-%m-%dT%H:%M:%SZ"), "the session is made now")


class Asked(NamedTuple):
    """A request, with the keys that its caller chose in its context (EP13), and its answer.

    The request is that of the first who was answered the same: it may be of another principal and resource (EP57).
    Of one that is denied it is left out. `keys` are the unknown keys that it depends on, `lacking` what was not
    exported. `by_session` says that a user needs temporary credentials (EP11).
    """

    label: Label
    request: Request
    keys: tuple[UnknownKey, ...] = ()
    lacking: tuple[str, ...] = ()
    decided_by: str = ""
    by_session: bool = False


_DENIED = Asked("denied", Request("anonymous", "*"))
"""The answer to every request that is denied: no path is told of it, so that it need not be said which one it was."""


class Desk:
    """Asks requests in the picture as it is exported, each once, and in pictures that steps leave."""

    def __init__(self, snapshot: Snapshot, stated: Mapping[str, KeyValue], at: datetime | None) -> None:
        self.snapshot = snapshot
        self.at = at or datetime.now(UTC)
        self.stated = stated
        self.issued = _issued_at(self.at)
        self._lately: Recent[tuple[object, ...], Asked] = Recent(_MOST_KEPT)
        self._known: dict[tuple[object, ...], dict[Hashable, Asked]] = {}
        self._answers: dict[tuple[object, ...], Asked] = {}
        self._items: Recent[tuple[tuple[str, KeyValue], ...], tuple[tuple[str, KeyValue], ...]] = Recent(_MOST_CONTEXTS)
        self._wholes: Recent[tuple[object, ...], Mapping[str, KeyValue]] = Recent(_MOST_CONTEXTS)
        self.leans_on: dict[str, None] = {}
        self.alike: Callable[[str, str, str], Hashable] | None = None
        self.alike_let_in: Callable[[str, str], Hashable] | None = None
        self._contexts: Recent[str, RequestContext] = Recent(_MOST_CONTEXTS)
        self._sides: dict[str, PrincipalSide] = {}
        self._sides_changed: tuple[Snapshot, dict[str, PrincipalSide]] = (snapshot, {})
        self._groups: GroupPolicies = {}
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
        if picture is not self.snapshot:
            return self._ask(picture, principal, action, resource, context, makes=makes)
        key = (principal, action, resource, self._same_items(context), makes)
        found = self._lately.get(key)
        if found is None:
            alike = None if self.alike is None else self.alike(principal, action, resource)
            ask = partial(self._ask, picture, principal, action, resource, context, makes=makes)
            found = self._lately[key] = self._ask_once(alike, key[3:], ask)
        return found

    def ask_let_in(self, picture: Snapshot, principal: str, role: str, context: Mapping[str, KeyValue]) -> Asked:
        """Ask to assume a role whose trust policy was written anew to name who asks: once for all alike (EP57)."""
        alike = None if self.alike_let_in is None else self.alike_let_in(principal, role)
        ask = partial(self._ask, picture, principal, ASSUME_ROLE, role, context, makes=False)
        return self._ask_once(alike, (self._same_items(context),), ask)

    def may_be_granted(self, action: str) -> bool:
        """Whether the policy of a resource may grant an action, as far as its service tells (EP56)."""
        return action.partition(":")[0] in self._granting

    def _ask_once(self, alike: Hashable, keys: tuple[object, ...], ask: Callable[[], Asked]) -> Asked:
        """The answer, made once for all requests that are decided alike (EP57)."""
        if alike is None:
            return ask()
        known = self._known.setdefault(keys, {})
        found = known.get(alike)
        if found is None:
            found = known[alike] = self._same(ask())
        return found

    def _same(self, asked: Asked) -> Asked:
        """An answer; of many equal ones the first, whomever and whatever they were about (EP58)."""
        request = asked.request
        key = (request.action, tuple(request.context.items()), asked.label, *asked[2:])
        return self._answers.setdefault(key, asked)

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
        request = Request(principal, action, resource, context=self._whole(principal, context), at=self.at)
        found = self._chosen(picture, request, makes=makes)
        if found.label == "denied" and ":user/" in principal and action != "sts:AssumeRoot":
            session = replace(request, context={ISSUED: self.issued, **request.context})
            second = self._chosen(picture, session, makes=makes)
            if second.label == "allowed":
                return second._replace(label="conditional", by_session=True)
            if second.label != "denied":
                return second._replace(by_session=True)
        return found

    def _same_items(self, context: Mapping[str, KeyValue]) -> tuple[tuple[str, KeyValue], ...]:
        """The keys of a request; those of equal requests are one (EP58)."""
        items = tuple(context.items())
        found = self._items.get(items)
        if found is None:
            found = self._items[items] = items
        return found

    def _whole(self, principal: str, context: Mapping[str, KeyValue]) -> Mapping[str, KeyValue]:
        """All keys that a request states; those of equal requests are one (EP58)."""
        key = (":role/" in principal, tuple(context.items()))
        found = self._wholes.get(key)
        if found is None:
            own = {ISSUED: self.issued} if key[0] else {}
            found = self._wholes[key] = {**own, **context, **self.stated}
        return found

    def _chosen(self, picture: Snapshot, request: Request, *, makes: bool) -> Asked:
        """The answer, with what the caller chooses chosen so that it is allowed, where some choice makes it so."""
        found = self._settled(picture, request)
        for _ in range(_MOST_CHOICES):
            if found.label != "conditional":
                break
            choice = choice_of(found.keys, request, makes=makes)
            if choice is None:
                break
            key, value = choice
            request = replace(request, context={**request.context, key: value})
            found = self._settled(picture, request)
        return found

    def _settled(self, picture: Snapshot, request: Request) -> Asked:
        self.count += 1
        try:
            side = self._side(picture, request.principal)
            question = prepare_for(picture, request, side)
            settled = settle_question(question)
        except RequestError:  # across partitions, or a principal that the account does not have
            return _DENIED
        for text in settled.assumed:
            if FRESH not in text:
                self.leans_on.setdefault(text)
        if settled.is_denied:
            return _DENIED
        decided_by = settled.best.decided_by.value
        if settled.is_allowed:
            return Asked("allowed", request, decided_by=decided_by)
        label: Label = "possible" if settled.unknown_data else "conditional"
        return Asked(label, request, turning_keys(question, settled), settled.unknown_data, decided_by)

    def _side(self, picture: Snapshot, principal: str) -> PrincipalSide:
        """The policies in force for a caller: made once in the exported picture, and in the changed one of late (EP31).

        Raises:
            RequestError: no form of a principal, or one that its exported account does not have.
        """
        if picture is self.snapshot:
            sides, groups = self._sides, self._groups
        else:
            if self._sides_changed[0] is not picture:
                self._sides_changed = (picture, {})
            sides, groups = self._sides_changed[1], None
        found = sides.get(principal)
        if found is None:
            found = sides[principal] = principal_side(picture, identify(principal, picture), groups)
        return found

    def context(self, principal: str) -> RequestContext:
        """The condition keys of what a principal asks, whatever it is."""
        found = self._contexts.get(principal)
        if found is None:
            request = Request(principal, "iam:GetUser", "*", context=self.stated, at=self.at)
            source = FromSnapshot(self.snapshot)
            found = self._contexts[principal] = context_of(request, source.caller(principal), source)
        return found

    def forget(self) -> None:
        """Let go of what was asked, where the search is over and its results stay."""
        self._lately.clear()
        self._known.clear()
        self._answers.clear()
        self._contexts.clear()
        self._items.clear()
        self._wholes.clear()
        self._sides.clear()
        self._groups.clear()
        self._sides_changed = (self.snapshot, {})


def turning_keys(question: PreparedRequest, settled: Settled) -> tuple[UnknownKey, ...]:
    """The unknown keys on which an answer depends; where not all they can be was tried, those that were asked for."""
    if settled.unknown_keys or not settled.may_be_wider:
        return settled.unknown_keys
    asked = {one.lower(): one for one in unknown_keys_of(question, settled.partials, None)}
    return tuple(UnknownKey(one, ()) for one in asked.values())


def conditions_of(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What must be so for a conditional answer to be allowed: keys, each with the state that allows (T31)."""
    found: dict[tuple[str, str], None] = {}
    if asked.by_session:
        found["aws:TokenIssueTime", "temporary credentials, from sts:GetSessionToken"] = None
    for unknown in asked.keys:
        for branch in unknown.branches:
            if branch.outcome.verdict is Verdict.ALLOWED:
                found[unknown.key, branch.state] = None
    if not found:  # a key compared with another one: each depends on what the other is
        found = {(unknown.key, "fits the others that are asked for"): None for unknown in asked.keys}
    return tuple(found)
