"""What is known of one form, cut by patterns many times over: which each pattern matches is found once (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from typing import NamedTuple

from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import own_keys
from iamtui.analysis.queries.index.trusts import Naming, nameless, said_to
from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.resource_reads import READS_ALL, Reads
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import Part, bits_of, matcher_of, places_in
from iamtui.policy.cells import PatternSet
from iamtui.policy.document import statements_written


class _Own(NamedTuple):
    """Sets, by what is said of them, for which the caller's own values decide whether it is; and by which keys."""

    reading: tuple[Hashable, ...]
    marks: Marks
    keys: tuple[str, ...]


class KnownInForm:
    """What is known of one form, to be cut by patterns many times over: which each matches is found once."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.all = tuple(known)
        plain = [one for one in known if one.is_single and (one.is_entity or one.policy is None)]
        self.others = tuple(one for one in known if not (one.is_single and (one.is_entity or one.policy is None)))
        self._plain = plain
        self._places = {one.arn: place for place, one in enumerate(plain)}
        self._matched: dict[tuple[Part, ...], int] = {}
        self._groups: dict[Reads, dict[Hashable, int]] = {}
        self._own: dict[Reads, _Own] = {}
        self._letting_in: dict[tuple[Caller, str], bool] = {}
        self._by_values: dict[Hashable, dict[Hashable, int]] = {}
        self._latest: tuple[Reads | None, dict[Hashable, int]] = (None, {})

    def standing_for_all(self, asked: tuple[Part, ...], patterns: Iterable[PatternSet], reads: Reads) -> list[str]:
        """One each of those without resource patterns of their own that nothing in play tells apart."""
        groups = [group & self._bits(asked) for group in self._alike(reads)]
        for each in patterns:
            bits = reduce(or_, map(self._bits, each))
            groups = [part for group in groups for part in (group & bits, group & ~bits) if part]
        return [self._plain[place].arn for place in sorted(_lowest(group) for group in groups if group)]

    def has(self, resource: str) -> bool:
        """Whether it is one of them, or lies in one."""
        return resource in self._places or any(matcher_of(one.parts)(resource) for one in self.others)

    def like(self, matched: frozenset[int], patterns: Sequence[PatternSet]) -> Iterator[tuple[Part, ...]]:
        """Those that match the same of some sets, and all that lies in others."""
        bits = reduce(or_, self._alike(READS_ALL), 0)
        for place, each in enumerate(patterns):
            own = reduce(or_, map(self._bits, each))
            bits &= own if place in matched else ~own
        yield from ((one.arn,) for place, one in enumerate(self._plain) if bits >> place & 1)
        yield from (one.parts for one in self.others)

    def may_let_in(self, caller: Caller, action: str) -> bool:
        """Whether the trust policy of a role says something of an action, in lower case, to a caller."""
        if not caller.account or self._naming.of(caller) != 0:
            return True
        stranger = nameless(caller)._replace(account=_STRANGERS)
        key = stranger, action
        if key not in self._letting_in:
            self._letting_in[key] = self._say(self._naming.open, *key)
        return self._letting_in[key] or self._say(self._naming.speaking_of(caller.account), caller, action)

    def _say(self, places: Iterable[int], caller: Caller, action: str) -> bool:
        """Whether one of some trust policies says something of an action to a caller."""
        trusts = (self._plain[place].policy for place in places)
        return any(trust is None or said_to(trust, caller, action) is not None for trust in trusts)

    def _alike(self, reads: Reads) -> tuple[int, ...]:
        return tuple(self._by_signature(reads).values())

    def _by_signature(self, reads: Reads) -> dict[Hashable, int]:
        """Sets of those of which everything is the same that statements in play read."""
        if self._latest[0] != reads:
            caller = reads.caller
            self._latest = reads, self._of_all(reads) if caller is None else self._of_caller(reads, caller)
        return self._latest[1]

    def _of_all(self, reads: Reads) -> dict[Hashable, int]:
        found = self._groups.get(reads)
        if found is None:
            found = self._groups[reads] = self._signed(reads, range(len(self._plain)))
        return found

    def _of_caller(self, reads: Reads, caller: Caller) -> dict[Hashable, int]:
        """The sets for one caller: as for all of its kind, but for those whose trust policy may name it."""
        naming = self._naming.of(caller)
        if naming is None:
            return self._signed(reads, range(len(self._plain)))
        others = self._of_nameless(reads._replace(caller=nameless(caller)))
        if not naming:
            return others
        found = {signature: left for signature, bits in others.items() if (left := bits & ~naming)}
        for signature, bits in self._signed(reads, places_in(naming)).items():
            found[signature] = found.get(signature, 0) | bits
        return found

    def _of_nameless(self, reads: Reads) -> dict[Hashable, int]:
        """The sets for those of a kind whom nothing names: the same for all whose values turn out alike."""
        context, groups = reads.context, self._of_all(reads._replace(context=None))
        if context is None:
            return groups
        own = self._own_of(reads._replace(context=None), groups)
        key = (reads._replace(context=None), tuple([own.marks.of(key, context) for key in own.keys]))
        found = self._by_values.get(key)
        if found is None:
            if len(self._by_values) >= _MOST_VALUES:
                self._by_values.clear()
            found = self._by_values[key] = dict(groups)
            for signature in own.reading:
                place = _lowest(bits := found.pop(signature))
                said = self._plain[place].signature(reads)
                found[said] = found.get(said, 0) | bits
        return found

    def _own_of(self, reads: Reads, groups: dict[Hashable, int]) -> _Own:
        """Which sets depend on the values of the caller itself."""
        if reads not in self._own:
            written = {one: statements_written(self._plain[_lowest(bits)].policy) for one, bits in groups.items()}
            reading = {one: statements for one, statements in written.items() if any(map(own_keys, statements))}
            statements = tuple(chain.from_iterable(reading.values()))
            keys = sorted({key for statement in statements for key in own_keys(statement)})
            self._own[reads] = _Own(tuple(reading), Marks(statements), tuple(keys))
        return self._own[reads]

    def _signed(self, reads: Reads, places: Iterable[int]) -> dict[Hashable, int]:
        found: dict[Hashable, list[int]] = {}
        caller = reads.caller
        heard = None if caller is None or not reads.trust else self._naming.letting_in(caller)
        same: dict[Hashable, Hashable] = {}
        for place in places:
            key = (self._contents[place], heard is None or place in heard)
            if key not in same:
                same[key] = self._plain[place].signature(reads, is_heard=key[1])
            found.setdefault(same[key], []).append(place)
        return {signature: bits_of(each, len(self._plain)) for signature, each in found.items()}

    @cached_property
    def _contents(self) -> list[int]:
        """A number for each, the same for all that are equal but for their ARNs."""
        numbers: dict[Hashable, int] = {}
        told = ((one.nature, id(one.policy), one.tags, one.boundary, one.is_entity) for one in self._plain)
        return [numbers.setdefault(each, len(numbers)) for each in told]

    @cached_property
    def _naming(self) -> Naming:
        return Naming([one.policy if one.is_entity else None for one in self._plain])

    def _bits(self, pattern: tuple[Part, ...]) -> int:
        """Which of them a pattern matches."""
        found = self._matched.get(pattern)
        if found is None:
            while len(self._matched) >= _MOST_PATTERNS:
                del self._matched[next(iter(self._matched))]
            if len(pattern) == 1 and isinstance(pattern[0], str):
                place = self._places.get(pattern[0])
                found = 0 if place is None else 1 << place
            else:
                matches = matcher_of(pattern)
                found = bits_of((place for arn, place in self._places.items() if matches(arn)), len(self._plain))
            self._matched[pattern] = found
        return found


_STRANGERS = "an account that no policy names"
"""Stands for all of which a policy does not speak."""

_MOST_VALUES = 256
"""For how many values of callers it is kept what roles say to those who have them."""

_MOST_PATTERNS = 4_096
"""For how many patterns it is kept which of the known they match."""


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
