"""One action on a set of resources, asked of everybody (WC17, WC18)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.deciding.answers import (
    Answer,
    Cell,
    OwnMatch,
    Situation,
    no_matches,
    partition_of,
    sessions_of,
    situation_of,
)
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.analysis.queries.everybody.targets import Cells
from iamtui.analysis.queries.index.accounts import accounts_told_apart
from iamtui.analysis.queries.index.holders import Frame, Holder, Holders
from iamtui.analysis.queries.index.situations import Made, Marks, Situations
from iamtui.analysis.queries.index.statements import statements_beside_identity, statements_of
from iamtui.analysis.queries.index.taking import Taking
from iamtui.analysis.queries.resources.cutting import Parts, cut, meeting, own_in_play, patterns_in_play, reads_in_play
from iamtui.analysis.queries.resources.known import own_patterns
from iamtui.analysis.queries.resources.known_by_form import KnownByForm
from iamtui.analysis.queries.resources.known_resources import KnownResources
from iamtui.analysis.queries.resources.resource_forms import Form, forms_of, regions_told_apart
from iamtui.analysis.queries.resources.resource_reads import READS_ALL
from iamtui.analysis.queries.resources.written import account_of, names_in, regions_named, regions_written
from iamtui.arn import is_account_id
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.keys import derive, differs_by_entity
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.context import RequestContext, listed
from iamtui.evaluation.request.request import Request
from iamtui.patterns import is_plain, matcher_of, split_wildcards
from iamtui.policy.cells import ANYTHING, MOST_CELLS, cells_of, cells_of_sets
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.meeting import may_meet
from iamtui.policy.statement import PolicyKind, Statement

_MOST_ACCOUNTS = 256


class _Key(NamedTuple):
    """What the cells of a caller start from, before keys are looked at."""

    frame: Frame
    statements: tuple[int, ...]
    own: int | None


_Found = tuple[tuple[str, Situation], ...]
"""The cells of callers in one situation: a resource of each, and the answer."""


class ResourceSet:
    """An action on all resources that some patterns match, or on any that it takes."""

    is_set = True

    def __init__(self, holders: Holders, request: Request, resources: Sequence[str]) -> None:
        found = catalog.action(request.action)
        if found is None:
            raise ValueError(f"{request.action} is no action that AWS lists")
        self.action = request.action
        self.complete = True
        self._action = found
        self._holders = holders
        self._request = request
        self._asked = [split_wildcards(text) for text in resources if not is_plain(text)] if resources else [ANYTHING]
        self._plain = [text for text in resources if is_plain(text)]
        self._known = [one for one in KnownResources(holders.snapshot).of(found) if self._meets(one.parts)]
        self._by_form = KnownByForm(self._known)
        self._fresh = unused_account(holders.snapshot)
        self._told_apart = accounts_told_apart(holders.snapshot)
        self._regions_asked = tuple(dict.fromkeys(filter(None, regions_named(resources))))
        self._regions_written = tuple(dict.fromkeys((*regions_written(holders, request.action), *self._regions_asked)))
        self._names = frozenset(names_in(said for one in self._known for said in statements_written(one.policy)))
        self._made_forms: dict[tuple[str, tuple[str, ...]], tuple[Form, ...]] = {}
        self._situations: dict[_Key, Situations[Holder, _Found]] = {}
        self._contexts: dict[str, RequestContext] = {}

    def _meets(self, parts: Parts) -> bool:
        return any(may_meet(parts, asked) for asked in self._asked)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that the action takes is in the set."""
        accounts = (*self._holders.snapshot.accounts, *self._accounts_asked(), self._fresh)
        partitions = {holder.arn.split(":", 2)[1] for holder in self._holders.all} or {"aws"}
        return not self._plain and not any(self._forms(partition, accounts) for partition in partitions)

    def _accounts_asked(self) -> Iterator[str]:
        """Accounts that matter whoever asks: those of known resources, that patterns name, or that stand for others."""
        named = (account_of(parts) for parts in self._asked)
        known = (one.account for one in self._known)
        yield from dict.fromkeys((*known, *(one for one in named if one), *self._told_apart))

    def _forms(self, partition: str, accounts: tuple[str, ...]) -> tuple[Form, ...]:
        """The forms that meet the set."""
        found = self._made_forms.get((partition, accounts))
        if found is None:
            known = (*(one.region for one in self._known if one.region), *filter(is_plain, self._regions_asked))
            regions = tuple(dict.fromkeys((*known, *regions_told_apart(partition, self._regions_written))))
            all_forms = forms_of(self._action, partition, accounts, regions)
            found = tuple(form for form in all_forms if self._meets(form.parts))
            self._made_forms[partition, accounts] = found
        return found

    def cells(self) -> Cells:
        """For each holder the answer on each cell."""
        relevant = self._relevant()
        found = {
            place: tuple(self._cells_of(place, holder, relevant.get(place, [])))
            for place, holder in enumerate(self._holders.all)
        }
        return Cells(found, {})

    def denied_cell(self, place: int, situation: Situation | None) -> Cell:
        """The answer for one who is denied, on any resource of the set."""
        resource = ANY_RESOURCE if situation is None else situation.question.request.resource
        return Cell(resource, Answer(self._holders.all[place], situation, no_matches))

    def _relevant(self) -> dict[int, list[tuple[Taking, tuple[Statement, ...]]]]:
        """The statements of each holder's policies that can matter, by place."""
        found: dict[int, list[tuple[Taking, tuple[Statement, ...]]]] = {}
        for key, taking in self._holders.taking(self.action).items():
            statements = tuple(one.statement for one in taking.statements if self._can_matter(one.statement))
            if statements or taking.is_open:
                for places in self._holders.carrying.carriers[key].values():
                    for place in places:
                        found.setdefault(place, []).append((taking, statements))
        return found

    def _can_matter(self, statement: Statement) -> bool:
        element = statement.resource
        if element is None or element.negated:
            return True
        return any(
            self._meets(pattern.widest) or any(matcher_of(pattern.widest)(text) for text in self._plain)
            for pattern in element.patterns
        )

    def _cells_of(
        self, place: int, holder: Holder, relevant: Sequence[tuple[Taking, tuple[Statement, ...]]]
    ) -> Iterator[Cell]:
        statements = tuple(statement for _, each in relevant for statement in each)
        entity = holder.entity
        named = entity is not None and not self._names.isdisjoint((entity.arn, entity.unique_id, entity.name.lower()))
        is_own = named or place in self._holders.carrying.unread or any(taking.is_open for taking, _ in relevant)
        key = _Key(holder.frame, tuple(map(id, statements)), place if is_own else None)
        shared = self._situations.get(key)
        if shared is None:
            shared = self._situations[key] = self._sharing(holder, statements)
        for resource, situation in shared.result(holder):
            sessions = tuple(sessions_of(holder, situation.question, self._request_on(resource)))
            yield Cell(resource, Answer(holder, situation, partial(_matches, situation.question, relevant), sessions))

    def _request_on(self, resource: str) -> Request:
        return replace(self._request, resource=resource)

    def _sharing(self, first: Holder, statements: Sequence[Statement]) -> Situations[Holder, _Found]:
        marks = Marks(statements)
        example: PreparedRequest | None = None

        def make(caller: Holder) -> Made[_Found]:
            consulted: dict[str, None] = {}
            found: list[tuple[str, Situation]] = []
            nonlocal example
            for resource in self._witnesses(caller, statements, consulted):
                question = example = self._prepared(caller, resource)
                marks.add(statements_beside_identity(question))
                found.append((resource, situation_of(question)))
                consulted.update(question.asked.context.consulted)
            return Made(tuple(found), tuple(filter(differs_by_entity, consulted)))

        def mark(caller: Holder, key: str) -> Hashable:
            return None if example is None else marks.of(key, self._context_of(caller, example))

        return Situations(make, mark)

    def _context_of(self, holder: Holder, like: PreparedRequest) -> RequestContext:
        """The condition keys of a request if `holder` makes it; those of the holder do not depend on the resource."""
        found = self._contexts.get(holder.arn)
        if found is None:
            subject = like.subject._replace(caller=identify(holder.arn, self._holders.snapshot))
            found = self._contexts[holder.arn] = RequestContext(subject, listed(self._request.context), derive)
        return found

    def _witnesses(self, caller: Holder, statements: Sequence[Statement], consulted: dict[str, None]) -> Iterator[str]:
        """Resources that stand for all cells of the set for this caller; the keys that were read for that are noted."""
        partition = caller.arn.split(":", 2)[1]
        found = dict.fromkeys(text for text in self._plain if partition_of(text) in (None, partition))
        named = (
            text.split(":", 5)[4]
            for one in statements
            if one.resource is not None
            for text in one.resource.texts
            if text.count(":") > 4
        )
        others: dict[str, None] = {}
        accounts = dict.fromkeys(
            (caller.frame.account, *self._accounts_asked(), *filter(is_account_id, named), self._fresh)
        )
        self.complete &= len(accounts) <= _MOST_ACCOUNTS
        for form in self._forms(partition, tuple(accounts)[:_MOST_ACCOUNTS]):
            known = self._by_form.of(form)
            for asked in self._asked:
                some = cells_of((form.parts, asked), ()).cells
                if not some:
                    continue
                question = self._prepared(caller, some[0].witness)
                patterns = dict.fromkeys((*patterns_in_play(question, statements), *own_in_play(known, question)))
                reads = reads_in_play(question, statements)
                consulted.update(question.asked.context.consulted)
                witnesses = cut(form, asked, meeting(patterns, form), known, reads)
                self.complete &= witnesses.complete
                found.update(witnesses.known)
                others.update(witnesses.others)
        found.update(others)
        self.complete &= len(found) <= MOST_CELLS
        return islice(found, MOST_CELLS)

    def _prepared(self, holder: Holder, resource: str) -> PreparedRequest:
        return prepare_for(self._holders.snapshot, replace(self._request_on(resource), principal=holder.arn))

    def requests(self) -> Sequence[Request]:
        """One of each cell that the policies of known resources cut."""
        found = dict.fromkeys(self._plain)
        seen: set[Hashable] = set()
        for one in self._known:
            own = tuple(own_patterns(one))
            for asked in self._asked if one.policy is not None else ():
                for cell in cells_of_sets((one.parts, asked), own).cells:
                    if (one.signature(READS_ALL), cell.matched) not in seen:
                        seen.add((one.signature(READS_ALL), cell.matched))
                        found[cell.witness] = None
        return [self._request_on(resource) for resource in found]

    @property
    def has_others(self) -> bool:
        """Whether there may be resources in the set that the snapshot does not know."""
        return bool(self._asked)


def _matches(
    question: PreparedRequest, relevant: Sequence[tuple[Taking, tuple[Statement, ...]]], holder: Holder, layer: Layer
) -> Iterator[OwnMatch]:
    """The statements of a holder's own policies that are not false on one resource."""
    if layer is Layer.PERMISSIONS_BOUNDARY:
        for policy, statement in statements_of(question.applicable.permissions_boundary, question):
            yield OwnMatch(policy, statement, match(statement, PolicyKind.BOUNDARY, question.asked).truth)
        return
    for taking, statements in relevant:
        for statement in statements:
            truth = match(statement, PolicyKind.IDENTITY, question.asked).truth
            for policy in holder.policies if truth else ():
                if policy.document is taking.document:
                    yield OwnMatch(policy, statement, truth)
