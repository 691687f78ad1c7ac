"""What emulator-meridian's policies say, worked out by reading them, for both days.

An expectation is `VERDICT DECIDED_BY STATEMENT...`. Where it depends on what was not exported it is `conditional`, or
`denied` where only the kind of deny does. A statement is `POLICY#SID` or `POLICY#INDEX`; `resource` is the policy of a
key or other resource, `trust` that of a role. Every request states what AWS would put into it: region, MFA.
"""

from __future__ import annotations

from typing import NamedTuple

PROD = "352505254494"
OUTSIDE = "444455556666"  # of no account of the organization
VENDOR = "999988887777"
INTRUDER = f"arn:aws:iam::{OUTSIDE}:role/x"

Context = dict[str, object]
EUROPE: Context = {"aws:RequestedRegion": "eu-west-1"}
AMERICA: Context = {"aws:RequestedRegion": "us-east-1"}
MFA: Context = {"aws:MultiFactorAuthPresent": True}
WITH_MFA = EUROPE | MFA
NOT_EXCLUDED: Context = {"aws:ResourceTag/dp:exclude": None}  # no tag takes the resource out of the perimeter


def user(name: str) -> str:
    return f"arn:aws:iam::{PROD}:user/{name}"


def role(name: str) -> str:
    return f"arn:aws:iam::{PROD}:role/{name}"


def session(role_name: str, name: str = "work") -> str:
    return f"arn:aws:sts::{PROD}:assumed-role/{role_name}/{name}"


def key(key_id: str) -> str:
    return f"arn:aws:kms:eu-west-1:{PROD}:key/{key_id}"


def s3(path: str) -> str:
    return f"arn:aws:s3:::meridian-{path}"


ALICE, BOB, CAROL, ERIN = (user(f"staff/{name}") for name in ("alice", "bob", "carol", "erin"))
DAVE, MALLORY = user("staff/dave"), user("staff/mallory-offboarded")
CI, BACKUP, LEGACY = (user(f"service/{name}") for name in ("ci-deployer", "svc-backup", "ops-legacy"))
SUPPORT = user("AWSSupportAccess")
LAKE, PAYMENTS = key("2827e9f9-5e3e-411a-ba2c-fc6c1e97024e"), key("793ff363-c0fd-4230-a575-a0795267b50d")
MAIN = f"arn:aws:secretsmanager:eu-west-1:{PROD}:secret:prod/db-main-YMQVXV"
FUNCTION = f"arn:aws:lambda:eu-west-1:{PROD}:function:payments"
QUEUE = f"arn:aws:sqs:eu-west-1:{PROD}:jobs"
HUB = "token.actions.githubusercontent.com"
TRAIL: Context = {
    "aws:SourceArn": f"arn:aws:cloudtrail:eu-west-1:{PROD}:trail/org",
    "s3:x-amz-acl": "bucket-owner-full-control",
}
FROM_BUCKET: Context = {"aws:SourceArn": s3("app-payments"), "aws:SourceAccount": PROD}
FROM_REPOSITORY: Context = {f"{HUB}:aud": "sts.amazonaws.com", f"{HUB}:sub": "repo:meridian/ledger:ref:refs/heads/main"}
OLD_SESSION: Context = {"aws:TokenIssueTime": "2026-11-22T13:00:00Z"}
NEW_SESSION: Context = {"aws:TokenIssueTime": "2026-11-23T10:00:00Z"}


class Row(NamedTuple):
    """One request and what it comes to on each day; None where its principal does not exist."""

    why: str
    principal: str
    action: str
    resource: str
    context: Context
    day1: str | None
    day2: str | None = ""  # as on day 1


ADMINISTRATOR = "allowed identity AdministratorAccess#0"
NOTHING = "implicitDeny none"
NOT_TRUSTED = "implicitDeny trust"
NOT_IN_KEY_POLICY = "implicitDeny resource"

ROWS = (
    # SCPs, level by level
    Row("an administrator with MFA", ALICE, "ec2:DescribeInstances", "*", WITH_MFA, ADMINISTRATOR),
    Row(
        "without MFA, BoolIfExists denies",
        ALICE,
        "ec2:DescribeInstances",
        "*",
        EUROPE,
        "explicitDeny identity require-mfa#DenyAllExceptListedIfNoMFA",
    ),
    Row(
        "region lock of Workloads",
        ALICE,
        "ec2:DescribeInstances",
        "*",
        AMERICA | MFA,
        "explicitDeny scp region-lock-eu#OnlyEU",
    ),
    Row(
        "the break-glass role is exempt from the region lock",
        session("break-glass"),
        "ec2:DescribeInstances",
        "*",
        AMERICA,
        ADMINISTRATOR,
    ),
    Row(
        "SCP of Prod: no new users",
        ALICE,
        "iam:CreateUser",
        user("x"),
        WITH_MFA,
        "explicitDeny scp prod-no-iam-users#NoNewUsers",
    ),
    Row("but break-glass may", session("break-glass"), "iam:CreateUser", user("x"), EUROPE, ADMINISTRATOR),
    Row(
        "SCP of the root",
        ALICE,
        "organizations:LeaveOrganization",
        "*",
        WITH_MFA,
        "explicitDeny scp deny-leave-org#NoLeave",
    ),
    Row(
        "the root user, by an SCP of Workloads",
        f"arn:aws:iam::{PROD}:root",
        "s3:ListAllMyBuckets",
        "*",
        EUROPE,
        "explicitDeny scp deny-root-user#NoRoot",
    ),
    Row(
        "the allow-list of Sandbox",
        "arn:aws:iam::069630859283:root",
        "ec2:DescribeInstances",
        "*",
        EUROPE,
        "explicitDeny scp deny-root-user#NoRoot",
    ),
    # bob: ABAC, and developer v2 with Administrators on day 2 (changes 4 and 7)
    Row(
        "his team's prefix",
        BOB,
        "s3:GetObject",
        s3("app-web/payments/x"),
        WITH_MFA,
        "allowed identity developer#TeamPrefix",
        "allowed identity developer#0",
    ),
    Row("another team's prefix", BOB, "s3:GetObject", s3("app-web/web/x"), WITH_MFA, NOTHING, ADMINISTRATOR),
    Row(
        "deleting",
        BOB,
        "s3:DeleteObject",
        s3("app-web/payments/x"),
        WITH_MFA,
        "explicitDeny identity developer#NoDelete",
        "allowed identity developer#0",
    ),
    Row(
        "passing a role to Lambda",
        BOB,
        "iam:PassRole",
        role("app/payments-fn"),
        WITH_MFA | {"iam:PassedToService": "lambda.amazonaws.com"},
        "allowed identity developer#PassApp",
        ADMINISTRATOR,
    ),
    Row(
        "passing it to EC2",
        BOB,
        "iam:PassRole",
        role("app/payments-fn"),
        WITH_MFA | {"iam:PassedToService": "ec2.amazonaws.com"},
        NOTHING,
        ADMINISTRATOR,
    ),
    Row(
        "a secret with his project's tag, which its policy leaves to him",
        BOB,
        "secretsmanager:GetSecretValue",
        MAIN,
        WITH_MFA,
        "allowed identity abac-secrets#SameProject",
    ),
    Row(
        "the policy of the secret leaves it to nobody else",
        ALICE,
        "secretsmanager:GetSecretValue",
        MAIN,
        WITH_MFA,
        "explicitDeny resource resource#0",
    ),
    Row(
        "a tag on create that ForAllValues does not admit",
        BOB,
        "secretsmanager:CreateSecret",
        f"arn:aws:secretsmanager:eu-west-1:{PROD}:secret:new",
        WITH_MFA | {"aws:RequestTag/project": "ledger", "aws:TagKeys": ["project", "cost"]},
        NOTHING,
        ADMINISTRATOR,
    ),
    # web-server: rewritten with the same meaning (change 11)
    Row(
        "the other reader of the secret",
        session("web-server"),
        "secretsmanager:GetSecretValue",
        MAIN,
        EUROPE,
        "allowed identity app-data#1",
        "allowed identity app-data#0",
    ),
    Row(
        "its bucket",
        session("web-server"),
        "s3:GetObject",
        s3("app-web/x"),
        EUROPE,
        "allowed identity app-data#0",
        "allowed identity app-data#1",
    ),
    # carol: addresses
    Row(
        "from the office",
        CAROL,
        "s3:GetObject",
        s3("lake/curated/x"),
        WITH_MFA | {"aws:SourceIp": "203.0.113.10"},
        "allowed identity data-analyst#Lake",
    ),
    Row(
        "from the one address that is taken out",
        CAROL,
        "s3:GetObject",
        s3("lake/curated/x"),
        WITH_MFA | {"aws:SourceIp": "203.0.113.66"},
        NOTHING,
    ),
    Row(
        "from the office by IPv6",
        CAROL,
        "s3:GetObject",
        s3("lake/curated/x"),
        WITH_MFA | {"aws:SourceIp": "2001:db8:44::7"},
        "allowed identity data-analyst#Lake",
    ),
    Row(
        "raw data not through the endpoint",
        CAROL,
        "s3:GetObject",
        s3("lake/raw/samples/x"),
        WITH_MFA,
        "explicitDeny resource resource#OnlyVpce",
    ),
    # payments-fn: boundary removed, AdministratorAccess attached (change 8)
    Row(
        "its table",
        session("payments-fn"),
        "dynamodb:GetItem",
        f"arn:aws:dynamodb:eu-west-1:{PROD}:table/ledger",
        EUROPE,
        "allowed identity ledger#0",
    ),
    Row("anything else", session("payments-fn"), "ec2:DescribeInstances", "*", EUROPE, NOTHING, ADMINISTRATOR),
    Row("making roles", session("payments-fn"), "iam:CreateRole", role("app/x"), EUROPE, NOTHING, ADMINISTRATOR),
    Row(
        "its key, whose policy names the role, within the boundary",
        session("payments-fn"),
        "kms:Decrypt",
        PAYMENTS,
        EUROPE | NOT_EXCLUDED,
        "allowed resource resource#OnlyPayments",
    ),
    Row(
        "beyond the boundary, which limits a grant to the role",
        session("payments-fn"),
        "kms:ScheduleKeyDeletion",
        PAYMENTS,
        EUROPE | NOT_EXCLUDED,
        "implicitDeny permissions_boundary",
        "allowed resource resource#OnlyPayments",
    ),
    # KMS
    Row(
        "a key that does not delegate to IAM: not even an administrator",
        session("admin-jump-host"),
        "kms:Decrypt",
        PAYMENTS,
        EUROPE | NOT_EXCLUDED,
        NOT_IN_KEY_POLICY,
    ),
    Row(
        "named by that key",
        ALICE,
        "kms:Decrypt",
        PAYMENTS,
        WITH_MFA | NOT_EXCLUDED,
        "allowed resource resource#OnlyPayments",
    ),
    Row(
        "a key that delegates to IAM",
        session("admin-jump-host"),
        "kms:Decrypt",
        LAKE,
        EUROPE | NOT_EXCLUDED,
        ADMINISTRATOR,
    ),
    Row(
        "the lake shared with an outsider: the RCP of Prod holds (change 14)",
        f"arn:aws:iam::{OUTSIDE}:root",
        "kms:Decrypt",
        LAKE,
        EUROPE | NOT_EXCLUDED,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    Row(
        "a key with the tag that takes it out of the perimeter",
        f"arn:aws:iam::{OUTSIDE}:root",
        "kms:Decrypt",
        LAKE,
        EUROPE | {"aws:ResourceTag/dp:exclude": "true"},
        NOTHING,
        "allowed resource resource#share",
    ),
    # outsiders
    Row(
        "logs opened to an outsider: the RCP holds (change 13)",
        f"arn:aws:iam::{OUTSIDE}:root",
        "s3:GetObject",
        s3("logs/x"),
        EUROPE | NOT_EXCLUDED,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    Row(
        "the end of the chain opened to an outsider: the RCP holds (change 9)",
        INTRUDER,
        "sts:AssumeRole",
        role("support-chain-3"),
        EUROPE | NOT_EXCLUDED,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    Row(
        "and where a tag takes the role out of the perimeter: it depends on policies that were not exported",
        INTRUDER,
        "sts:AssumeRole",
        role("support-chain-3"),
        EUROPE | {"aws:ResourceTag/dp:exclude": "true"},
        "denied",
        "conditional",
    ),
    Row(
        "the vendor without external id: the RCP holds",
        f"arn:aws:iam::{VENDOR}:role/scanner",
        "sts:AssumeRole",
        role("vendor-scanner"),
        EUROPE | NOT_EXCLUDED,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    Row(
        "the emulator writes a bare account, which is no principal (AWS writes the ARN)",
        f"arn:aws:iam::{VENDOR}:root",
        "lambda:InvokeFunction",
        FUNCTION,
        EUROPE,
        NOTHING,
    ),
    Row(
        "the public bucket is not public under the RCP",
        "anonymous",
        "s3:GetObject",
        s3("public/x"),
        EUROPE | NOT_EXCLUDED,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    # trust
    Row(
        "break-glass with fresh MFA",
        ALICE,
        "sts:AssumeRole",
        role("security/break-glass"),
        WITH_MFA | {"aws:MultiFactorAuthAge": 100},
        "allowed trust trust#0",
    ),
    Row(
        "break-glass with old MFA",
        ALICE,
        "sts:AssumeRole",
        role("security/break-glass"),
        WITH_MFA | {"aws:MultiFactorAuthAge": 7200},
        NOT_TRUSTED,
    ),
    Row(
        "the external id of the incident responders",
        ERIN,
        "sts:AssumeRole",
        role("security/incident-responder"),
        WITH_MFA | {"sts:ExternalId": "mrdn-ir-7"},
        "allowed trust trust#0",
    ),
    Row(
        "a wrong external id",
        ERIN,
        "sts:AssumeRole",
        role("security/incident-responder"),
        WITH_MFA | {"sts:ExternalId": "mrdn-ir-8"},
        NOTHING,
    ),
    Row(
        "a trust policy that denies all but the security roles",
        ALICE,
        "sts:AssumeRole",
        role("service-role/backup-operator"),
        WITH_MFA,
        "explicitDeny trust trust#1",
    ),
    Row(
        "the service that it trusts",
        "backup.amazonaws.com",
        "sts:AssumeRole",
        role("service-role/backup-operator"),
        EUROPE,
        "allowed trust trust#0",
    ),
    Row(
        "a federated caller is of no organization: the RCP denies",
        f"arn:aws:iam::{PROD}:oidc-provider/{HUB}",
        "sts:AssumeRoleWithWebIdentity",
        role("ci/github-deploy"),
        EUROPE | NOT_EXCLUDED | FROM_REPOSITORY,
        "explicitDeny rcp rcp-org-perimeter#EnforceOrgIdentities",
    ),
    # the chain to the backups (changes 10 and 13)
    Row(
        "first hop",
        LEGACY,
        "sts:AssumeRole",
        role("support-chain-1"),
        WITH_MFA,
        "allowed trust trust#0",
    ),
    Row(
        "second hop",
        session("support-chain-1"),
        "sts:AssumeRole",
        role("support-chain-2"),
        EUROPE,
        "allowed trust trust#0",
    ),
    Row(
        "third hop from an old session, revoked on day 2",
        session("support-chain-2"),
        "sts:AssumeRole",
        role("support-chain-3"),
        EUROPE | OLD_SESSION,
        "allowed identity hop#0",
        "explicitDeny identity AWSRevokeOlderSessions#0",
    ),
    Row(
        "third hop from a new session",
        session("support-chain-2"),
        "sts:AssumeRole",
        role("support-chain-3"),
        EUROPE | NEW_SESSION,
        "allowed identity hop#0",
    ),
    Row(
        "the session that NotPrincipal spares",
        session("support-chain-3", "ops"),
        "s3:DeleteObject",
        s3("backup/x"),
        EUROPE | NOT_EXCLUDED,
        "allowed identity delete#0",
    ),
    Row(
        "another session, until the bucket policy is gone",
        session("support-chain-3", "other"),
        "s3:DeleteObject",
        s3("backup/x"),
        EUROPE | NOT_EXCLUDED,
        "explicitDeny resource resource#NobodyDeletesButOps",
        "allowed identity delete#0",
    ),
    Row(
        "an administrator, until the bucket policy is gone",
        ALICE,
        "s3:DeleteObject",
        s3("backup/x"),
        WITH_MFA | NOT_EXCLUDED,
        "explicitDeny resource resource#NobodyDeletesButOps",
        ADMINISTRATOR,
    ),
    Row(
        "the writer of backups",
        BACKUP,
        "s3:PutObject",
        s3("backup/x"),
        EUROPE,
        "allowed identity backup-writer#0",
    ),
    Row(
        "without encryption: the RCP of the root",
        BACKUP,
        "s3:PutObject",
        s3("backup/x"),
        EUROPE | {"aws:SecureTransport": False},
        "explicitDeny rcp rcp-tls-only#Tls",
    ),
    Row(
        "NotResource leaves the backups out",
        session("backup-operator"),
        "s3:GetObject",
        s3("backup/x"),
        EUROPE,
        NOTHING,
    ),
    Row(
        "and takes everything else in",
        session("backup-operator"),
        "s3:GetObject",
        s3("logs/x"),
        EUROPE,
        "allowed identity all-but#0",
    ),
    # who came, who went, who was quarantined (changes 1, 2 and 3)
    Row("the intruder", SUPPORT, "ec2:DescribeInstances", "*", EUROPE, None, ADMINISTRATOR),
    Row(
        "the intruder under the SCP",
        SUPPORT,
        "iam:CreateAccessKey",
        SUPPORT,
        EUROPE,
        None,
        "explicitDeny scp prod-no-iam-users#NoNewUsers",
    ),
    Row(
        "the one who left",
        MALLORY,
        "s3:ListAllMyBuckets",
        "*",
        EUROPE,
        "explicitDeny identity offboarded-deny-all#0",
        None,
    ),
    Row("the deployer", CI, "cloudformation:CreateStack", "*", EUROPE, "allowed identity ci-deploy#Stacks"),
    Row(
        "what the quarantine takes",
        CI,
        "lambda:UpdateFunctionCode",
        FUNCTION,
        EUROPE,
        "allowed identity ci-deploy#Extra3",
        "explicitDeny identity AWSCompromisedKeyQuarantineV2#0",
    ),
    Row(
        "passing the role of stacks",
        CI,
        "iam:PassRole",
        role("cfn-exec"),
        EUROPE | {"iam:PassedToService": "cloudformation.amazonaws.com"},
        "allowed identity ci-deploy#PassExec",
        "explicitDeny identity AWSCompromisedKeyQuarantineV2#0",
    ),
    # documents of AWS managed policies, from the file beside
    Row(
        "an auditor", ERIN, "iam:ListUsers", "*", WITH_MFA, "allowed identity SecurityAudit#BaseSecurityAuditStatement"
    ),
    Row("bills are read in Europe", DAVE, "ce:GetCostAndUsage", "*", EUROPE, "allowed identity finance-billing#Bills"),
    Row("but not in America", DAVE, "ce:GetCostAndUsage", "*", AMERICA, "explicitDeny scp region-lock-eu#OnlyEU"),
    # services
    Row(
        "a bucket's event",
        "s3.amazonaws.com",
        "lambda:InvokeFunction",
        FUNCTION,
        EUROPE | FROM_BUCKET,
        "allowed resource resource#s3invoke",
    ),
    Row(
        "the event of somebody else's bucket",
        "s3.amazonaws.com",
        "lambda:InvokeFunction",
        FUNCTION,
        EUROPE | FROM_BUCKET | {"aws:SourceAccount": OUTSIDE},
        NOTHING,
    ),
    Row(
        "a notification",
        "sns.amazonaws.com",
        "sqs:SendMessage",
        QUEUE,
        EUROPE | {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{PROD}:alerts"},
        "allowed resource resource#0",
    ),
    Row(
        "the trail's log",
        "cloudtrail.amazonaws.com",
        "s3:PutObject",
        s3(f"logs/AWSLogs/{PROD}/x"),
        EUROPE | TRAIL,
        "allowed resource resource#AWSCloudTrailWrite",
    ),
)
