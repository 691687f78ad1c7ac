"""Answers about everybody say whom the export leaves out (WC4, I11, I12)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import iamtui
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.everybody.left_out import left_out
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.snapshot.model import Resource, Snapshot
from tests.tables import every_row

SAMPLE = Path(__file__).parents[3] / "samples" / "acme-day1.json"
WHOLE = iamtui.open_snapshot(SAMPLE)
(ACCOUNT,) = WHOLE.accounts.values()
GONE = f"of account {ACCOUNT.account_id} were not exported: none of them is asked about"
CUT = f"a page of the export of account {ACCOUNT.account_id} is missing: users and roles on it are not asked about"


def lacking(**members: Any) -> Snapshot:
    """The sample without some members of its account."""
    return replace(WHOLE, accounts={ACCOUNT.account_id: replace(ACCOUNT, **members)})


ROWS = [
    pytest.param(lacking(roles=None), (f"the roles {GONE}",), id="I12 no list of roles"),
    pytest.param(lacking(users=None), (f"the users {GONE}",), id="I12 no list of users"),
    pytest.param(lacking(users=None, roles=None), (f"the users and roles {GONE}",), id="I12 neither"),
    pytest.param(lacking(is_complete=False), (CUT,), id="I11 a page is missing"),
    pytest.param(lacking(roles=None, is_complete=False), (f"the roles {GONE}", CUT), id="I11 and I12"),
    pytest.param(lacking(users={}), (), id="an empty list is a list"),
    pytest.param(lacking(groups=None, policies=None), (), id="what is no principal is nobody left out"),
    pytest.param(WHOLE, (), id="the whole"),
]


@every_row("snapshot, told", ROWS)
def test_who_is_left_out(snapshot: Snapshot, told: tuple[str, ...]) -> None:
    assert tuple(left_out(snapshot)) == told


def test_accounts_are_told_together() -> None:
    accounts = {number: replace(ACCOUNT, account_id=number, roles=None) for number in map(str, range(5, 0, -1))}
    (told,) = left_out(replace(WHOLE, accounts=accounts))
    assert told == "the roles of accounts 1, 2, 3 and 2 more were not exported: none of them is asked about"


STRANGE = "the users and roles of account 999999999999, whose this is, were not exported: none of them is asked about"
QUEUE = "arn:aws:sqs:eu-west-1:{}:jobs"


@every_row(
    "asked, stated, told",
    [
        pytest.param((QUEUE.format("999999999999"),), None, (STRANGE,), id="in its ARN"),
        pytest.param(
            (QUEUE.format("999999999999"), QUEUE.format("9999*")), None, (STRANGE,), id="a pattern is nobody's"
        ),
        pytest.param((QUEUE.format(ACCOUNT.account_id),), None, (), id="of an exported account"),
        pytest.param(("arn:aws:s3:::x/y",), "999999999999", (STRANGE,), id="stated"),
        pytest.param(("arn:aws:s3:::x/y",), None, (), id="nobody knows"),
        pytest.param(("arn:aws:s3:::theirs", "arn:aws:s3:::theirs/a/b"), None, (STRANGE,), id="known of the bucket"),
        pytest.param(("*",), None, (), id="on nothing"),
    ],
)
def test_the_account_of_what_is_asked_about(asked: tuple[str, ...], stated: str | None, told: tuple[str, ...]) -> None:
    """Within an account no policy of the resource is needed: whoever is of it and was not exported may do it."""
    theirs = Resource("arn:aws:s3:::theirs", "999999999999", "s3:bucket")
    snapshot = replace(WHOLE, resources={theirs.arn: theirs})
    actions = ("sqs:SendMessage", "s3:GetObject", "s3:ListBucket")
    question = Question(actions=actions, resources=asked, resource_account=stated)
    assert tuple(text for text in who_can(snapshot, question).leans_on if "whose this is" in text) == told


@pytest.mark.parametrize("members", [{"roles": None}, {"is_complete": False}], ids=["no roles", "a part"])
def test_each_answer_about_everybody_leans_on_it(members: dict[str, Any]) -> None:
    """Who is not exported may do it too: an answer that is silent about that would end an investigation."""
    snapshot = lacking(**members)
    (told,) = left_out(snapshot)
    delete = Question(actions=("s3:DeleteBucket",), resources=("arn:aws:s3:::acme-ledger",))
    assert told in who_can(snapshot, delete).leans_on
    assert told not in who_can(WHOLE, delete).leans_on
    services = MatrixQuestion(services=("s3",))
    assert matrix(snapshot, services).leans_on == (told,)
    assert matrix(snapshot, services).to_dict()["leans_on"] == [told]
    assert "leans_on" not in matrix(WHOLE, services).to_dict()
    assert told in find_paths(snapshot, PathQuestion()).leans_on
