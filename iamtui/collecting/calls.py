"""The table of calls: what is asked, what is kept of the answer, and which permission that takes.

Every call only reads. What could be a secret (environment variables of functions, seeds of MFA devices) is cut from the
answer before it reaches the disk.
"""

from __future__ import annotations

from iamtui.collecting.compute import COMPUTE
from iamtui.collecting.parts import Call, How, Part, ask, each, listing

_ROLES = (
    "{Roles: Roles[].{RoleName: RoleName, Arn: Arn, Description: Description, MaxSessionDuration: MaxSessionDuration}}"
)
_USERS = "{Users: Users[].{UserName: UserName, Arn: Arn, PasswordLastUsed: PasswordLastUsed}}"
_DEVICES = "{VirtualMFADevices: VirtualMFADevices[].{SerialNumber: SerialNumber, User: User.{Arn: Arn}}}"
_FUNCTIONS = "{Functions: Functions[].{FunctionName: FunctionName, FunctionArn: FunctionArn, Role: Role}}"
_SECRETS = "{SecretList: SecretList[].{ARN: ARN, Name: Name, Tags: Tags}}"
_ALONE = ("AWSOrganizationsNotInUseException",)  # the account is in no organization
_QUEUES = "{QueueUrls: QueueUrls}"
_TAGS = "{Tags: Tags}"  # the CLI prints nothing where there are none
_OF_ACCOUNT = ("--account-id", "$account")

ACCOUNT = Part(
    "account",
    (
        Call(How.ASK, "sts", "get-caller-identity", None, keep="{Account: Account}"),
        Call(How.START, "iam", "generate-credential-report", "iam:GenerateCredentialReport"),
        ask("iam", "get-account-authorization-details", "iam:GetAccountAuthorizationDetails"),
        ask("iam", "get-account-summary", "iam:GetAccountSummary"),
        ask("iam", "get-account-password-policy", "iam:GetAccountPasswordPolicy", none=("NoSuchEntity",)),
        ask("iam", "list-account-aliases", "iam:ListAccountAliases"),
        ask("iam", "list-users", "iam:ListUsers", keep=_USERS),
        ask("iam", "list-roles", "iam:ListRoles", keep=_ROLES),
        ask("iam", "list-virtual-mfa-devices", "iam:ListVirtualMFADevices", keep=_DEVICES),
        ask("iam", "list-saml-providers", "iam:ListSAMLProviders"),
        ask("iam", "list-server-certificates", "iam:ListServerCertificates"),
        listing(
            "iam",
            "list-open-id-connect-providers",
            "iam:ListOpenIDConnectProviders",
            "[OpenIDConnectProviderList][].[Arn]",
            file=None,
        ),
        each("iam", "get-open-id-connect-provider", "iam:GetOpenIDConnectProvider", "--open-id-connect-provider-arn"),
        Call(
            How.AWAIT,
            "iam",
            "get-credential-report",
            "iam:GetCredentialReport",
            none=("ReportNotPresent", "ReportInProgress"),
        ),
    ),
)
"""What every account is asked: principals, policies, settings, credentials."""

ORGANIZATION = Part(
    "organization",
    (
        ask("organizations", "describe-organization", "organizations:DescribeOrganization", none=_ALONE),
        ask("organizations", "list-accounts", "organizations:ListAccounts", none=_ALONE),
        ask("iam", "list-organizations-features", "iam:ListOrganizationsFeatures"),
        listing("organizations", "list-roots", "organizations:ListRoots", "[Roots][].[Id]", none=_ALONE, file=None),
        Call(
            How.DESCEND,
            "organizations",
            "list-organizational-units-for-parent",
            "organizations:ListOrganizationalUnitsForParent",
            option="--parent-id",
            names="[OrganizationalUnits][].[Id]",
        ),
        each("organizations", "list-accounts-for-parent", "organizations:ListAccountsForParent", "--parent-id"),
        *(
            call
            for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY")
            for call in (
                Call(
                    How.LIST,
                    "organizations",
                    "list-policies",
                    "organizations:ListPolicies",
                    ("--filter", kind),
                    names="[Policies][].[Id]",
                    none=_ALONE,
                    file=kind,
                ),
                each("organizations", "describe-policy", "organizations:DescribePolicy", "--policy-id"),
                each("organizations", "list-targets-for-policy", "organizations:ListTargetsForPolicy", "--policy-id"),
            )
        ),
    ),
)
"""The organization: its tree, SCPs, RCPs and S3 policies; answered in the management account or a delegated one."""

_PARTS = (
    Part(
        "s3",
        (
            Call(
                How.ASK,
                "s3control",
                "get-public-access-block",
                "s3:GetAccountPublicAccessBlock",
                _OF_ACCOUNT,
                none=("NoSuchPublicAccessBlockConfiguration",),
                file="$account",
            ),
            listing("s3api", "list-buckets", "s3:ListAllMyBuckets", "[Buckets][].[Name]", file=None),
            each("s3api", "get-bucket-policy", "s3:GetBucketPolicy", "--bucket", none=("NoSuchBucketPolicy",)),
            each(
                "s3api",
                "get-public-access-block",
                "s3:GetBucketPublicAccessBlock",
                "--bucket",
                none=("NoSuchPublicAccessBlockConfiguration",),
            ),
            each(
                "s3api",
                "get-bucket-policy-status",
                "s3:GetBucketPolicyStatus",
                "--bucket",
                none=("NoSuchBucketPolicy",),
            ),
            each("s3api", "get-bucket-tagging", "s3:GetBucketTagging", "--bucket", none=("NoSuchTagSet",)),
            each("s3api", "get-bucket-abac", "s3:GetBucketAbac", "--bucket"),
        ),
    ),
    Part(
        "accesspoints",
        (
            Call(
                How.LIST,
                "s3control",
                "list-access-points",
                "s3:ListAccessPoints",
                _OF_ACCOUNT,
                names="[AccessPointList][].[Name, AccessPointArn]",
                file="$region",
            ),
            each("s3control", "get-access-point", "s3:GetAccessPoint", "--name", *_OF_ACCOUNT),
            each(
                "s3control",
                "get-access-point-policy",
                "s3:GetAccessPointPolicy",
                "--name",
                *_OF_ACCOUNT,
                none=("NoSuchAccessPointPolicy",),
            ),
        ),
        regional=True,
        word="s3",
    ),
    Part(
        "kms",
        (
            listing("kms", "list-keys", "kms:ListKeys", "[Keys][].[KeyArn]"),
            Call(How.ASK, "kms", "list-aliases", "kms:ListAliases", file="$region"),
            each("kms", "get-key-policy", "kms:GetKeyPolicy", "--key-id", "--policy-name", "default"),
            each("kms", "list-grants", "kms:ListGrants", "--key-id"),
            each("kms", "list-resource-tags", "kms:ListResourceTags", "--key-id"),
        ),
        regional=True,
    ),
    Part(
        "sqs",
        (
            listing("sqs", "list-queues", "sqs:ListQueues", "[QueueUrls][].[@]", keep=_QUEUES),
            each("sqs", "get-queue-attributes", "sqs:GetQueueAttributes", "--queue-url", "--attribute-names", "All"),
            each("sqs", "list-queue-tags", "sqs:ListQueueTags", "--queue-url", keep=_TAGS),
        ),
        regional=True,
    ),
    Part(
        "sns",
        (
            listing("sns", "list-topics", "sns:ListTopics", "[Topics][].[TopicArn]"),
            each("sns", "get-topic-attributes", "sns:GetTopicAttributes", "--topic-arn"),
            each("sns", "list-tags-for-resource", "sns:ListTagsForResource", "--resource-arn"),
        ),
        regional=True,
    ),
    Part(
        "lambda",
        (
            listing("lambda", "list-functions", "lambda:ListFunctions", "[Functions][].[FunctionArn]", keep=_FUNCTIONS),
            each("lambda", "get-policy", "lambda:GetPolicy", "--function-name", none=("ResourceNotFoundException",)),
            each("lambda", "list-tags", "lambda:ListTags", "--resource", keep=_TAGS),
        ),
        regional=True,
    ),
    Part(
        "secretsmanager",
        (
            listing(
                "secretsmanager", "list-secrets", "secretsmanager:ListSecrets", "[SecretList][].[ARN]", keep=_SECRETS
            ),
            each("secretsmanager", "get-resource-policy", "secretsmanager:GetResourcePolicy", "--secret-id"),
        ),
        regional=True,
    ),
    Part(
        "ecr",
        (
            listing(
                "ecr",
                "describe-repositories",
                "ecr:DescribeRepositories",
                "[repositories][].[repositoryName, repositoryArn]",
            ),
            each(
                "ecr",
                "get-repository-policy",
                "ecr:GetRepositoryPolicy",
                "--repository-name",
                none=("RepositoryPolicyNotFoundException",),
            ),
            Call(How.EACH_BY_ARN, "ecr", "list-tags-for-resource", "ecr:ListTagsForResource", option="--resource-arn"),
        ),
        regional=True,
    ),
    COMPUTE,
    Part(
        "vpc",
        (Call(How.ASK, "ec2", "describe-vpc-endpoints", "ec2:DescribeVpcEndpoints", file="$region"),),
        regional=True,
    ),
)

RESOURCES = tuple(dict.fromkeys(part.chosen_by for part in _PARTS))
"""The words that choose the kinds of resources whose policies can be asked for."""

REGIONS = Call(How.LIST, "ec2", "describe-regions", "ec2:DescribeRegions", names="[Regions][].[RegionName]")
"""Which regions there are, where the user names none."""


def chosen_parts(*, organization: bool, resources: tuple[str, ...]) -> tuple[Part, ...]:
    """The parts in the order of the table; every word of `resources` must be one of `RESOURCES`."""
    more = tuple(part for part in _PARTS if part.chosen_by in resources)
    return (ACCOUNT, ORGANIZATION, *more) if organization else (ACCOUNT, *more)
