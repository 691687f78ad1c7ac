"""What Denies of one's own policies take away on every resource, so that nothing need be asked about it (WP3)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import datetime

from iamtui.analysis.queries.actions.denied import OF_THE_CALLER, takes_all_resources
from iamtui.analysis.queries.index.holders import Holder, Holders
from iamtui.analysis.queries.index.taking import Taken, keys_named, own_keys
from iamtui.analysis.queries.index.truths import Truths
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.policy.document import Document, statements_written
from iamtui.policy.keys import KeyValue
from iamtui.policy.statement import Effect, PolicyKind, Statement
from iamtui.policy.truth import Truth

_ANYTHING = Request("anonymous", "iam:GetUser", "*", unstated=Unstated.UNKNOWN)
"""A request in whose place any other could stand: of a Deny that counts here only keys of the caller are read."""
_DECIDED_WITHOUT = "sts:"
"""Two actions of this service are allowed whatever policies say (E79, E80)."""


class TakenAway:
    """Tells of the users and roles of one snapshot what they are denied on whatever resource.

    A Deny counts that matches all resources and reads nothing but who calls. Whether it holds is asked once for all
    of one kind and account to whom it reads the same.
    """

    def __init__(self, holders: Holders, at: datetime | None) -> None:
        self._holders = holders
        self._at = at
        self._of_all: dict[int, tuple[Taken, ...]] = {}
        self._asked: dict[Hashable, tuple[PreparedRequest | None, Truths]] = {}
        self._denies: dict[tuple[int, Hashable], tuple[Statement, ...]] = {}
        self._taken: dict[tuple[tuple[int, ...], str], bool] = {}

    def takes(self, place: int, action: str, context: Mapping[str, KeyValue]) -> bool:
        """Whether one is denied an action in a context, whatever the resource is."""
        stated = tuple([item for item in context.items() if _is_of_the_caller(item[0].lower())]) if context else ()
        denies = self._denies.get((place, stated))
        if denies is None:
            denies = self._denies[place, stated] = self._found(self._holders.all[place], place, stated)
        if not denies or action.startswith(_DECIDED_WITHOUT):
            return False
        key = (tuple(map(id, denies)), action)
        found = self._taken.get(key)
        if found is None:
            folded = action.lower()
            service = folded.partition(":")[0]
            found = self._taken[key] = any(one.action.matches(folded, service) for one in denies)
        return found

    def _found(self, holder: Holder, place: int, stated: tuple[tuple[str, KeyValue], ...]) -> tuple[Statement, ...]:
        """The Denies that hold of whatever one asks."""
        every = [one for policy in holder.policies for one in self._on_all(policy.document)]
        if not every:
            return ()
        key = (holder.frame.side, stated)
        if key not in self._asked:
            self._asked[key] = self._prepared(holder, dict(stated)), Truths(self._holders)
        like, truths = self._asked[key]
        if like is None:
            return ()
        heard = PolicyKind.IDENTITY, holder.frame.side
        holding = (one for one in every if truths.of_identity(one, place, like, heard) is Truth.TRUE)
        return tuple([one.statement for one in holding])

    def _prepared(self, holder: Holder, context: Mapping[str, KeyValue]) -> PreparedRequest | None:
        """Some request of one kind and account; None where one's name is none that AWS allows."""
        try:
            request = replace(_ANYTHING, principal=holder.arn, context=context, at=self._at)
            return prepare_for(self._holders.snapshot, request)
        except RequestError:
            return None

    def _on_all(self, document: Document | None) -> tuple[Taken, ...]:
        """The Denies of a document that match all resources and read only who calls."""
        found = self._of_all.get(id(document))
        if found is None:
            denies = [
                Taken(one, own_keys(one))
                for one in statements_written(document)
                if one.effect is Effect.DENY and takes_all_resources(one) and reads_only_who_calls(one)
            ]
            found = self._of_all[id(document)] = tuple(denies)
        return found


def reads_only_who_calls(statement: Statement) -> bool:
    """Whether a statement reads no keys but such as follow from who calls, whatever is called on what."""
    return all(map(_is_of_the_caller, keys_named(statement)))


def _is_of_the_caller(folded_key: str) -> bool:
    return folded_key in OF_THE_CALLER or folded_key.startswith("aws:principaltag/")
