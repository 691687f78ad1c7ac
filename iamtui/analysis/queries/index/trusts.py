"""What the trust policies of roles say to a caller, and which of them may name it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from itertools import chain

from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.request.caller import Caller
from iamtui.patterns import bits_of
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument


def nameless(caller: Caller) -> Caller:
    """One of the kind and account of a caller whom no policy names."""
    return caller._replace(text="", name="", entity=None, entity_arn=None)


def said_to(trust: Document, caller: Caller | None, action: str = "") -> Hashable:
    """What a trust policy says to a caller, None for nothing; for no caller in particular all of it.

    Where it says nothing of `action`, in lower case, it says nothing to who asks for that.
    """
    if caller is None:
        return trust
    if not _may_name(trust, caller):
        return None
    own = caller if _names(trust, caller) else nameless(caller)
    return None if action and not _speaks_of(trust, own, action) else _said_to(trust, own)


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
    told = tuple(
        (one.effect, found, one.action.negated, one.action.folded, *map(id, one.conditions), one.resource is None)
        for one in content.statements
        if one.principal is not None and (found := match_principal(one.principal, one.effect, caller)).truth
    )
    return told or None


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
        self._escaped = bits_of(escaped, size)

    def of(self, caller: Caller) -> int | None:
        """The places of those that may name it, as a set; None where that cannot be told by its name."""
        words = [] if caller.entity is None else [caller.name, caller.entity.unique_id]
        folded = [word.lower().encode() for word in words]
        if not folded or not all(map(_WORDS.fullmatch, folded)):
            return None
        found = (place for word in folded for place in self._places.get(word, ()))
        return bits_of(found, self._size) | self._escaped

    def letting_in(self, caller: Caller) -> frozenset[int] | None:
        """The places of those of which an entry may match a caller, named or not; None where any may."""
        if not caller.has_account:
            return None
        words = [text.lower().encode() for text in (caller.account, caller.unique_id) if text]
        return frozenset(chain(self._open, *(self._places.get(word, ()) for word in words)))
