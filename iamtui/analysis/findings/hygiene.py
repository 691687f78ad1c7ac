"""The review of accounts: every rule asked of every subject that it is about (FI1-FI8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple, TypeAlias, TypeVar

from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.by_rule import becoming, guardrails
from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.checks import (
    ACCOUNT,
    CARRIER,
    DEAR,
    GROUP,
    POLICY,
    RESOURCE,
    ROLE,
    ROOT,
    RULES,
    USER,
    is_carrier,
)
from iamtui.analysis.findings.reaching import Reach, reach_of
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import (
    Answer,
    Clear,
    ClearRule,
    Found,
    HygieneFinding,
    HygieneReview,
    Limits,
    Mute,
    Subject,
    Unknown,
    UnknownAnswer,
)
from iamtui.analysis.findings.review.mutes import muted, stale
from iamtui.analysis.findings.review.rule_table import EXPORTS, FindingRule, hygiene_rules
from iamtui.analysis.findings.thorough import ask_thoroughly
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.queries.index.holders import can_be_named
from iamtui.evaluation.applicable.policies import AppliedPolicy
from iamtui.files.collector import collector_waiting
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Organization, Resource, Role, Snapshot, User
from iamtui.snapshot.moments import snapshot_moment

_Entity = TypeVar("_Entity")
_Check: TypeAlias = Callable[[AccountCase, _Entity], Iterator[Answer]]
_Asked: TypeAlias = Sequence[tuple[FindingRule, _Check[_Entity]]]
_CREDENTIALS = frozenset(("FI25", "FI26", "FI27", "FI28"))
"""What counts as security where the user is an administrator (FI3)."""
_OF_POLICIES = frozenset(("FI21", "FI41", "FI43", "FI45", "FI46", "FI49", "FI68", "FI90", "FI98"))
"""What identity policies give: any of them may, as long as its document was not exported."""


class Reviewing(NamedTuple):
    """One rule asked of one subject. `is_administrator` is told of users with findings about credentials.

    `reach` is known of users and roles with findings that are warnings or graver.
    """

    rule: FindingRule
    subject: Subject
    answers: tuple[Answer, ...]
    is_administrator: bool = False
    reach: Reach = Reach.UNKNOWN


def review(
    snapshot: Snapshot,
    *,
    at: datetime | None = None,
    limits: Limits | None = None,
    rules: Collection[str] = RULES,
    mutes: Sequence[Mute] = (),
    beside: Iterable[HygieneFinding] = (),
    paths: Paths | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> HygieneReview:
    """Ask every rule of every subject; `at` is the newest date of the export unless it is stated (FI4).

    `beside` are findings of other rules that take their place in the same list and can be muted with it; `paths` are
    those of the same day, where they were looked for already. `progress` is told how far the thorough rules are.
    """
    at = at or snapshot_moment(snapshot)
    everybody = Everybody(snapshot, at, paths)
    with collector_waiting():  # a million objects are made, and nearly none dies in circles
        each = ask_all(snapshot, at, limits or Limits(), rules, everybody)
        asked = [one for one in each if one is not None]
    thoroughly = ask_thoroughly(snapshot, at, rules, everybody, progress, limits)
    asked += [Reviewing(hygiene_rules()[one.rule], *one[1:]) for one in thoroughly if one is not None]
    day = at or datetime.now(UTC)
    findings = list(muted(chain(_findings(asked), beside), mutes, day))
    order = {severity: place for place, severity in enumerate(FindingSeverity)}
    farthest: dict[tuple[FindingSeverity, str], int] = {}
    for one in findings:
        group = one.severity, one.rule
        farthest[group] = min(farthest.get(group, one.reach), one.reach)
    findings.sort(
        key=lambda one: (order[one.severity], farthest[one.severity, one.rule], one.rule, one.reach, one.subject.arn)
    )
    return HygieneReview(
        at=at,
        findings=tuple(findings),
        unknown=tuple(_unknown(asked)),
        clear=tuple(_clear(asked)),
        stale_mutes=tuple(stale(findings, _asked_for(mutes, rules, findings, day), day)),
    )


def _asked_for(
    mutes: Sequence[Mute], rules: Collection[str], findings: Sequence[HygieneFinding], day: datetime
) -> list[Mute]:
    """The mutes of which this review can tell that they match nothing, and those that have expired."""
    looked_for = {*rules, *(finding.rule for finding in findings), *(("*",) if frozenset(rules) >= RULES else ())}
    return [mute for mute in mutes if mute.rule in looked_for or mute.until < day]


def ask_all(
    snapshot: Snapshot,
    at: datetime | None,
    limits: Limits,
    rules: Collection[str] = RULES,
    everybody: Everybody | None = None,
) -> Iterator[Reviewing | None]:
    """Each rule with each of its subjects, one after the other, in the order of the export; dear ones last.

    None between, where whoever asks may rest or stop: some rules look at everybody for one subject.
    """
    everybody = everybody or Everybody(snapshot, at)
    cases = [AccountCase(snapshot, account, at, limits, everybody) for account in snapshot.accounts.values()]
    for numbers in (frozenset(rules) - DEAR, DEAR.intersection(rules)):
        yield from _ask(cases, everybody, {number: row for number, row in hygiene_rules().items() if number in numbers})


def _ask(
    cases: Sequence[AccountCase], everybody: Everybody, table: Mapping[str, FindingRule]
) -> Iterator[Reviewing | None]:
    if not table:
        return
    for case in cases:
        yield from _of_account(case, table)
    for resource in everybody.snapshot.resources.values():
        subject = _subject_of(resource)
        for number, look in RESOURCE.items():
            if number in table:
                yield Reviewing(table[number], subject, tuple(look(everybody, resource)))
    for organization in everybody.snapshot.organizations.values():
        yield from _of_organization(organization, table)


def _subject_of(resource: Resource) -> Subject:
    return Subject(resource.arn.rpartition(":")[2], resource.kind, resource.arn)


def _of_organization(organization: Organization, table: Mapping[str, FindingRule]) -> Iterator[Reviewing]:
    if "FI14" in table:
        subject = Subject(organization.organization_id, "organization", organization.organization_id)
        yield Reviewing(table["FI14"], subject, tuple(guardrails.central_root(organization)))
    for policy in organization.policies.values() if "FI86" in table else ():
        subject = Subject(policy.name, "organization policy", policy.arn)
        yield Reviewing(table["FI86"], subject, tuple(guardrails.idle_policy(organization, policy)))


def _of_account(case: AccountCase, table: Mapping[str, FindingRule]) -> Iterator[Reviewing | None]:
    account = case.account
    whole = Subject(account.alias or account.account_id, "account", account.account_id)
    root = Subject("root", "root user", case.root_arn)
    for subject, checks, reach in ((root, ROOT, Reach.ADMINISTRATOR), (whole, ACCOUNT, Reach.UNKNOWN)):
        for number, check in checks.items():
            if number in table:
                yield from _rested(Reviewing(table[number], subject, (), reach=reach), check(case))
    users, groups, roles = _rules_in(table, USER), _rules_in(table, GROUP), _rules_in(table, ROLE)
    policies, carriers = _rules_in(table, POLICY), _rules_in(table, CARRIER)
    follows_paths = becoming.is_asked(case.snapshot) and "FI41" in table
    for user in filter(can_be_named, (account.users or {}).values()):
        asked = _of_entity(case, user, Subject(user.name, "user", user.arn), users)
        yield from _weighed(case, asked, user, follows_paths=follows_paths)
    for group in (account.groups or {}).values():
        yield from _of_entity(case, group, Subject(group.name, "group", group.arn), groups)
    for role in filter(can_be_named, (account.roles or {}).values()):
        asked = _of_entity(case, role, Subject(role.name, "role", role.arn), roles)
        yield from _weighed(case, asked, role, follows_paths=follows_paths)
    for policy in (account.policies or {}).values():
        if not policy.is_aws_managed:
            yield from _of_entity(case, policy, Subject(policy.name, "managed policy", policy.arn), policies)
    for resource in case.snapshot.resources.values():
        if resource.account == account.account_id and is_carrier(case.snapshot, resource):
            yield from _of_entity(case, resource, _subject_of(resource), carriers)


def _rested(asked: Reviewing, answers: Iterable[Answer | None]) -> Iterator[Reviewing | None]:
    """A rule with its answers, and before it None where whoever asks may rest."""
    found: list[Answer] = []
    for answer in answers:
        if answer is None:
            yield None
        else:
            found.append(answer)
    yield asked._replace(answers=tuple(found))


def _rules_in(table: Mapping[str, FindingRule], checks: Mapping[str, _Check[_Entity]]) -> _Asked[_Entity]:
    """The checks of those rules that are asked for, each with its row."""
    return [(table[number], check) for number, check in checks.items() if number in table]


def _of_entity(case: AccountCase, entity: _Entity, subject: Subject, asked: _Asked[_Entity]) -> Iterator[Reviewing]:
    for rule, check in asked:
        yield Reviewing(rule, subject, tuple(check(case, entity)))


def _weighed(
    case: AccountCase, asked: Iterable[Reviewing], principal: User | Role, *, follows_paths: bool
) -> Iterator[Reviewing]:
    """The same, with how far their subject reaches where that counts: found once for all rules (FI3)."""
    reach: Reach | None = None
    unread = case.everybody.unread(principal.arn)
    for one in asked:
        found = [answer for answer in one.answers if isinstance(answer, Found)]
        if not found:
            yield _doubted(case, one, principal, unread) if unread else one
            continue
        judged = case.administrator(principal) if one.rule.number in _CREDENTIALS else None
        told = one._replace(is_administrator=judged is not None and judged.verdict == "proven")
        if any((answer.severity or one.rule.severity) in _WEIGHED for answer in found):
            reach = reach_of(case, principal, follows_paths=follows_paths) if reach is None else reach
            told = told._replace(reach=reach)
        yield told


def _doubted(case: AccountCase, asked: Reviewing, principal: User | Role, unread: Sequence[AppliedPolicy]) -> Reviewing:
    """The same; unknown where nothing is found, and nobody knows what some policies of the principal say (FI2)."""
    if asked.answers or asked.rule.number not in _OF_POLICIES or told_elsewhere(case, principal):
        return asked
    return asked._replace(
        answers=(Unknown(tuple(f"{EXPORTS['GA']}: the document of {one.arn or one.name}" for one in unread)),)
    )


_WEIGHED = (FindingSeverity.ERROR, FindingSeverity.SECURITY, FindingSeverity.WARNING)


def findings_of(asked: Reviewing) -> Iterator[HygieneFinding]:
    """What is found of one subject by one rule, weighed by what the subject can do (FI3)."""
    for answer in asked.answers:
        if not isinstance(answer, Found):
            continue
        severity = answer.severity or asked.rule.severity or FindingSeverity.INFO
        message = f"{asked.subject.name} {answer.message}" if asked.subject.kind != "root user" else answer.message
        if asked.subject.kind == "account":
            message = f"{asked.subject.name}: {answer.message}"
        if asked.is_administrator:
            message = f"{asked.subject.name}, an administrator, {answer.message}"
            severity = FindingSeverity.SECURITY if severity is FindingSeverity.WARNING else severity
        yield HygieneFinding(
            rule=asked.rule.number,
            severity=severity,
            subject=asked.subject,
            message=message,
            why=asked.rule.why,
            fix=answer.fix or asked.rule.fix,
            rows=answer.rows,
            references=asked.rule.references,
            reach=asked.reach,
        )


def _findings(asked: Iterable[Reviewing]) -> Iterator[HygieneFinding]:
    for one in asked:
        yield from findings_of(one)


def _unknown(asked: Iterable[Reviewing]) -> Iterator[UnknownAnswer]:
    for one in asked:
        unknown = [answer for answer in one.answers if isinstance(answer, Unknown)]
        if unknown:
            needs = tuple(dict.fromkeys(need for answer in unknown for need in answer.needs)) or one.rule.needs
            yield UnknownAnswer(one.rule.number, one.subject, needs)


def _clear(asked: Iterable[Reviewing]) -> Iterator[ClearRule]:
    """Neither found nor unknown, by rule and reason."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in asked:
        if not any(isinstance(answer, Found | Unknown) for answer in one.answers):
            reasons = [answer.reason for answer in one.answers if isinstance(answer, Clear) and answer.reason]
            counts[one.rule.number, reasons[0] if reasons else ""] += 1
    for (number, reason), count in counts.items():
        yield ClearRule(number, count, reason)
