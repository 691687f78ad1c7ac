"""Findings as lists: those of a subject, all of them, what each advises and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.descriptions import key_of, short_name
from iamtui.browsing.finding_groups import SIGNS, where
from iamtui.browsing.finding_rows import row_nodes
from iamtui.browsing.findings import Findings, counted
from iamtui.browsing.links import statement_link
from iamtui.browsing.policies_in_force import policies_in_force
from iamtui.browsing.subjects import Subject
from iamtui.content.nodes import Node
from iamtui.content.numbers import number_of
from iamtui.policy.lint import Finding, FindingSeverity
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User

_GRAVITY = {severity: place for place, severity in enumerate(FindingSeverity)}


def subject_findings(snapshot: Snapshot, findings: Findings, subject: Subject) -> list[Node]:
    """The findings of a subject, the gravest first: of a principal or group also of its policies, of an account all."""
    keys = [key_of(subject)]
    if isinstance(subject, User | Role | Group):
        keys += [policy.key for policy in policies_in_force(snapshot, subject)]
    if isinstance(subject, Account):
        keys += [key for key in findings.by_key if _is_in(subject, key)]
    found = [
        (_GRAVITY[finding.severity], key, place, finding)
        for key in dict.fromkeys(keys)
        for place, finding in enumerate(findings.of(key))
    ]
    return [
        _finding_node(findings, (key, place), finding, "" if key == keys[0] else short_name(snapshot, key))
        for _, key, place, finding in sorted(found, key=itemgetter(0))
    ]


def advice(snapshot: Snapshot, findings: Findings, node_key: str) -> list[Node]:
    """Below a finding: its whole message, how to mend it, where it is, and what proves it."""
    finding = finding_at(findings, node_key)
    if finding is None:
        return []
    whose = short_name(snapshot, node_key.partition("\n")[2])
    lines = [finding.message, f"→ {finding.fix}", f"{finding.severity.value} {finding.rule} in {whose}"]
    if finding.pointer or not finding.rows:  # what is decided stands at no place of a document
        lines.append(f"at {finding.pointer or 'the document'}")
    told = [Node(f"{index} of {node_key}", line, tone="muted") for index, line in enumerate(lines)]
    return told + row_nodes(node_key, finding.rows)


def link_of(findings: Findings, node_key: str) -> str:
    """Where a finding's node leads: to its statement, or to the subject."""
    finding = finding_at(findings, node_key)
    return statement_link(node_key.partition("\n")[2], None if finding is None else finding.statement)


def finding_at(findings: Findings, node_key: str) -> Finding | None:
    """The finding that a node, or a node below it, is about: the key ends in its place, a line feed and the subject."""
    place, _, key = node_key.partition("\n")
    place, known = place.rpartition(" ")[2], findings.of(key)
    return known[int(place)] if place.isdecimal() and int(place) < len(known) else None


def _finding_node(findings: Findings, at: tuple[str, int], finding: Finding, owner: str) -> Node:
    glyph, tone = SIGNS[finding.severity]
    muted = "muted" if at in findings.beside.muted else ""
    parts = (f"{finding.severity.value} {finding.rule}", muted, owner, *where(finding))
    detail = " · ".join(part for part in parts if part)
    return Node(f"{at[1]}\n{at[0]}", finding.message, detail, "muted" if muted else tone, glyph, has_children=True)


def _is_in(account: Account, key: str) -> bool:
    inline = SubjectKey(key).inline_name
    is_root = key == SubjectKey.root(account.account_id)
    return is_root or account_of(key if inline is None else inline.owner) == account.account_id


def all_findings(snapshot: Snapshot, findings: Findings) -> tuple[list[Node], Callable[[str], Sequence[Node]]]:
    """A node for each thing that is said, the gravest first, and what gives those of whom it is said."""
    members = {group.node.key: group.members for group in findings.groups}
    return (
        [group.node for group in findings.groups],
        lambda key: advice(snapshot, findings, key) if "\n" in key else members.get(key, ()),
    )


def counts(findings: Findings) -> str:
    """How many findings there are of each severity, in a line."""
    every = list(chain.from_iterable(map(findings.standing, findings.by_key)))
    found = ((severity, sum(one.severity is severity for one in every)) for severity in FindingSeverity)
    words = ", ".join(counted(count, severity) for severity, count in found if count)
    return words or "none"


def gravest(findings: Findings) -> str:
    """`7 security`: what is gravest, for a line with little room."""
    every = list(chain.from_iterable(map(findings.standing, findings.by_key)))
    for severity in FindingSeverity:
        count = sum(one.severity is severity for one in every)
        if count:
            return counted(count, severity)
    return "no findings"


def looked_at(findings: Findings) -> str:
    """How much was looked at, and how much of what was found is accepted."""
    muted = len(findings.beside.muted)
    said = f"{number_of(findings.looked_at, 'thing')} looked at"
    return f"{said}, {number_of(muted, 'finding')} muted" if muted else said


def written(findings: Findings) -> Iterator[str]:
    """All of it as lines: each rule with its subjects, and what to do."""
    for group in findings.groups:
        yield f"{group.node.label}  {group.node.detail}".rstrip()
        fixes: dict[str, None] = {}
        for member in group.members:
            yield f"  {member.mark}{' ' if member.mark else ''}{member.label}  {member.detail}".rstrip()
            finding = finding_at(findings, member.key)
            if finding is not None:
                fixes[finding.fix] = None
        yield from (f"  → {fix}" for fix in fixes)
        yield ""
