"""What can let a caller use a resource of another account (E76, E14): tables of data, each with its source."""

from __future__ import annotations

from iamtui.arn import Arn
from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.evaluation.request.request import Unstated

_WITH_POLICIES: dict[str, tuple[str, ...]] = {
    "acm-pca": ("certificate-authority/",),
    "agent-registry": ("registry/",),
    "aiops": ("investigation-group/",),
    "apigateway": ("/restapis/", "/domainnames", "/portalproducts/"),
    "appsync": ("apis/",),
    "aps": ("workspace/",),
    "arc-region-switch": ("plan/",),
    "aws-marketplace": (),
    "backup": ("backup-vault:",),
    "bedrock": ("custom-model/", "guardrail/", "guardrail-profile/", "knowledge-base/"),
    "bedrock-agentcore": ("gateway/", "runtime/"),
    "billing": ("billingview/",),
    "cleanrooms-ml": ("configured-audience-model/",),
    "cloudfront": ("vpcorigin/",),
    "cloudhsm": ("backup/",),
    "cloudtrail": ("channel/", "dashboard/", "eventdatastore/"),
    "codeartifact": ("domain/", "repository/", "package/"),
    "codebuild": ("project/", "report-group/"),
    "codeguru-profiler": ("profilingGroup/",),
    "comprehend": ("document-classifier/", "entity-recognizer/"),
    "dsql": ("cluster/",),
    "dynamodb": ("table/",),
    "ecr": ("repository/",),
    "ecr-public": ("repository/",),
    "elasticfilesystem": ("file-system/",),
    "elemental-inference": ("feed/",),
    "entityresolution": (),
    "es": ("domain/",),
    "events": ("event-bus", "rule/"),
    "execute-api": (),
    "fsx": ("volume/",),
    "glacier": ("vaults/",),
    "glue": (),
    "iot": (),
    "kafka": ("cluster/", "topic/", "group/", "transactional-id/"),
    "kinesis": (),
    "kms": (),
    "lambda": ("function:", "layer:"),
    "lex": ("bot/", "bot-alias/"),
    "logs": ("log-group:", "destination:", "delivery-destination:"),
    "lookoutequipment": ("dataset/", "model/"),
    "mediaconvert": ("jobs/", "jobTemplates/", "presets/", "queues/"),
    "mediapackagev2": ("channelGroup/",),
    "mediastore": ("container/",),
    "mediatailor": ("channel/",),
    "mpa": ("approval-team/",),
    "network-firewall": ("firewall", "ips-rulegroup/", "stateful-rulegroup/", "stateless-rulegroup/"),
    "networkmanager": ("core-network/",),
    "oam": ("sink/",),
    "odb": ("cloud-exadata-infrastructure/", "exascale-db-storage-vault/", "odb-network/"),
    "omics": ("sequenceStore/",),
    "osis": ("pipeline/",),
    "payment-cryptography": ("key/",),
    "qbusiness": ("application/",),
    "redshift": ("namespace",),
    "redshift-serverless": ("namespace/", "snapshot/"),
    "refactor-spaces": ("environment/",),
    "rekognition": ("project/",),
    "resource-explorer-2": ("view/",),
    "route53-recovery-control": ("cluster/",),
    "rum": ("appmonitor/",),
    "s3": (),
    "s3-object-lambda": ("accesspoint/",),
    "s3-outposts": ("outpost/",),
    "s3express": (),
    "s3files": ("file-system/",),
    "s3tables": ("bucket/",),
    "s3vectors": ("bucket/",),
    "sagemaker": ("model-package-group/", "model-package/", "lineage-group/"),
    "schemas": ("registry/", "schema/"),
    "secretsmanager": ("secret:",),
    "serverlessrepo": ("applications/",),
    "servicediscovery": ("namespace/",),
    "ses": ("identity/",),
    "signer": ("/signing-profiles/",),
    "sms-voice": ("opt-out-list/", "phone-number/", "pool/", "sender-id/"),
    "sns": (),
    "sqs": (),
    "ssm": ("document/", "opsitemgroup/", "parameter/"),
    "ssm-contacts": ("contact/",),
    "ssm-incidents": ("response-plan/",),
    "vpc-lattice": ("service/", "servicenetwork/", "resourceconfiguration/"),
    "waf": ("rulegroup/",),
    "waf-regional": ("rulegroup/",),
    "wafv2": ("regional/rulegroup/", "global/rulegroup/"),
}
"""Resources that can carry a policy, or are parts of such, by service and beginning of the resource; all if none (S26).

Sources: IAM User Guide, AWS services that work with IAM; and the actions that set one (`PutResourcePolicy`,
`SetRepositoryPolicy`, `AddPermission` …) in the Service Authorization Reference of 2026-10.
"""

_RAM = "shared through AWS RAM"
_SNAPSHOT = "shared by the attributes of the snapshot or image"
_DELEGATED = "open to a delegated administrator of the organization"
_SHARED: dict[str, tuple[tuple[str, str], ...]] = {
    "account": (("account/", _DELEGATED),),
    "appmesh": (("mesh/", _RAM),),
    "appstream": (("image/", _SNAPSHOT),),
    "catalog": (("portfolio/", "a portfolio or product that Service Catalog shares"), ("product/", "shared so too")),
    "cloudformation": (("stackset/", _DELEGATED), ("type/", "an extension that is public or shared")),
    "datazone": (("domain/", _RAM),),
    "detective": (("graph:", "a graph whose administrator invited the account"),),
    "ds": (("directory/", "a directory that Directory Service shares"),),
    "ec2": (
        ("capacity-reservation/", _RAM),
        ("coip-pool/", _RAM),
        ("dedicated-host/", _RAM),
        ("ipam-pool/", _RAM),
        ("ipam-resource-discovery/", _RAM),
        ("local-gateway-route-table/", _RAM),
        ("placement-group/", _RAM),
        ("prefix-list/", _RAM),
        ("security-group/", _RAM),
        ("subnet/", _RAM),
        ("traffic-mirror-target/", _RAM),
        ("transit-gateway/", _RAM),
        ("transit-gateway-attachment/", "an attachment to a transit gateway that is shared"),
        ("transit-gateway-multicast-domain/", _RAM),
        ("transit-gateway-route-table/", "of a transit gateway that is shared"),
        ("verified-access-group/", _RAM),
        ("vpc/", "the other side of a peering or a security group association"),
        ("fpga-image/", _SNAPSHOT),
        ("image/", _SNAPSHOT),
        ("network-interface/", "a network interface with permissions for the account"),
        ("snapshot/", _SNAPSHOT),
        ("vpc-endpoint-service/", "an endpoint service that names its allowed principals"),
        ("vpc-peering-connection/", "a peering in which the account is the other side"),
    ),
    "elasticloadbalancing": (("truststore/", _RAM),),
    "imagebuilder": (
        ("component/", _RAM),
        ("container-recipe/", _RAM),
        ("image/", _RAM),
        ("image-recipe/", _RAM),
    ),
    "license-manager": (("license-configuration:", _RAM), ("grant:", "a grant of a license"), ("license:", "granted")),
    "outposts": (("outpost/", _RAM), ("site/", _RAM)),
    "organizations": (("", _DELEGATED),),
    "private-networks": (("network/", _RAM),),
    "ram": (("resource-share/", "a share that names the account"),),
    "rds": (
        ("cluster:", _RAM),
        ("snapshot:", _SNAPSHOT),
        ("cluster-snapshot:", _SNAPSHOT),
        ("shardgrp:", _RAM),
    ),
    "redshift": (("snapshot:", _SNAPSHOT), ("datashare:", "a data share that names the account")),
    "redshift-serverless": (("snapshot/", _SNAPSHOT),),
    "resource-groups": (("group/", _RAM),),
    "route53": (("hostedzone/", "a hosted zone that authorizes a VPC of the account"),),
    "route53profiles": (("profile/", _RAM),),
    "route53resolver": (
        ("firewall-rule-group/", _RAM),
        ("resolver-query-log-config/", _RAM),
        ("resolver-rule/", _RAM),
    ),
    "sagemaker": (
        ("feature-group/", _RAM),
        ("hub/", _RAM),
        ("hub-content/", "of a hub that is shared"),
        ("model-card/", _RAM),
        ("pipeline/", _RAM),
        ("sagemaker-catalog/", _RAM),
    ),
    "servicecatalog": (("/applications/", _RAM), ("/attribute-groups/", _RAM)),
    "ssm": (("document/", "a document that is public or shared"), ("automation-definition/", "shared so too")),
    "workspaces": (
        ("workspaceimage/", "an image with permissions for the account"),
        ("connectionalias/", "an alias with permissions for the account"),
    ),
}
"""What else than a policy opens resources to another account, by service and beginning of the resource.

Sources, read in 2026: RAM User Guide, Shareable AWS resources; EC2 User Guide, Share an AMI, Share a snapshot; RDS User
Guide, Sharing a DB snapshot; Organizations User Guide, Delegated administrator for AWS services.
"""

OF_THE_CALLER = {
    "detective": ("acceptinvitation", "rejectinvitation", "disassociatemembership"),
    "license-manager": ("acceptgrant", "rejectgrant"),
    "organizations": ("accepthandshake", "declinehandshake"),
    "ram": ("acceptresourceshareinvitation", "rejectresourceshareinvitation"),
    "redshift": ("associatedatashareconsumer", "disassociatedatashareconsumer", "rejectdatashare"),
    "servicecatalog": ("acceptportfolioshare", "rejectportfolioshare"),
}
"""Answers to an invitation, whose ARN is of the account that sent it: only the caller's policies are asked.

Sources, read in 2026: RAM User Guide, Accepting and rejecting resource share invitations; Organizations User Guide,
Accepting or declining an invitation; the pages on invitations, data shares and grants of the other services.
"""

_ASSUMING_ROOT = "sts:assumeroot"
_ASSUME_ROOT = "whether root access is managed centrally, and by account {caller}, was not exported"


def can_have_policy(arn: Arn) -> bool:
    """Whether a policy can speak for a resource (S26)."""
    starts = _WITH_POLICIES.get(arn.service)
    return starts is not None and (not starts or arn.resource.startswith(starts))


def shared_how(arn: Arn) -> str | None:
    """How a resource may be open to another account without any policy of its own; None where nothing can open it."""
    rows = _SHARED.get(arn.service, ())
    return next((how for start, how in rows if arn.resource.startswith(start)), None)


def may_be_open(service: str, action: str) -> bool:
    """Whether another account can let somebody take an action, in lower case, on something of a service (E14, E76).

    What the trust policies of its roles say is not asked.
    """
    asking, _, operation = action.partition(":")
    is_answer = operation in OF_THE_CALLER.get(asking, ())
    return service in _WITH_POLICIES or service in _SHARED or is_answer or action == _ASSUMING_ROOT


def only_the_caller_decides(request: ResolvedRequest) -> bool:
    """Whether nothing of the resource's account is asked, though it is another: its policies there are none of."""
    if request.operation in OF_THE_CALLER.get(request.service, ()):
        return True
    return _assumes_root(request) and request.unstated is Unstated.ABSENT


def what_is_open(request: ResolvedRequest) -> str | None:
    """What only the other account can tell, of a resource without policy: in words; None where nothing is open."""
    caller, arn = request.caller, request.resource_arn
    if arn is None or not caller.has_account or caller.account == request.resource_account:
        return None
    if _assumes_root(request):
        return _ASSUME_ROOT.format(caller=caller.account)
    how = shared_how(arn)
    return None if how is None else f"not evaluated: {request.resource} may be {how} (E14)"


def _assumes_root(request: ResolvedRequest) -> bool:
    """A session of a member's root user; no policy of that account is asked (IAM User Guide, AssumeRoot, 2026)."""
    return request.folded_action == _ASSUMING_ROOT
