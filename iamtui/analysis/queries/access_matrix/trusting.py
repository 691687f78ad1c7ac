"""What trust policies say to one who is asked about: all that decides its labels of STS, of roles that are known (WC2).

Whom a role trusts is read of every role, so hardly two askers hear the same of all. But a label is the best of all
roles that an Allow reaches: each that says the same is decided once, for all to whom any role says it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.access_matrix.askers import Asker
from iamtui.analysis.queries.index.situations import Marks
from iamtui.analysis.queries.index.taking import keys_of_test, own_keys
from iamtui.analysis.queries.index.trusts import Naming, nameless, truth_of
from iamtui.analysis.queries.resources.cutting import is_apart_for_aws
from iamtui.analysis.queries.resources.known import Known, may_read_tags
from iamtui.evaluation.decision import MatchClass
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import bits_of, places_in
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import resource_pattern
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.policy.truth import Truth


class Heard(NamedTuple):
    """Something that roles say to an asker, and one that says it."""

    said: Hashable
    role: str


class HeardTogether(NamedTuple):
    """Things that are heard together, and what stands for all of them."""

    key: Hashable
    all: tuple[Heard, ...]


class _Group(NamedTuple):
    """Roles that have one trust policy, as a set of places; `apart` is what else decisions see of them."""

    document: Document | None
    apart: Hashable
    roles: int


class TrustPolicies:
    """The trust policies of some known roles."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._arns = sorted(one.arn for one in known)
        self._size = len(known)
        places = {arn: place for place, arn in enumerate(self._arns)}
        groups: dict[tuple[Document | None, Hashable], list[Known]] = {}
        for one in known:
            tags = one.tags if one.policy is not None and may_read_tags(one.policy) else None
            apart = (one.nature, tags, is_apart_for_aws(one.arn))
            groups.setdefault((one.policy, apart), []).append(one)
        self._groups = [
            _Group(document, apart, bits_of((places[one.arn] for one in members), self._size))
            for (document, apart), members in groups.items()
        ]
        self._naming = Naming([one.document for one in self._groups])
        self._speaking: dict[Hashable, _Speaking] = {}
        self._reached: dict[tuple[str, ...], int] = {}
        self._together: dict[Hashable, HeardTogether] = {}
        self._latest: tuple[Asker | None, _Read | None, Hashable] = (None, None, None)

    def reached_by(self, texts: tuple[str, ...]) -> int:
        """The roles that some patterns match."""
        found = self._reached.get(texts)
        if found is None:
            found = bits_of((place for one in texts for place in self._matching(one)), self._size)
            self._reached[texts] = found
        return found

    def has(self, arn: str) -> bool:
        """Whether it is one of them."""
        place = bisect_left(self._arns, arn)
        return place < self._size and self._arns[place] == arn

    def _matching(self, text: str) -> Iterator[int]:
        matches = resource_pattern(text, variables=False).static
        beginning = "" if text.count(":") < _COLONS else text.replace("?", "*").partition("*")[0]
        for place in range(bisect_left(self._arns, beginning), self._size):
            arn = self._arns[place]
            if not arn.startswith(beginning):
                return
            if matches is None or matches(arn):
                yield place

    def heard_by(
        self, asker: Asker, texts: tuple[str, ...] | None = None, *, unaided: bool = False
    ) -> Iterator[HeardTogether]:
        """What is said to one by the roles that some patterns match, by all of them for None: each thing once.

        What nothing but one's kind tells comes together, what one's own keys tell too, and apart from both what is said
        by those who may name the asker. Of one who is `unaided` by any Allow of its own what lets in its account alone
        is left out: that gives it nothing (E42, S1).
        """
        naming = self._naming.of(asker.asked.caller)
        if naming is None:
            naming = (1 << len(self._groups)) - 1
        kind = (asker.kind, texts, naming)
        if kind not in self._together:
            alike = tuple(self._heard_alike(asker, naming, texts))
            self._together[kind] = HeardTogether(frozenset(one.said for one in alike), alike)
        yield self._together[kind]
        speaking = self._speaking_to(asker)
        read = speaking.unaided if unaided else speaking.read
        groups = read.groups & ~naming
        marked = (asker.kind, texts, groups, self._marks_of(asker, read))
        if marked not in self._together:
            self._together[marked] = HeardTogether(marked, tuple(self._heard_from(groups, asker, texts)))
        yield self._together[marked]
        if naming:
            own = tuple(self._heard_from(naming, asker, texts))
            yield HeardTogether(frozenset(one.said for one in own), own)

    def _marks_of(self, asker: Asker, read: _Read) -> Hashable:
        """What of an asker's own keys can matter to trust policies: two with equal marks are told the same."""
        if not read.keys:
            return ()
        if self._latest[0] is not asker or self._latest[1] is not read:
            context = asker.asked.context
            self._latest = (asker, read, tuple(read.marks.of(key, context) for key in read.keys))
        return self._latest[2]

    def _heard_from(self, groups: int, asker: Asker, texts: tuple[str, ...] | None) -> Iterator[Heard]:
        """What some groups say to one, by the roles that some patterns match: each thing once."""
        roles = None if texts is None else self.reached_by(texts)
        tests: dict[int, Hashable] = {}
        found: dict[Hashable, str] = {}
        for place in places_in(groups):
            one = self._groups[place]
            if roles is None or one.roles & roles:
                said = (one.apart, tuple(_said_by(one.document, asker, tests)))
                if said not in found:
                    found[said] = self._first(one.roles if roles is None else one.roles & roles)
        return (Heard(said, role) for said, role in found.items())

    def _heard_alike(self, asker: Asker, naming: int, texts: tuple[str, ...] | None) -> Iterator[Heard]:
        """What all of a kind hear from roles that do not name them."""
        speaking = self._speaking_to(asker)
        roles = (1 << self._size) - 1 if texts is None else self.reached_by(texts)
        for place in places_in(naming):
            roles &= ~self._groups[place].roles
        found: dict[Hashable, str] = {}
        for said, groups in speaking.fixed.items():
            if groups & roles:
                found[said] = self._first(groups & roles)
        return (Heard(said, role) for said, role in found.items())

    def _first(self, roles: int) -> str:
        return self._arns[(roles & -roles).bit_length() - 1]

    def _speaking_to(self, asker: Asker) -> _Speaking:
        """What is said to those of a kind whom nothing names."""
        found = self._speaking.get(asker.kind)
        if found is None:
            caller = nameless(asker.asked.caller)
            fixed: dict[Hashable, int] = {}
            reading = []
            for place, one in enumerate(self._groups):
                if _may_speak(one.document, caller) and _reads_own(one.document):
                    reading.append(place)
                    continue
                said = (one.apart, tuple(_said_by(one.document, asker, {}, caller)))
                fixed[said] = fixed.get(said, 0) | one.roles
            granting = [place for place in reading if _may_grant(self._groups[place].document, caller)]
            found = self._speaking[asker.kind] = _Speaking(fixed, self._read_of(reading), self._read_of(granting))
        return found

    def _read_of(self, groups: Sequence[int]) -> _Read:
        statements = [said for place in groups for said in statements_written(self._groups[place].document)]
        keys = tuple(sorted({key for said in statements for key in own_keys(said)}))
        return _Read(bits_of(groups, len(self._groups)), Marks(statements), keys)


class _Read(NamedTuple):
    """Groups that say what depends on the asker, and by which of its keys."""

    groups: int
    marks: Marks
    keys: tuple[str, ...]


class _Speaking(NamedTuple):
    """What is said whoever asks, with the roles that do; and what depends on the asker, to one `unaided` too."""

    fixed: dict[Hashable, int]
    read: _Read
    unaided: _Read


_COLONS = 5
"""How many stand in a whole ARN at least."""


def _may_speak(document: Document | None, caller: Caller) -> bool:
    content = None if document is None else document.policy
    if not isinstance(content, PolicyDocument):
        return True
    return any(
        one.principal is None or one.principal.negated or match_principal(one.principal, one.effect, caller).truth
        for one in content.statements
    )


def _may_grant(document: Document | None, caller: Caller) -> bool:
    """Whether a trust policy may let one in to whom no identity policy allows it: not by its account alone."""
    content = None if document is None else document.policy
    if not isinstance(content, PolicyDocument):
        return True
    allows = (one for one in content.statements if one.effect is Effect.ALLOW)
    return any(
        one.principal is None
        or one.principal.negated
        or match_principal(one.principal, one.effect, caller).match_class not in (None, MatchClass.ACCOUNT)
        for one in allows
    )


def _reads_own(document: Document | None) -> bool:
    return any(own_keys(one) for one in statements_written(document))


def _said_by(
    document: Document | None, asker: Asker, tests: dict[int, Hashable], caller: Caller | None = None
) -> Iterator[Hashable]:
    """What a trust policy says to one: its statements that may match, without what depends on others.

    `tests` keeps how conditions turn out for the asker; `caller` stands for those whom nothing names.
    """
    content = None if document is None else document.policy
    if not isinstance(content, PolicyDocument):
        yield document
    secrets = sum(test.folded_key == EXTERNAL_ID for one in statements_written(document) for test in one.conditions)
    for one in statements_written(document):
        named = one.principal
        principal = None if named is None else match_principal(named, one.effect, caller or asker.asked.caller)
        if principal is not None and not principal.truth:
            continue
        for test in one.conditions:
            if id(test) not in tests:
                tests[id(test)] = _read(test, asker)
        read = frozenset(
            [_secret(test) if secrets == 1 and _is_secret(test) else tests[id(test)] for test in one.conditions]
        )
        if Truth.FALSE not in read:
            said = None if principal is None else (principal.truth, principal.match_class)
            yield one.effect, said, one.action.negated, one.action.folded, read, one.invalid, one.resource is None


EXTERNAL_ID = "sts:externalid"


def _is_secret(test: ConditionTest) -> bool:
    """Whether it compares the external id with values of which none counts: no other test in play reads it."""
    is_plain = all(is_text(value.text) for value in test.values)
    return test.folded_key == EXTERNAL_ID and test.spelling == "StringEquals" and is_plain


def _secret(test: ConditionTest) -> Hashable:
    return EXTERNAL_ID, len(set(test.values))


def is_text(text: str) -> bool:
    """Whether a value is neither empty nor has a variable."""
    return text != "" and "${" not in text


def _read(test: ConditionTest, asker: Asker) -> Hashable:
    """How a condition turns out, if it depends on the asker alone; else which it is, and what it reads of the asker."""
    context = asker.asked.context
    if (truth := truth_of(test, context)) is not None:
        return truth
    own = filter(differs_by_entity, keys_of_test(test))
    values = tuple(context.lookup(key)._replace(source="") for key in own)
    return (id(test), values) if values else id(test)
