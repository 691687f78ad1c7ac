"""Remedies of findings, each tried on a copy of the picture (sections 1 and 5 of the findings)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.findings.checks import RULES
from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.review.hygiene_results import HygieneFinding
from iamtui.analysis.findings.thorough import THOROUGH
from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.overlay.patches import edits_of_patch, patch_of
from iamtui.analysis.remedies.offering import OFFERS, remedies_of
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.analysis.remedies.trying import tried
from iamtui.reports.serial import json_bytes
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.test_hygiene import (
    AT,
    COGNITO,
    INLINE_ADMIN,
    LAMBDA,
    LONG_AGO,
    PASSWORD,
    SAML,
    WEB,
    attached,
    key,
    one_role,
    report,
    topic,
    trusting,
)
from tests.analysis.test_hygiene_of_powers import (
    NO_SUB,
    OWN_ACCOUNT,
    READS,
    alice,
    allowing,
    denying,
    github,
    saying,
    trusted_by,
)
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, group, policy, role, user, write
from tests.tables import every_row

ROOT = Path(__file__).parents[2]
KEYS: dict[str, Json] = {
    "iam_list_access_keys/alice": {
        "AccessKeyMetadata": [
            {"UserName": "alice", "AccessKeyId": "AKIA1", "Status": "Active", "CreateDate": LONG_AGO},
        ]
    }
}
BOUNDED: dict[str, Any] = {
    "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/b",
    "PermissionsBoundaryType": "Policy",
}


def finding_of(found: HygieneFinding) -> Finding:
    return Finding(found.rule, found.subject.arn, found.message, found.rows)


def opened(folder: Path, account: Json, credentials: str | None, files: dict[str, Json]) -> Snapshot:
    write(folder / "0.json", account)
    if credentials is not None:
        (folder / "credentials.csv").write_text(credentials, "utf-8")
    for name, content in files.items():
        write(folder / f"{name.replace('_', '-')}.json", content)
    return open_snapshot([folder])


@every_row(
    ("rule", "account", "credentials", "files"),
    [
        ("FI20", alice([]), report(**PASSWORD), {}),
        ("FI21", alice(allowing("s3:*")), report(**PASSWORD), {}),
        ("FI22", alice([]), report(**PASSWORD, **key()), {}),
        (
            "FI23",
            details(UserDetailList=[user("ci-bot")]),
            report(f"arn:aws:iam::{ACCOUNT}:user/ci-bot", **PASSWORD),
            {},
        ),
        ("FI24", alice(INLINE_ADMIN), None, {}),
        ("FI24", one_role(OWN_ACCOUNT, RolePolicyList=INLINE_ADMIN), None, {}),
        ("FI24", one_role(trusting({"AWS": "*"}), RolePolicyList=INLINE_ADMIN), None, {}),
        ("FI26", alice([]), report(**key(1, LONG_AGO, LONG_AGO)), KEYS),
        ("FI27", alice([]), report(**key(1, LONG_AGO, LONG_AGO)), KEYS),
        ("FI30", alice([]), report(**key(1, LONG_AGO, LONG_AGO)), KEYS),
        ("FI28", alice([]), report(**PASSWORD | {"password_last_used": LONG_AGO}), {}),
        ("FI51", alice([]), report(**PASSWORD | {"password_last_used": LONG_AGO}), {}),
        ("FI40", alice(INLINE_ADMIN), None, {}),
        (
            "FI40",
            alice(
                saying(
                    {"Effect": "Allow", "Action": "*", "Resource": "*"},
                    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                )
            ),
            None,
            {},
        ),
        ("FI41", alice(allowing("iam:PutUserPolicy", resource=f"arn:aws:iam::{ACCOUNT}:user/alice")), None, {}),
        (
            "FI42",
            details(UserDetailList=[user("alice", AttachedManagedPolicies=attached("p"))], Policies=[policy("p")]),
            None,
            {},
        ),
        (
            "FI43",
            details(
                UserDetailList=[user("alice", GroupList=["g"])],
                GroupDetailList=[group("g", GroupPolicyList=allowing("account:CloseAccount"))],
            ),
            None,
            {},
        ),
        (
            "FI43",
            alice([*allowing("cloudtrail:StopLogging"), {**allowing("cloudtrail:*")[0], "PolicyName": "q"}]),
            None,
            {},
        ),
        ("FI45", alice(allowing("sts:AssumeRole"), trusted_by("deploy", OWN_ACCOUNT)), None, {}),
        ("FI46", alice(allowing("iam:PassRole"), trusted_by("deploy", LAMBDA)), None, {}),
        ("FI47", alice(INLINE_ADMIN), None, {}),
        ("FI48", one_role(RolePolicyList=INLINE_ADMIN), None, {}),
        ("FI49", alice(allowing("iam:PutUserPolicy")), None, {}),
        (
            "FI60",
            one_role(trusting({"AWS": [OTHER, ACCOUNT]})),
            None,
            {"sns_get_topic_attributes": topic({"AWS": OTHER})},
        ),
        ("FI61", one_role(trusting({"AWS": OTHER})), None, {}),
        ("FI62", one_role(trusting({"AWS": "*"})), None, {}),
        ("FI62", alice([]), None, {"sns_get_topic_attributes": topic("*")}),
        ("FI63", github(NO_SUB), None, {}),
        ("FI64", github({"StringLike": {"sub": "repo:acme/*"}}), None, {}),
        (
            "FI65",
            one_role(
                trusting(COGNITO, {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:ours"}}, WEB)
            ),
            None,
            {},
        ),
        ("FI66", alice([]), None, {"sns_get_topic_attributes": topic({"Service": "events.amazonaws.com"})}),
        ("FI67", one_role(trusting({"Service": "comprehend.amazonaws.com"})), None, {}),
        ("FI68", alice(saying(READS)), None, {}),
        ("FI69", alice([]), None, {"sns_get_topic_attributes": topic({"AWS": f"arn:aws:iam::{ACCOUNT}:user/gone"})}),
        ("FI70", one_role(trusting({"Federated": SAML}, action="sts:AssumeRoleWithSAML")), None, {}),
        ("FI90", alice(allowing("iam:CreateUser", "iam:PutUserPolicy")), None, {}),
        ("FI98", alice([*allowing("s3:Get*"), *denying("s3:*")]), None, {}),
    ],
)
def test_law_every_remedy_makes_its_finding_clear_and_finds_nothing_new(
    tmp_path: Path, rule: str, account: Json, credentials: str | None, files: dict[str, Json]
) -> None:
    """Section 5: each remedy; and its patch says the same."""
    snapshot = opened(tmp_path, account, credentials, files)
    found = [one for one in review(snapshot, at=AT, rules=(rule,)).findings if one.rule == rule]
    assert found
    for one in found:
        check_remedies(snapshot, finding_of(one))


def check_remedies(snapshot: Snapshot, finding: Finding) -> None:
    remedies = remedies_of(snapshot, finding)
    assert remedies, f"{finding.rule} {finding.message}"
    for remedy in remedies:
        judged = tried(snapshot, finding, remedy, AT)
        assert (judged.left, judged.new) == ((), ()), f"{remedy.words}: {judged.said}"
        patch = patch_of(snapshot, remedy.edits)
        assert patch_of(snapshot, edits_of_patch(snapshot, json_bytes(patch))) == patch


def test_a_remedy_that_mends_nothing_is_told(tmp_path: Path) -> None:
    """What is left of the subject, and what is found of others more than before."""
    snapshot = opened(tmp_path, alice(allowing("iam:PutUserPolicy"), role("deploy")), None, {})
    (one,) = review(snapshot, at=AT, rules=("FI49",)).findings
    finding = finding_of(one)
    assert (
        tried(snapshot, finding, Remedy("nothing", ()), AT).said
        == f"FI49 of alice is found all the same: {one.message}"
    )
    elsewhere = Finding("FI49", f"arn:aws:iam::{ACCOUNT}:user/bob", "x", ())
    moved = opened(tmp_path / "2", details(UserDetailList=[user("bob")]), None, {})
    assert tried(moved, elsewhere, Remedy("nothing", ()), AT).is_clear


def test_what_no_edit_says_has_no_remedy_and_a_bounded_account_offers_its_boundary(tmp_path: Path) -> None:
    assert {"FI10", "FI32", "FI44", "FI53"}.isdisjoint(OFFERS)
    assert OFFERS.keys() <= RULES | THOROUGH
    holders = [user("alice", UserPolicyList=allowing("iam:CreateUser")), user("bob", PermissionsBoundary=BOUNDED)]
    snapshot = opened(tmp_path, details(UserDetailList=holders, Policies=[policy("b")]), None, {})
    (one,) = review(snapshot, at=AT, rules=("FI49",)).findings
    assert [remedy.words for remedy in remedies_of(snapshot, finding_of(one))] == [
        "Set the boundary b",
        "Remove the statements that allow it",
        "Take the policies that allow it from it alone",
    ]


def test_what_is_redundant_is_taken_away(tmp_path: Path) -> None:
    """FI97: a statement written anew, a membership; the rule, asked again, finds it no more."""
    own = [*allowing("sqs:SendMessage"), {**allowing("sqs:*")[0], "PolicyName": "q"}]
    holders = user("alice", UserPolicyList=own, GroupList=["g"])
    groups = [group("g", GroupPolicyList=allowing("sqs:GetQueueUrl"))]
    snapshot = opened(tmp_path, details(UserDetailList=[holders], GroupDetailList=groups), None, {})
    found = review(snapshot, at=AT, rules=("FI97",)).findings
    mended = {remedy.words: remedy for one in found for remedy in remedies_of(snapshot, finding_of(one))}
    assert "Take away the membership in g" in mended
    assert any(words.endswith("of the inline policy p") for words in mended)
    for one in found:
        (remedy,) = remedies_of(snapshot, finding_of(one))
        assert not tried(snapshot, finding_of(one), remedy, AT).is_asked
        left = review(laid_over(snapshot, remedy.edits), at=AT, rules=("FI97",)).findings
        assert one.message not in [other.message for other in left]


@pytest.mark.fuzz
@pytest.mark.parametrize("name", ["acme-day1.json", "acme-day2.json", "acme-org"])
def test_law_every_remedy_of_the_samples_makes_its_finding_clear(name: str) -> None:
    """Section 5, long: of every finding that has a remedy."""
    snapshot = open_snapshot([ROOT / "samples" / name])
    for one in review(snapshot).findings:
        remedies = remedies_of(snapshot, finding_of(one))
        whole = (
            remedies[:1] if one.rule == "FI41" else remedies
        )  # of a path each step is offered, and others may be left
        for remedy in whole:
            judged = tried(snapshot, finding_of(one), remedy)
            assert (judged.left, judged.new) == ((), ()), f"{one.message}: {remedy.words}: {judged.said}"
