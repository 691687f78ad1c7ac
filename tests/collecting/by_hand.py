"""The same organization asked by other calls than the script's, and written in other formats than it leaves.

Principals: entity by entity, as one page of authorization details. Resources: as AWS Config records them. The
organization: parents and the policies of each target, where the script takes children and the targets of each policy.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.collecting.emulated import Orion
from tests.collecting.emulator import REGION

_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def write_by_hand(orion: Orion, folder: Path) -> None:
    """Write all accounts and the organization."""
    for account in (orion.management, orion.prod, orion.lab):
        _write(folder / account / "details.json", _details(orion.client("iam", account)))
    _write(folder / orion.prod / "config.json", {"configurationItems": list(_items(orion))})
    _write_organization(orion, folder / "organization")


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, default=str), "utf-8")


def _details(iam: Any) -> dict[str, object]:
    return {
        "UserDetailList": [_user(iam, item["UserName"]) for item in iam.list_users()["Users"]],
        "GroupDetailList": [_group(iam, item) for item in iam.list_groups()["Groups"]],
        "RoleDetailList": [_role(iam, item["RoleName"]) for item in iam.list_roles()["Roles"]],
        "Policies": [_policy(iam, item) for item in iam.list_policies(Scope="Local")["Policies"]],
    }


def _user(iam: Any, name: str) -> dict[str, object]:
    user = iam.get_user(UserName=name)["User"]
    inline = iam.list_user_policies(UserName=name)["PolicyNames"]
    return {
        **user,
        "Tags": iam.list_user_tags(UserName=name)["Tags"],
        "GroupList": [group["GroupName"] for group in iam.list_groups_for_user(UserName=name)["Groups"]],
        "UserPolicyList": [_inline(iam.get_user_policy(UserName=name, PolicyName=policy)) for policy in inline],
        "AttachedManagedPolicies": iam.list_attached_user_policies(UserName=name)["AttachedPolicies"],
    }


def _group(iam: Any, group: dict[str, object]) -> dict[str, object]:
    name = group["GroupName"]
    inline = iam.list_group_policies(GroupName=name)["PolicyNames"]
    return {
        **group,
        "GroupPolicyList": [_inline(iam.get_group_policy(GroupName=name, PolicyName=policy)) for policy in inline],
        "AttachedManagedPolicies": iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"],
    }


def _role(iam: Any, name: str) -> dict[str, object]:
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        **iam.get_role(RoleName=name)["Role"],
        "RolePolicyList": [_inline(iam.get_role_policy(RoleName=name, PolicyName=policy)) for policy in inline],
        "AttachedManagedPolicies": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
    }


def _inline(answer: dict[str, object]) -> dict[str, object]:
    return {"PolicyName": answer["PolicyName"], "PolicyDocument": answer["PolicyDocument"]}


def _policy(iam: Any, policy: dict[str, Any]) -> dict[str, object]:
    arn, version = policy["Arn"], policy["DefaultVersionId"]
    return {**policy, "PolicyVersionList": [iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]]}


def _item(orion: Orion, kind: str, arn: str, configuration: object, **more: object) -> dict[str, object]:
    said = {"resourceType": kind, "ARN": arn, "awsAccountId": orion.prod, "awsRegion": REGION}
    return {**said, "configurationItemStatus": "OK", "configuration": configuration, **more}


def _items(orion: Orion) -> list[dict[str, object]]:
    return [*_buckets(orion), *_access_points(orion), *_keys(orion), *_others(orion)]


def _buckets(orion: Orion) -> list[dict[str, object]]:
    s3 = orion.client("s3", orion.prod)
    found = []
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        try:
            policy = s3.get_bucket_policy(Bucket=name)["Policy"]
        except s3.exceptions.ClientError:
            policy = None
        kept = {"BucketPolicy": {"policyText": policy}}
        more = {"supplementaryConfiguration": kept, "resourceName": name, "tags": {}}
        found.append(_item(orion, "AWS::S3::Bucket", f"arn:aws:s3:::{name}", {"name": name}, **more))
    return found


def _access_points(orion: Orion) -> list[dict[str, object]]:
    control = orion.client("s3control", orion.prod)
    point = control.get_access_point(AccountId=orion.prod, Name="log-readers")
    policy = control.get_access_point_policy(AccountId=orion.prod, Name="log-readers")["Policy"]
    bare = control.get_access_point(AccountId=orion.prod, Name="bare")
    return [
        _item(orion, "AWS::S3::AccessPoint", found["AccessPointArn"], {**found, "Policy": said}, tags={})
        for found, said in ((point, policy), (bare, None))
    ]


def _keys(orion: Orion) -> list[dict[str, object]]:
    kms = orion.client("kms", orion.prod)
    found = []
    for key in (orion.data_key, orion.vault_key):
        policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
        found.append(_item(orion, "AWS::KMS::Key", arn, {}, supplementaryConfiguration={"Policy": policy}, tags={}))
    return found


def _others(orion: Orion) -> list[dict[str, object]]:
    prod = orion.prod
    topic = f"arn:aws:sns:{REGION}:{prod}:alerts"
    attributes = orion.client("sns", prod).get_topic_attributes(TopicArn=topic)["Attributes"]
    sqs = orion.client("sqs", prod)
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
    team = {"team": "payments"}
    functions = orion.client("lambda", prod)
    function = functions.get_function(FunctionName="payments")["Configuration"]["FunctionArn"]
    invokes = functions.get_policy(FunctionName="payments")["Policy"]
    registry = orion.client("ecr", prod)
    pulls = registry.get_repository_policy(repositoryName="ledger/api")["policyText"]
    secrets = orion.client("secretsmanager", prod)
    secret = secrets.describe_secret(SecretId="db/main")
    reads = secrets.get_resource_policy(SecretId="db/main")["ResourcePolicy"]
    (endpoint,) = orion.client("ec2", prod).describe_vpc_endpoints()["VpcEndpoints"]
    tags = {tag["Key"]: tag["Value"] for tag in secret["Tags"]}
    repository = f"arn:aws:ecr:{REGION}:{prod}:repository/ledger/api"
    described = {
        "vpcEndpointId": endpoint["VpcEndpointId"],
        "vpcEndpointType": endpoint.get("VpcEndpointType", "Gateway"),
        "serviceName": endpoint["ServiceName"],
        "policyDocument": endpoint["PolicyDocument"],
    }
    return [
        _item(orion, "AWS::SNS::Topic", topic, {"Policy": attributes["Policy"]}, tags=team),
        _item(orion, "AWS::SQS::Queue", f"arn:aws:sqs:{REGION}:{prod}:jobs", {"Policy": queue["Policy"]}, tags=team),
        _item(orion, "AWS::SQS::Queue", f"arn:aws:sqs:{REGION}:{prod}:untagged", {}, tags={}),
        _item(orion, "AWS::Lambda::Function", function, {}, supplementaryConfiguration={"Policy": invokes}, tags=team),
        _item(orion, "AWS::ECR::Repository", repository, {"RepositoryPolicyText": pulls}, tags={"team": "ledger"}),
        _item(orion, "AWS::SecretsManager::Secret", secret["ARN"], {}, tags=tags),
        _item(orion, "AWS::SecretsManager::ResourcePolicy", secret["ARN"], {"ResourcePolicy": reads}),
        _item(orion, "AWS::EC2::VPCEndpoint", f"arn:aws:ec2:{REGION}:{prod}:vpc-endpoint/x", described),
    ]


def _write_organization(orion: Orion, folder: Path) -> None:
    client = orion.client("organizations")
    _write(folder / "describe-organization.json", client.describe_organization())
    _write(folder / "list-roots.json", client.list_roots())
    _write(folder / "list-accounts.json", client.list_accounts())
    targets = [client.list_roots()["Roots"][0]["Id"]]
    for parent in targets:
        units = client.list_organizational_units_for_parent(ParentId=parent)
        _write(folder / "list-organizational-units-for-parent" / f"{parent}.json", units)
        targets += [unit["Id"] for unit in units["OrganizationalUnits"]]
    for account in client.list_accounts()["Accounts"]:
        targets.append(account["Id"])
        _write(folder / "list-parents" / f"{account['Id']}.json", client.list_parents(ChildId=account["Id"]))
    for kind in _KINDS:
        for policy in client.list_policies(Filter=kind)["Policies"]:
            described = client.describe_policy(PolicyId=policy["Id"])
            _write(folder / "describe-policy" / f"{policy['Id']}.json", described)
        for target in targets:
            attached = client.list_policies_for_target(TargetId=target, Filter=kind)
            _write(folder / "list-policies-for-target" / kind / f"{target}.json", attached)
