"""On what AWS authorizes an action for which it lists no resource type: `*`, or an ARN that it does not list (L36).

A table of data. Sources: IAM User Guide, Permissions required to access IAM resources (`iam:ListUsers` is granted on
`arn:aws:iam::*:*`); the ARNs that AWS names in its denials, as CloudTrail and the AWS CLI show them (2019-2026); EC2
API Reference, Granting required permissions (Describe actions take `*`); KMS Developer Guide (S20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iamtui.evaluation.request.context import RequestContext, ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.evaluation.request.services import stands_for_key, takes_no_resource
from iamtui.evaluation.request.unnamed_keys import UnnamedKey
from iamtui.patterns import glob
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.keys import Context
from iamtui.policy.truth import Truth

_ARNS = {
    "dynamodb:listtables": "arn:{partition}:dynamodb:{region}:{account}:table/*",
    "events:listrules": "arn:{partition}:events:{region}:{account}:rule/*",
    "glacier:listvaults": "arn:{partition}:glacier:{region}:{account}:vaults/",
    "iam:listgroups": "arn:{partition}:iam::{account}:group/",
    "iam:listinstanceprofiles": "arn:{partition}:iam::{account}:instance-profile/",
    "iam:listopenidconnectproviders": "arn:{partition}:iam::{account}:oidc-provider/*",
    "iam:listpolicies": "arn:{partition}:iam::{account}:policy/",
    "iam:listroles": "arn:{partition}:iam::{account}:role/",
    "iam:listusers": "arn:{partition}:iam::{account}:user/",
    "iam:listvirtualmfadevices": "arn:{partition}:iam::{account}:mfa/",
    "logs:describeloggroups": "arn:{partition}:logs:{region}:{account}:log-group::log-stream:",
    "sns:listtopics": "arn:{partition}:sns:{region}:{account}:*",
    "sqs:listqueues": "arn:{partition}:sqs:{region}:{account}:",
    "ssm:describeparameters": "arn:{partition}:ssm:{region}:{account}:*",
}
_ON_ANYTHING = frozenset(
    (
        "ec2:*",
        "ecr:getauthorizationtoken",
        "iam:generatecredentialreport",
        "iam:getaccountauthorizationdetails",
        "iam:getaccountpasswordpolicy",
        "iam:getaccountsummary",
        "iam:getcredentialreport",
        "iam:listaccountaliases",
        "kms:createkey",
        "kms:generaterandom",
        "kms:listaliases",
        "kms:listkeys",
        "lambda:createeventsourcemapping",
        "lambda:listfunctions",
        "organizations:leaveorganization",
        "route53domains:listdomains",
        "s3:*",
        "secretsmanager:listsecrets",
        "ses:getaccount",
        "sts:*",
    )
)
"""Actions that are authorized on `*`; those of S3 on `arn:aws:s3:::*` as well (S25)."""

_BY_PATH = frozenset(("groups", "instanceprofiles", "policies", "roles", "users"))
"""What `iam:List…` lists under a path prefix, if the call says one (IAM API Reference, ListUsers: PathPrefix)."""

_SOME_REGION = "xx-region-0"


@dataclass(frozen=True, slots=True)
class UnlistedResource:
    """The ARN that AWS asks about, as far as it is known.

    Attributes:
        arn: with `{region}` in the place of a Region that the request does not tell; None where AWS does not say.
        service: the action's, whose ARNs could be meant.
        account: the caller's.
        is_open: whether what is not known is unknown; scenarios take an unlisted ARN as none, and any Region.
    """

    arn: str | None
    service: str
    account: str
    is_open: bool

    @property
    def words(self) -> str:
        """What is not known."""
        return f"the ARN that AWS asks about: it lists no resource for this action of {self.service} (L36)"

    @property
    def note(self) -> str:
        """Why a pattern can neither be said to match nor not to."""
        return f"AWS lists no resource for this action of {self.service}: about which ARN it asks is not known (L36)"

    def match(self, pattern: ResourcePattern, context: Context, *, completes_short: bool) -> Truth:
        """Compare a pattern other than `*` with what is known of the ARN."""
        if self.arn is None:
            return Truth.UNKNOWN if self.is_open and self._could_be_meant(pattern.text) else Truth.FALSE
        region = [*pattern.text.split(":", 5), "", "", "", ""][3]
        is_named = region != "" and "*" not in region and "?" not in region
        arn = self.arn.replace("{region}", region if is_named else _SOME_REGION)
        found = pattern.match(arn, context, completes_short=completes_short)
        return min(found, Truth.UNKNOWN) if is_named and self.is_open else found

    def _could_be_meant(self, text: str) -> bool:
        """Whether the pattern takes ARNs of the service in the caller's account."""
        segments = text.split(":", 5)
        service, account = [*segments, "*", "*", "*", "*"][2], [*segments, "*", "*", "*", "*"][4]
        if len(segments) > 4:
            account = segments[4]
        takes_service = segments[0] == "arn" and glob(service)(self.service)
        return takes_service and (account == "" or glob(account)(self.account))


class OpenResource:
    """What is open of a request's resource, found out when a pattern first asks.

    Most requests end before: whether AWS lists a resource for the action takes reading the actions of its service.
    """

    __slots__ = ("_context", "_found", "_is_found", "_request")

    def __init__(self, request: ResolvedRequest, context: RequestContext) -> None:
        self._request = request
        self._context = context
        self._is_found = False

    @property
    def left_open(self) -> UnlistedResource | UnnamedKey | None:
        """What is not known of the ARN that AWS asks about; None where nothing is open."""
        if not self._is_found:
            self._found = _unnamed_key(self._request) or _unlisted_resource(self._request, self._context)
            self._is_found = True
        return self._found


def asked_resources(request: ResolvedRequest, stated: str, context: RequestContext) -> tuple[str, ...]:
    """What statements are matched with: the request's resource, or what AWS asks about in its place."""
    if request.resource_arn is not None:
        return (request.resource,)
    if stated == ANY_RESOURCE and request.service != "s3" and request.folded_action not in _ARNS:
        return (ANY_RESOURCE,)
    if not takes_no_resource(request.action):
        return (request.resource,)
    if request.service == "s3":
        return (ANY_RESOURCE, f"arn:{request.caller.partition or 'aws'}:s3:::*")  # S25
    if _is_on_anything(request):
        return (ANY_RESOURCE,)
    if stated != ANY_RESOURCE:
        return (stated,)
    arn = _arn_of(request, context)
    return (ANY_RESOURCE,) if arn is None or "{region}" in arn else (arn,)


def open_resource(request: ResolvedRequest, stated: str, context: RequestContext) -> OpenResource | None:
    """What may be open of the resource; None where it is known to be nothing."""
    if request.resource_arn is None:
        is_open = stated == ANY_RESOURCE and not _is_on_anything(request)
    else:
        is_open = stands_for_key(request.action, request.resource_arn)
    return OpenResource(request, context) if is_open else None


def _unnamed_key(request: ResolvedRequest) -> UnnamedKey | None:
    """The key of an alias that was not resolved; None where the request names something else."""
    if request.resource_arn is None:
        return None
    return UnnamedKey.of(request.resource_arn, is_open=request.unstated is Unstated.UNKNOWN)


def _unlisted_resource(request: ResolvedRequest, context: RequestContext) -> UnlistedResource | None:
    """What is not known of the ARN that AWS asks about; None where nothing is open."""
    account = request.caller.account
    if account is None or not takes_no_resource(request.action):
        return None
    arn = _arn_of(request, context)
    if arn is not None and "{region}" not in arn:
        return None
    return UnlistedResource(arn, request.service, account, is_open=request.unstated is Unstated.UNKNOWN)


def has_arn_of_its_own(action: str) -> bool:
    """Whether a row of its own says on what AWS authorizes an action, in lower case."""
    return action in _ARNS or action in _ON_ANYTHING


def notes_of_paths(actions: Iterable[str]) -> Iterator[str]:
    """What an answer about lists leaves open that are asked about without the path prefix that a call may state."""
    found = [action for action in actions if action.lower().removeprefix("iam:list") in _BY_PATH]
    if found:
        arn = _ARNS[found[0].lower()].format(partition="aws", account="ACCOUNT")
        yield f"{', '.join(found)}: asked without a path prefix; with one AWS asks about {arn}PATH/ and the like (L36)"


def _is_on_anything(request: ResolvedRequest) -> bool:
    return request.folded_action in _ON_ANYTHING or f"{request.service}:*" in _ON_ANYTHING


def _arn_of(request: ResolvedRequest, context: RequestContext) -> str | None:
    """The ARN that AWS asks about, with the Region that the request states."""
    arn = _ARNS.get(request.folded_action)
    caller = request.caller
    if arn is None or caller.account is None:
        return None
    arn = arn.replace("{partition}", caller.partition or "aws").replace("{account}", caller.account)
    region = context.lookup("aws:requestedregion").values if "{region}" in arn else ()
    return arn.replace("{region}", region[0]) if region else arn
