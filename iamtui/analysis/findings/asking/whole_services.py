"""Whether principals are allowed every action of a service, asked once for all whose policies say the same of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.findings.asking.own_words import Own, OwnWords
from iamtui.analysis.findings.asking.taken_away import reads_only_who_calls
from iamtui.analysis.queries.actions.alike import types_of
from iamtui.analysis.queries.actions.denied import takes_all_resources
from iamtui.analysis.queries.index.action_sets import Taken, divided, names_in, of_service, taken_by
from iamtui.evaluation.action_rules import has_rule_of_its_own
from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, PolicyDocument, Statement

_Spoken = tuple[Statement, int]
"""A statement with those actions of a service that it takes."""


class _Said(NamedTuple):
    """What policies say of a service: their statements, and whether one is sure to allow the whole of it."""

    statements: tuple[_Spoken, ...] = ()
    allows_all: bool = False


_NOTHING = _Said()


def _read(document: Document, service: str) -> _Said:
    content = document.policy
    if not isinstance(content, PolicyDocument) or not content.speaks_of(service):
        return _NOTHING
    every = of_service(service)
    taken = ((one, taken_by(one.action) & every) for one in content.statements)
    said = tuple([(one, actions) for one, actions in taken if actions])
    return _Said(said, any(actions == every and _is_sure(one) for one, actions in said))


def _needed(said: Sequence[_Said]) -> _Said:
    """What of one's identity policies, or of one's boundary, can make a difference.

    Beside an Allow of the whole service that matches whatever is unknown no other Allow does.
    """
    every = [spoken for one in said for spoken in one.statements]
    allows_all = any(one.allows_all for one in said)
    return _Said(tuple([one for one in every if not allows_all or one[0].effect is Effect.DENY]), allows_all)


def _is_sure(statement: Statement) -> bool:
    """Whether it allows whatever it takes, on every resource and in all circumstances."""
    is_allow = statement.effect is Effect.ALLOW and statement.invalid is None and statement.principal is None
    return is_allow and not statement.conditions and takes_all_resources(statement)


class WholeServices:
    """Divides the actions of services by what the policies of principals say of them."""

    def __init__(self, words: OwnWords, guarding: tuple[Document, ...]) -> None:
        """Take the policies that guard everybody: of organizations and of endpoints."""
        self._words = words
        self._guarding = guarding
        self._known: dict[tuple[int, str], _Said] = {}
        self._kinds: dict[tuple[int, bool], tuple[str, ...]] = {}
        self._whole: dict[Hashable, bool] = {}

    def has(self, principal: str, service: str, is_allowed: Callable[[str], bool]) -> bool:
        """Whether one is allowed every action of a service; `is_allowed` asks about one of each kind."""
        own = self._words.of(principal)
        if own is None:
            return False
        own_layers = [_needed([self._said(one, service) for one in layer]) for layer in own.documents]
        layers = [*own_layers, *[self._said(one, service) for one in self._guarding]]
        key = (self._alike(own, layers), service)
        if key not in self._whole:
            parts = divided(of_service(service), [one for layer in layers for one, _ in layer.statements])
            self._whole[key] = all(is_allowed(action) for part in parts for action in self._kinds_in(part))
        return self._whole[key]

    def _alike(self, own: Own, layers: Sequence[_Said]) -> Hashable:
        """Equal for principals whose policies say the same."""
        if not own.is_read:
            return own.place
        readers = [one for layer in layers for one, _ in layer.statements if self._words.keys(one)]
        said = tuple([(layer.allows_all, frozenset(self._contents(layer))) for layer in layers])
        return own.frame, said, self._words.read(own.place, readers)

    def _contents(self, layer: _Said) -> Iterator[tuple[int, int]]:
        return ((self._words.content(one), actions) for one, actions in layer.statements)

    def _said(self, document: Document, service: str) -> _Said:
        """What a document says, read once."""
        key = (id(document), service)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _read(document, service)
        return found

    def _kinds_in(self, part: Taken) -> tuple[str, ...]:
        """One action of each kind that nothing tells apart: the same statements, resources and rules."""
        is_whole = all(takes_all_resources(one) and reads_only_who_calls(one) for one in part.statements)
        key = (part.actions, is_whole)
        if key not in self._kinds:
            kinds = {_kind_of(action, is_whole=is_whole): action for action in names_in(part.actions)}
            self._kinds[key] = tuple(kinds.values())
        return self._kinds[key]


def _kind_of(action: str, *, is_whole: bool) -> tuple[str, ...]:
    """What tells an action apart of those that the same statements take: rules of its own, and its resources.

    Statements tell no resources apart that match all of them and read nothing but who calls.
    """
    alone = action if has_rule_of_its_own(action) else ""
    return (alone, *(() if is_whole else types_of(action)))
