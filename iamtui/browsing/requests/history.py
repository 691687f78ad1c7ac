"""The requests that were asked, the last one first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iamtui.browsing.requests.answers import Answer
from iamtui.browsing.requests.fields import words_of_context
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.words import words_of

_MOST = 200


@dataclass(frozen=True, slots=True)
class PastRequest:
    """A request, and what was answered then; nothing where that was in an earlier run."""

    fields: RequestFields
    word: str
    glyph: str


class RequestHistory:
    """Each request once, where it was asked last."""

    def __init__(self) -> None:
        self._asked: list[PastRequest] = []

    def note(self, answer: Answer) -> None:
        """Remember a request that was decided."""
        if answer.decision is None:
            return
        words = words_of(answer.decision)
        kept = [asked for asked in self._asked if asked.fields != answer.fields]
        self._asked = [PastRequest(answer.fields, words.word, words.glyph), *kept][:_MOST]

    def restore(self, requests: Iterable[RequestFields]) -> None:
        """List requests of earlier runs after those of this one; what was answered then is not known."""
        here = {asked.fields for asked in self._asked}
        earlier = (PastRequest(fields, "", "") for fields in requests if fields not in here)
        self._asked = [*self._asked, *earlier][:_MOST]

    @property
    def requests(self) -> tuple[RequestFields, ...]:
        """What was asked, the last one first."""
        return tuple(asked.fields for asked in self._asked)

    def fields(self, key: str) -> RequestFields | None:
        """The request of a node."""
        return self._asked[int(key)].fields if key.isdecimal() and int(key) < len(self._asked) else None

    def nodes(self) -> list[Node]:
        """A line for each request."""
        return [_node(index, asked) for index, asked in enumerate(self._asked)]


def _node(index: int, asked: PastRequest) -> Node:
    fields = asked.fields
    who = fields.principal.rpartition("/")[2]
    context = words_of_context(fields.context)
    detail = f"{asked.word}{f'  with {context}' if context else ''}"
    return Node(str(index), f"{who}  {fields.action}  {fields.resource or '*'}", detail, glyph=asked.glyph)
