"""The result of a review of accounts: found, clear or unknown, for each rule and subject (FI1, FI2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from iamtui.analysis.findings.review.pairs import Pair
from iamtui.policy.lint import FindingSeverity


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The thresholds, in days unless said otherwise (FI5)."""

    key_age: int = 90
    unused: int = 45
    new: int = 7  # what is younger is never unused
    root_used: int = 90
    role_unused: int = 90
    password_length: int = 14  # characters
    password_reuse: int = 24  # passwords remembered
    password_age: int = 0  # 0: passwords need not expire
    password_change: int = 1  # 1: users shall be able to change their own
    password_hard_expiry: int = 0  # 1: only an administrator shall renew an expired one
    pairs: tuple[Pair, ...] = ()  # of duties, beside those that iamtui knows
    boundaries: tuple[str, ...] = ()  # paths, `tag:KEY` or `tag:KEY=VALUE`, of those who shall have a boundary


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about.

    Attributes:
        name: as people call it.
        kind: in AWS's words: `user`, `role`, `account`, `resource`.
        arn: its ARN, or the id of an account or organization.
    """

    name: str
    kind: str
    arn: str


@dataclass(frozen=True, slots=True)
class Found:
    """The rule holds of the subject: one sentence, and the rows that prove it.

    `severity` is None where the table's counts; `fix` is empty where the table's says all.
    """

    message: str
    rows: tuple[str, ...] = ()
    severity: FindingSeverity | None = None
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The export does not tell; `needs` are the calls that would."""

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clear:
    """The rule does not apply, and why."""

    reason: str = ""


Answer = Found | Unknown | Clear


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Somebody accepts findings of a rule on subjects, for a reason, until the end of a day in UTC (FI6)."""

    rule: str
    subject: str
    reason: str
    until: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneFinding:
    """One finding, with all that is to be told of it (FI1).

    `muted` is by whom it is accepted; `reach` how far its subject reaches, the farthest first (FI3).
    """

    rule: str
    severity: FindingSeverity
    subject: Subject
    message: str
    why: str
    fix: str
    rows: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    muted: Mute | None = None
    reach: int = 9


@dataclass(frozen=True, slots=True)
class UnknownAnswer:
    """A rule that the export does not decide of a subject."""

    rule: str
    subject: Subject
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClearRule:
    """Of how many subjects a rule does not hold, and for what reason where it does not apply."""

    rule: str
    subjects: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneReview:
    """A whole review: the gravest findings first. `at` is the day that it judges by (FI4); None: no date is known."""

    at: datetime | None
    findings: tuple[HygieneFinding, ...]
    unknown: tuple[UnknownAnswer, ...]
    clear: tuple[ClearRule, ...]
    stale_mutes: tuple[tuple[Mute, str], ...] = field(default=())

    @property
    def standing(self) -> tuple[HygieneFinding, ...]:
        """The findings that nobody muted."""
        return tuple(finding for finding in self.findings if finding.muted is None)
