"""Paths from one and from everybody are equal, whoever is told to come in by a password (EP21, EP50)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching import search
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_forwards import AT, FROM_THERE, NO_KEYS, SURE, WITH_A_KEY, ends_of, keyed, taking


def test_ep21_how_surely_one_leads_on_in_the_console_does_not_depend_on_who_is_told_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """m may make passwords of p, perhaps, who is told first, and of q, who is surer in the console, and of r."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    inside = {**allow("sts:AssumeRole", SURE.arn), "Condition": FROM_THERE}
    m = role("m", {"AWS": OWN}, allow("iam:CreateLoginProfile", [f"{HOME}:user/{one}" for one in "pqr"]), inside)
    in_a_session = {**allow("sts:AssumeRole", f"{HOME}:role/k"), "Condition": {"Null": {"aws:TokenIssueTime": "false"}}}
    q = replace(user("q", in_a_session), credentials=NO_KEYS)
    dana = user("dana", allow("sts:AssumeRole", m.arn))
    users = (dana, keyed("p", "sure", credentials=None), q, keyed("r", "k"))
    snapshot = account(*users, m, taking("k", "sure"), SURE)
    for starts in ((), (dana.arn,)):
        question = PathQuestion(starts=starts, ways=("sts-001", "iam-004"), most_ends=1, at=AT)
        assert ends_of(snapshot, question, dana.arn) == [["m", "q", "k", "sure"]]


def test_ep52_who_would_come_back_gets_on_by_whom_nobody_is_told_to_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    """e may make passwords of dana, from whom one comes, who is told, and of n; only f is told to come to n."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    passwords = allow("iam:CreateLoginProfile", [f"{HOME}:user/{one}" for one in ("dana", "n")])
    inside = {**allow("sts:AssumeRole", SURE.arn), "Condition": FROM_THERE}
    reads_sessions = {**allow("s3:ListAllMyBuckets"), "Condition": WITH_A_KEY}
    users = (
        user("dana", allow("iam:CreateLoginProfile", f"{HOME}:user/e"), inside),
        user("e", {**passwords, "Condition": FROM_THERE}, reads_sessions),
        user("f", allow("iam:CreateLoginProfile", f"{HOME}:user/n")),
        keyed("n", "sure"),
    )
    snapshot = account(*(replace(one, credentials=NO_KEYS) for one in users), SURE)
    dana = f"{HOME}:user/dana"
    for starts in ((), (dana,)):
        question = PathQuestion(starts=starts, ways=("sts-001", "iam-004"), most_ends=1, at=AT)
        assert ends_of(snapshot, question, dana) == [["sure"], ["e", "n", "sure"]]
