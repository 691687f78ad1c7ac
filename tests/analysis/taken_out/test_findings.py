"""The smallest accounts in which the thorough rules find something, are clear, or cannot tell (FI91, FI95-FI97)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.review.hygiene_results import HygieneFinding, HygieneReview
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import arn, export, group, opened, policy, role, trust, user, write

SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def statement(effect: str, *actions: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return {**said, "Condition": condition} if condition else said


def says(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def asked(tmp_path: Path, rule: str, **parts: Any) -> HygieneReview:
    return review(opened(tmp_path / "account.json", export(**parts)), rules=(rule,))


def messages(found: HygieneReview) -> list[str]:
    return [one.message for one in found.findings]


def only(found: HygieneReview) -> HygieneFinding:
    (one,) = found.findings
    return one


# FI95


def test_a_boundary_turns_what_it_does_not_allow(tmp_path: Path) -> None:
    """FI95: found, with the request that shows it."""
    ann = user(
        "ann",
        inline={"own": says(statement("Allow", "sqs:SendMessage", "sqs:DeleteQueue"))},
        boundary=arn("policy", "B"),
    )
    found = only(asked(tmp_path, "FI95", users=[ann], policies=[policy("B", says(SEND))]))
    assert found.message == "B the permissions boundary alone turns 1 action of sqs (1 Write) for user/ann"
    assert found.rows[0] == f"{arn('user', 'ann')} sqs:DeleteQueue arn:aws:sqs:us-east-1:111122223333:x"


def test_two_guardrails_turn_the_same_together(tmp_path: Path) -> None:
    """FI95: taken out alone neither flips anything, and both say so."""
    own = says(statement("Allow", "sqs:*"), statement("Deny", "sqs:DeleteQueue"), statement("Deny", "sqs:Delete*"))
    found = messages(asked(tmp_path, "FI95", users=[user("ann", inline={"own": own})]))
    assert found == [
        "ann the statement 1 of the inline policy own with others 1 action of sqs (1 Write) for user/ann",
        "ann the statement 2 of the inline policy own alone turns 1 action of sqs (1 Write) for user/ann; "
        "with others 1 action of sqs (1 Write) for user/ann",
    ]


def test_a_guardrail_turns_a_decision_of_one_state_only(tmp_path: Path) -> None:
    """FI95: the labels are conditional with it and without, by other values; the row says by which."""
    own = says(
        statement("Allow", "sqs:DeleteQueue", IpAddress={"aws:SourceIp": "203.0.113.0/24"}),
        statement("Deny", "sqs:DeleteQueue", IpAddress={"aws:SourceIp": "203.0.113.8"}),
    )
    found = only(asked(tmp_path, "FI95", users=[user("ann", inline={"own": own})]))
    assert "aws:SourceIp" in found.rows[0] and "203.0.113.8" in found.rows[0]


def test_who_is_exempt_is_told_with_the_condition(tmp_path: Path) -> None:
    """FI95."""
    shared = says(
        statement("Allow", "sqs:DeleteQueue"),
        statement("Deny", "sqs:DeleteQueue", ArnNotLike={"aws:PrincipalArn": arn("user", "ben")}),
    )
    users = [user(name, attached=[arn("policy", "P")]) for name in ("ann", "ben")]
    found = only(asked(tmp_path, "FI95", users=users, policies=[policy("P", shared)]))
    assert "for user/ann; exempt: ben (ArnNotLike aws:PrincipalArn)" in found.message
    assert f"exempt: {arn('user', 'ben')} by ArnNotLike aws:PrincipalArn" in found.rows


def test_without_guardrails_nothing_is_told(tmp_path: Path) -> None:
    """FI95, FI96: clear."""
    found = review(
        opened(tmp_path / "account.json", export(users=[user("ann", inline={"own": says(SEND)})])),
        rules=("FI95", "FI96"),
    )
    assert (found.findings, found.unknown) == ((), ())


# FI96


@pytest.mark.parametrize(
    ("deny", "told"),
    [
        (statement("Deny", "sqs:DeleteQueue"), ("info", "turns nothing today: nobody is allowed this anyway")),
        (statement("Deny", "sqs:DeletQueue"), ("warning", "never matches: AWS lists no such action")),
        (
            statement("Deny", "sqs:SendMessage", ArnLike={"aws:PrincipalArn": arn("user", "gone")}),
            ("warning", "never matches: ArnLike aws:PrincipalArn cannot hold"),
        ),
        (statement("Deny", "sqs:SendMessage"), None),
        (statement("Deny", "sqs:SendMessage", Bool={"aws:SecureTransport": "false"}), None),
        (statement("Deny", "sqs:SendMessage", Bool={"aws:ViaAWSService": "true"}), None),
        (statement("Deny", "sqs:SendMessage", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}), None),
    ],
    ids=["nobody", "misspelt", "cannot hold", "turns", "without TLS", "through a service", "of another day"],
)
def test_a_guardrail_that_turns_nothing(tmp_path: Path, deny: dict[str, Any], told: tuple[str, str] | None) -> None:
    """FI96: what depends on how or when somebody asks is not idle."""
    found = asked(tmp_path, "FI96", users=[user("ann", inline={"own": says(SEND, deny)})])
    if told is None:
        assert found.findings == ()
    else:
        one = only(found)
        assert (one.severity.value, one.message) == (told[0], f"ann the statement 1 of the inline policy own {told[1]}")


def test_what_keeps_strangers_out_is_not_told_to_be_idle(tmp_path: Path) -> None:
    """FI96: nobody of the export is turned by a Deny of strangers; whom it keeps out was not exported: unknown."""
    strangers = {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}
    denies = {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*", "Condition": strangers}
    trusts = trust({"AWS": "*"})
    trusts["Statement"].append(denies)
    found = asked(tmp_path, "FI96", roles=[role("open", trusts=trusts)])
    assert (found.findings, [one.subject.name for one in found.unknown]) == ((), ["open"])


@pytest.mark.parametrize("rule", ["FI96", "FI97"])
def test_what_a_key_policy_may_give_that_was_not_exported_is_not_told_to_be_denied_anyway(
    rule: str, tmp_path: Path
) -> None:
    """FI96, FI97: a key policy gives by itself (S5), so that the Deny may be all that is in the way."""
    deny = says(SEND, statement("Deny", "kms:Decrypt"))
    write(tmp_path / "account.json", export(users=[user("ann", inline={"own": deny})]))
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert [one.subject.name for one in review(open_snapshot([tmp_path]), rules=(rule,)).findings] == ["ann"]
    write(tmp_path / "kms-list-keys.json", {"Keys": [{"KeyId": key.rpartition("/")[2], "KeyArn": key}]})
    found = review(open_snapshot([tmp_path]), rules=(rule,))
    assert ([one.message for one in found.findings], [one.subject.name for one in found.unknown]) == ([], ["ann"])


# FI97


def test_what_another_statement_decides_is_redundant(tmp_path: Path) -> None:
    """FI97: named with what covers it."""
    ann = user("ann", GroupList=["G"], inline={"own": says(statement("Allow", "sqs:*"))})
    found = asked(tmp_path, "FI97", users=[ann], groups=[group("G", inline={"own": says(SEND)})])
    assert messages(found) == [
        "G the statement 0 of the inline policy own changes no decision: 0 of own decides all of it; "
        "one of 2 that can go at once",
        "ann the membership in G changes no decision: 0 of own decides all of it; one of 2 that can go at once",
    ]


def test_of_two_that_cover_each_other_one_can_go(tmp_path: Path) -> None:
    """FI97: the largest set that can go at once."""
    found = asked(tmp_path, "FI97", users=[user("ann", inline={"own": says(SEND, SEND)})])
    assert [one.rpartition("; ")[2] for one in messages(found)] == [
        "one of 1 that can go at once",
        "not beside the 1 that can go at once",
    ]


@pytest.mark.parametrize(
    "near",
    [
        statement("Allow", "sqs:SendMessage", "sqs:DeleteQueue"),
        statement("Allow", "sqs:SendMessage", resource="arn:aws:sqs:*:*:a*"),
        statement("Allow", "sqs:SendMessage", IpAddress={"aws:SourceIp": "203.0.0.0/8"}),
    ],
    ids=["one action more", "one cell more", "one address more"],
)
def test_a_near_miss_is_not_redundant(tmp_path: Path, near: dict[str, Any]) -> None:
    """FI97: one action, cell or condition value that nothing else allows is enough."""
    narrower = statement("Allow", "sqs:SendMessage", resource="arn:aws:sqs:*:*:ab*")
    if "Condition" in near:
        narrower = statement("Allow", "sqs:SendMessage", IpAddress={"aws:SourceIp": "203.0.113.0/24"})
    found = asked(tmp_path, "FI97", users=[user("ann", inline={"own": says(narrower, near)})])
    assert all("statement 1" not in one for one in messages(found))
    assert any("statement 0" in one for one in messages(found))


def test_a_document_that_was_not_exported_proves_nothing(tmp_path: Path) -> None:
    """FI97: it may allow the same, and deny; not proved is unknown, never found."""
    lost = "arn:aws:iam::aws:policy/NobodyKnowsThis"
    found = asked(tmp_path, "FI97", users=[user("ann", inline={"own": says(SEND)}, attached=[lost])])
    assert (found.findings, [one.rule for one in found.unknown]) == ((), ["FI97"])


def test_many_states_are_not_proved(tmp_path: Path) -> None:
    """FI97: above the limit of states nothing is told but that (T30)."""
    keys = [f"aws:RequestTag/k{number}" for number in range(8)]
    several = {key: [f"{letter}*" for letter in "abcdefg"] for key in keys}
    wide = statement("Allow", "sqs:CreateQueue", StringLike=several)
    found = asked(tmp_path, "FI97", users=[user("ann", inline={"own": says(wide, wide)})])
    assert (found.findings, [one.rule for one in found.unknown]) == ((), ["FI97", "FI97"])


# FI91


def test_the_other_half_is_a_path_away(tmp_path: Path) -> None:
    """FI91: with the path; FI90's own halves, and who has no way to the other, are clear."""
    pipeline = says(
        statement("Allow", "codepipeline:UpdatePipeline"),
        statement("Allow", "sts:AssumeRole", resource=arn("role", "approver")),
    )
    approves = says(statement("Allow", "codepipeline:PutApprovalResult"))
    users = [
        user("ann", inline={"own": pipeline}),
        user("ben", inline={"own": says(statement("Allow", "codepipeline:UpdatePipeline"))}),
    ]
    found = only(asked(tmp_path, "FI91", users=users, roles=[role("approver", inline={"own": approves})]))
    assert found.subject.arn == arn("user", "ann")
    assert "may change a pipeline and approve it" in found.message and "as approver" in found.message
    assert found.rows[-1].startswith(f"{arn('role', 'approver')} codepipeline:PutApprovalResult")


def test_many_principals_are_told_to_look_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FI91: unknown."""
    monkeypatch.setattr("iamtui.analysis.findings.by_rule.becoming.MOST_PRINCIPALS", 0)
    assert [one.rule for one in asked(tmp_path, "FI91", users=[user("ann")]).unknown] == ["FI91"]
