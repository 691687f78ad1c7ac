"""What the trust policies of roles say to a caller, and which of them may name it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import chain

from iamtui.analysis.queries.index.taking import keys_tested
from iamtui.evaluation.answer.session_notes import KEYS_OF_SIGN_IN
from iamtui.evaluation.keys import differs_by_entity
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import bits_of
from iamtui.policy.conditions import ConditionTest
from iamtui.policy.document import Document
from iamtui.policy.keys import Context, KeyState
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.policy.truth import Truth


def nameless(caller: Caller) -> Caller:
    """One of the kind and account of a caller whom no policy names."""
    return caller._replace(text="", name="", entity=None, entity_arn=None)


def said_to(trust: Document, caller: Caller | None, action: str = "", context: Context | None = None) -> Hashable:
    """What a trust policy says to a caller, None for nothing; for no caller in particular all of it.

    Where it says nothing of `action`, in lower case, it says nothing to who asks for that. Where `context` holds the
    values of the caller, it says nothing by a statement that these rule out.
    """
    if caller is None:
        return trust
    if not _may_name(trust, caller):
        return None
    own = caller if _names(trust, caller) else nameless(caller)
    if action and not _speaks_of(trust, own, action):
        return None
    return _said_to(trust, own) if context is None else _left_to(trust, own, action, context)


@lru_cache(maxsize=65_536)
def _speaks_of(trust: Document, caller: Caller, action: str) -> bool:
    content = trust.policy
    if not isinstance(content, PolicyDocument):
        return True
    taking = content.taking(action, action.partition(":")[0])
    return any(one.principal is not None and match_principal(one.principal, one.effect, caller).truth for one in taking)


@lru_cache(maxsize=65_536)
def _said_to(trust: Document, caller: Caller) -> Hashable:
    """What a trust policy says to a caller; to one that it does not name, who has nothing of its own."""
    content = trust.policy
    if not isinstance(content, PolicyDocument):
        return trust
    return tuple(said for _, said in _told(content.statements, caller)) or None


def _told(statements: Iterable[Statement], caller: Caller) -> Iterator[tuple[Statement, Hashable]]:
    """Those of some statements that may match a caller, each with what it says."""
    for one in statements:
        if one.principal is not None and (found := match_principal(one.principal, one.effect, caller)).truth:
            conditions = map(id, one.conditions)
            yield one, (one.effect, found, one.action.negated, one.action.folded, *conditions, one.resource is None)


def _left_to(trust: Document, caller: Caller, action: str, context: Context) -> Hashable:
    """What is left of what a trust policy says when the caller's own values are compared."""
    content = trust.policy
    if not isinstance(content, PolicyDocument):
        return trust
    left = [one for one in content.statements if not is_ruled_out(one, context)]
    if len(left) == len(content.statements):
        return _said_to(trust, caller)
    told = tuple(_told(left, caller))
    speaks = not action or any(one.action.matches(action, action.partition(":")[0]) for one, _ in told)
    return tuple(said for _, said in told) or None if speaks else None


def is_ruled_out(statement: Statement, context: Context) -> bool:
    """Whether a statement certainly does not match one with the values of a context, whatever else is asked.

    One that reads how callers signed in stays: who asks is told of that beside the answer (E81).
    """
    return any(truth_of(test, context) is Truth.FALSE for test in statement.conditions) and (
        KEYS_OF_SIGN_IN.isdisjoint(keys_tested(statement))
    )


def truth_of(test: ConditionTest, context: Context) -> Truth | None:
    """How a condition turns out that depends on the caller's own, known value alone; None for any other."""
    key = test.folded_key
    if not differs_by_entity(key) or key == "aws:multifactorauthpresent":
        return None
    if any(value.template is not None and value.template.variables for value in test.values):
        return None
    return test.truth(context) if context.lookup(key).state in _KNOWN else None


_KNOWN = (KeyState.PRESENT, KeyState.ABSENT)


def _names(document: Document, caller: Caller) -> bool:
    """Whether a policy may name just this caller, as its bytes tell."""
    if b"\\" in document.source or caller.entity is None:
        return True
    source = document.source.lower()
    return any(text.lower().encode() in source for text in (caller.name, caller.entity.unique_id))


def _may_name(document: Document, caller: Caller) -> bool:
    """Whether some principal entry of a policy may match a caller, as its bytes tell without reading it."""
    source = document.source
    named = (caller.account, caller.unique_id)
    certain = (b"\\", b"*", b"NotPrincipal", b"CanonicalUser", *(text.encode() for text in named if text))
    return not caller.has_account or any(text in source for text in certain)


_WORDS = re.compile(rb"[\w+=,.@-]+")
"""Names and ids as they stand between colons, slashes and quotes."""


class Naming:
    """Which of many policies may name a caller: those in whose bytes its name or its id stands as a word."""

    _OPEN = (b"\\", b"*", b"notprincipal", b"canonicaluser")

    def __init__(self, policies: Iterable[Document | None]) -> None:
        places: dict[bytes, list[int]] = {}
        escaped: list[int] = []
        self._open: list[int] = []
        size = 0
        for place, policy in enumerate(policies):
            size = place + 1
            source = b"" if policy is None else policy.source.lower()
            if b"\\" in source:
                escaped.append(place)
            if any(text in source for text in self._OPEN):
                self._open.append(place)
            for word in set(_WORDS.findall(source)):
                places.setdefault(word, []).append(place)
        self._places, self._size = places, size
        self._escaped_places = tuple(escaped)
        self._escaped = bits_of(escaped, size)

    def of(self, caller: Caller) -> int | None:
        """The places of those that may name it, as a set; None where that cannot be told by its name."""
        words = [] if caller.entity is None else [caller.name, caller.entity.unique_id]
        folded = [word.lower().encode() for word in words]
        if not folded or not all(map(_WORDS.fullmatch, folded)):
            return None
        found = (place for word in folded for place in self._places.get(word, ()))
        return bits_of(found, self._size) | self._escaped

    @property
    def open(self) -> tuple[int, ...]:
        """The places of those of which an entry may match callers of any account."""
        return tuple(self._open)

    def speaking_of(self, account: str) -> tuple[int, ...]:
        """The places of those that may speak of just this account; all others say the same to every account."""
        return (*self._places.get(account.lower().encode(), ()), *self._escaped_places)

    def letting_in(self, caller: Caller) -> frozenset[int] | None:
        """The places of those of which an entry may match a caller, named or not; None where any may."""
        if not caller.has_account:
            return None
        words = [text.lower().encode() for text in (caller.account, caller.unique_id) if text]
        return frozenset(chain(self._open, *(self._places.get(word, ()) for word in words)))
