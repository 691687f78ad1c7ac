"""Which documents AWS reads the same (CH3): only those are compared that take the same actions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from functools import reduce
from operator import or_

from iamtui.analysis.queries.index.action_sets import taken_by
from iamtui.policy.document import Document
from iamtui.policy.normal_form import normal_form
from iamtui.policy.statement import Effect, PolicyDocument


class EqualDocuments:
    """Some documents, and for each what is equal for those in which AWS reads the same.

    A normal form leaves out what another member of its list covers, and so takes the same actions as the document: one
    that takes others than all the rest is equal to none of them, and need not be written in it. Those that take the
    same are written when the first of them is asked about.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._written = Counter(documents)
        self._taking = {document: _taken(document) for document in self._written}
        self._alike: defaultdict[Hashable, list[Document]] = defaultdict(list)
        for document, taken in self._taking.items():
            self._alike[taken].append(document)
        self._forms: dict[Document, Hashable] = {}
        self._counts: Counter[Hashable] = Counter()

    def form(self, document: Document) -> Hashable:
        """Equal for those of them in which AWS reads the same."""
        if document not in self._forms:
            alike = self._alike[self._taking[document]]
            for one in alike:
                content = one.policy
                form: Hashable = one
                if len(alike) > 1 and isinstance(content, PolicyDocument):
                    form = normal_form(content)
                self._forms[one] = form
                self._counts[form] += self._written[one]
        return self._forms[document]

    def count(self, document: Document) -> int:
        """How many of them, each as often as it was given, AWS reads as it reads this one."""
        return self._counts[self.form(document)]


def _taken(document: Document) -> Hashable:
    """The actions that the Allows of a document take, and those that its Denies take; of an unreadable one nothing."""
    content = document.policy
    statements = content.statements if isinstance(content, PolicyDocument) else ()
    return tuple(
        reduce(or_, (taken_by(one.action) for one in statements if one.effect is effect), 0) for effect in Effect
    )
