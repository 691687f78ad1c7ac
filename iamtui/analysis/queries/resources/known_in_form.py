"""What is known of one form, cut by patterns many times over: which each pattern matches is found once (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from operator import or_

from iamtui.analysis.queries.index.trusts import Naming, nameless
from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.resource_reads import READS_ALL, Reads
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import Part, bits_of, matcher_of, places_in
from iamtui.policy.cells import PatternSet


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

    def _alike(self, reads: Reads) -> tuple[int, ...]:
        return tuple(self._by_signature(reads).values())

    def _by_signature(self, reads: Reads) -> dict[Hashable, int]:
        """Sets of those of which everything is the same that statements in play read."""
        if self._latest[0] == reads:
            return self._latest[1]
        found = self._groups.get(reads)
        if found is None:
            caller = reads.caller
            if caller is None or nameless(caller) == caller:
                found = self._groups[reads] = self._signed(reads, range(len(self._plain)))
            else:
                found = self._of_named(reads, caller)
            self._latest = (reads, found)
        return found

    def _of_named(self, reads: Reads, caller: Caller) -> dict[Hashable, int]:
        """The sets for one caller: as for all of its kind, but for those whose trust policy may name it."""
        naming = self._naming.of(caller)
        if naming is None:
            return self._signed(reads, range(len(self._plain)))
        if not naming:
            return self._by_signature(reads._replace(caller=nameless(caller)))
        others = self._by_signature(reads._replace(caller=nameless(caller))).items()
        found = {signature: left for signature, bits in others if (left := bits & ~naming)}
        for signature, bits in self._signed(reads, places_in(naming)).items():
            found[signature] = found.get(signature, 0) | bits
        return found

    def _signed(self, reads: Reads, places: Iterable[int]) -> dict[Hashable, int]:
        found: dict[Hashable, list[int]] = {}
        caller = reads.caller
        heard = None if caller is None or not reads.trust else self._naming.letting_in(caller)
        for place in places:
            signature = self._plain[place].signature(reads, is_heard=heard is None or place in heard)
            found.setdefault(signature, []).append(place)
        return {signature: bits_of(each, len(self._plain)) for signature, each in found.items()}

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


_MOST_PATTERNS = 4_096
"""For how many patterns it is kept which of the known they match."""


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
