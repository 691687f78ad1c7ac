"""An alias whose key no export tells: its account and Region are known, its id is not (S20)."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.request.request import Request, Unstated
from tests.evaluation.building import ACCOUNT, allow, arn, deny, named, snapshot, user
from tests.tables import every_row

ALICE = arn("user/alice")
KEYS = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/"
ALIAS = f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/ledger"
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
DELEGATING = named("key", allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
OPEN = f"the key that {ALIAS} stands for was not exported (S20)"

PATTERNS = [
    ("every key of the account", [allow("kms:*", f"{KEYS}*")], "allowed"),
    ("every key of any account", [allow("kms:*", "arn:aws:kms:*:*:key/*")], "allowed"),
    ("one key", [allow("kms:*", f"{KEYS}{ID}")], "conditional"),
    ("ids of a form", [allow("kms:*", f"{KEYS}mrk-*")], "conditional"),
    ("the alias itself", [allow("kms:*", ALIAS)], "implicitDeny"),
    ("keys of another account", [allow("kms:*", "arn:aws:kms:*:444455556666:key/*")], "implicitDeny"),
    ("all but one key", [{"Effect": "Allow", "Action": "kms:*", "NotResource": f"{KEYS}{ID}"}], "conditional"),
    ("all but keys", [{"Effect": "Allow", "Action": "kms:*", "NotResource": "arn:aws:kms:*:*:key/*"}], "implicitDeny"),
    ("a Deny of every key", [allow(), deny("kms:*", f"{KEYS}*")], "explicitDeny"),
    ("a Deny of one key", [allow(), deny("kms:*", f"{KEYS}{ID}")], "conditional"),
    ("a Deny of another account", [allow(), deny("kms:*", "arn:aws:kms:*:444455556666:key/*")], "allowed"),
    (
        "a tag of the key",
        [allow("kms:*", f"{KEYS}*", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}})],
        "conditional",
    ),
]


@every_row(("row", "statements", "word"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_patterns_are_compared_with_all_that_the_key_can_be(row: str, statements: list[object], word: str) -> None:
    policies = GivenPolicies(identity=(named("p", *statements),), resource=DELEGATING)
    decision = decide_policies(policies, Request(ALICE, "kms:Decrypt", ALIAS))
    assert decision.word == word
    assert (OPEN in decision.unknown_data) is (word == "conditional" and row != "a tag of the key")


@pytest.mark.parametrize(("text", "word"), [(f"{KEYS}*", "allowed"), (f"{KEYS}{ID}", "implicitDeny")])
def test_where_nothing_is_unknown_no_policy_names_the_key(text: str, word: str) -> None:
    policies = GivenPolicies(identity=(named("p", allow("kms:*", text)),), resource=DELEGATING)
    assert decide_policies(policies, Request(ALICE, "kms:Decrypt", ALIAS, unstated=Unstated.ABSENT)).word == word


def test_operations_on_aliases_are_authorized_on_the_alias() -> None:
    policies = GivenPolicies(identity=(named("p", allow("kms:*", f"{KEYS}*")),))
    assert decide_policies(policies, Request(ALICE, "kms:DeleteAlias", ALIAS)).word == "implicitDeny"


def test_who_can_says_what_decide_says(tmp_path: Path) -> None:
    """WC2: nobody is passed over whose policies name keys, and not the alias."""
    texts = {"all": f"{KEYS}*", "one": f"{KEYS}{ID}", "away": "arn:aws:kms:*:444455556666:key/*", "alias": ALIAS}
    held = snapshot(tmp_path, UserDetailList=[user(name, allow("kms:*", text)) for name, text in texts.items()])
    elsewhere = ALIAS.replace(ACCOUNT, "444455556666")
    for alias, able in ((ALIAS, {"all", "one", "away", "alias"}), (elsewhere, {"away"})):
        decided = {name: decide(held, Request(arn(f"user/{name}"), "kms:Decrypt", alias)) for name in texts}
        found = who_can(held, Question(actions=("kms:Decrypt",), resources=(alias,)))
        rows = {row.arn.rpartition("/")[2] for row in found.principals if row.kind == "user"}
        assert rows == {name for name, one in decided.items() if not one.is_denied} == able
