"""The cards of organizations: which SCPs and RCPs are met on the way from the root, and whom they do not bind."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.descriptions import name_of
from iamtui.browsing.subjects import find_subject
from iamtui.browsing.surroundings import RCP, SCP, ControlPolicy, OrganizationNode, level_key
from iamtui.content.facts import Fact, FactSection
from iamtui.evaluation.request.services import RCP_SERVICES
from iamtui.snapshot.model import Account, Organization, OrganizationTarget, Snapshot

_NOT_EXPORTED = "not exported"
_TITLES = {SCP: "Service control policies", RCP: "Resource control policies"}
_KINDS = {"ROOT": "root", "ORGANIZATIONAL_UNIT": "OU", "ACCOUNT": "account"}


def organization_sections(snapshot: Snapshot, organization: Organization) -> Iterator[FactSection]:
    """The card of an organization."""
    accounts = [target for target in organization.targets.values() if target.kind == "ACCOUNT"]
    inactive = [target for target in accounts if target.status not in (None, "ACTIVE")]
    facts = [
        Fact("id", organization.organization_id),
        _management(snapshot, organization),
        Fact("features", organization.feature_set or _NOT_EXPORTED),
        _enabled("SCPs", organization.scps_enabled),
        _enabled("RCPs", organization.rcps_enabled),
        _s3_policies(organization),
        Fact("accounts", f"{len(accounts):,} listed, {_exported(snapshot, accounts):,} exported"),
    ]
    yield FactSection("", tuple(facts))
    yield FactSection(
        "Accounts that are not active",
        tuple(Fact(str(target.status).lower(), target.name, level_key(target), "warn") for target in inactive),
    )
    yield FactSection("Whom its SCPs do not bind", tuple(_exempt(SCP)))
    yield FactSection("Whom its RCPs do not bind", tuple(_exempt(RCP)))


def _exported(snapshot: Snapshot, accounts: list[OrganizationTarget]) -> int:
    return sum(target.target_id in snapshot.accounts for target in accounts)


def _management(snapshot: Snapshot, organization: Organization) -> Fact:
    account = organization.management_account
    if account is None:
        return Fact("management account", _NOT_EXPORTED, tone="warn")
    name = name_of(find_subject(snapshot, SubjectKey.account(account)))
    return Fact("management account", name if name == account else f"{name} {account}", SubjectKey.account(account))


def _enabled(plural: str, enabled: bool | None) -> Fact:  # noqa: FBT001 - the three states of one field
    if enabled is None:
        return Fact(plural, f"whether they are enabled was {_NOT_EXPORTED}", tone="warn")
    return Fact(plural, "enabled" if enabled else "not enabled: they bind nobody", tone="plain" if enabled else "warn")


def _s3_policies(organization: Organization) -> Fact:
    """How many S3 policies there are; their combined settings stand with each account and bucket (S10)."""
    found = organization.s3_policies
    if found.enabled is None and not found.policies:
        return Fact("S3 policies", _NOT_EXPORTED, tone="muted")
    if found.enabled is False:
        return Fact("S3 policies", "not enabled: they bind nobody", tone="muted")
    return Fact("S3 policies", f"{len(found.policies):,}")


def level_sections(snapshot: Snapshot, level: OrganizationNode) -> Iterator[FactSection]:
    """The card of a root, an OU, or an account of which only its place is known."""
    target = level.target
    facts = [Fact("name", target.name), Fact("id", target.target_id)]
    if target.arn is not None:
        facts.append(Fact("ARN", target.arn))
    if target.kind == "ACCOUNT":
        facts.append(Fact("", "its users, roles and policies were not exported", tone="warn"))
    if target.email is not None:
        facts.append(Fact("e-mail", target.email))
    yield FactSection("", tuple(facts))
    yield from way_sections(snapshot, level.organization, target.target_id)
    yield FactSection("Tags", tuple(Fact(key, value) for key, value in target.tags))


def account_sections(snapshot: Snapshot, account: Account) -> Iterator[FactSection]:
    """What the organization of an exported account says of it."""
    organization = snapshot.organization_of(account.account_id)
    if organization is None:
        said = f"none that was exported: SCPs and RCPs of {account.account_id} are not known"
        yield FactSection("Organization", (Fact("organization", said, tone="warn"),))
    else:
        yield from way_sections(snapshot, organization, account.account_id)


def way_sections(snapshot: Snapshot, organization: Organization, target_id: str) -> Iterator[FactSection]:
    """The place in the organization, and the policies of each level on the way from the root (E22, E32)."""
    target = organization.targets.get(target_id)
    facts = [Fact("organization", organization.organization_id, SubjectKey.organization(organization.organization_id))]
    levels = organization.levels(target_id)
    if levels is None:
        facts.append(Fact("place", f"{_NOT_EXPORTED} whole: which SCPs and RCPs bind it is not known", tone="warn"))
    else:
        facts.append(Fact("place", " / ".join(level.name for level in levels)))
        if len(levels) > 1:
            facts.append(Fact("below", levels[-2].name, level_key(levels[-2])))
    if organization.management_account == target_id:
        facts.append(Fact("role", "management account", tone="accent"))
    if target is not None and target.kind == "ACCOUNT":
        status = target.status or _NOT_EXPORTED
        facts.append(Fact("status", status.lower(), tone="plain" if status == "ACTIVE" else "warn"))
    yield FactSection("Organization", tuple(facts))
    for kind in (SCP, RCP):
        yield _policies_on_the_way(organization, target_id, levels or (), kind)


def _policies_on_the_way(
    organization: Organization, target_id: str, levels: tuple[OrganizationTarget, ...], kind: str
) -> FactSection:
    heading = f"{_TITLES[kind]}, from the root down"
    enabled = organization.scps_enabled if kind == SCP else organization.rcps_enabled
    if enabled is False:
        return FactSection(heading, (Fact("", "the organization has not enabled them: none applies", tone="warn"),))
    if organization.management_account == target_id:
        return FactSection(heading, (Fact("", "the management account: none applies", tone="accent"),))
    facts = [fact for level in levels for fact in _of_level(organization, level, kind)]
    return FactSection(heading, (*facts, *_exempt(kind)) if facts else ())


def _of_level(organization: Organization, level: OrganizationTarget, kind: str) -> Iterator[Fact]:
    label = f"{_KINDS.get(level.kind, '')} {level.name}".strip()
    attached = level.scps if kind == SCP else level.rcps
    if attached is None:
        yield Fact(label, f"{_NOT_EXPORTED}: it may deny anything", tone="warn")
        return
    for policy_id in attached:
        policy = organization.policies.get(policy_id)
        if policy is None:
            yield Fact(label, f"{policy_id}, whose document was {_NOT_EXPORTED}", tone="warn")
        else:
            yield Fact(label, policy.name, policy.arn)
    if not attached:
        yield Fact(label, "none attached: nothing is allowed" if kind == SCP else "none attached", tone="warn")


def _exempt(kind: str) -> Iterator[Fact]:
    """Whom the policies do not bind (E24, E35)."""
    what = "users and roles" if kind == SCP else "resources"
    yield Fact("not bound", f"{what} of the management account, and service-linked roles", tone="muted")
    if kind == RCP:
        yield Fact("only for", ", ".join(sorted(RCP_SERVICES)), tone="muted")


def control_sections(snapshot: Snapshot, control: ControlPolicy) -> Iterator[FactSection]:
    """The card of an SCP or RCP."""
    policy, organization = control.policy, control.organization
    facts = [
        Fact("name", policy.name),
        Fact("id", policy.policy_id),
        Fact("ARN", policy.arn),
        Fact("organization", organization.organization_id, SubjectKey.organization(organization.organization_id)),
    ]
    if policy.description:
        facts.append(Fact("description", policy.description))
    if policy.aws_managed:
        facts.append(Fact("owner", "AWS"))
    if policy.document is None:
        facts.append(Fact("document", _NOT_EXPORTED, tone="warn"))
    yield FactSection("", tuple(facts))
    enabled = organization.scps_enabled if policy.kind == SCP else organization.rcps_enabled
    if enabled is not True:
        yield FactSection("In force", (_enabled(f"{control.kind}s", enabled),))
    targets = control.targets()
    attached = tuple(Fact(_KINDS.get(target.kind, ""), target.name, level_key(target)) for target in targets)
    nowhere = Fact("", "nothing, as far as was exported", tone="muted")
    yield FactSection(f"Attached to {len(targets):,}", attached or (nowhere,))
    yield FactSection("Whom it does not bind", tuple(_exempt(policy.kind)))
