"""Accounts that a request seems to meet alike, and does not: each is decided as `decide` does (WC2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import Row
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.evaluation.decide import decide
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.queries.test_who_can import label
from tests.analysis.queries.worlds import as_account
from tests.evaluation.building import ACCOUNT, allow, arn, document, managed, policy, role, snapshot, user
from tests.tables import every_row

ONE, TWIN = "222233334444", "333344445555"
BUCKET = "arn:aws:s3:::ledger"
READ = Question(actions=("s3:GetObject",), resources=(f"{BUCKET}/q3.csv",), show_denied=True)
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
OF_ONE = {"StringEquals": {"aws:PrincipalAccount": ONE}}
AGENT = {"StringEquals": {"aws:UserAgent": "${aws:PrincipalAccount}"}}

CASES = {
    "the bucket's policy names one account": ({**EVERYONE, "Principal": {"AWS": f"arn:aws:iam::{ONE}:root"}}, {}, None),
    "it reads the account": ({**EVERYONE, "Condition": OF_ONE}, {}, None),
    "their own policies read it": (EVERYONE, OF_ONE, None),
    "their own open policies put it into a value": (EVERYONE, AGENT, None),
    "the bucket's open policy puts it into a value": ({**EVERYONE, "Condition": AGENT}, {}, None),
    "a boundary reads it": (EVERYONE, {}, OF_ONE),
    "an open boundary puts it into a value": (EVERYONE, {}, AGENT),
}


def world_of(path: Path, statement: object, condition: object, bound: object | None) -> Snapshot:
    """Two accounts with the same user and role, who carry the same, and the bucket of a third."""
    limit = managed("limit", {**allow("s3:*"), "Condition": bound or {}})
    more = {"PermissionsBoundary": {"PermissionsBoundaryArn": limit["Arn"]}} if bound else {}
    reading = {**allow("s3:GetObject"), "Condition": condition}
    people = {"UserDetailList": [user("ann", reading, **more)], "RoleDetailList": [role("app", reading, **more)]}
    home = snapshot(path, **people, Policies=[limit])
    accounts = {number: as_account(number, home.accounts[ACCOUNT]) for number in (ONE, TWIN)}
    bucket = Resource(BUCKET, ACCOUNT, "s3:bucket", document(policy(statement)), Exported.PRESENT)
    return replace(home, accounts=accounts, resources={BUCKET: bucket})


def _told(row: Row) -> tuple[object, ...]:
    return row.decision, tuple((one.key, one.when) for one in row.conditions)


@every_row("case", CASES.values(), ids=CASES)
def test_accounts_that_seem_alike_are_told_apart(tmp_path: Path, case: tuple[object, object, object]) -> None:
    world = world_of(tmp_path, *case)
    rows = {row.arn: row for row in who_can(world, READ).principals if not row.outside and row.kind != "root"}
    assert len(rows) == 4
    for principal, row in rows.items():
        decision = decide(world, Request(principal, "s3:GetObject", f"{BUCKET}/q3.csv"))
        branches = tuple((key.key, branch.state) for key in decision.unknown_keys for branch in key.branches)
        assert _told(row) == (label(decision), branches)
    of_one, of_twin = (_told(rows[arn("user/ann").replace(ACCOUNT, number)]) for number in (ONE, TWIN))
    assert of_one != of_twin
