"""What is to be said of the policies of a snapshot and of what carries them: badges, lists, and where each leads.

Looking takes as long as there are distinct documents; it is done apart from the screen, a slice at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamtui.analysis.findings.reviewed import Reviewed
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of, is_account_id
from iamtui.browsing.descriptions import key_of, short_name
from iamtui.browsing.links import statement_link
from iamtui.browsing.pauses import Pauses
from iamtui.browsing.policies_in_force import policies_in_force
from iamtui.browsing.subjects import Subject, find_subject
from iamtui.browsing.trees.tree_source import TreeSource, subject_of
from iamtui.content.nodes import Node
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User
from iamtui.visible import Tone

if TYPE_CHECKING:
    from iamtui.analysis.findings.documents import KnownFindings, PlacedDocument

_SLICE = 0.004
"""Seconds of looking between two rests: a key that is pressed meanwhile waits no longer."""
_SIGNS: dict[FindingSeverity, tuple[str, Tone]] = {
    FindingSeverity.ERROR: ("✖", "bad"),
    FindingSeverity.SECURITY: ("⚠", "bad"),
    FindingSeverity.WARNING: ("!", "warn"),
    FindingSeverity.SUGGESTION: ("·", "plain"),
    FindingSeverity.INFO: ("·", "muted"),
}
_ON_BADGES = (FindingSeverity.ERROR, FindingSeverity.SECURITY, FindingSeverity.WARNING)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What is said in the same words of one or more subjects: a node for all, and one for each."""

    node: Node
    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is to be said of a snapshot.

    Attributes:
        by_key: the findings of each subject that has any.
        looked_at: how many things were looked at.
        groups: all findings for a list, the gravest first, of one severity those of most subjects first.
        above: the signs of folders and owners that have something with findings below them, by the keys of their nodes.
    """

    by_key: Mapping[str, tuple[Finding, ...]] = field(default_factory=lambda: MappingProxyType({}))
    looked_at: int = 0
    groups: tuple[FindingGroup, ...] = ()
    above: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, key: str) -> tuple[Finding, ...]:
        """The findings of one subject."""
        return self.by_key.get(key, ())


def find_findings(
    snapshot: Snapshot,
    stop: Callable[[], bool],
    rest: Callable[[], object],
    slice_seconds: float = _SLICE,
    known: KnownFindings | None = None,
    trees: Sequence[TreeSource] = (),
) -> Findings | None:
    """Look through a snapshot in the calling thread; None if `stop` returned true.

    `rest` is called after each slice of work, so that the thread that draws gets its turn; `known` spares what was
    looked at before, and takes in what was not; in `trees` the nodes above get their signs.
    """
    pauses = Pauses(stop, rest, slice_seconds)
    found: dict[str, tuple[Finding, ...]] = {}
    looked_at = 0
    for key, findings in pauses.between(_each(snapshot, known)):
        looked_at += 1
        if findings:
            found[key] = (*found.get(key, ()), *findings)
    for key, findings in pauses.between(_badly_kept(snapshot)):
        if findings:
            found[key] = (*found.get(key, ()), *findings)
    groups = tuple(_groups(snapshot, pauses.between(found.items())))
    above = dict(_signs_above(trees, pauses.between(found.items())))
    if pauses.stopped:
        return None
    return Findings(MappingProxyType(found), looked_at, groups, MappingProxyType(above))


def _groups(snapshot: Snapshot, found: Iterable[tuple[str, tuple[Finding, ...]]]) -> Iterator[FindingGroup]:
    same: dict[tuple[FindingSeverity, str, str], list[Node]] = {}
    for key, known in found:
        for place, finding in enumerate(known):
            node = _member_node(snapshot, key, place, finding)
            same.setdefault((finding.severity, finding.rule, finding.message), []).append(node)
    order = {severity: place for place, severity in enumerate(FindingSeverity)}
    for (severity, rule, message), members in sorted(same.items(), key=lambda item: (order[item[0][0]], -len(item[1]))):
        glyph, tone = _SIGNS[severity]
        detail = f"{severity.value} {rule} · {len(members):,}"
        key = f"{severity.value} {rule} {message}".replace("\n", " ")
        yield FindingGroup(Node(key, message, detail, tone, glyph, has_children=True), tuple(members))


def _member_node(snapshot: Snapshot, key: str, place: int, finding: Finding) -> Node:
    detail = " · ".join(_where(finding))
    return Node(f"{place}\n{key}", short_name(snapshot, key), detail, _SIGNS[finding.severity][1], has_children=True)


def _where(finding: Finding) -> Iterator[str]:
    if finding.statement is not None:
        yield f"statement {finding.statement}"
    if finding.line is not None:
        yield f"line {finding.line}"


def _signs_above(
    trees: Sequence[TreeSource], found: Iterable[tuple[str, tuple[Finding, ...]]]
) -> Iterator[tuple[str, str]]:
    """The sign of the gravest finding below each node; of an inline policy also that of who carries it."""
    gravest: dict[str, int] = {}
    for key, known in found:
        ranks = [_ON_BADGES.index(one.severity) for one in known if one.severity in _ON_BADGES]
        if not ranks:
            continue
        inline = SubjectKey(key).inline_name
        for subject in (key, *(() if inline is None else (inline.owner,))):
            for node in chain.from_iterable(tree.path_to(subject) for tree in trees):
                gravest[node] = min(gravest.get(node, len(_ON_BADGES)), *ranks)
    return ((node, _SIGNS[_ON_BADGES[rank]][0]) for node, rank in gravest.items())


def _each(snapshot: Snapshot, known: KnownFindings | None) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Key and findings of all that can be mended: what AWS manages is left out."""
    # The first frame does not wait for what is only asked for in a thread.
    from iamtui.analysis.findings.accounts import account_findings  # noqa: PLC0415
    from iamtui.analysis.findings.documents import documents_of, lint_documents  # noqa: PLC0415

    documents = (placed for placed in documents_of(snapshot) if not placed.is_aws_managed)
    for linted in lint_documents(documents, known):
        yield _key_of_document(linted.placed), linted.findings
    for checked in account_findings(snapshot):
        yield (_key_of_checked(snapshot, checked) if checked.findings else ""), checked.findings


def _badly_kept(snapshot: Snapshot) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Key and findings for each rule about accounts and each subject, which was looked at before."""
    from iamtui.analysis.findings.hygiene_with_lint import badly_kept  # noqa: PLC0415 - as above

    for checked in badly_kept(snapshot):
        yield (_key_of_checked(snapshot, checked) if checked.findings else ""), checked.findings


def _key_of_document(placed: PlacedDocument) -> str:
    owner = placed.owner or placed.name
    is_inline = placed.kind is PolicyKind.IDENTITY and placed.holder is not None and ":policy/" not in owner
    return SubjectKey.inline(owner, placed.name) if is_inline else owner


def _key_of_checked(snapshot: Snapshot, checked: Reviewed) -> str:
    owner = checked.owner or checked.name
    return key_of(find_subject(snapshot, SubjectKey.account(owner) if is_account_id(owner) else owner))


# Badges


def badge(findings: Sequence[Finding]) -> tuple[str, str]:
    """Sign and words for the gravest severity that is worth a badge: `⚠`, `2 security`; empty if there is none."""
    for severity in _ON_BADGES:
        count = sum(finding.severity is severity for finding in findings)
        if count:
            return _SIGNS[severity][0], _counted(count, severity)
    return "", ""


def _counted(count: int, severity: FindingSeverity) -> str:
    countable = severity not in (FindingSeverity.SECURITY, FindingSeverity.INFO)
    return f"{count:,} {severity.value}{'s' if count > 1 and countable else ''}"


def badged(children_of: Callable[[str], Sequence[Node]], findings: Findings | None) -> Callable[[str], Sequence[Node]]:
    """The same nodes, those of subjects with findings with a badge."""
    if findings is None or not findings.by_key:
        return children_of
    return lambda key: with_badges(children_of(key), findings)


def with_badges(nodes: Sequence[Node], findings: Findings | None) -> Sequence[Node]:
    """The same nodes, with the sign of what is found in them or below."""
    return nodes if findings is None else [_with_badge(node, findings) for node in nodes]


def _with_badge(node: Node, findings: Findings) -> Node:
    key = subject_of(node.key)
    sign, words = badge(findings.of(key)) if key is not None else ("", "")
    sign = sign or findings.above.get(node.key, "")
    if not sign:
        return node
    return replace(node, mark=f"{node.mark}{sign}", detail=" · ".join(part for part in (words, node.detail) if part))


# Lists


def subject_findings(snapshot: Snapshot, findings: Findings, subject: Subject) -> list[Node]:
    """The findings of a subject; of a principal or group also those of its policies, of an account all in it."""
    keys = [key_of(subject)]
    if isinstance(subject, User | Role | Group):
        keys += [policy.key for policy in policies_in_force(snapshot, subject)]
    if isinstance(subject, Account):
        keys += [key for key in findings.by_key if _is_in(subject, key)]
    return [
        _finding_node(snapshot, key, place, finding, names=key != keys[0])
        for key in dict.fromkeys(keys)
        for place, finding in enumerate(findings.of(key))
    ]


def advice(snapshot: Snapshot, findings: Findings, node_key: str) -> list[Node]:
    """Below a finding: its whole message, how to mend it, and where it is."""
    finding = _finding_at(findings, node_key)
    if finding is None:
        return []
    whose = short_name(snapshot, node_key.partition("\n")[2])
    where = f"at {finding.pointer or 'the document'}"
    lines = (finding.message, f"→ {finding.fix}", f"{finding.severity.value} {finding.rule} in {whose}", where)
    return [Node(f"{index} of {node_key}", line, tone="muted") for index, line in enumerate(lines)]


def link_of(findings: Findings, node_key: str) -> str:
    """Where a finding's node leads: to its statement, or to the subject."""
    finding = _finding_at(findings, node_key)
    return statement_link(node_key.partition("\n")[2], None if finding is None else finding.statement)


def _finding_at(findings: Findings, node_key: str) -> Finding | None:
    """The finding that a node, or a node below it, is about: the key ends in its place, a line feed and the subject."""
    place, _, key = node_key.partition("\n")
    place, known = place.rpartition(" ")[2], findings.of(key)
    return known[int(place)] if place.isdecimal() and int(place) < len(known) else None


def _finding_node(snapshot: Snapshot, key: str, place: int, finding: Finding, *, names: bool) -> Node:
    glyph, tone = _SIGNS[finding.severity]
    where = [*([short_name(snapshot, key)] if names else []), *_where(finding)]
    detail = " · ".join((f"{finding.severity.value} {finding.rule}", *where))
    return Node(f"{place}\n{key}", finding.message, detail, tone, glyph, has_children=True)


def _is_in(account: Account, key: str) -> bool:
    inline = SubjectKey(key).inline_name
    return account_of(key if inline is None else inline.owner) == account.account_id


def all_findings(snapshot: Snapshot, findings: Findings) -> tuple[list[Node], Callable[[str], Sequence[Node]]]:
    """A node for each thing that is said, the gravest first, and what gives those of whom it is said."""
    members = {group.node.key: group.members for group in findings.groups}
    return (
        [group.node for group in findings.groups],
        lambda key: advice(snapshot, findings, key) if "\n" in key else members.get(key, ()),
    )


def counts(findings: Findings) -> str:
    """How many findings there are of each severity, in a line."""
    every = list(chain.from_iterable(findings.by_key.values()))
    found = ((severity, sum(one.severity is severity for one in every)) for severity in FindingSeverity)
    words = ", ".join(_counted(count, severity) for severity, count in found if count)
    return f"{findings.looked_at:,} looked at: {words or 'no findings'}"
