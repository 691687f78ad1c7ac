"""A policy document as it was exported: its exact text, parsed once, whoever carries it."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakValueDictionary

from iamtui.policy.parsing import parse_policy
from iamtui.policy.statement import InvalidDocument, PolicyDocument, Statement


class Document:
    """The exact JSON text of a policy document, and what it says, read when first asked for.

    Two documents are equal when their text is.
    """

    __slots__ = ("__weakref__", "_policy", "source")

    source: bytes
    """The text as it was exported."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._policy: PolicyDocument | InvalidDocument | None = None

    @property
    def policy(self) -> PolicyDocument | InvalidDocument:
        """The compiled policy, or why there is none."""
        if self._policy is None:
            self._policy = parse_policy(self.source)
        return self._policy

    @property
    def text(self) -> str:
        """The source as text; bytes that are no UTF-8 are shown as replacement characters."""
        return self.source.decode("utf-8", "replace")

    def without(self, index: int) -> Document:
        """What would be left of it without one statement; its text stays."""
        return self._reduced(lambda policy: policy.without(index))

    def only(self, index: int) -> Document:
        """What one of its statements says alone; its text stays."""
        return self._reduced(lambda policy: policy.only(index))

    def saying(self, statement: Statement) -> Document:
        """What it would say with nothing but one statement; its text stays."""
        return self._reduced(lambda policy: policy.saying(statement))

    def _reduced(self, reduce: Callable[[PolicyDocument], PolicyDocument]) -> Document:
        left = Document(self.source)
        policy = self.policy
        left._policy = reduce(policy) if isinstance(policy, PolicyDocument) else policy
        return left

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"Document({self.source[:60]!r})"


def statements_written(document: Document | None) -> tuple[Statement, ...]:
    """The statements of a document; none of one that is not there or cannot be read."""
    policy = None if document is None else document.policy
    return policy.statements if isinstance(policy, PolicyDocument) else ()


class DocumentTable:
    """One `Document` for each distinct text, shared by all accounts of a load and with the loads before it.

    A text that no load holds any more is forgotten.
    """

    __slots__ = ("_documents", "_earlier")

    def __init__(self, previous: DocumentTable | None = None) -> None:
        self._documents: dict[bytes, Document] = {}
        self._earlier = WeakValueDictionary[bytes, Document]() if previous is None else previous._every()

    def _every(self) -> WeakValueDictionary[bytes, Document]:
        self._earlier.update(self._documents)  # not one by one while the first load is read: that is slow
        return self._earlier

    def intern(self, source: bytes) -> Document:
        """The document with this text."""
        found = self._documents.get(source)
        if found is None:
            found = self._documents[source] = self._earlier.get(source) or Document(source)
        return found
