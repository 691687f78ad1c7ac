"""What an organization keeps its member accounts from (FI14, FI80-FI86), asked as root and as an ideal role (EP4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from iamtui.analysis.findings.asking.row_requests import keys_row
from iamtui.analysis.findings.review.hygiene_case import SERVICES, AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Clear, Found, Unknown
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.queries.everybody.strangers import SOMEBODY, unused_account
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE, resource_pattern
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Exported, Organization, OrganizationPolicy, PublicAccessBlock, Resource

_AS_ROOT = ("ec2:DescribeInstances", "s3:ListAllMyBuckets", "ec2:RunInstances", "iam:CreateUser", "ec2:CreateTags")
"""An action of each access level: list, read, write, permissions management, tagging."""
_STOPPING = (
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "securityhub:DisableSecurityHub",
    "access-analyzer:DeleteAnalyzer",
    "s3:PutAccountPublicAccessBlock",
)
_OPEN = {
    "s3": ("s3:GetObject", "s3:bucket", f"arn:{{partition}}:s3:::{FRESH}"),
    "kms": ("kms:Decrypt", "kms:key", f"arn:{{partition}}:kms:us-east-1:{{account}}:key/{FRESH}"),
    "sqs": ("sqs:SendMessage", "sqs:queue", f"arn:{{partition}}:sqs:us-east-1:{{account}}:{FRESH}"),
    "secretsmanager": (
        "secretsmanager:GetSecretValue",
        "secretsmanager:secret",
        f"arn:{{partition}}:secretsmanager:us-east-1:{{account}}:secret:{FRESH}",
    ),
}
"""Services that RCPs govern (E33) and that have resource policies: an action, the kind and a fresh resource."""
OPEN_TO_ALL = Document(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
)
CENTRAL_ROOT = "RootCredentialsManagement"
_UNUSED_REGIONS = ("af-south-1", "me-south-1", "ap-southeast-5")
_USED_REGIONS = ("eu-west-1", "eu-central-1", "us-west-2", "us-east-2", "ap-southeast-2", "ap-northeast-1")
_HOME = "us-east-1"
_LAUNCHING = ("ec2:RunInstances",)
_GLOBAL = ("iam:ListRoles", "organizations:DescribeOrganization", "route53:ListHostedZones")
"""Global services: requests of theirs are of one Region, wherever they come from."""
_ANY = resource_pattern(ANY_RESOURCE, variables=False)


def guarded(case: AccountCase) -> Iterator[Answer]:
    """Whether the account is in an organization with SCPs and RCPs, and is no workload in its management (FI80)."""
    organization = case.snapshot.organization_of(case.account.account_id)
    if organization is None:
        if case.account.in_organization is False:
            yield Found("is in no organization, so no SCP limits it", severity=FindingSeverity.INFO)
        else:
            yield Unknown()
        return
    for word, enabled in (("SCPs", organization.scps_enabled), ("RCPs", organization.rcps_enabled)):
        if enabled is None:
            yield Unknown()
        elif not enabled:
            yield Found(f"the organization has {word} not enabled", (f"{word} DISABLED",))
    if case.account.account_id == organization.management_account:
        yield from _workloads(case)


def _workloads(case: AccountCase) -> Iterator[Answer]:
    """Users, and roles of services, in the management account."""
    users = tuple(user.arn for user in (case.account.users or {}).values())
    roles = tuple(role.arn for role in case.trusting(SERVICES, (_ANY,)).first)
    for arns, word in ((users, "user"), (roles, "role of a service")):
        if arns:
            one, more = word, word.replace("role", "roles", 1) if word.startswith("role") else f"{word}s"
            told = f"1 {one} lives" if len(arns) == 1 else f"{len(arns):,} {more} live"
            yield Found(f"{told} in the management account, where no SCP holds", arns)


def central_root(organization: Organization) -> Iterator[Answer]:
    """Whether root of the members is managed centrally (FI14)."""
    if organization.root_features is None:
        yield Unknown()
    elif CENTRAL_ROOT not in organization.root_features:
        yield Found("does not manage root credentials of its members", ("EnabledFeatures",))


def free_root(case: AccountCase) -> Iterator[Answer]:
    """Root of a member that may act (FI81)."""
    yield from _asked(case, (case.root_arn,), _AS_ROOT, "root may do {}")


def leaving(case: AccountCase) -> Iterator[Answer]:
    """A member that may leave (FI82)."""
    yield from _asked(case, _ideal(case), ("organizations:LeaveOrganization",), "an administrator may do {}")


def stopping(case: AccountCase) -> Iterator[Answer]:
    """Trails and detectors that an administrator of a member may stop (FI84)."""
    yield from _asked(case, _ideal(case), _STOPPING, "an administrator may do {}")


def any_region(case: AccountCase) -> Iterator[Answer]:
    """A Region that nothing uses and where instances can be started (FI83)."""
    used = {resource.region for resource in case.snapshot.resources.values()}
    region = next((one for one in _UNUSED_REGIONS if one not in used), None)
    if region is None:
        yield Clear("every Region that would be tried is used")
    else:
        yield from _asked(case, _ideal(case), _LAUNCHING, f"an administrator may do {{}} in {region}", _in(region))
        yield from _without_global(case)


def _without_global(case: AccountCase) -> Iterator[Answer]:
    """Global services, whose requests go to one Region, where instances can be started in another only."""
    organization = case.snapshot.organization_of(case.account.account_id)
    if organization is None or organization.levels(case.account.account_id) is None:
        return
    region = next((one for one in _USED_REGIONS if _may_all(case, _LAUNCHING, _in(one))), None)
    if region is None or not _may_all(case, _GLOBAL, _in(region)):
        return
    lost = [action for action in _GLOBAL if not _may_all(case, (action,), _in(_HOME))]
    if lost:
        message = f"an administrator may work in {region}, and is kept from global services: {', '.join(lost)}"
        rows = tuple(f"{case.ideal_arn} {action} * aws:RequestedRegion {_HOME}" for action in lost)
        yield Found(message, rows, fix="Spare global services in the SCP that denies other Regions.")


def _may_all(case: AccountCase, actions: tuple[str, ...], context: Mapping[str, KeyValue]) -> bool:
    """Whether an ideal administrator may do all of it, as far as is known."""
    return all(_who_may(case, _ideal(case), one, context) is not None for one in actions)


def _ideal(case: AccountCase) -> tuple[str, ...]:
    """Administrators whom nothing but guardrails keeps: of a role MFA is false, of a user with access keys absent."""
    return case.ideal_arn, case.ideal_user_arn


def _who_may(
    case: AccountCase, askers: Sequence[str], action: str, context: Mapping[str, KeyValue]
) -> tuple[str, bool] | None:
    """The first of some who is allowed an action, with whether that is certain; who certainly is before all."""
    open_to: str | None = None
    for who in askers:
        request = Request(who, action, "*", context=context, unstated=Unstated.ABSENT, at=case.at)
        found = judge(case.with_ideal, request)
        if found.worst.verdict is Verdict.ALLOWED:
            return who, True
        if found.best.verdict is Verdict.ALLOWED:
            open_to = open_to or who
    return None if open_to is None else (open_to, False)


def _in(region: str) -> dict[str, KeyValue]:
    return {"aws:RequestedRegion": KeyValue.of(region)}


def _asked(
    case: AccountCase,
    askers: Sequence[str],
    actions: tuple[str, ...],
    words: str,
    context: Mapping[str, KeyValue] = MappingProxyType({}),
) -> Iterator[Answer]:
    organization = case.snapshot.organization_of(case.account.account_id)
    if organization is None:
        yield Clear("in no organization") if case.account.in_organization is False else Unknown()
        return
    if case.account.account_id == organization.management_account:
        yield Clear("no SCP holds in the management account")
        return
    if organization.scps_enabled is not False and organization.levels(case.account.account_id) is None:
        yield Unknown()
        return
    found = {action: _who_may(case, askers, action, context) for action in actions}
    allowed = {action: one[0] for action, one in found.items() if one is not None and one[1]}
    if allowed:
        keys = keys_row({key: value.values[0] for key, value in context.items()})
        names = {
            case.ideal_arn: "an ideal administrator",
            case.ideal_user_arn: "an ideal administrator with access keys",
        }
        rows = tuple(f"{names.get(who, who)} {action} *{keys}" for action, who in allowed.items())
        yield Found(words.format(", ".join(allowed)), rows)
    elif any(found.values()):
        yield Unknown()


def open_to_strangers(case: AccountCase) -> Iterator[Answer]:
    """Services of which an outsider is allowed what a resource policy gives to everybody: no RCP denies it (FI85)."""
    organization = case.snapshot.organization_of(case.account.account_id)
    if organization is None:
        yield Clear("in no organization") if case.account.in_organization is False else Unknown()
        return
    if case.account.account_id == organization.management_account:
        yield Clear("no RCP holds in the management account")
        return
    number, partition = case.account.account_id, case.account.partition
    who = f"arn:{partition}:iam::{unused_account(case.snapshot)}:role/{SOMEBODY}"
    rows, unknown = [], False
    for service, (action, kind, form) in _OPEN.items():
        arn = form.format(partition=partition, account=number)
        resource = Resource(arn, number, kind, OPEN_TO_ALL, Exported.PRESENT, public_access_block=PublicAccessBlock())
        picture = replace(case.snapshot, resources=MappingProxyType({**case.snapshot.resources, arn: resource}))
        target = f"{arn}/object" if service == "s3" else arn
        found = judge(picture, Request(who, action, target, number, unstated=Unstated.ABSENT, at=case.at))
        if found.best.verdict is Verdict.ALLOWED:
            unknown |= found.worst.verdict is not Verdict.ALLOWED and organization.rcps_enabled is None
            rows.append(f"{who} {action} {target}")
    if unknown:
        yield Unknown()
    elif rows:
        named = ", ".join(row.split()[1].partition(":")[0] for row in rows)
        yield Found(f"no RCP keeps strangers from what a resource policy opens to everybody in {named}", tuple(rows))


def idle_policy(organization: Organization, policy: OrganizationPolicy) -> Iterator[Answer]:
    """An SCP or RCP that is attached to nothing, twice on one way, or to the management account only (FI86)."""
    is_scp = policy.kind == "SERVICE_CONTROL_POLICY"
    targets = list(organization.targets.values())
    attached = [target.scps if is_scp else target.rcps for target in targets]
    places = [
        target for target, held in zip(targets, attached, strict=True) if held is not None and policy.policy_id in held
    ]
    if policy.aws_managed:
        yield Clear("AWS manages it")
    elif not places and (None in attached or not targets):
        yield Unknown()
    elif not places:
        yield Found("is attached to nothing", (policy.policy_id,))
    elif [target.target_id for target in places] == [organization.management_account]:
        yield Found("is attached to the management account only, where it does not hold", (policy.policy_id,))
    else:
        held = {target.target_id for target in places}
        for target in places:
            above = (organization.levels(target.target_id) or ())[:-1]
            twice = next((level for level in above if level.target_id in held), None)
            if twice is not None:
                message = f"is attached to {target.target_id} and above it to {twice.target_id}"
                yield Found(message, (policy.policy_id, target.target_id))
