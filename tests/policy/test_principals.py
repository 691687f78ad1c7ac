"""The forms that an entry of a Principal element can have (L50-L57)."""

from __future__ import annotations

import json

import pytest

from iamtui.policy.parsing import parse_policy
from iamtui.policy.principals import EntryKind, PrincipalElement, parse_entry
from iamtui.policy.statement import PolicyDocument
from tests.tables import every_row

ACCOUNT = "111122223333"
IAM = f"arn:aws:iam::{ACCOUNT}"
STS = f"arn:aws:sts::{ACCOUNT}"


@every_row(
    ("text", "kind", "account"),
    [
        ("*", EntryKind.EVERYONE, ""),
        (ACCOUNT, EntryKind.ACCOUNT, ACCOUNT),
        (f"{IAM}:root", EntryKind.ACCOUNT, ACCOUNT),
        ("arn:aws-cn:iam::111122223333:root", EntryKind.ACCOUNT, ACCOUNT),
        ("arn:aws-iso-b:iam::111122223333:root", EntryKind.ACCOUNT, ACCOUNT),
        (f"{IAM}:user/alice", EntryKind.USER, ACCOUNT),
        (f"{IAM}:user/a/b/alice", EntryKind.USER, ACCOUNT),
        (f"{IAM}:role/app", EntryKind.ROLE, ACCOUNT),
        (f"{IAM}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX", EntryKind.ROLE, ACCOUNT),
        (f"{STS}:assumed-role/app/s1", EntryKind.ROLE_SESSION, ACCOUNT),
        (f"{STS}:federated-user/bob", EntryKind.FEDERATED_USER, ACCOUNT),
        ("AIDACKCEVSQ6C2EXAMPLE", EntryKind.UNIQUE_ID, ""),
        ("AROACKCEVSQ6C2EXAMPLE", EntryKind.UNIQUE_ID, ""),
        ("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", EntryKind.OTHER, "cloudfront"),
        (f"{IAM}:role/*", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:user/al?ce", EntryKind.INVALID, ACCOUNT),
        (f"{STS}:assumed-role/app/*", EntryKind.INVALID, ACCOUNT),
        ("arn:aws:iam::*:root", EntryKind.INVALID, "*"),
        (f"{IAM}:group/admins", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:instance-profile/p", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:policy/p", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:role", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:ROLE/app", EntryKind.INVALID, ACCOUNT),
        (f"{STS}:role/app", EntryKind.INVALID, ACCOUNT),
        (f"{IAM}:assumed-role/app/s1", EntryKind.INVALID, ACCOUNT),
        ("arn:aws:s3:::bucket", EntryKind.INVALID, ""),
        ("arn:aws:iam::12:root", EntryKind.INVALID, "12"),
        ("arn:other:iam::111122223333:root", EntryKind.INVALID, ""),
        ("arn:aws:iam::１１１１２２２２３３３３:root", EntryKind.INVALID, "１１１１２２２２３３３３"),
        ("11112222333", EntryKind.INVALID, ""),
        ("1111-2222-3333", EntryKind.INVALID, ""),
        ("１１１１２２２２３３３３", EntryKind.INVALID, ""),
        ("alice", EntryKind.INVALID, ""),
        ("", EntryKind.INVALID, ""),
        (" *", EntryKind.INVALID, ""),
        ("a*", EntryKind.INVALID, ""),
        ("lambda.amazonaws.com", EntryKind.INVALID, ""),
    ],
)
def test_entries_under_aws(text: str, kind: EntryKind, account: str) -> None:
    """L51: no partial wildcard; L52: no groups, profiles or policies."""
    entry = parse_entry("AWS", text)
    assert (entry.kind, entry.account, entry.text) == (kind, account, text)


@every_row(
    ("key", "text", "kind"),
    [
        ("Service", "lambda.amazonaws.com", EntryKind.SERVICE),
        ("Service", "ec2.amazonaws.com.cn", EntryKind.SERVICE),
        ("Service", "logs.eu-central-1.amazonaws.com", EntryKind.SERVICE),
        ("Service", "*", EntryKind.INVALID),
        ("Service", "*.amazonaws.com", EntryKind.INVALID),
        ("Service", "e?2.amazonaws.com", EntryKind.INVALID),
        ("Federated", f"{IAM}:saml-provider/corp", EntryKind.PROVIDER),
        ("Federated", f"{IAM}:oidc-provider/token.actions.githubusercontent.com", EntryKind.PROVIDER),
        ("Federated", "cognito-identity.amazonaws.com", EntryKind.PROVIDER),
        ("Federated", "*", EntryKind.INVALID),
        ("Federated", "", EntryKind.INVALID),
        ("CanonicalUser", "7" * 64, EntryKind.CANONICAL_USER),
    ],
)
def test_entries_under_the_other_keys(key: str, text: str, kind: EntryKind) -> None:
    assert parse_entry(key, text).kind is kind


def principal(name: str, value: object) -> PrincipalElement:
    source = {"Statement": {"Effect": "Deny", name: value, "Action": "*", "Resource": "*"}}
    policy = parse_policy(json.dumps(source).encode())
    assert isinstance(policy, PolicyDocument)
    found = policy.statements[0].principal
    assert found is not None
    return found


@pytest.mark.parametrize(("value", "everyone"), [("*", True), ({"AWS": "*"}, True), ({"AWS": ["1", "*"]}, True)])
def test_everyone_is_a_star_however_it_is_written(value: object, *, everyone: bool) -> None:
    assert principal("Principal", value).names_everyone is everyone


def test_entries_of_all_keys_are_alternatives_in_the_order_of_the_document() -> None:
    """L50."""
    found = principal("NotPrincipal", {"Service": ["a.amazonaws.com"], "AWS": [ACCOUNT, f"{IAM}:user/alice"]})
    assert found.negated
    assert [entry.kind for entry in found.entries] == [EntryKind.SERVICE, EntryKind.ACCOUNT, EntryKind.USER]
    assert not found.names_everyone
