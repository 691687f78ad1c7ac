"""Resources of the production account with their policies."""

from __future__ import annotations

import io
import zipfile

from tests.collecting.emulated import VENDOR, Orion, Statement, document
from tests.collecting.emulator import REGION


def make_resources(orion: Orion) -> None:
    """Make them all."""
    _make_buckets(orion)
    _make_keys(orion)
    prod, lab = orion.prod, f"arn:aws:iam::{orion.lab}:root"
    team = [{"Key": "team", "Value": "payments"}]
    topic = orion.client("sns", prod).create_topic(Name="alerts", Tags=team)["TopicArn"]
    publish = {"Sid": "Lab", "Principal": {"AWS": lab}, "Action": "sns:Publish", "Resource": topic}
    orion.client("sns", prod).set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=document(publish)
    )
    queue = f"arn:aws:sqs:{REGION}:{prod}:jobs"
    sends = document(
        {
            "Sid": "Alerts",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        },
        {"Sid": "Lab", "Principal": {"AWS": lab}, "Action": "sqs:SendMessage", "Resource": queue},
    )
    queues = orion.client("sqs", prod)
    queues.create_queue(QueueName="jobs", Attributes={"Policy": sends}, tags={"team": "payments"})
    queues.create_queue(QueueName="untagged")
    secrets = orion.client("secretsmanager", prod)
    secret = secrets.create_secret(Name="db/main", SecretString="x", Tags=team)["ARN"]
    reads = {"Sid": "Lab", "Principal": {"AWS": lab}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=document(reads))
    _make_code(orion)


def _make_buckets(orion: Orion) -> None:
    s3 = orion.client("s3", orion.prod)
    for name in ("logs", "backup", "public", "app-payments"):
        s3.create_bucket(Bucket=f"orion-{name}", CreateBucketConfiguration={"LocationConstraint": REGION})

    def both(name: str) -> list[str]:
        return [f"arn:aws:s3:::orion-{name}", f"arn:aws:s3:::orion-{name}/*"]

    ours = {"StringEquals": {"aws:PrincipalOrgID": orion.organization}}
    policies: dict[str, list[Statement]] = {
        "logs": [
            {
                "Sid": "Us",
                "Principal": "*",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": both("logs"),
                "Condition": ours,
            },
            {
                "Sid": "Vendor",
                "Principal": {"AWS": f"arn:aws:iam::{VENDOR}:root"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::orion-logs/*",
            },
        ],
        "backup": [
            {
                "Sid": "OnlyChain",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteObject",
                "Resource": "arn:aws:s3:::orion-backup/*",
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{orion.prod}:role/chain-3"}},
            }
        ],
        "public": [
            {"Sid": "World", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orion-public/*"}
        ],
    }
    for name, statements in policies.items():
        s3.put_bucket_policy(Bucket=f"orion-{name}", Policy=document(*statements))
    _make_access_points(orion, ours)
    everything = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3.put_public_access_block(Bucket="orion-backup", PublicAccessBlockConfiguration=everything)
    s3.put_bucket_tagging(Bucket="orion-app-payments", Tagging={"TagSet": [{"Key": "team", "Value": "payments"}]})


def _make_access_points(orion: Orion, ours: Statement) -> None:
    points = orion.client("s3control", orion.prod)
    made = points.create_access_point(AccountId=orion.prod, Name="log-readers", Bucket="orion-logs")
    point = made["AccessPointArn"]  # in the emulator always of us-east-1
    reads = {"Sid": "Readers", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{point}/object/*"}
    points.put_access_point_policy(
        AccountId=orion.prod, Name="log-readers", Policy=document({**reads, "Condition": ours})
    )
    points.create_access_point(AccountId=orion.prod, Name="bare", Bucket="orion-backup")


def _make_keys(orion: Orion) -> None:
    kms = orion.client("kms", orion.prod)
    here = f"arn:aws:iam::{orion.prod}"
    delegated = {"Sid": "Root", "Principal": {"AWS": f"{here}:root"}, "Action": "kms:*", "Resource": "*"}
    abroad = {
        "Sid": "Lab",
        "Principal": {"AWS": f"arn:aws:iam::{orion.lab}:role/researcher"},
        "Action": ["kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
    }
    keeper = {
        "Sid": "Keeper",
        "Principal": {"AWS": f"{here}:role/vault-keeper"},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    orion.data_key = kms.create_key(Policy=document(delegated, abroad))["KeyMetadata"]["KeyId"]
    orion.vault_key = kms.create_key(Policy=document(keeper))["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=orion.data_key)
    kms.create_alias(AliasName="alias/vault", TargetKeyId=orion.vault_key)


def _make_code(orion: Orion) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "")
    functions = orion.client("lambda", orion.prod)
    functions.create_function(
        FunctionName="payments",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{orion.prod}:role/web",
        Handler="main.run",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"PASSWORD": "never-on-disk"}},
        Tags={"team": "payments"},
    )
    functions.add_permission(
        FunctionName="payments",
        StatementId="bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::orion-logs",
        SourceAccount=orion.prod,
    )
    registry = orion.client("ecr", orion.prod)
    registry.create_repository(repositoryName="ledger/api", tags=[{"Key": "team", "Value": "ledger"}])
    ours = {"StringEquals": {"aws:PrincipalOrgID": orion.organization}}
    pull = {"Sid": "Pull", "Principal": "*", "Action": "ecr:BatchGetImage", "Condition": ours}
    registry.set_repository_policy(repositoryName="ledger/api", policyText=document(pull))
    orion.client("ec2", orion.prod).create_vpc_endpoint(
        VpcId=orion.client("ec2", orion.prod).describe_vpcs()["Vpcs"][0]["VpcId"],
        ServiceName=f"com.amazonaws.{REGION}.s3",
        PolicyDocument=document(
            {"Sid": "Ours", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orion-logs/*"}
        ),
    )
