"""Who of all may do something: one question of everybody, asked once for all in the same situation (WC2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from iamtui import catalog
from iamtui.analysis.paths.administrators import Administrators, Judged
from iamtui.analysis.paths.asking import FRESH, Desk
from iamtui.analysis.paths.question import PathQuestion
from iamtui.analysis.paths.results import SURENESS, Path
from iamtui.analysis.paths.search import find_paths
from iamtui.analysis.queries.answers import Answer
from iamtui.analysis.queries.asking import Asking
from iamtui.analysis.queries.holders import Holder, Holders, keys_named
from iamtui.analysis.queries.resource_forms import forms_of
from iamtui.evaluation.decide import Settled, prepare_for, settle_question
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.policy.cells import ANYTHING, cells_of
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue
from iamtui.policy.statement import Effect, Statement
from iamtui.snapshot.model import Account, Snapshot

Label = Literal["allowed", "conditional", "possible"]
"""Possible is what only something that was not exported could deny or allow."""

_RANKS: tuple[Label, ...] = ("possible", "conditional", "allowed")
_MOST_KNOWN = 20
"""How many of the exported resources of a kind are asked about, beside one that no policy names."""
_MOST_WRITTEN = 3
"""How many patterns of a statement are tried."""
_REGION = "us-east-1"
NO_KEYS: Mapping[str, KeyValue] = MappingProxyType({})
WITHOUT_MFA: Mapping[str, KeyValue] = MappingProxyType(
    {"aws:MultiFactorAuthPresent": ABSENT, "aws:MultiFactorAuthAge": ABSENT}
)
"""As access keys ask that no session with MFA stands behind."""
MFA_UNKNOWN: Mapping[str, KeyValue] = MappingProxyType(dict.fromkeys(WITHOUT_MFA, UNKNOWN))
"""As a user asks of whom nobody knows whether he signed in with MFA."""
_MFA_KEYS = frozenset(key.lower() for key in WITHOUT_MFA)


class Able(NamedTuple):
    """That somebody may do an action, how surely, and on what."""

    label: Label
    resource: str


class Everybody:
    """The users, roles and root users of a snapshot, asked about together.

    An action is asked on a resource of the account that no policy names, on those that the export knows, and of
    whoever is allowed it on some resources only on one of those. What is found was decided; whether a Deny leaves
    something else of a pattern is not looked for.
    """

    def __init__(self, snapshot: Snapshot, at: datetime | None) -> None:
        self.snapshot = snapshot
        self.at = at
        self._known: dict[tuple[object, ...], Mapping[str, Able]] = {}
        self._all: dict[tuple[object, ...], Mapping[str, Label]] = {}
        self._allowing: dict[str, frozenset[str]] = {}

    @cached_property
    def judge(self) -> Administrators:
        """Who judges administrators."""
        return Administrators(Desk(self.snapshot, {}, self.at))

    @cached_property
    def judge_without_mfa(self) -> Administrators:
        """Who judges administrators where nobody signed in with MFA."""
        return Administrators(Desk(self.snapshot, WITHOUT_MFA, self.at))

    @cached_property
    def administrators(self) -> Mapping[str, Judged]:
        """Who is an administrator, by what it is allowed (EP3), by ARN."""
        return {one.arn: Judged(one.verdict, one.conditions, one.needs) for one in self.judge.all()}

    @cached_property
    def paths(self) -> Mapping[str, Path] | None:
        """For each principal that has one, the surest and shortest path to an administrator.

        None: they cannot be looked for, because somebody has a name that AWS does not allow.
        """
        try:
            found = find_paths(self.snapshot, PathQuestion(at=self.at))
        except RequestError:
            return None
        best: dict[str, Path] = {}
        for path in found.paths:
            if path.outcome == "admin" and (path.start not in best or _order(path) < _order(best[path.start])):
                best[path.start] = path
        return best

    @cached_property
    def holders(self) -> Holders:
        """The index of everybody."""
        return Holders(self.snapshot)

    def able(self, account: Account, action: str, context: Mapping[str, KeyValue] = NO_KEYS) -> Mapping[str, Able]:
        """Who may do an action on something of an account, by ARN, each by the surest answer."""
        key = (account.account_id, action, tuple(context.items()))
        if key not in self._known:
            found: dict[str, Able] = {}
            for resource in self._resources(account, action):
                for arn, label in self._with_sign_in(action, resource, context):
                    able = Able(label, resource)
                    if able.label != "possible" or arn in self.granted(action):
                        _keep(found, arn, able)
            for holder, resource in self._narrow(account, action):
                if holder.arn not in found or found[holder.arn].label != "allowed":
                    own = self.label(holder.arn, action, resource, context)
                    if own is None and self._reads_mfa(action) and ":user/" in holder.arn:
                        own = self.label(holder.arn, action, resource, {**MFA_UNKNOWN, **context})
                    if own is not None:
                        _keep(found, holder.arn, Able(own, resource))
            self._known[key] = found
        return self._known[key]

    def _with_sign_in(self, action: str, resource: str, context: Mapping[str, KeyValue]) -> Iterator[tuple[str, Label]]:
        """Who may do it; users also where they sign in with MFA, which their access keys alone do not show."""
        yield from self.asked(action, resource, context).items()
        if self._reads_mfa(action):
            signed_in = self.asked(action, resource, {**MFA_UNKNOWN, **context})
            yield from ((arn, label) for arn, label in signed_in.items() if ":user/" in arn)

    def _reads_mfa(self, action: str) -> bool:
        """Whether a statement that takes the action asks for MFA."""
        takings = self.holders.taking(action).values()
        return any(
            key in _MFA_KEYS for taking in takings for one in taking.statements for key in keys_named(one.statement)
        )

    def asked(self, action: str, resource: str, context: Mapping[str, KeyValue] = NO_KEYS) -> Mapping[str, Label]:
        """Who may do an action on one resource, by ARN."""
        key = (action, resource, tuple(context.items()))
        if key not in self._all:
            request = Request("anonymous", action, resource, context=context, at=self.at)
            try:
                answers = Asking(self.holders, request).answers().able.values()
            except RequestError:  # somebody has a name that AWS does not allow: the others are asked one by one
                one_by_one = ((one.arn, self.label(one.arn, action, resource, context)) for one in self.holders.all)
                self._all[key] = {arn: label for arn, label in one_by_one if label is not None}
            else:
                self._all[key] = {answer.holder.arn: _label_of(answer) for answer in answers}
        return self._all[key]

    def label(
        self, principal: str, action: str, resource: str, context: Mapping[str, KeyValue] = NO_KEYS
    ) -> Label | None:
        """Whether one may do an action on one resource; None: it is denied."""
        request = Request(principal, action, resource, context=context, unstated=Unstated.UNKNOWN, at=self.at)
        try:
            settled = settle_question(prepare_for(self.snapshot, request))
        except RequestError:
            return None
        return None if settled.is_denied else _label(settled)

    def fresh(self, account: Account, action: str) -> Iterator[str]:
        """A resource of each type that the action takes in an account, with a name that no policy mentions."""
        found = catalog.action(action)
        if found is None or not found.resource_types:
            yield ANY_RESOURCE
            return
        for form in forms_of(found, account.partition, (account.account_id,), (_REGION,)):
            cells = cells_of((form.parts, ANYTHING), ()).cells
            if cells:
                yield _named_fresh(cells[0].witness)

    def _resources(self, account: Account, action: str) -> Iterator[str]:
        """Those, and some that the export knows."""
        yield from self.fresh(account, action)
        found = catalog.action(action)
        if found is None:
            return
        known = (one.arn for one in self.snapshot.resources.values() if one.account == account.account_id)
        fitting = [arn for arn in known if catalog.fits(found, arn)]
        yield from fitting[:_MOST_KNOWN]

    def granted(self, action: str) -> frozenset[str]:
        """Who has an Allow for an action: what a policy that nobody exported may give to others is not told of each."""
        if action not in self._allowing:
            self._allowing[action] = frozenset(
                self.holders.all[place].arn
                for taking in self.holders.taking(action).values()
                if any(one.statement.effect is Effect.ALLOW for one in taking.statements)
                for places in self.holders.by_document[id(taking.document)].values()
                for place in places
            )
        return self._allowing[action]

    def _narrow(self, account: Account, action: str) -> Iterator[tuple[Holder, str]]:
        """Those of the account who have an Allow on some resources only, each with a resource of it."""
        for taking in self.holders.taking(action).values():
            allows = [one.statement for one in taking.statements if one.statement.effect is Effect.ALLOW]
            resources = dict.fromkeys(one for allow in allows for one in written_witnesses(allow, action, account))
            if not resources:
                continue
            for side, places in self.holders.by_document[id(taking.document)].items():
                if side.account == account.account_id:
                    yield from ((self.holders.all[place], one) for place in places for one in resources)


def _order(path: Path) -> tuple[int, int]:
    return SURENESS.index(path.verdict), len(path.edges)


def _label_of(answer: Answer) -> Label:
    """How sure an answer is that is no denial."""
    if answer.situation is None or answer.label == "allowed":
        return "allowed"
    return _label(answer.situation.settled)


def _label(settled: Settled) -> Label:
    if settled.is_allowed:
        return "allowed"
    return "possible" if settled.unknown_data else "conditional"


def _keep(found: dict[str, Able], arn: str, able: Able) -> None:
    known = found.get(arn)
    if known is None or _RANKS.index(able.label) > _RANKS.index(known.label):
        found[arn] = able


def _named_fresh(witness: str) -> str:
    """A resource with a name that no policy mentions, where the shortest one is a single letter."""
    head, colon, name = witness.rpartition(":")
    kind, slash, rest = name.rpartition("/")
    return f"{head}{colon}{kind}{slash}{FRESH}" if len(rest) <= 2 else witness


def written_witnesses(statement: Statement, action: str, account: Account) -> Iterator[str]:
    """Resources that patterns of a statement name, not those of whoever asks; nothing where it takes all."""
    element, found = statement.resource, catalog.action(action)
    if element is None or element.negated or found is None or not found.resource_types:
        return
    texts = [one.text for one in element.patterns if "${" not in one.text and one.text != ANY_RESOURCE]
    fitting = (arn for text in texts if (arn := _plain(text, account)) and catalog.fits(found, arn))
    for number, arn in enumerate(fitting):
        if number == _MOST_WRITTEN:
            return
        yield arn


def _plain(pattern: str, account: Account) -> str:
    """A resource that a pattern matches; empty where it is no ARN."""
    segments = pattern.split(":", 5)
    if len(segments) < 6:
        return ""
    defaults = ("arn", account.partition, "", _REGION, account.account_id)
    head = [default if "*" in segment else segment for segment, default in zip(segments, defaults, strict=False)]
    return ":".join((*head, segments[5].replace("*", FRESH).replace("?", "x")))
