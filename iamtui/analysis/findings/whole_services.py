"""Whether principals are allowed every action of a service, asked once for all whose policies say the same of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from iamtui.analysis.findings.own_words import Own, OwnWords
from iamtui.analysis.findings.taken_away import reads_only_who_calls
from iamtui.analysis.queries.action_sets import Taken, divided, names_in, of_service, taken_by
from iamtui.analysis.queries.alike import types_of
from iamtui.analysis.queries.denied import takes_all_resources
from iamtui.evaluation.request.action_rules import has_rule_of_its_own
from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import Statement

_Spoken = tuple[Statement, int]
"""A statement with those actions of a service that it takes."""


class WholeServices:
    """Divides the actions of services by what the policies of principals say of them."""

    def __init__(self, words: OwnWords, guarding: tuple[Document, ...]) -> None:
        """Take the policies that guard everybody: of organizations and of endpoints."""
        self._words = words
        self._guarding = guarding
        self._speaking: dict[tuple[int, str], tuple[_Spoken, ...]] = {}
        self._kinds: dict[tuple[int, bool], tuple[str, ...]] = {}
        self._whole: dict[Hashable, bool] = {}

    def has(self, principal: str, service: str, is_allowed: Callable[[str], bool]) -> bool:
        """Whether one is allowed every action of a service; `is_allowed` asks about one of each kind."""
        own = self._words.of(principal)
        if own is None:
            return False
        layers = [self._said(documents, service) for documents in (*own.documents, self._guarding)]
        key = (self._alike(own, layers), service)
        if key not in self._whole:
            parts = divided(of_service(service), [one for layer in layers for one, _ in layer])
            self._whole[key] = all(is_allowed(action) for part in parts for action in self._kinds_in(part))
        return self._whole[key]

    def _alike(self, own: Own, layers: Sequence[Sequence[_Spoken]]) -> Hashable:
        """Equal for principals whose policies say the same."""
        if not own.is_read:
            return own.place
        readers = [one for layer in layers for one, _ in layer if self._words.keys(one)]
        said = tuple([frozenset([(self._words.content(one), actions) for one, actions in layer]) for layer in layers])
        return own.frame, said, self._words.read(own.place, readers)

    def _said(self, documents: Iterable[Document], service: str) -> list[_Spoken]:
        return [each for document in documents for each in self._in(document, service)]

    def _in(self, document: Document, service: str) -> tuple[_Spoken, ...]:
        """The statements of a document that take an action of a service."""
        key = (id(document), service)
        found = self._speaking.get(key)
        if found is None:
            every = of_service(service)
            taken = ((one, taken_by(one.action) & every) for one in statements_written(document))
            found = self._speaking[key] = tuple([(one, actions) for one, actions in taken if actions])
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
