"""A resource that the snapshot knows: it has an owner, a policy and tags of its own (WC17)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from iamtui.analysis.queries.index.trusts import said_to
from iamtui.analysis.queries.resources.resource_reads import Reads
from iamtui.patterns import Part
from iamtui.policy.cells import PatternSet
from iamtui.policy.document import Document
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Tags


class Known(NamedTuple):
    """A resource, or all that lies in it: the objects of a bucket, the versions of a function.

    `nature` is what a decision can see of it whatever policies say; `boundary` is that of a user or role, and `policy`
    of a role its trust policy, where an action of STS is asked: no other reads it.
    """

    arn: str
    account: str
    region: str
    parts: tuple[Part, ...]
    nature: Hashable
    policy: Document | None = None
    tags: Tags | None = None
    boundary: str | None = None
    is_entity: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it is one resource, not all that lies in one."""
        return len(self.parts) == 1

    @property
    def example(self) -> str:
        """It, or something that lies in it."""
        return "".join(part if isinstance(part, str) else "x" for part in self.parts)

    def signature(self, reads: Reads, *, is_heard: bool = True) -> Hashable:
        """All that a decision can see of it but its ARN; `is_heard` says whether a trust policy may name the caller."""
        own: Hashable = self.policy
        if self.is_entity and self.policy is not None:
            own = said_to(self.policy, reads.caller, reads.action, reads.context) if reads.trust and is_heard else None
        speaks_of_tags = own is not None and self.policy is not None and may_read_tags(self.policy)
        tags = self.tags if reads.tags is None or speaks_of_tags else _tags_called(self.tags, reads.tags)
        return self.nature, own, tags, self.boundary if reads.boundary else None


def _tags_called(tags: Tags | None, names: frozenset[str]) -> Hashable:
    """Those of some tags that are read, by key regardless of case (S31)."""
    return tags and tuple([(key.lower(), value) for key, value in tags if key.lower() in names]) if names else None


def may_read_tags(document: Document) -> bool:
    """Whether a policy may read tags of what it is on, as its bytes tell without reading it."""
    return b"\\" in document.source or b"tag/" in document.source.lower()


def own_patterns(known: Known) -> Iterator[PatternSet]:
    """The resource patterns of each statement of its own policy; a trust policy has none."""
    for statement in own_statements(known):
        for pattern in statement.resource.patterns if statement.resource is not None else ():
            yield (pattern.widest,)


def own_statements(known: Known) -> Sequence[Statement]:
    """The statements of its own policy, if that is no trust policy."""
    content = None if known.policy is None or known.is_entity else known.policy.policy
    return content.statements if isinstance(content, PolicyDocument) else ()
