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
from tests.evaluation.building import allow, arn, deny, snapshot, user

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


def test_who_has_as_many_combinations_of_other_states_is_decided_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four states of one key and five of another come to as many as five and four."""
    keys = ("a", "b")
    other = {f"aws:ResourceTag/{key}": [f"${{aws:PrincipalTag/{key}}}", ""] for key in keys}
    none = allow(
        "s3:*",
        Condition={
            "Null": dict.fromkeys(other, "true"),
            "StringNotEquals": other,
            "StringNotLike": dict.fromkeys(other, "core"),
        },
    )
    tags = [zip(keys, values, strict=True) for values in (("core", "web"), ("web", "core"))]
    users = [
        user(f"u{number}", none, Tags=[{"Key": key, "Value": value} for key, value in own])
        for number, own in enumerate(tags)
    ]
    found = snapshot(tmp_path, UserDetailList=users)
    answer = Rows(Holders(found), READ).answer()
    assert answer == asked_of_each(found, READ, monkeypatch)
    assert [len(row.conditions) for row in answer.principals if row.kind == "user"] == [9, 9]


KEYS = "aws:TagKeys"
TAGGING = Question(actions=("ec2:CreateTags",), resources=("arn:aws:ec2:eu-west-1:111122223333:instance/i-1",))


def test_for_whom_not_all_values_are_tried_is_not_told_what_one_is_for_whom_all_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: of lists of more than five values some are not tried, so that it stays open whether one of them is let in.

    No list is: to be none, and to hold something, exclude each other.
    """
    never = {"Null": {KEYS: "true"}, "ForAnyValue:StringEquals": {KEYS: ""}, "ForAnyValue:StringLike": {KEYS: [*"123"]}}
    lines = [{**never, "ForAllValues:StringEquals": {KEYS: value}} for value in ("1", "2", "3", CALLER)]
    own = [allow("ec2:*", Condition=line) for line in lines]
    users = [user(f"u{team}", *own, Tags=[{"Key": "team", "Value": team}]) for team in "14"]
    found = snapshot(tmp_path, UserDetailList=users)
    answer = Rows(Holders(found), TAGGING).answer()
    assert answer == asked_of_each(found, TAGGING, monkeypatch)
    assert [row.arn for row in answer.principals if row.kind == "user"] == [arn("user/u4")]


def test_a_way_is_not_the_only_one_beside_an_open_one_that_no_tried_state_lets_in(tmp_path: Path) -> None:
    """T30: what two lists of wildcards may both match is not tried to the end, so that it may let one in."""
    open_still = {"StringLike": {"aws:ResourceTag/team": "co*"}, "StringNotLike": {"aws:ResourceTag/team": "c*"}}
    plain = {"StringEquals": {"aws:ResourceTag/env": "test"}}
    own = [allow("s3:*", Condition=plain), allow("s3:*", Condition=open_still)]
    found = snapshot(tmp_path, UserDetailList=[user("ann", *own)])
    assert [way.only_way_of for way in Rows(Holders(found), READ).answer().ways if way.origin == "inline"] == [0, 0]
