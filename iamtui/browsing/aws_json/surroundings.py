"""Resources, endpoints, providers and organizations as JSON, in AWS's words as far as there is one call for them."""

from __future__ import annotations

from iamtui.browsing.aws_json.values import Json, date_json, document_json, tags_json, without_nothing
from iamtui.browsing.surroundings import ControlPolicy, OrganizationNode, Surrounding
from iamtui.snapshot.model import (
    IdentityProvider,
    Organization,
    OrganizationTarget,
    PublicAccessBlock,
    Resource,
    VpcEndpoint,
)


def surrounding_json(thing: Surrounding) -> Json:
    """What the export says of it."""
    match thing:
        case Resource():
            return _resource(thing)
        case VpcEndpoint():
            return _endpoint(thing)
        case IdentityProvider():
            return _provider(thing)
        case Organization():
            return _organization(thing)
        case OrganizationNode():
            return _target(thing.target)
        case ControlPolicy():
            return _control(thing)


def _resource(resource: Resource) -> Json:
    return without_nothing(
        {
            "Arn": resource.arn,
            "Account": resource.account,
            "Type": resource.kind,
            "Region": resource.region,
            "Aliases": list(resource.aliases),
            "PolicyState": resource.policy_state.value,
            "Policy": None if resource.policy is None else document_json(resource.policy),
            "PolicyStatus": None if resource.is_public is None else {"IsPublic": resource.is_public},
            "PublicAccessBlockConfiguration": _block(resource.public_access_block),
            "Grants": resource.grants,
            "Tags": None if resource.tags is None else tags_json(resource.tags),
        }
    )


def _block(block: PublicAccessBlock | None) -> Json:
    if block is None:
        return None
    return {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }


def _endpoint(endpoint: VpcEndpoint) -> Json:
    return without_nothing(
        {
            "VpcEndpointId": endpoint.endpoint_id,
            "VpcEndpointType": endpoint.endpoint_type,
            "VpcId": endpoint.vpc_id,
            "ServiceName": endpoint.service_name,
            "OwnerId": endpoint.owner,
            "PolicyDocument": None if endpoint.policy is None else document_json(endpoint.policy),
        }
    )


def _provider(provider: IdentityProvider) -> Json:
    return without_nothing(
        {
            "Arn": provider.arn,
            "Url": provider.url,
            "ClientIDList": list(provider.audiences),
            "ValidUntil": date_json(provider.valid_until),
            "CreateDate": date_json(provider.created),
            "Tags": tags_json(provider.tags),
        }
    )


def _organization(organization: Organization) -> Json:
    return without_nothing(
        {
            "Id": organization.organization_id,
            "MasterAccountId": organization.management_account,
            "FeatureSet": organization.feature_set,
            "Targets": [_target(target) for target in organization.targets.values()],
        }
    )


def _target(target: OrganizationTarget) -> Json:
    return without_nothing(
        {
            "Id": target.target_id,
            "Name": target.name,
            "Type": target.kind,
            "Arn": target.arn,
            "ParentId": target.parent,
            "Status": target.status,
            "Email": target.email,
            "ServiceControlPolicies": None if target.scps is None else list(target.scps),
            "ResourceControlPolicies": None if target.rcps is None else list(target.rcps),
            "Tags": tags_json(target.tags),
        }
    )


def _control(control: ControlPolicy) -> Json:
    policy = control.policy
    return without_nothing(
        {
            "Id": policy.policy_id,
            "Arn": policy.arn,
            "Name": policy.name,
            "Description": policy.description,
            "Type": policy.kind,
            "AwsManaged": policy.aws_managed,
            "Content": None if policy.document is None else document_json(policy.document),
        }
    )
