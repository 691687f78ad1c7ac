"""The rows of who can do something, as they are found, and what holds for all of them (WC10-WC20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from iamtui.analysis.queries.deciding.answers import Answer, Cell, Situation
from iamtui.analysis.queries.deciding.ways import denying_statement
from iamtui.analysis.queries.everybody.alike_rows import AlikeRows
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.analysis.queries.everybody.outside import Outsider, asked_by, let_in
from iamtui.analysis.queries.everybody.questions import Question, expanded, request_of, targets_of
from iamtui.analysis.queries.everybody.results import LABELS, Asked, Data, Grants, Row, WhoCan, others_than
from iamtui.analysis.queries.everybody.row_details import Said, Who, in_general, layer_of, paths_left_open, said_of
from iamtui.analysis.queries.everybody.row_ways import Ways
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.analysis.queries.everybody.targets import Cells, Found, OneResource, Target
from iamtui.analysis.queries.everybody.via import ASSUME_ROLE, Chains, without_mfa
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation.request.caller import CallerKind
from iamtui.files.collector import collector_waiting
from iamtui.policy.keys import KeyValue

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done, every so often; what it raises ends the question (WC5)."""


class Rows:
    """The rows of a question as they are found, and in the end the whole answer."""

    def __init__(self, holders: Holders, question: Question) -> None:
        self._holders = holders
        self._question = replace(question, at=question.at or datetime.now(UTC))
        self._actions = expanded(question.actions)
        self._several = len(self._actions) > 1
        self._targets = targets_of(holders, self._question, self._actions)
        self._ways = Ways(holders.tests)
        self._denied: dict[int, Situation | None] = {}
        self._said: dict[Hashable, tuple[Said, Sequence[tuple[str, Answer]]]] = {}
        self._assumed: dict[str, None] = {}
        self._seen: dict[int, Situation] = {}
        self._grants = Grants()
        self._any = self._every = 0
        self._unused = unused_account(holders.snapshot)

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """A row for each that can: holders in their order, those of outside, then who can by becoming a role."""
        return self._with_chains(progress) if self._question.via else self._direct(progress)

    def _with_chains(self, progress: Progress | None) -> Iterator[Row]:
        found: list[Row] = []
        for row in self._direct(progress):
            found.append(row)
            if row.decision != "denied":  # else it may yet become a role that can
                yield row
        chained = {row.arn: row for row in self._chained(found, progress or _untold)}
        yield from chained.values()
        yield from (row for row in found if row.decision == "denied" and row.arn not in chained)

    def _direct(self, progress: Progress | None) -> Iterator[Row]:
        """A row for each that can itself, then those of outside."""
        first = self._targets[0]
        if len(self._targets) == 1 and isinstance(first, OneResource):
            yield from self._of_one(first, progress or _untold)
        else:
            yield from self._of_several(progress)
        yield from self._outside()

    def _of_one(self, target: OneResource, progress: Progress) -> Iterator[Row]:
        """A row for each that can do one thing, made of what holds for all in the same situation."""
        progress(0, 1)
        answers = target.answers()
        for one in answers.alike:
            self._note_assumptions(one.situation)
            if one.label == "denied":
                self._denied.update(dict.fromkeys(one.places, one.situation))
        alike = AlikeRows(target, answers, self._ways, show_denied=self._question.show_denied)
        for place in alike.places:
            named = answers.with_sessions.get(place)
            if named is None:
                yield alike.row(place)
            else:
                row = self._row_of(place, [Found.of(target, (Cell(target.resource, named),))])
                if row is not None:
                    yield row

    def _of_several(self, progress: Progress | None) -> Iterator[Row]:
        """A row for each that can do some of it."""
        answers = []
        for number, target in enumerate(self._targets):
            if progress is not None:
                progress(number, len(self._targets))
            answers.append(target.cells())
        self._count_denied(answers)
        places = {place for one in answers for place in one.cells}
        for place in range(len(self._holders.all)) if self._question.show_denied else sorted(places):
            found = [self._found(target, one, place) for target, one in zip(self._targets, answers, strict=True)]
            row = self._row_of(place, found)
            if row is not None:
                yield row

    def _found(self, target: Target, answers: Cells, place: int) -> Found:
        cells = answers.cells.get(place)
        if cells is None:
            cells = (target.denied_cell(place, answers.denied.get(place)),)
        return Found.of(target, cells)

    def _count_denied(self, answers: Sequence[Cells]) -> None:
        """Note who is denied, and why; who can after all is taken out again."""
        for one in answers[:1]:
            self._denied.update(one.denied)
        for one in answers:
            for situation in _each(one.denied.values()):
                self._note_assumptions(situation)

    def _row_of(self, place: int, found: Sequence[Found]) -> Row | None:
        holder = self._holders.all[place]
        counts = holder.frame.kind is not CallerKind.ROOT
        for one in found:
            for cell in one.cells:
                self._note_assumptions(cell.answer.situation)
        able = [one for one in found if one.label != "denied"]
        best = max(found, key=lambda one: LABELS.index(one.label))
        if counts:
            self._any += bool(able)
            self._every += len(able) == len(found)
        if able:
            self._denied.pop(place, None)
        else:
            self._denied[place] = None if found[0].best is None else found[0].best.situation
        if not able and not self._question.show_denied:
            return None
        return self._filled(self._who(place), found, best)

    def _who(self, place: int) -> Who:
        holder = self._holders.all[place]
        return Who(holder.arn, holder.kind, holder.frame.account, self._holders.mark_of(place))

    def _filled(self, who: Who, found: Sequence[Found], best: Found) -> Row:
        said = self._said_of(found, best)
        answer = best.best if best.label == "denied" else None
        return Row(
            arn=who.arn,
            kind=who.kind,
            account=who.account,
            mark=who.mark,
            outside=who.outside,
            decision=best.label,
            decided_by=said.decided_by,
            actions=said.actions,
            extent=said.extent,
            examples=said.examples,
            conditions=said.conditions,
            unknown_data=said.unknown_data,
            ways=self._ways.of([one for one in found if one.label != "denied"]),
            statement=None if answer is None else denying_statement(answer),
        )

    def _said_of(self, found: Sequence[Found], best: Found) -> Said:
        """What a row says but for who it is of and the ways, made once for all in the same situations."""
        answers = [(cell.resource, cell.answer) for one in found for cell in one.cells]
        if any(answer.sessions for _, answer in answers):
            return said_of(found, best, several=self._several)
        key = tuple([(resource, id(answer.situation)) for resource, answer in answers])
        if key not in self._said:
            # the answers are kept with it, so that the identity of each situation stays its own
            self._said[key] = (said_of(found, best, several=self._several), answers)
        return self._said[key][0]

    def _note_assumptions(self, situation: Situation | None) -> None:
        if situation is not None and id(situation) not in self._seen:
            self._seen[id(situation)] = situation
            assumed: Iterable[str] = situation.leans_on
            if any(target.is_set for target in self._targets):
                assumed = in_general(assumed, situation.question)
            told = (text for text in assumed if self._unused not in text)
            self._assumed.update(dict.fromkeys(told))

    def _outside(self) -> Iterator[Row]:
        """A row for each whom the policies of the resources let in and the export does not hold (WC13).

        They are not asked where no policy lets anybody in: what was not exported may do so for anybody else as well.
        """
        every = [(place, one) for place, target in enumerate(self._targets) for one in target.requests()]
        requests, outsiders = [], dict[str, Outsider]()
        for place, request in every:
            found, grants = let_in(self._holders.snapshot, request)
            self._grants = self._grants.joined(grants)
            for one in found:
                outsiders.setdefault(one.arn, one)
            if found:
                requests.append((place, request))
        for outsider in sorted(outsiders.values(), key=lambda one: (one.account or "", one.kind, one.arn)):
            cells: dict[int, list[Cell]] = {}
            for place, request in requests:
                cells.setdefault(place, []).extend(asked_by(self._holders.snapshot, outsider, request))
            each = [
                Found.of(target, tuple(cells.get(place, ())), is_part=target.has_others)
                for place, target in enumerate(self._targets)
            ]
            best = max(each, key=lambda one: LABELS.index(one.label))
            if best.label == "denied" and not self._question.show_denied:
                continue
            who = Who(outsider.arn, outsider.kind, outsider.account, outside=True)
            situation = None if best.best is None else best.best.situation
            yield self._filled(who, each, best)._replace(
                request=None if situation is None else situation.question.request
            )

    def _chained(self, direct: Sequence[Row], progress: Progress) -> Iterator[Row]:
        """A row for each that can by becoming a role that can, and cannot otherwise (WC19)."""
        question = self._question
        request = request_of(question, ASSUME_ROLE)
        roles = direct
        if without_mfa(question.context) != dict(question.context):
            alone = replace(question, context=without_mfa(question.context), via=0, show_denied=False)
            roles = tuple(Rows(self._holders, alone).rows(progress))
        able = [row for row in roles if row.kind == "role" and row.decision != "denied" and not row.outside]
        most = None if question.via == "any" else int(question.via)
        chains, outsiders = Chains(self._holders, request).find(able, most, progress)
        done = {row.arn for row in direct if row.decision != "denied"}
        for place, holder in enumerate(self._holders.all):
            if holder.arn in chains and holder.arn not in done:
                self._denied.pop(place, None)
                self._any += 1
                self._every += len(chains[holder.arn].last.actions or ()) == (
                    len(self._targets) if self._several else 0
                )
                yield chains[holder.arn].row(self._who(place).row())
        for arn, outsider in sorted(outsiders.items()):
            if arn not in done:
                yield chains[arn].row(Who(arn, outsider.kind, outsider.account, outside=True).row())

    def _counted(self) -> dict[str, int]:
        """How many users and roles are denied, by layer."""
        for place in self._holders.roots:
            self._denied.pop(place, None)
        counts: Counter[str] = Counter()
        for situation, count in Counter(map(id, self._denied.values())).items():
            counts[layer_of(self._seen.get(situation))] += count
        return dict(sorted(counts.items()))

    def _sorted(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """The holders in their order, then those of outside (WC6)."""
        places = self._holders.places
        last = len(places)
        return tuple(sorted(rows, key=lambda row: (places.get(row.arn, last), row.account or "", row.kind, row.arn)))

    def answer(self, progress: Progress | None = None) -> WhoCan:
        """All rows with what holds for all of them."""
        with collector_waiting():
            rows = self._sorted(self.rows(progress)) if self._question.via else tuple(self.rows(progress))
        several = self._several or any(target.is_set for target in self._targets)
        question, snapshot = self._question, self._holders.snapshot
        return WhoCan(
            request=Asked(
                question.actions,
                question.resources,
                _stated(question.context),
                question.unstated.value,
                question.via,
            ),
            principals=rows,
            ways=tuple(self._ways.counted()),
            any=self._any if several else None,
            every=self._every if several else None,
            others=None if question.only is None else tuple(others_than(question.only, rows)),
            grants=self._grants,
            denied=self._counted(),
            leans_on=(
                *left_out(snapshot, question.resources, question.resource_account),
                *self._assumed,
                *paths_left_open(self._targets, question.resources),
            ),
            complete=all(target.complete for target in self._targets),
        )


def _each(situations: Collection[Situation | None]) -> Iterable[Situation | None]:
    """Each of some situations once."""
    return dict(zip(map(id, situations), situations, strict=True)).values()


def _stated(context: Mapping[str, KeyValue]) -> Data:
    return {
        key: {"state": value.state.value, "values": list(value.values), "multivalued": value.is_list}
        for key, value in context.items()
    }


def _untold(done: int, count: int) -> None:
    """Nobody waits to be told."""
