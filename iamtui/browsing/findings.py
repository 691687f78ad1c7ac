"""What is to be said of the policies of a snapshot and of what carries them: badges, lists, and where each leads.

Looking takes as long as there are distinct documents; it is done apart from the screen, a slice at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import is_account_id
from iamtui.browsing.descriptions import key_of
from iamtui.browsing.finding_groups import (
    ON_BADGES,
    SIGNS,
    Beside,
    FindingGroup,
    groups_of,
    signs_above,
    standing_of,
)
from iamtui.browsing.finding_history import FindingHistory
from iamtui.browsing.finding_mutes import muted_places
from iamtui.browsing.pauses import Pauses
from iamtui.browsing.progress import Progress
from iamtui.browsing.subjects import find_subject
from iamtui.browsing.trees.tree_source import TreeSource, subject_of
from iamtui.content.nodes import Node
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Snapshot

if TYPE_CHECKING:
    from iamtui.analysis.findings.asking.everybody import Everybody
    from iamtui.analysis.findings.linting.documents import KnownFindings
    from iamtui.analysis.findings.review.hygiene_results import Mute
    from iamtui.analysis.paths.answer.results import Paths
    from iamtui.analysis.placed_documents import PlacedDocument

_SLICE = 0.004
"""Seconds of looking between two rests: a key that is pressed meanwhile waits no longer."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is to be said of a snapshot.

    Attributes:
        by_key: the findings of each subject that has any, accepted ones too.
        looked_at: how many things were looked at.
        groups: all findings for a list, the gravest first.
        above: the signs of folders and owners that have something with findings below them, by the keys of their nodes.
        beside: what is accepted, what is new, and how far subjects reach.
        paths: who can become an administrator, where that was looked for.
    """

    by_key: Mapping[str, tuple[Finding, ...]] = field(default_factory=lambda: MappingProxyType({}))
    looked_at: int = 0
    groups: tuple[FindingGroup, ...] = ()
    above: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    beside: Beside = field(default_factory=Beside)
    paths: Paths | None = None

    def of(self, key: str) -> tuple[Finding, ...]:
        """The findings of one subject."""
        return self.by_key.get(key, ())

    def standing(self, key: str) -> tuple[Finding, ...]:
        """Those of one subject that nobody accepted."""
        muted = self.beside.muted
        return (
            tuple(one for place, one in enumerate(self.of(key)) if (key, place) not in muted) if muted else self.of(key)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a look is given beside the snapshot.

    Attributes:
        known: what was said of documents before; spares looking again, and takes in what is new.
        trees: the trees of which the nodes above findings get signs.
        mutes: what is accepted (FI6).
        history: the loads before; None where this is none of them.
        at: when the snapshot was loaded; None: it is in the history already.
        tell: told now and then in the thread that looks how far the look is, in per cent.
    """

    known: KnownFindings | None = None
    trees: Sequence[TreeSource] = ()
    mutes: Sequence[Mute] = ()
    history: FindingHistory | None = None
    at: datetime | None = None
    tell: Callable[[int], object] = lambda _: None


def find_findings(
    snapshot: Snapshot,
    stop: Callable[[], bool],
    rest: Callable[[], object],
    slice_seconds: float = _SLICE,
    looking: Looking | None = None,
) -> Findings | None:
    """Look through a snapshot in the calling thread; None if `stop` returned true.

    `rest` is called after each slice of work, so that the thread that draws gets its turn.
    """
    looking = looking or Looking()
    pauses, progress = Pauses(stop, rest, slice_seconds), Progress(looking.tell, parts=2)
    found: dict[str, tuple[Finding, ...]] = {}
    reach: dict[str, int] = {}
    looked_at = 0
    for key, findings in pauses.between(_each(snapshot, looking.known, progress)):
        looked_at += 1
        if findings:
            found[key] = (*found.get(key, ()), *findings)
    everybody = _everybody_in(snapshot)
    for key, checked in pauses.between(_badly_kept(snapshot, everybody, progress)):
        if checked.findings:
            found[key] = (*found.get(key, ()), *checked.findings)
            reach[key] = min(reach.get(key, checked.reach), checked.reach)
    if pauses.stopped:
        return None
    if looking.history is not None and looking.at is not None:
        looking.history.take(snapshot, found, looking.at)
    beside = Beside(reach=MappingProxyType(reach))
    told = Findings(MappingProxyType(found), looked_at, beside=beside, paths=everybody.found_paths)
    return _arranged(snapshot, told, looking, pauses)


def rearranged(
    snapshot: Snapshot, findings: Findings, stop: Callable[[], bool], rest: Callable[[], object], looking: Looking
) -> Findings | None:
    """The same findings with other mutes; None if `stop` returned true."""
    return _arranged(snapshot, findings, looking, Pauses(stop, rest, _SLICE))


def _arranged(snapshot: Snapshot, findings: Findings, looking: Looking, pauses: Pauses) -> Findings | None:
    """Groups and signs of what was found."""
    found, history = findings.by_key, looking.history
    beside = replace(
        findings.beside,
        muted=MappingProxyType(muted_places(snapshot, found, looking.mutes, datetime.now(UTC))),
        since=MappingProxyType({} if history is None else history.since(found)),
        gone=[] if history is None else history.gone(),
    )
    groups = tuple(groups_of(snapshot, pauses.between(found.items()), beside))
    standing = standing_of(found, beside.muted)
    above = dict(signs_above(looking.trees, pauses.between(standing.items())))
    if pauses.stopped:
        return None
    return replace(findings, groups=groups, above=MappingProxyType(above), beside=beside)


def _each(
    snapshot: Snapshot, known: KnownFindings | None, progress: Progress
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Key and findings of all that can be mended: what AWS manages is left out."""
    # The first frame does not wait for what is only asked for in a thread.
    from iamtui.analysis.findings.linting.accounts import account_findings  # noqa: PLC0415
    from iamtui.analysis.findings.linting.documents import lint_documents  # noqa: PLC0415
    from iamtui.analysis.placed_documents import documents_of  # noqa: PLC0415

    documents = [placed for placed in documents_of(snapshot) if not placed.is_aws_managed]
    for linted in progress.through(lint_documents(iter(documents), known), len(documents)):
        yield _key_of_document(linted.placed), linted.findings
    for checked in account_findings(snapshot):
        yield (_key_of_checked(snapshot, checked) if checked.findings else ""), checked.findings


def _everybody_in(snapshot: Snapshot) -> Everybody:
    from iamtui.analysis.findings.hygiene_with_lint import everybody_in  # noqa: PLC0415 - as above

    return everybody_in(snapshot)


def _badly_kept(snapshot: Snapshot, everybody: Everybody, progress: Progress) -> Iterator[tuple[str, Reviewed]]:
    """Key and findings for each rule about accounts and each subject, which was looked at before."""
    from iamtui.analysis.findings.hygiene_with_lint import badly_kept, count_kept  # noqa: PLC0415 - as above

    for checked in progress.through(badly_kept(snapshot, everybody), count_kept(snapshot)):
        yield (_key_of_checked(snapshot, checked) if checked.findings else ""), checked


def _key_of_document(placed: PlacedDocument) -> str:
    owner = placed.owner or placed.name
    is_inline = placed.kind is PolicyKind.IDENTITY and placed.holder is not None and ":policy/" not in owner
    return SubjectKey.inline(owner, placed.name) if is_inline else owner


def _key_of_checked(snapshot: Snapshot, checked: Reviewed) -> str:
    owner = checked.owner or checked.name
    if checked.kind == "organization":
        return SubjectKey.organization(owner)
    return key_of(find_subject(snapshot, SubjectKey.account(owner) if is_account_id(owner) else owner))


# Badges


def badge(findings: Sequence[Finding]) -> tuple[str, str]:
    """Sign and words for the gravest severity that is worth a badge: `⚠`, `2 security`; empty if there is none."""
    for severity in ON_BADGES:
        count = sum(finding.severity is severity for finding in findings)
        if count:
            return SIGNS[severity][0], counted(count, severity)
    return "", ""


def counted(count: int, severity: FindingSeverity) -> str:
    """`2 warnings`, `1 security`."""
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
    sign, words = badge(findings.standing(key)) if key is not None else ("", "")
    sign = findings.above.get(node.key, "") or sign  # what is below may be graver than what is its own
    if not sign:
        return node
    return replace(node, mark=f"{node.mark}{sign}", detail=" · ".join(part for part in (words, node.detail) if part))
