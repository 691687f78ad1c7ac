"""What is kept while everybody is asked, and for the next question: it saves work and changes no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.queries.deciding import groups, only_ways
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.rows import Rows
from iamtui.analysis.queries.index import truths
from iamtui.analysis.queries.index.holders import Holders
from iamtui.evaluation import weighing
from iamtui.evaluation.decide import decide
from iamtui.evaluation.matching import matching_once
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.request.request import Unstated
from iamtui.policy import parsing
from iamtui.policy.keys import KeyValue
from tests.analysis.queries.test_who_can import AT, question_of
from tests.analysis.queries.worlds import crowded_world, random_world
from tests.evaluation.building import allow, deny, snapshot, user

ASKED: tuple[dict[str, KeyValue], ...] = (
    {},
    {"aws:username": KeyValue.of("ann")},
    {"aws:PrincipalTag/team": KeyValue.of("core")},
    {"aws:MultiFactorAuthPresent": KeyValue.of("true")},
    {},
)
"""What is stated of the same action on the same resource, one after another."""
READ = Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::ledger/q3.csv",))
OF_ONES_TEAM = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
TEAMS = ("core", "data", "web")


def asked_again_and_anew(seed: int) -> None:
    """Ask one index the same of other keys, and compare with an index that was never asked before."""
    rng = Random(seed)  # noqa: S311 - test data, not secrets
    world = random_world(rng) if seed % 2 else crowded_world(rng)
    asked = question_of(world)
    again = Holders(world.snapshot)
    for stated in ASKED:
        for unstated in Unstated:
            question = replace(asked, context={**asked.context, **stated}, unstated=unstated, show_denied=True)
            found, anew = Rows(again, question).answer(), Rows(Holders(world.snapshot), question).answer()
            assert found == anew, f"world {seed}, {stated}, {unstated}"


@pytest.mark.parametrize("seed", range(20_261_130, 20_261_142))
def test_what_was_asked_before_changes_no_answer(seed: int) -> None:
    asked_again_and_anew(seed)


def test_of_documents_that_are_written_alike_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is still told as its own: by what its statements are called."""
    users = [user(f"u{number}", deny("s3:Put*"), allow("s3:Get*", Sid=f"Read{number}")) for number in range(5)]
    holders = Holders(snapshot(tmp_path, UserDetailList=users))
    calls = counted(monkeypatch, parsing, "_read_statement")
    found = Rows(holders, READ).answer()
    assert len([one for one in calls if "'Sid': 'Read" in str(one)]) == 1  # the other is root's
    assert [way.statement for way in found.ways if way.origin == "inline"] == [f"Read{number}" for number in range(5)]
    assert [way.only_way_of for way in found.ways if way.origin == "inline"] == [1] * 5


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(3_000_000, 3_200_000, 10_000))
def test_what_was_asked_before_changes_no_answer_at_length(seed: int) -> None:
    for one in range(seed, seed + 40):
        asked_again_and_anew(one)


@pytest.mark.parametrize("seed", range(20_261_130, 20_261_142))
def test_statements_asked_once_say_what_they_say_each_time(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """T30: what is kept of them while keys are tried in other states changes no decision."""
    rng = Random(seed)  # noqa: S311 - test data, not secrets
    world = random_world(rng)
    callers = [replace(world.request, principal=one.arn, at=AT) for one in Holders(world.snapshot).all]
    kept = [decide(world.snapshot, one) for one in callers]
    monkeypatch.setattr(weighing, "MatchOnce", lambda _: match)
    assert kept == [decide(world.snapshot, one) for one in callers]


def counted(monkeypatch: pytest.MonkeyPatch, where: object, name: str) -> list[object]:
    """What a function is called with, from now on."""
    calls: list[object] = []
    real: Callable[..., object] = getattr(where, name)

    def call(*given: object, **more: object) -> object:
        calls.append(given)
        return real(*given, **more)

    monkeypatch.setattr(where, name, call)
    return calls


def teams(tmp_path: Path) -> Holders:
    """Sixty users of three teams, half of whom carry a second open Allow."""
    second = allow("s3:GetObject", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    own = allow("s3:GetObject", Condition=OF_ONES_TEAM)
    users = [
        user(f"u{number}", own, *((second,) if number % 2 else ()), Tags=[{"Key": "team", "Value": TEAMS[number % 3]}])
        for number in range(60)
    ]
    return Holders(snapshot(tmp_path, UserDetailList=users))


def test_a_tag_is_derived_once_for_all_who_are_tagged_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holders = teams(tmp_path)
    calls = counted(monkeypatch, truths, "asked_by")
    answer = Rows(holders, READ).answer()
    assert sum(row.decision == "conditional" for row in answer.principals) == 60
    assert len(calls) <= 2 * len(TEAMS)


def test_what_lets_one_in_alone_is_told_by_a_situation_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WC14: those with one open Allow tell that it is enough for those with two."""
    holders = teams(tmp_path)
    calls = counted(monkeypatch, only_ways, "may_be_allowed")
    ways = Rows(holders, READ).answer().ways
    assert sorted({way.only_way_of for way in ways}) == [0, 1]
    assert len(calls) <= 1


def test_lines_of_conditions_are_asked_once_for_all_situations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = matching_once.TestsOnce.__call__

    def call(self: matching_once.TestsOnce, *given: object) -> object:
        before = len(self._found)
        found = real(self, *given)  # type: ignore[arg-type]
        asked.extend([given] * (len(self._found) - before))
        return found

    monkeypatch.setattr(matching_once.TestsOnce, "__call__", call)
    holders = teams(tmp_path)
    Rows(holders, READ).answer()
    of_teams = len(TEAMS) * 3  # a team is met where the tag of the resource is absent, the same, and another
    assert 0 < len(asked) <= 2 * (of_teams + 3)


def test_what_documents_say_is_kept_for_the_same_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holders = teams(tmp_path)
    Rows(holders, READ).answer()
    calls = counted(monkeypatch, groups, "relevance_of")
    Rows(holders, replace(READ, context={"aws:PrincipalTag/team": KeyValue.of("web")})).answer()
    assert not calls
    Rows(holders, replace(READ, resources=("arn:aws:s3:::ledger/q4.csv",))).answer()
    assert calls


def test_a_name_that_the_request_states_is_asked_apart(tmp_path: Path) -> None:
    """V5: what is named after one user is everybody's where the request says that this is the user's name."""
    home = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"}
    holders = Holders(snapshot(tmp_path, UserDetailList=[user("ann", home), user("ben", home), user("cleo")]))
    read = Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::home/ann/q3.csv",))
    as_ann = replace(read, context={"aws:username": KeyValue.of("ann")})
    found = [Rows(holders, one).answer().principals for one in (read, as_ann, read)]
    assert [[row.arn.rpartition("/")[2] for row in each if row.kind == "user"] for each in found] == [
        ["ann"],
        ["ann", "ben"],
        ["ann"],
    ]
