"""Which documents AWS reads the same (CH3): only those are compared that take the same actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import reduce
from operator import or_

from iamtui.analysis.queries.action_sets import taken_by
from iamtui.policy.document import Document
from iamtui.policy.normal_form import normal_form
from iamtui.policy.statement import Effect, PolicyDocument


def told_apart(documents: Iterable[Document]) -> Mapping[Document, Hashable]:
    """For each of some documents what is equal for those in which AWS reads the same.

    A normal form leaves out what another member of its list covers, and so takes the same actions as the document: one
    that takes others than all the rest is equal to none of them, and need not be written in it.
    """
    taking: defaultdict[Hashable, list[Document]] = defaultdict(list)
    for document in dict.fromkeys(documents):
        taking[_taken(document)].append(document)
    found: dict[Document, Hashable] = {}
    for alike in taking.values():
        for one in alike:
            content = one.policy
            is_compared = len(alike) > 1 and isinstance(content, PolicyDocument)
            found[one] = normal_form(content) if is_compared and isinstance(content, PolicyDocument) else one
    return found


def _taken(document: Document) -> Hashable:
    """The actions that the Allows of a document take, and those that its Denies take; of an unreadable one nothing."""
    content = document.policy
    statements = content.statements if isinstance(content, PolicyDocument) else ()
    return tuple(
        reduce(or_, (taken_by(one.action) for one in statements if one.effect is effect), 0) for effect in Effect
    )
