"""Where a line of a card leads: to a subject, or to a statement of its document."""

from __future__ import annotations

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.policies_in_force import STATEMENT
from iamtui.browsing.subjects import ExternalEntity, Root, find_subject
from iamtui.reports.lines import StatementRef
from iamtui.snapshot.model import Snapshot


def statement_link(key: str, statement: int | None) -> str:
    """The link to a statement; to the subject itself where no statement is known."""
    return key if statement is None else f"{key}{STATEMENT}{statement}"


def split_link(link: str) -> tuple[str, int | None]:
    """The subject and the statement to which a link leads."""
    key, found, index = link.rpartition(STATEMENT)
    return (key, int(index)) if found and index.isdecimal() else (link, None)


def key_of_policy(snapshot: Snapshot, statement: StatementRef) -> str | None:
    """The subject in which the policy of a statement of a trace can be seen; None if it is no part of the export."""
    policy = statement.policy
    keys = [policy.arn] if policy.arn else []
    if policy.owner:
        keys += [SubjectKey.inline(policy.owner, policy.name), policy.owner]
    return next((key for key in keys if not isinstance(find_subject(snapshot, key), ExternalEntity | Root)), None)
