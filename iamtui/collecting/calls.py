"""The table of calls: what is asked, what is kept of the answer, and which permission that takes.

Every call only reads. What could be a secret (environment variables of functions, seeds of MFA devices) is cut from the
answer before it reaches the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class How(StrEnum):
    """How a call is made: the name of the shell function that makes it."""

    ASK = "ask"  # once
    LIST = "list"  # once, and its answer names what the calls after it are about
    DESCEND = "descend"  # for each name, and for all names found below it, level by level
    EACH = "each"  # for each name
    START = "start"  # once, for what comes of it: nothing is kept
    AWAIT = "await"  # until the answer is ready


@dataclass(frozen=True, slots=True)
class Call:
    """One `aws SERVICE OPERATION`.

    Attributes:
        action: the permission that it takes, None for a call that everybody may make.
        options: further words, the same for every subject.
        option: the option that takes the subject.
        names: JMESPath of the names in the answer: rows of the name, and of the ARN where it differs.
        keep: JMESPath of what is kept of the answer; None: everything.
        none: the error codes that say that there is nothing (I8), or for `AWAIT` that it is not ready.
        file: what the answer is named after, beside the call: `$account`, `$region` or a word.
    """

    how: How
    service: str
    operation: str
    action: str | None
    options: tuple[str, ...] = ()
    option: str | None = None
    names: str | None = None
    keep: str | None = None
    none: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Calls that are chosen together, in their order; `regional`: they are made in every region."""

    name: str
    calls: tuple[Call, ...]
    regional: bool = False


def _ask(service: str, operation: str, action: str, *, keep: str | None = None, none: tuple[str, ...] = ()) -> Call:
    return Call(How.ASK, service, operation, action, keep=keep, none=none)


def _list(
    service: str,
    operation: str,
    action: str,
    names: str,
    *,
    keep: str | None = None,
    none: tuple[str, ...] = (),
    file: str | None = "$region",
) -> Call:
    return Call(How.LIST, service, operation, action, names=names, keep=keep, none=none, file=file)


def _each(service: str, operation: str, action: str, option: str, *options: str, none: tuple[str, ...] = ()) -> Call:
    return Call(How.EACH, service, operation, action, options, option, none=none)


_ROLES = (
    "{Roles: Roles[].{RoleName: RoleName, Arn: Arn, Description: Description, MaxSessionDuration: MaxSessionDuration}}"
)
_USERS = "{Users: Users[].{UserName: UserName, Arn: Arn, PasswordLastUsed: PasswordLastUsed}}"
_DEVICES = "{VirtualMFADevices: VirtualMFADevices[].{SerialNumber: SerialNumber, User: User.{Arn: Arn}}}"
_FUNCTIONS = "{Functions: Functions[].{FunctionName: FunctionName, FunctionArn: FunctionArn, Role: Role}}"
_SECRETS = "{SecretList: SecretList[].{ARN: ARN, Name: Name, Tags: Tags}}"
_ALONE = ("AWSOrganizationsNotInUseException",)  # the account is in no organization
_QUEUES = "{QueueUrls: QueueUrls}"

ACCOUNT = Part(
    "account",
    (
        Call(How.ASK, "sts", "get-caller-identity", None, keep="{Account: Account}"),
        Call(How.START, "iam", "generate-credential-report", "iam:GenerateCredentialReport"),
        _ask("iam", "get-account-authorization-details", "iam:GetAccountAuthorizationDetails"),
        _ask("iam", "get-account-summary", "iam:GetAccountSummary"),
        _ask("iam", "get-account-password-policy", "iam:GetAccountPasswordPolicy", none=("NoSuchEntity",)),
        _ask("iam", "list-account-aliases", "iam:ListAccountAliases"),
        _ask("iam", "list-users", "iam:ListUsers", keep=_USERS),
        _ask("iam", "list-roles", "iam:ListRoles", keep=_ROLES),
        _ask("iam", "list-virtual-mfa-devices", "iam:ListVirtualMFADevices", keep=_DEVICES),
        _ask("iam", "list-saml-providers", "iam:ListSAMLProviders"),
        _list(
            "iam",
            "list-open-id-connect-providers",
            "iam:ListOpenIDConnectProviders",
            "[OpenIDConnectProviderList][].[Arn]",
            file=None,
        ),
        _each("iam", "get-open-id-connect-provider", "iam:GetOpenIDConnectProvider", "--open-id-connect-provider-arn"),
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
        _ask("organizations", "describe-organization", "organizations:DescribeOrganization", none=_ALONE),
        _ask("organizations", "list-accounts", "organizations:ListAccounts", none=_ALONE),
        _list("organizations", "list-roots", "organizations:ListRoots", "[Roots][].[Id]", none=_ALONE, file=None),
        Call(
            How.DESCEND,
            "organizations",
            "list-organizational-units-for-parent",
            "organizations:ListOrganizationalUnitsForParent",
            option="--parent-id",
            names="[OrganizationalUnits][].[Id]",
        ),
        _each("organizations", "list-accounts-for-parent", "organizations:ListAccountsForParent", "--parent-id"),
        *(
            call
            for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
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
                _each("organizations", "describe-policy", "organizations:DescribePolicy", "--policy-id"),
                _each("organizations", "list-targets-for-policy", "organizations:ListTargetsForPolicy", "--policy-id"),
            )
        ),
    ),
)
"""The tree of the organization with its SCPs and RCPs; answered in the management account or a delegated one."""

_PARTS = (
    Part(
        "s3",
        (
            Call(
                How.ASK,
                "s3control",
                "get-public-access-block",
                "s3:GetAccountPublicAccessBlock",
                ("--account-id", "$account"),
                none=("NoSuchPublicAccessBlockConfiguration",),
                file="$account",
            ),
            _list("s3api", "list-buckets", "s3:ListAllMyBuckets", "[Buckets][].[Name]", file=None),
            _each("s3api", "get-bucket-policy", "s3:GetBucketPolicy", "--bucket", none=("NoSuchBucketPolicy",)),
            _each(
                "s3api",
                "get-public-access-block",
                "s3:GetBucketPublicAccessBlock",
                "--bucket",
                none=("NoSuchPublicAccessBlockConfiguration",),
            ),
            _each(
                "s3api",
                "get-bucket-policy-status",
                "s3:GetBucketPolicyStatus",
                "--bucket",
                none=("NoSuchBucketPolicy",),
            ),
            _each("s3api", "get-bucket-tagging", "s3:GetBucketTagging", "--bucket", none=("NoSuchTagSet",)),
        ),
    ),
    Part(
        "kms",
        (
            _list("kms", "list-keys", "kms:ListKeys", "[Keys][].[KeyArn]"),
            Call(How.ASK, "kms", "list-aliases", "kms:ListAliases", file="$region"),
            _each("kms", "get-key-policy", "kms:GetKeyPolicy", "--key-id", "--policy-name", "default"),
            _each("kms", "list-grants", "kms:ListGrants", "--key-id"),
            _each("kms", "list-resource-tags", "kms:ListResourceTags", "--key-id"),
        ),
        regional=True,
    ),
    Part(
        "sqs",
        (
            _list("sqs", "list-queues", "sqs:ListQueues", "[QueueUrls][].[@]", keep=_QUEUES),
            _each("sqs", "get-queue-attributes", "sqs:GetQueueAttributes", "--queue-url", "--attribute-names", "All"),
        ),
        regional=True,
    ),
    Part(
        "sns",
        (
            _list("sns", "list-topics", "sns:ListTopics", "[Topics][].[TopicArn]"),
            _each("sns", "get-topic-attributes", "sns:GetTopicAttributes", "--topic-arn"),
        ),
        regional=True,
    ),
    Part(
        "lambda",
        (
            _list("lambda", "list-functions", "lambda:ListFunctions", "[Functions][].[FunctionArn]", keep=_FUNCTIONS),
            _each("lambda", "get-policy", "lambda:GetPolicy", "--function-name", none=("ResourceNotFoundException",)),
        ),
        regional=True,
    ),
    Part(
        "secretsmanager",
        (
            _list(
                "secretsmanager", "list-secrets", "secretsmanager:ListSecrets", "[SecretList][].[ARN]", keep=_SECRETS
            ),
            _each("secretsmanager", "get-resource-policy", "secretsmanager:GetResourcePolicy", "--secret-id"),
        ),
        regional=True,
    ),
    Part(
        "ecr",
        (
            _list(
                "ecr",
                "describe-repositories",
                "ecr:DescribeRepositories",
                "[repositories][].[repositoryName, repositoryArn]",
            ),
            _each(
                "ecr",
                "get-repository-policy",
                "ecr:GetRepositoryPolicy",
                "--repository-name",
                none=("RepositoryPolicyNotFoundException",),
            ),
        ),
        regional=True,
    ),
    Part(
        "vpc",
        (Call(How.ASK, "ec2", "describe-vpc-endpoints", "ec2:DescribeVpcEndpoints", file="$region"),),
        regional=True,
    ),
)

RESOURCES: Mapping[str, Part] = MappingProxyType({part.name: part for part in _PARTS})
"""The kinds of resources whose policies can be asked for, by the word that chooses them."""

REGIONS = Call(How.LIST, "ec2", "describe-regions", "ec2:DescribeRegions", names="[Regions][].[RegionName]")
"""Which regions there are, where the user names none."""


def chosen_parts(*, organization: bool, resources: tuple[str, ...]) -> tuple[Part, ...]:
    """The parts in the order of the table; every word of `resources` must be one of `RESOURCES`."""
    more = tuple(part for part in _PARTS if part.name in resources)
    return (ACCOUNT, ORGANIZATION, *more) if organization else (ACCOUNT, *more)
