from __future__ import annotations

from iamtui import catalog
from iamtui.catalog import KeyType, When
from tests.tables import every_row


def test_there_are_61_global_keys_each_with_its_rule() -> None:
    keys = catalog.all_global_keys()
    assert len(keys) == 61
    assert len({key.rule for key in keys}) == len({key.name.lower() for key in keys}) == 61


def test_k100_to_k113_are_the_keys_of_iam_and_sts() -> None:
    assert [key.rule for key in catalog.iam_and_sts_keys()] == [f"K{number}" for number in range(100, 114)]


@every_row(
    ("rule", "name", "kind", "multivalued", "when"),
    [
        ("K10", "aws:PrincipalArn", KeyType.ARN, False, When.SOMETIMES),
        ("K11", "AWS:PRINCIPALACCOUNT", KeyType.STRING, False, When.ALWAYS),
        ("K13", "aws:PrincipalOrgPaths", KeyType.STRING, True, When.SOMETIMES),
        ("K14", "aws:principaltag/Team", KeyType.STRING, False, When.SOMETIMES),
        ("K34", "aws:MultiFactorAuthAge", KeyType.NUMERIC, False, When.SOMETIMES),
        ("K35", "aws:MultiFactorAuthPresent", KeyType.BOOL, False, When.SOMETIMES),
        ("K41", "ec2:SourceInstanceARN", KeyType.ARN, False, When.SOMETIMES),
        ("K48", "identitystore:UserId", KeyType.STRING, False, When.SOMETIMES),
        ("K50", "aws:SourceIp", KeyType.IP_ADDRESS, False, When.SOMETIMES),
        ("K77", "aws:CurrentTime", KeyType.DATE, False, When.ALWAYS),
        ("K82", "aws:TagKeys", KeyType.STRING, True, When.SOMETIMES),
        ("K83", "aws:SecureTransport", KeyType.BOOL, False, When.ALWAYS),
        ("K104", "iam:PolicyArn", KeyType.ARN, False, When.SOMETIMES),
        ("K110", "sts:TransitiveTagKeys", KeyType.STRING, True, When.SOMETIMES),
        ("K114", "token.actions.githubusercontent.com:sub", KeyType.STRING, False, When.SOMETIMES),
        ("K114", "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub", KeyType.STRING, False, When.SOMETIMES),
        ("K114", "login.example.org:amr", KeyType.STRING, True, When.SOMETIMES),
        ("K114", "cognito-identity.amazonaws.com:amr", KeyType.STRING, True, When.SOMETIMES),
        ("K115", "SAML:commonName", KeyType.STRING, True, When.SOMETIMES),
        ("K115", "saml:edupersonaffiliation", KeyType.STRING, True, When.SOMETIMES),
        ("", "s3:prefix", KeyType.STRING, False, When.SOMETIMES),
        ("", "s3:existingobjecttag/class", KeyType.STRING, False, When.SOMETIMES),
        ("", "dynamodb:LeadingKeys", KeyType.STRING, True, When.SOMETIMES),
        ("", "kms:EncryptionContext:app:part", KeyType.STRING, False, When.SOMETIMES),
        ("", "s3:max-keys", KeyType.NUMERIC, False, When.SOMETIMES),
        ("K114", "agent.acme.buildkite.dev:cluster_id", KeyType.STRING, False, When.SOMETIMES),
    ],
)
def test_a_key_is_known_with_its_type(rule: str, name: str, kind: KeyType, multivalued: bool, when: When) -> None:
    key = catalog.condition_key(name)
    assert key is not None
    assert (key.rule, key.type, key.multivalued, key.when) == (rule, kind, multivalued, when)


@every_row("name", ["", "aws", "aws:", "aws:Nope", "aws:PrincipalTag/", "s3:nope", "nope:sub", "a b.c:d"])
def test_k91_an_invented_key_is_not_known(name: str) -> None:
    assert catalog.condition_key(name) is None


def test_k2_a_key_is_shown_in_its_canonical_spelling() -> None:
    key = catalog.condition_key("AWS:principalTAG/Team")
    assert key is not None
    assert key.name == "aws:PrincipalTag/${TagKey}"


def test_the_keys_of_a_service_hold_its_global_ones_too() -> None:
    names = {key.name for key in catalog.service_keys("S3")}
    assert {"s3:prefix", "aws:TagKeys"} <= names
    assert catalog.service_keys("nosuchservice") == ()


def test_a_resource_type_has_an_arn_template() -> None:
    bucket = catalog.resource_type("S3", "Bucket")
    assert bucket is not None
    assert bucket.arn_template == "arn:${Partition}:s3:::${BucketName}"
    assert bucket in catalog.resource_types("s3")


def test_an_unknown_resource_type_is_none() -> None:
    assert catalog.resource_type("s3", "teapot") is None
    assert catalog.resource_type("nosuchservice", "bucket") is None
    assert catalog.resource_types("nosuchservice") == ()


def test_the_keys_of_an_action_include_those_of_its_resource_types() -> None:
    action = catalog.action("s3:GetObject")
    assert action is not None
    keys = catalog.condition_keys_of(action)
    assert "s3:ExistingObjectTag/<key>" in keys
    assert len(keys) == len(set(keys))
    bucket = catalog.action("s3:ListBucket")
    assert bucket is not None
    assert {"s3:prefix", "s3:BucketTag/${TagKey}"} <= set(catalog.condition_keys_of(bucket))
