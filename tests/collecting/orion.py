"""An invented organization, made in an emulator of AWS: management, a production account and a laboratory."""

from __future__ import annotations

from typing import Any

from tests.collecting.emulated import VENDOR, Orion, Statement, document, trust
from tests.collecting.resources import make_resources


def make_orion(endpoint: str) -> Orion:
    """Make it all."""
    orion = Orion(endpoint)
    _make_organization(orion)
    _make_management(orion)
    _make_prod(orion)
    make_resources(orion)
    _make_lab(orion)
    return orion


def _make_organization(orion: Orion) -> None:
    client = orion.client("organizations")
    made = client.create_organization(FeatureSet="ALL")["Organization"]
    orion.organization, orion.management = made["Id"], made["MasterAccountId"]
    root = client.list_roots()["Roots"][0]["Id"]
    client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    client.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")

    def unit(parent: str, name: str) -> str:
        made: str = client.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]
        return made

    workloads, sandbox = unit(root, "Workloads"), unit(root, "Sandbox")
    production = unit(workloads, "Prod")

    def account(name: str, parent: str) -> str:
        status = client.create_account(Email=f"{name}@orion.example", AccountName=name)["CreateAccountStatus"]
        member: str = status["AccountId"]
        client.move_account(AccountId=member, SourceParentId=root, DestinationParentId=parent)
        orion.enter(member)
        return member

    orion.prod, orion.lab = account("prod", production), account("lab", sandbox)

    def attach(kind: str, name: str, target: str, *statements: Statement) -> None:
        made = client.create_policy(Type=kind, Name=name, Description=name, Content=document(*statements))
        client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)

    for name, target, statements in _scps(root, workloads, production, sandbox):
        attach("SERVICE_CONTROL_POLICY", name, target, *statements)
    client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=sandbox)
    for name, target, statements in _rcps(root, production, orion.organization):
        attach("RESOURCE_CONTROL_POLICY", name, target, *statements)


def _scps(root: str, workloads: str, production: str, sandbox: str) -> list[tuple[str, str, list[Statement]]]:
    no_root = {
        "Sid": "NoRootUser",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
    }
    leave = {"Sid": "StayHere", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    regions = {
        "Sid": "OnlyEurope",
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "s3:*", "organizations:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    }
    logs = {
        "Sid": "KeepLogs",
        "Effect": "Deny",
        "Action": ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteObject"],
        "Resource": ["arn:aws:s3:::orion-logs", "arn:aws:s3:::orion-logs/*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}},
    }
    play = {
        "Sid": "Play",
        "Action": ["s3:Get*", "s3:List*", "sts:*", "sqs:SendMessage", "secretsmanager:GetSecretValue", "kms:*"],
        "Resource": "*",
    }
    return [
        ("guardrails", root, [no_root, leave]),
        ("regions", workloads, [regions]),
        ("keep-logs", production, [logs]),
        ("sandbox-allow-list", sandbox, [play]),
    ]


def _rcps(root: str, production: str, organization: str) -> list[tuple[str, str, list[Statement]]]:
    outside = {
        "Sid": "OnlyUs",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*", "sqs:*", "secretsmanager:*", "kms:*"],
        "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    plain = {
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}},
    }
    return [("perimeter", root, [outside]), ("encrypted-transport", production, [plain])]


def _make_prod(orion: Orion) -> None:
    iam = orion.client("iam", orion.prod)
    managed = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
        for name, statements in _managed().items()
    }
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn=managed["developer"])
    without_mfa = {
        "Sid": "MfaFirst",
        "Effect": "Deny",
        "NotAction": ["iam:ListMFADevices", "iam:EnableMFADevice", "sts:GetSessionToken"],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    iam.put_group_policy(GroupName="developers", PolicyName="mfa-first", PolicyDocument=document(without_mfa))
    for name, team in (("alice", "payments"), ("bob", "web")):
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": team}])
        iam.add_user_to_group(GroupName="developers", UserName=name)
    iam.create_user(UserName="carol", Path="/contractors/")
    iam.attach_user_policy(UserName="carol", PolicyArn=managed["contractor"])
    iam.create_user(UserName="ci+build=main@v1.x")
    iam.put_user_policy(
        UserName="ci+build=main@v1.x",
        PolicyName="deploys",
        PolicyDocument=document(
            {"Sid": "AllButIdentity", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"},
            {
                "Sid": "NothingElse",
                "Effect": "Deny",
                "Action": "s3:PutObject",
                "NotResource": "arn:aws:s3:::orion-app-*/*",
            },
        ),
    )
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True)
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
    )
    for role in _roles(orion):
        iam.create_role(**role)
    _permit(iam, managed)


def _managed() -> dict[str, list[Statement]]:
    own = "arn:aws:s3:::orion-app-${aws:PrincipalTag/team}/*"
    return {
        "developer": [
            {"Sid": "Own", "Action": ["S3:GETOBJECT", "s3:PutObject"], "Resource": own},
            {"Sid": "List", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::orion-app-*"},
            {
                "Sid": "ByTag",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            },
        ],
        "contractor": [
            {
                "Sid": "FromOffice",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::orion-app-payments/*",
                "Condition": {
                    "IpAddress": {"aws:SourceIp": ["2001:db8:40::/48", "203.0.113.0/24"]},
                    "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
                },
            }
        ],
        "everything": [{"Sid": "All", "Action": "*", "Resource": "*"}],
        "web-boundary": [{"Sid": "Reads", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}],
    }


def _roles(orion: Orion) -> list[dict[str, Any]]:
    provider = f"arn:aws:iam::{orion.prod}:oidc-provider/token.actions.githubusercontent.com"
    hub = "token.actions.githubusercontent.com"
    here = f"arn:aws:iam::{orion.prod}:role"
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    main = {
        "StringEquals": {f"{hub}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{hub}:sub": "repo:orion/*:ref:refs/heads/main"},
    }
    trusts = {
        "web": trust({"Service": "ec2.amazonaws.com"}),
        "auditor": trust({"AWS": f"arn:aws:iam::{orion.management}:root"}, mfa),
        "vendor": trust(
            {"AWS": [f"arn:aws:iam::{VENDOR}:root", f"arn:aws:iam::{orion.lab}:root"]},
            {"StringEquals": {"sts:ExternalId": "orion-42"}},
        ),
        "break-glass": trust({"AWS": f"arn:aws:iam::{orion.prod}:root"}, mfa),
        "deploy": trust({"Federated": provider}, main, "sts:AssumeRoleWithWebIdentity"),
        "chain-1": trust({"AWS": f"arn:aws:iam::{orion.lab}:root"}),
        "scheduler": trust({"Service": "events.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": orion.prod}}),
        "vault-keeper": trust({"AWS": f"arn:aws:iam::{orion.prod}:root"}),
    }
    roles: list[dict[str, Any]] = [
        {"RoleName": name, "AssumeRolePolicyDocument": text} for name, text in trusts.items()
    ]
    roles[0]["PermissionsBoundary"] = f"arn:aws:iam::{orion.prod}:policy/web-boundary"
    roles.append({"RoleName": "chain-2", "AssumeRolePolicyDocument": trust({"AWS": f"{here}/chain-1"})})
    roles.append({"RoleName": "chain-3", "AssumeRolePolicyDocument": trust({"AWS": f"{here}/chain-2"})})
    return roles


def _permit(iam: Any, managed: dict[str, str]) -> None:
    everything = {"Sid": "All", "Action": "*", "Resource": "*"}
    inline: dict[str, list[Statement]] = {
        "web": [{"Sid": "Serve", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::orion-*/*"}],
        "auditor": [{"Sid": "Look", "Action": ["s3:Get*", "s3:List*", "iam:Get*", "iam:List*"], "Resource": "*"}],
        "vendor": [{"Sid": "Scan", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orion-logs/*"}],
        "deploy": [{"Sid": "Ship", "Action": ["lambda:*", "ecr:*"], "Resource": "*"}],
        "chain-1": [{"Sid": "Next", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/chain-2"}],
        "chain-2": [{"Sid": "Next", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/chain-3"}],
        "chain-3": [
            {"Sid": "Erase", "Action": ["s3:DeleteObject", "s3:GetObject"], "Resource": "arn:aws:s3:::orion-backup/*"}
        ],
        "vault-keeper": [everything],
    }
    for role, statements in inline.items():
        iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=document(*statements))
    iam.attach_role_policy(RoleName="break-glass", PolicyArn=managed["everything"])
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")


def _make_management(orion: Orion) -> None:
    iam = orion.client("iam")
    iam.create_user(UserName="warden")
    assume = {"Sid": "Assume", "Action": "sts:AssumeRole", "Resource": "*"}
    iam.put_user_policy(UserName="warden", PolicyName="own", PolicyDocument=document(assume))


def _make_lab(orion: Orion) -> None:
    iam = orion.client("iam", orion.lab)
    everything = document({"Sid": "All", "Action": "*", "Resource": "*"})
    iam.create_user(UserName="student")
    iam.put_user_policy(UserName="student", PolicyName="own", PolicyDocument=everything)
    iam.create_role(RoleName="researcher", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{orion.lab}:root"}))
    iam.put_role_policy(RoleName="researcher", PolicyName="own", PolicyDocument=everything)
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{orion.lab}:root"}))
