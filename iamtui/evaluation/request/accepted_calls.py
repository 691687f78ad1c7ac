"""From whom AWS takes a call at all, before it reads a policy: tables of data, each with its source."""

from __future__ import annotations

from iamtui.evaluation.request.caller import CallerKind
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.patterns import glob

_UNSIGNED = {
    "s3": "*",
    "sqs": "*",
    "sns": "*",
    "lambda": "invokefunctionurl",
    "execute-api": "invoke",
    "es": "eshttp*",
    "elasticfilesystem": "client*",
    "mediastore": "*object",
    "vpc-lattice-svcs": "invoke",
    "sts": "assumerolewith*",
}
"""What may come unsigned, of each service (E68).

Sources, read in 2026: IAM User Guide, Signature Version 4 for API requests; Lambda, Control access to function URLs;
OpenSearch Service, IP-based policies; EFS, Using IAM to control file system data access; MediaStore, Public read access
over HTTPS; VPC Lattice, Auth policies (unauthenticated principals).
"""

VIA_FUNCTION_URL = "lambda:InvokedViaFunctionUrl"
"""Whether a function is invoked by its URL, which may be open to everybody."""

BY_FUNCTION_URL = "lambda:invokefunctionurl"
URL_AUTH_TYPE = "lambda:FunctionUrlAuthType"
OPEN_URL = "NONE"
"""Of a function's URL: who calls it, how that must be signed, and with which type it need not be (E68)."""

_ON_A_RESOURCE_ONLY = frozenset(("s3",))
"""Services of which only calls on a resource may come unsigned: nobody lists the buckets of nobody."""

_SQS_OF_THE_OWNER = (
    "addpermission",
    "cancelmessagemovetask",
    "createqueue",
    "deletequeue",
    "listmessagemovetasks",
    "listqueues",
    "listqueuetags",
    "removepermission",
    "setqueueattributes",
    "startmessagemovetask",
    "tagqueue",
    "untagqueue",
)
_KMS_ACROSS_ACCOUNTS = frozenset(
    (
        "creategrant",
        "decapsulate",
        "decrypt",
        "derivesharedsecret",
        "describekey",
        "encapsulate",
        "encrypt",
        "generatedatakey",
        "generatedatakeypair",
        "generatedatakeypairwithoutplaintext",
        "generatedatakeywithoutplaintext",
        "generatemac",
        "getkeyrotationstatus",
        "getpublickey",
        "listgrants",
        "reencrypt",
        "reencryptfrom",
        "reencryptto",
        "retiregrant",
        "revokegrant",
        "sign",
        "verify",
        "verifymac",
    )
)
_CLOUDHSM_OF_THE_OWNER = (
    "copybackuptoregion",
    "createhsm",
    "deletebackup",
    "deletecluster",
    "deletehsm",
    "deleteresourcepolicy",
    "describeclusters",
    "getresourcepolicy",
    "initializecluster",
    "listtags",
    "modifybackupattributes",
    "modifycluster",
    "putresourcepolicy",
    "restorebackup",
    "tagresource",
    "untagresource",
)

_DYNAMODB_OF_THE_OWNER = (
    "createbackup",
    "createtable",
    "deleteresourcepolicy",
    "describecontinuousbackups",
    "describecontributorinsights",
    "describekinesisstreamingdestination",
    "describetablereplicaautoscaling",
    "describetimetolive",
    "disablekinesisstreamingdestination",
    "enablekinesisstreamingdestination",
    "exporttabletopointintime",
    "getresourcepolicy",
    "partiqldelete",
    "partiqlinsert",
    "partiqlselect",
    "partiqlupdate",
    "putresourcepolicy",
    "restoretabletopointintime",
    "updatecontinuousbackups",
    "updatecontributorinsights",
    "updatetablereplicaautoscaling",
    "updatetimetolive",
)
"""DynamoDB Developer Guide, "API operations supported by resource-based policies". Of PartiQL, CreateTable,
UpdateTimeToLive and streaming destinations it was seen on 2026-11-29; the other rows are from memory of the page.
"""
_SNS_OF_THE_OWNER = ("createtopic", "tagresource", "untagresource")
"""No topic policy can name them (SNS Developer Guide, "Valid Amazon SNS policy actions", seen 2026-11-29)."""

OF_THE_OWNER = frozenset(
    f"{service}:{operation}"
    for service, operations in (
        ("cloudhsm", _CLOUDHSM_OF_THE_OWNER),
        ("dynamodb", _DYNAMODB_OF_THE_OWNER),
        ("sns", _SNS_OF_THE_OWNER),
        ("sqs", _SQS_OF_THE_OWNER),
    )
    for operation in operations
)
"""Calls that only the account of the resource can make (API References of SQS and CloudHSM v2, 2026-10)."""


def refused_caller(subject: ResolvedRequest, context: RequestContext) -> str | None:
    """Why AWS takes this call from no such caller, whatever policies say; None if it may come."""
    caller = subject.caller
    if caller.kind is CallerKind.ANONYMOUS and not _may_be_unsigned(subject, context):
        return f"{subject.action} must be signed: AWS takes no anonymous call of it (E68)"
    is_elsewhere = caller.has_account and _is_of_another_account(subject)
    if is_elsewhere and is_of_the_owner(subject.service, subject.folded_action):
        return f"{subject.action} is taken from the owner's account only, {subject.resource_account} (S21)"
    if caller.kind is CallerKind.EXTERNAL:
        return _refused_provider(subject)
    return None


def is_of_the_owner(service: str, folded_action: str) -> bool:
    """Whether only the account of the resource can make a call: of KMS what is not told of as usable across accounts.

    KMS API Reference, 2026-10.
    """
    if service == "kms":
        return folded_action.partition(":")[2] not in _KMS_ACROSS_ACCOUNTS
    return folded_action in OF_THE_OWNER


def is_unsigned_invocation(request: ResolvedRequest) -> bool:
    """Whether a function is invoked without signature, which only its URL can do."""
    return request.caller.kind is CallerKind.ANONYMOUS and request.folded_action == "lambda:invokefunction"


def admitted_vpc(request: ResolvedRequest) -> str | None:
    """The only VPC whose requests an access point takes; None where it takes them from anywhere (S17)."""
    arn, snapshot = request.resource_arn, request.snapshot
    point = (
        None
        if arn is None or snapshot is None or arn.access_point is None
        else snapshot.resources.get(arn.access_point)
    )
    return None if point is None or point.network_origin != "VPC" else point.vpc_id


def _may_be_unsigned(subject: ResolvedRequest, context: RequestContext) -> bool:
    operations = _UNSIGNED.get(subject.service)
    if is_unsigned_invocation(subject):
        return context.lookup(VIA_FUNCTION_URL.lower()).is_true
    if operations is None or (subject.service in _ON_A_RESOURCE_ONLY and subject.resource_arn is None):
        return False
    return subject.folded_action not in OF_THE_OWNER and glob(operations)(subject.operation)


def _is_of_another_account(subject: ResolvedRequest) -> bool:
    return subject.resource_arn is not None and subject.resource_account not in (None, subject.caller.account)


def _refused_provider(subject: ResolvedRequest) -> str | None:
    """STS looks for a provider in the role's own account (IAM User Guide, Create a role for federation, 2026)."""
    caller, snapshot = subject.caller, subject.snapshot
    if caller.account is None:
        return None
    if subject.resource_account not in (None, caller.account):
        return f"a role is assumed with providers of its own account, and {caller.text} is of another (E69)"
    account = None if snapshot is None else snapshot.accounts.get(caller.account)
    if account is None:
        return None
    kind = caller.text.split(":", 5)[5].partition("/")[0]
    if kind not in account.listed_providers or caller.text in (account.providers or {}):
        return None
    return f"the exported account {caller.account} has no identity provider {caller.text} (E69)"
