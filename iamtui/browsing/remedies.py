"""The finding of a row as its remedies need it."""

from __future__ import annotations

from iamtui.analysis.remedies.remedy import Finding
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.finding_lists import finding_at
from iamtui.browsing.workspace import Workspace


def finding_of(workspace: Workspace, node_key: str) -> Finding | None:
    """The finding of a node; of an account or its root user, the subject is as the review names it."""
    found = None if workspace.findings is None else finding_at(workspace.findings, node_key)
    if found is None:
        return None
    subject = SubjectKey(node_key.partition("\n")[2])
    return Finding(found.rule, subject.account_id or str(subject), found.message, found.rows)
