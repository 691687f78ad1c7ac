"""Callers who differ in a tag that an open statement compares: decided as one, and told each in its own words (WC2)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.queries.deciding import asking, only_ways
from iamtui.analysis.queries.deciding.other_values import OtherValues
from iamtui.analysis.queries.everybody import row_ways
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import WhoCan
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.index.holders import Holders
from iamtui.snapshot.model import Snapshot
from tests.analysis.queries.test_asked_again import READ, counted
from tests.analysis.queries.test_who_can import decided_anew, each_decided_anew
from tests.evaluation.building import allow, deny, snapshot, user

CALLER = "${aws:PrincipalTag/team}"
TAGS = ("core", "CORE", "data", "web", "co*", "c?re", "a", "x" * 40, "zz", CALLER)
LINES = (
    {"StringEquals": {"aws:ResourceTag/team": CALLER}},
    {"StringEquals": {"aws:ResourceTag/team": [CALLER, "core"]}},
    {"StringLike": {"aws:ResourceTag/team": f"{CALLER}*"}},
    {"StringNotLike": {"aws:ResourceTag/team": [CALLER, "d*"]}},
    {"StringEqualsIgnoreCase": {"aws:ResourceTag/team": CALLER}},
    {"StringEquals": {"aws:ResourceTag/team": CALLER}, "StringNotEquals": {"aws:ResourceTag/team": "data"}},
    {"StringEquals": {"aws:ResourceTag/team": CALLER}, "StringLike": {"aws:ResourceTag/team": "c*"}},
    {"StringEquals": {"aws:ResourceTag/team": CALLER}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"StringEquals": {"aws:RequestedRegion": [CALLER, "eu-west-1"]}},
    {"StringEquals": {"s3:prefix": CALLER, "aws:SourceVpc": "vpc-1"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.1.0.0/16"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "StringEquals": {"aws:ResourceTag/team": CALLER}},
)


def tagged(tmp_path: Path, rng: Random) -> Snapshot:
    """Users of many teams who carry a few open statements, not all in the same order."""
    some = [allow("s3:*", Condition=one) for one in rng.sample(LINES, 2)]
    some += [deny("s3:*", Condition=rng.choice(LINES)), allow("s3:*") if rng.random() < 0.5 else some[0]]
    users = []
    for number in range(40):
        own = rng.sample(some, rng.choice((1, 1, 2, 3)))
        team = [{"Key": "team", "Value": rng.choice(TAGS)}] if rng.random() < 0.95 else []
        users.append(user(f"u{number}", *own, Tags=team))
    return snapshot(tmp_path, UserDetailList=users)


def asked_of_each(found: Snapshot, question: Question, monkeypatch: pytest.MonkeyPatch) -> WhoCan:
    """The answer where everybody with a tag of its own is decided anew."""
    with monkeypatch.context() as patched:
        patched.setattr(OtherValues, "of", lambda *_: None)
        patched.setattr(asking.Asking, "_situation_like", lambda self, _, place: self._situation(place))
        return Rows(Holders(found), question).answer()


@pytest.mark.parametrize("seed", range(20_261_201, 20_261_221))
def test_whose_tags_differ_is_told_what_it_would_be_alone(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tagged(tmp_path, Random(seed))  # noqa: S311 - test data, not secrets
    assert Rows(Holders(found), READ).answer() == asked_of_each(found, READ, monkeypatch)


@pytest.mark.parametrize("seed", range(20_261_201, 20_261_221))
def test_only_ways_of_those_whose_tags_differ_are_what_deciding_without_each_says(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WC14: an open Allow is enough alone where it may match in some state of what nobody knows."""
    found = tagged(tmp_path, Random(seed))  # noqa: S311 - test data, not secrets
    told = Rows(Holders(found), READ).answer().ways
    monkeypatch.setattr(only_ways.OnlyWays, "denied_without", decided_anew)
    monkeypatch.setattr(only_ways.OnlyWays, "of_each", each_decided_anew)
    monkeypatch.setattr(row_ways.Ways, "is_only_own", lambda *_: False)
    assert told == Rows(Holders(found), READ).answer().ways


def test_callers_of_many_teams_are_decided_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where two statements are open, in whichever order they stand."""
    two = [allow("s3:*", Condition=LINES[0]), deny("s3:*", Condition=LINES[-2])]
    users = [
        user(f"u{number}", *two[:: 1 if number % 2 else -1], Tags=[{"Key": "team", "Value": f"team-{number // 2}"}])
        for number in range(40)
    ]
    calls = counted(monkeypatch, asking, "situation_of")
    answer = Rows(Holders(snapshot(tmp_path, UserDetailList=users)), READ).answer()
    told = {one.when for row in answer.principals for one in row.conditions if one.key == "aws:ResourceTag/team"}
    assert {f"team-{number}" for number in range(20)} <= told
    assert 0 < len(calls) <= 3
