"""Findings as a list that one works through: a row for each rule, and below it a row for each subject (FI8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.descriptions import short_name
from iamtui.browsing.trees.tree_source import TreeSource
from iamtui.content.nodes import Node
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.snapshot.model import Snapshot
from iamtui.visible import Tone

if TYPE_CHECKING:
    from iamtui.analysis.findings.review.hygiene_results import Mute

SIGNS: Mapping[FindingSeverity, tuple[str, Tone]] = MappingProxyType(
    {
        FindingSeverity.ERROR: ("✖", "bad"),
        FindingSeverity.SECURITY: ("⚠", "bad"),
        FindingSeverity.WARNING: ("!", "warn"),
        FindingSeverity.SUGGESTION: ("·", "plain"),
        FindingSeverity.INFO: ("·", "muted"),
    }
)
"""The sign of each severity, the gravest first."""
ON_BADGES = (FindingSeverity.ERROR, FindingSeverity.SECURITY, FindingSeverity.WARNING)
_ORDER = {severity: place for place, severity in enumerate(FindingSeverity)}
_MUTED, _GONE = "muted", "gone"

Found = Mapping[str, tuple[Finding, ...]]
"""The findings of each subject, by its key."""
Place = tuple[str, int]
"""The key of a subject, and the place of a finding among its own."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What one rule says of one or more subjects: a node for the rule, and one for each subject."""

    node: Node
    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of findings beside what they say.

    Attributes:
        muted: the findings that are accepted, each with the mute.
        since: the findings that came with a later load than the first, and when that was, in words (FI1).
        gone: what was found before and is no more, and since when.
        reach: how far a subject reaches, the farthest first, by its key (FI3).
    """

    muted: Mapping[Place, Mute] = field(default_factory=lambda: MappingProxyType({}))
    since: Mapping[Place, str] = field(default_factory=lambda: MappingProxyType({}))
    gone: Sequence[tuple[str, str]] = ()
    reach: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def rank(self, key: str) -> int:
        """How far a subject reaches; what is no principal comes after those that reach something."""
        return self.reach.get(key, NO_REACH)


NO_REACH = 9


class _Member(NamedTuple):
    key: str
    finding: Finding
    node: Node


def groups_of(
    snapshot: Snapshot, found: Iterable[tuple[str, tuple[Finding, ...]]], beside: Beside
) -> list[FindingGroup]:
    """A group for each severity and rule, the gravest first; then what is muted, and what is gone."""
    same: dict[tuple[FindingSeverity, str], list[_Member]] = {}
    muted: list[Node] = []
    for key, known in found:
        for place, finding in enumerate(known):
            mute = beside.muted.get((key, place))
            node = _member_node(snapshot, key, place, finding, beside)
            if mute is None:
                same.setdefault((finding.severity, finding.rule), []).append(_Member(key, finding, node))
            else:
                muted.append(node)
    groups = [
        _group(severity, rule, sorted(members, key=lambda one: beside.rank(one.key)))
        for (severity, rule), members in sorted(same.items(), key=lambda item: _weight(item[0], item[1], beside))
    ]
    gone = [Node(f"{_GONE} {number}", label, when, "muted") for number, (label, when) in enumerate(beside.gone)]
    for key, label, members in ((_MUTED, "muted", muted), (_GONE, "found before, and no more", gone)):
        if members:
            node = Node(key, f"{len(members):,} {label}", "", "muted", has_children=True)
            groups.append(FindingGroup(node, tuple(members)))
    return groups


def _weight(of: tuple[FindingSeverity, str], members: Sequence[_Member], beside: Beside) -> tuple[int, int, int]:
    """The gravest first, then who reaches farthest, then what is said of most (FI3)."""
    return _ORDER[of[0]], min(beside.rank(one.key) for one in members), -len(members)


def _group(severity: FindingSeverity, rule: str, members: Sequence[_Member]) -> FindingGroup:
    glyph, tone = SIGNS[severity]
    messages = {one.finding.message for one in members}
    words = messages.pop() if len(messages) == 1 else _title(rule)
    label = f"{rule} · {len(members):,} · {words}"
    is_new = any(one.node.mark for one in members)
    node = Node(f"{severity.value} {rule}", label, severity.value, tone, glyph, has_children=True, mark="●" * is_new)
    return FindingGroup(node, tuple(one.node for one in members))


def _title(rule: str) -> str:
    # The first frame does not wait for the tables of rules.
    from iamtui.analysis.findings.review.rule_table import finding_rule  # noqa: PLC0415

    return finding_rule(rule).title


def _member_node(snapshot: Snapshot, key: str, place: int, finding: Finding, beside: Beside) -> Node:
    """The subject first, so that it is never cut off."""
    name = short_name(snapshot, key)
    starts_with_it = finding.message.startswith(name.rpartition("/")[2])
    label = finding.message if starts_with_it else f"{name}: {finding.message}"
    since, mute = beside.since.get((key, place), ""), beside.muted.get((key, place))
    told = [f"until {mute.until.date()}: {mute.reason}"] if mute is not None else []
    detail = " · ".join((*told, *where(finding), *([since] if since else ())))
    tone = SIGNS[finding.severity][1] if mute is None else "muted"
    return Node(f"{place}\n{key}", label, detail, tone, has_children=True, mark="●" if since else "")


def where(finding: Finding) -> Iterator[str]:
    """The place in a document, where a finding has one."""
    if finding.statement is not None:
        yield f"statement {finding.statement}"
    if finding.line is not None:
        yield f"line {finding.line}"


def signs_above(
    trees: Sequence[TreeSource], found: Iterable[tuple[str, tuple[Finding, ...]]]
) -> Iterator[tuple[str, str]]:
    """The sign of the gravest finding below each node; of an inline policy also that of who carries it."""
    gravest: dict[str, int] = {}
    for key, known in found:
        ranks = [ON_BADGES.index(one.severity) for one in known if one.severity in ON_BADGES]
        if not ranks:
            continue
        inline = SubjectKey(key).inline_name
        for subject in (key, *(() if inline is None else (inline.owner,))):
            for node in chain.from_iterable(tree.path_to(subject) for tree in trees):
                gravest[node] = min(gravest.get(node, len(ON_BADGES)), *ranks)
    return ((node, SIGNS[ON_BADGES[rank]][0]) for node, rank in gravest.items())


def standing_of(every: Found, muted: Mapping[Place, Mute]) -> dict[str, tuple[Finding, ...]]:
    """The findings that nobody accepted: what badges count."""
    if not muted:
        return dict(every)
    kept = (
        (key, tuple(one for place, one in enumerate(known) if (key, place) not in muted))
        for key, known in every.items()
    )
    return {key: known for key, known in kept if known}
