"""What one Allow gives beside some guards: as sets of actions, decided once for all Allows of which it is the same.

An Allow counts by its conditions and by the shape of its resources. So what thousands of statements give is found in a
few tables, each of which knows for the actions that were asked whether they are allowed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from iamtui.analysis.queries.access_matrix.askers import Asker, Askers, about
from iamtui.analysis.queries.access_matrix.dependence import Dependence, dependence_of
from iamtui.analysis.queries.access_matrix.guards import Region
from iamtui.analysis.queries.access_matrix.label_tables import Given, Table, joined
from iamtui.analysis.queries.access_matrix.own_marks import variables_in
from iamtui.analysis.queries.access_matrix.said import Held
from iamtui.analysis.queries.access_matrix.shared_labels import SharedLabels
from iamtui.analysis.queries.access_matrix.single_labels import ALL_TYPES, Part, Question
from iamtui.analysis.queries.access_matrix.spared import Spared
from iamtui.analysis.queries.access_matrix.trusted import TrustedLabels
from iamtui.analysis.queries.access_matrix.untyped_actions import UntypedActions
from iamtui.analysis.queries.actions.alike import TOLD_APART
from iamtui.analysis.queries.actions.shapes import actions_on, met_by, services_reached_by
from iamtui.analysis.queries.actions.tag_classes import classes_with
from iamtui.analysis.queries.actions.traits import is_of_no_action
from iamtui.analysis.queries.actions.type_names import is_no_word
from iamtui.analysis.queries.index.action_sets import (
    Taken,
    of_names,
    of_service,
    on_resources_of,
    services_in,
    without_types,
)
from iamtui.analysis.queries.index.taking import keys_tested
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.resources.resource_reads import OF_ENTITIES
from iamtui.evaluation.keys.regions import REGION_KEYS
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.policy.statement import Statement


class GivenBySingle:
    """Finds what single Allows give."""

    def __init__(self, ground: Ground, askers: Askers, shared: SharedLabels) -> None:
        self._ground = ground
        self._askers = askers
        self._shared = shared
        self._tables: dict[Hashable, Table] = {}
        self._about: dict[tuple[int, str], Statement] = {}
        self._read: dict[int, tuple[Hashable, tuple[str, ...]]] = {}
        self.of_named = ground.actions_of_policies | ground.protected_from_some
        self._asked_by_name = self.of_named | ground.actions_protected
        self._asked_for_itself = ground.actions_of_known | ground.actions_protected
        self._iam = on_resources_of("iam")
        self._known = self._asked_by_name | self._asked_for_itself | self._iam | of_service("sts")
        self._trusted = TrustedLabels(ground, askers, shared)
        self._untyped = UntypedActions(ground, askers)
        self.spared = Spared(ground, self._untyped)
        self._dependences: dict[Hashable, Dependence] = {}
        self._stated = frozenset(key.lower() for key in askers.request.context)

    def without(self, asker: Asker, region: Region) -> Given:
        """What is given without any Allow of an identity policy: by policies of resources, or by nature."""
        actions = self._ground.asked_anyway & region.actions
        trusted = self._trusted.given(asker, None, region, actions)
        if trusted is None:
            return self._filled(asker, None, region, Part(None, actions)) if actions else Given()
        others = actions & ~self._trusted.actions
        found = self._filled(asker, None, region, Part(None, others)) if others else Given()
        return joined((found, Given(*trusted)))

    def by(self, asker: Asker, one: Held, region: Region) -> Given:
        """What one Allow gives of its actions beside the guards of a region."""
        found: list[Given] = []
        trusted = self._trusted.given(asker, one, region, one.actions)
        if trusted is not None:
            found.append(Given(*trusted))
            one = one._replace(actions=one.actions & ~self._trusted.actions)
        for part in self._parts_of(asker, one, region) if one.actions else ():
            if part.types is None and part.text is not None:
                found.append(self._elsewhere(asker, one, region, part))
                continue
            found.append(self._filled(asker, one, region, part))
            left = part.beyond & ~(found[-1].allowed | found[-1].conditional)
            if left:
                beyond = part._replace(said=part.written, actions=left, types=None, regions=frozenset())
                found.append(self._elsewhere(asker, one, region, beyond))
        allowed, conditional, alone, _ = found[0] if len(found) == 1 else joined(found)
        dependent = tuple(self._dependent(one.statement, conditional)) if conditional else ()
        return Given(allowed, conditional, alone, dependent)

    def _elsewhere(self, asker: Asker, one: Held, region: Region, part: Part) -> Given:
        """What an Allow gives by how a pattern is written: nothing that it would not give on all resources."""
        conditions, _ = self._conditions_of(one.statement)
        on_all = self._filled(asker, one, region, Part((conditions, None), part.actions, ALL_TYPES))
        left = part.actions & (on_all.allowed | on_all.conditional | on_all.alone)
        return self._filled(asker, one, region, part._replace(actions=left)) if left else Given()

    def _parts_of(self, asker: Asker, one: Held, region: Region) -> Iterator[Part]:
        statement, actions = one.statement, one.actions
        element = statement.resource
        conditions, read = self._conditions_of(statement)
        by_name = self._asked_by_name
        if any(key.startswith(OF_ENTITIES) for key in (*read, *region.keys)):
            by_name |= self._iam
        if element is None or element.negated or not region.takes_whole:
            yield self._as_written(asker, statement, actions, any_name=False)
        elif ANY_RESOURCE in element.texts:
            if named := actions & by_name:
                yield Part(conditions, named)
            if actions != named:
                yield Part((conditions, None), actions & ~named, ALL_TYPES, beyond=0)
        elif (texts := asker.texts_of(element)) is None:
            if named := actions & by_name:
                yield self._as_written(asker, statement, named, any_name=False)
            if actions != named:
                yield self._as_written(asker, statement, actions & ~named)
        else:
            if named := actions & by_name:
                yield self._as_written(asker, statement, named, any_name=False)
            left = actions & ~named
            if without := left & without_types():
                yield from self._unlisted(asker, one, (conditions, without))
            if left != without:
                yield from self._reaching(asker, statement, texts, (conditions, left ^ without, region))

    def _unlisted(self, asker: Asker, one: Held, asked: tuple[Hashable, int]) -> Iterator[Part]:
        """The actions without resource types by whether the patterns take what AWS asks about (L36)."""
        conditions, actions = asked
        sets, written = self._untyped.by_truth(asker, one.statement.resource, actions)
        if written:
            yield self._as_written(asker, one.statement, written, any_name=False)
        for truth, members in sets.items():
            if truth:
                yield Part((conditions, truth), members, untyped=True)

    def _as_written(self, asker: Asker, statement: Statement, actions: int, *, any_name: bool = True) -> Part:
        """Actions of which it counts how the statement is written; with `any_name` no value in it for itself."""
        values = self._values_in(asker, statement, any_name=any_name)
        return Part((self._shared.content(statement), values), actions)

    def _reaching(
        self, asker: Asker, statement: Statement, texts: tuple[str, ...], asked: tuple[Hashable, int, Region]
    ) -> Iterator[Part]:
        """The actions of an Allow by the types of resources that its patterns reach, each pattern for itself.

        The guards tell no resources apart: so what it lets one do is what one of its patterns does.
        """
        conditions, actions, region = asked
        read = {*self._conditions_of(statement)[1], *region.keys}
        tells_regions, tells_actions = not REGION_KEYS.isdisjoint(read), not all(map(is_of_no_action, read))
        partition, account = asker.holder.arn.split(":", 2)[1], asker.kind.account
        services = [(service, actions & of_service(service)) for service in services_in(actions)]
        for text, said in self._each_written(asker, statement, texts):
            written, among = (conditions, said), services_reached_by(text)
            for service, part in services:
                if among is not None and service not in among:
                    continue
                met = met_by(text, service, partition, account)
                beyond = part & actions_on(service, met.others) if met.others else 0
                own = 0
                for types, regions in met.by_regions if tells_regions else met.anywhere:
                    told: Hashable = regions
                    if tells_actions or service in TOLD_APART:
                        told = regions, service, types
                    if taking := part & actions_on(service, types):
                        own |= taking
                        yield Part((conditions, told), taking, types, regions, taking & beyond, written, text)
                if beyond & ~own:
                    yield Part(written, beyond & ~own, text=text)

    def _each_written(
        self, asker: Asker, statement: Statement, texts: tuple[str, ...]
    ) -> Iterator[tuple[str, Hashable]]:
        """Each pattern with the asker's values in place, and how it is written: no value counts for itself."""
        values = self._values_in(asker, statement, any_name=True)
        for place, text in enumerate(texts):
            yield text, text if values is None else (self._shared.content(statement), values, place)

    def _conditions_of(self, statement: Statement) -> tuple[Hashable, tuple[str, ...]]:
        """What its conditions are, and the keys that they read."""
        found = self._read.get(id(statement))
        if found is None:
            said = frozenset(map(id, statement.conditions)), statement.invalid is None, statement.principal is None
            found = self._read[id(statement)] = said, tuple(dict.fromkeys(keys_tested(statement)))
        return found

    def _values_in(self, asker: Asker, statement: Statement, *, any_name: bool) -> Hashable:
        """The values of the keys of its own that stand in the patterns of a statement."""
        if statement.resource is None or not statement.resource.variables:
            return None
        written = sorted({one.folded for one in variables_in(statement.resource)})
        values = [(key, asker.asked.context.lookup(key)._replace(source="")) for key in written]
        return tuple((key, _without_name(value) if any_name else value) for key, value in values)

    def _filled(self, asker: Asker, one: Held | None, region: Region, part: Part) -> Given:
        """What is given of the actions of a part: apart of those that take something whose tags may be known."""
        beside = () if one is None else (one.statement,)
        own = region.own if one is None else (*region.own, *self._shared.own_keys(one.statement))
        if not own:
            return self._filled_for(asker, one, region, part, ())
        keys = sorted(set(own))
        marks = asker.marks(keys, region.statements, beside)
        others = part.actions & ~self._known
        marks_of_others = asker.marks(keys, region.statements, beside, knows_tags=False) if others else marks
        if marks == marks_of_others:
            return self._filled_for(asker, one, region, part, marks)
        found = [self._filled_for(asker, one, region, part._replace(actions=others), marks_of_others)]
        if known := part.actions & self._known:
            found.append(self._filled_for(asker, one, region, part._replace(actions=known), marks))
        return joined(found)

    def _filled_for(self, asker: Asker, one: Held | None, region: Region, part: Part, marks: Hashable) -> Given:
        """The same for all whose own keys are alike."""
        beside = () if one is None else (one.statement,)
        statements = (*region.statements, *beside)
        said = (asker.kind, region.said, part.said, marks)
        table = self._tables.get(said)
        if table is None:
            table = self._tables[said] = Table()
        named = part.actions & self.of_named
        missing = part.actions & ~named & ~table.known
        if not missing and not named:
            return table.given(part.actions)
        if one is not None and part.text is not None:
            one = one._replace(statement=self._narrowed(one.statement, part.text))
            statements = (*region.statements, one.statement)
        question = Question(self._askers, self._shared, asker, one, statements, said, part)
        apart = Table()
        if missing:
            self._fill(table, apart, missing, question)
        if named:
            self._fill(apart, apart, named, question)
        return joined((table.given(part.actions & ~named), apart.given(part.actions)))

    def _narrowed(self, statement: Statement, text: str) -> Statement:
        """A statement about one of its patterns alone, kept because others are told apart by identity."""
        key = (id(statement), text)
        if key not in self._about:
            self._about[key] = about(statement, text)
        return self._about[key]

    def _fill(self, table: Table, apart: Table, missing: int, question: Question) -> None:
        """Note the labels of some actions; those that depend on more than what is said go apart."""
        left = missing
        if (tags := question.tags) is not None:
            asked_for_itself = self._known if tags else self._asked_for_itself
            for trait, members in classes_with(tags, missing).items():
                told = members & ~asked_for_itself & (-1 if question.is_whole else left)
                if actions := left & told:
                    left &= ~actions
                    first = self._ground.grouping.alike(Taken(actions & -actions, question.statements))[0]
                    table.add(question.label(first._replace(nature=trait)), told)
        for service in services_in(left):
            found = self._ground.grouping.alike(Taken(left & of_service(service), question.statements))
            for alike in self._shared.said_of_known.joined(found):
                kept = apart if question.depends_on_writing(alike) else table
                kept.add(question.label(alike), of_names(alike.actions))

    def _dependent(self, statement: Statement, conditional: int) -> Iterator[tuple[Dependence, int]]:
        """What in an Allow makes that conditional which it gives, and what of it."""
        element = statement.resource
        if element is not None and any(pattern.variables for pattern in element.patterns):
            yield self._dependence_of(self._shared.content(statement), ()), conditional
            return
        is_whole = element is not None and not element.negated and ANY_RESOURCE in element.texts
        if not is_whole:
            yield self._dependence_of(self._shared.content(statement), ()), conditional & without_types()
            conditional &= ~without_types()
        if statement.conditions:
            yield self._dependence_of(frozenset(map(id, statement.conditions)), statement.conditions), conditional

    def _dependence_of(self, said: Hashable, conditions: Sequence[ConditionTest]) -> Dependence:
        """What Allows depend on that say the same: its conditions, or more if there are none."""
        found = self._dependences.get(said)
        if found is None:
            found = self._dependences[said] = dependence_of(conditions, self._stated) if conditions else Dependence()
        return found


def _without_name(value: KeyValue) -> KeyValue:
    """A value of which any other could stand in its place where no resource is known that has it in its name."""
    if value.state is not KeyState.PRESENT or len(value.values) != 1 or not is_no_word(value.values[0]):
        return value
    return value._replace(values=tuple(mark for mark in _MARKS if mark in value.values[0]))


_MARKS = "-.+"
"""What parts names inside, in some types."""
