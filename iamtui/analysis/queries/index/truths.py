"""What statements that read keys of the holder's own say to each holder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.queries.index.own_tests import OneKey, OwnKeys, own_tests, tests_reading
from iamtui.analysis.queries.index.statements import asked_by
from iamtui.analysis.queries.index.taking import Taken
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.matching.layers import asked_of
from iamtui.evaluation.matching.statements import MatchContext, match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.context import RequestContext
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.policy.statement import PolicyKind
from iamtui.policy.truth import Truth
from iamtui.snapshot.model import Role

_TAG = "aws:principaltag/"

LikeOf = Callable[[int], PreparedRequest]
"""The request as one who is of a place's kind and account makes it."""


class Truths:
    """What statements say to each holder of one request; asked once for all whose keys that it names are equal."""

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._asked: dict[int, MatchContext] = {}
        self._known: dict[tuple[object, ...], Truth] = {}
        self._named: dict[tuple[str, ...], set[int]] = {}
        self._tags: dict[Hashable, KeyValue] = {}
        self._stated: dict[tuple[str, Unstated], dict[int, KeyValue]] = {}

    def named_in(self, resources: tuple[str, ...]) -> set[int]:
        """Those whose name is part of a resource's."""
        if resources not in self._named:
            self._named[resources] = self._holders.named_in(resources)
        return self._named[resources]

    def context(self, place: int, like: PreparedRequest) -> RequestContext:
        """The condition keys of the request if this holder makes it, who is of the kind and account of `like`'s."""
        return self.asked(place, like).context

    def asked(self, place: int, like: PreparedRequest) -> MatchContext:
        """The request as this holder's."""
        found = self._asked.get(place)
        if found is None:
            found = self._asked[place] = asked_by(self._holders.caller(place), like)
        return found

    def of_identity(self, taken: Taken, place: int, like: PreparedRequest, heard: tuple[PolicyKind, Hashable]) -> Truth:
        """What a statement of the holder's own policies says: of which kind, and to whom it says the same."""
        if taken.own_keys and not self._may_name(taken, place, like):
            return Truth.FALSE
        kind = heard[0]
        key: tuple[object, ...] = (id(taken.statement), heard)
        key += tuple([self.value(name, place, like) for name in taken.own_keys])
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = match(taken.statement, kind, self.asked(place, like)).truth
        return found

    def by_identity(
        self, taken: Taken, places: Sequence[int], like: LikeOf, heard: tuple[PolicyKind, Hashable]
    ) -> dict[Truth, list[int]]:
        """Some places to whom `heard` is the same, by what a statement of their own policies says to them.

        All but the lines of its Condition block that read keys of their own is matched once.
        """
        found: defaultdict[Truth, list[int]] = defaultdict(list)
        if not places:
            return found
        first = like(places[0])
        reading, common = tests_reading(taken)
        most = Truth.TRUE if reading is None else match(taken.statement, heard[0], first.asked, common).truth
        columns = [(name, self._kept(name, first)) for name in taken.own_keys]
        known: dict[tuple[KeyValue, ...], Truth] = {}
        for place in dict.fromkeys(places):
            values = tuple([kept.get(place) or self.value(name, place, like(place)) for name, kept in columns])
            truth = known.get(values)
            if truth is None and reading is None:
                truth = known[values] = self.of_identity(taken, place, like(place), heard)
            elif truth is None:
                own = OwnKeys(dict(zip(taken.own_keys, values, strict=True)), first.asked.context)
                truth = known[values] = min([most, *(test.truth(own) for test in reading or ())])
            found[truth].append(place)
        return found

    def of_layer(self, layer: AppliedLayer, taken: Taken, place: int, like: PreparedRequest) -> Truth:
        """What a statement of another layer says to the holder."""
        caller = self._holders.caller(place)
        key: tuple[object, ...] = (
            id(taken.statement),
            layer.layer,
            caller.kind,
            caller.account,
            caller.has_boundary,
        )
        key += tuple([self.value(name, place, like) for name in taken.own_keys])
        found = self._known.get(key)
        if found is None:
            asked = asked_of(layer, self.asked(place, like))
            found = self._known[key] = match(taken.statement, layer.kind, asked).truth
        return found

    def by_layer(
        self, layer: AppliedLayer, taken: Taken, places: Iterable[int], like: LikeOf
    ) -> dict[Truth, list[int]]:
        """Some places of one kin by what a statement of another layer says to them.

        All but the lines of its Condition block that read keys of their own is matched once for those with a boundary
        and once for the others.
        """
        found: defaultdict[Truth, list[int]] = defaultdict(list)
        own, common = own_tests(taken)
        first: dict[bool, Truth] = {}
        for place in places:
            question = like(place)
            if own is None:
                found[self.of_layer(layer, taken, place, question)].append(place)
                continue
            is_bounded = self._holders.all[place].frame.boundary is not None
            truth = first.get(is_bounded)
            if truth is None:
                asked = asked_of(layer, self.asked(place, question))
                truth = first[is_bounded] = match(taken.statement, layer.kind, asked, common).truth
            for test in own if truth else ():
                truth = min(truth, self._of_test(test, place, question))
            found[truth].append(place)
        return found

    def _of_test(self, test: ConditionTest, place: int, question: PreparedRequest) -> Truth:
        """How a line of a Condition block comes out that compares one key with fixed values: that key alone is read."""
        return test.truth(OneKey(self.value(test.folded_key, place, question)))

    def value(self, name: str, place: int, like: PreparedRequest) -> KeyValue:
        """A key of the entity itself: the same in every request that does not state it; where from does not matter."""
        kept = self._kept(name, like)
        found = kept.get(place)
        if found is None:
            alike = self._tagged_alike(name, place, like)
            found = kept[place] = self._tags.get(alike) or self.context(place, like).lookup(name)._replace(source="")
            self._tags[alike] = found
        return found

    def _tagged_alike(self, name: str, place: int, like: PreparedRequest) -> Hashable:
        """Equal for those for whom a key is the same: a tag for all whose own tags, and trust policies, are equal."""
        entity = self._holders.all[place].entity
        if entity is None or not name.startswith(_TAG):
            return name, place
        trust = id(entity.trust) if isinstance(entity, Role) else None  # it says whether sessions bring tags (E53)
        return name, like.subject.caller.kind, trust, entity.tags

    def _kept(self, name: str, like: PreparedRequest) -> dict[int, KeyValue]:
        """What is known of a key of the entity itself, by place."""
        kept = self._stated if any(name == key.lower() for key in like.request.context) else self._holders.values
        return kept.setdefault((name, like.request.unstated), {})

    def _may_name(self, taken: Taken, place: int, like: PreparedRequest) -> bool:
        """Whether some pattern can match: what a variable stands for is literal text, and so is in the resource."""
        element = taken.statement.resource
        if element is None or element.negated or like.asked.left_open is not None:
            return True
        for pattern in element.patterns:
            variables = [variable.folded for variable in pattern.variables if variable.folded in taken.own_keys]
            if not variables or all(self._may_stand_in(name, place, like) for name in variables):
                return True
        return False

    def _may_stand_in(self, name: str, place: int, like: PreparedRequest) -> bool:
        value = self.value(name, place, like)
        if value.state is not KeyState.PRESENT or value.is_list:
            return True
        return any(value.values[0] in resource for resource in like.asked.resources)
