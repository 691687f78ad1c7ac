"""What a card says of the surroundings of a subject: resources, organization, account settings, who names it."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.external_accounts import Mention, mentions
from iamtui.browsing.descriptions import document_of, name_of, short_name
from iamtui.browsing.facts.entities import LISTED
from iamtui.browsing.facts.organizations import (
    account_sections,
    control_sections,
    level_sections,
    organization_sections,
)
from iamtui.browsing.facts.resources import (
    block_words,
    endpoint_sections,
    organization_block,
    provider_sections,
    resource_sections,
)
from iamtui.browsing.links import statement_link
from iamtui.browsing.subjects import ExternalEntity, Subject, find_subject, outside_account
from iamtui.browsing.surroundings import ControlPolicy, OrganizationNode
from iamtui.browsing.workspace import Workspace
from iamtui.content.facts import Fact, FactSection
from iamtui.snapshot.model import (
    Account,
    Exported,
    IdentityProvider,
    Organization,
    Resource,
    Role,
    Snapshot,
    User,
    VpcEndpoint,
)

_NOT_EXPORTED = "not exported"


def surrounding_sections(workspace: Workspace, subject: Subject) -> list[FactSection]:
    """What follows on a card after what the subject says of itself; empty sections are left out."""
    return [section for section in _sections(workspace, subject) if section.facts]


def power_sections(workspace: Workspace, subject: Subject) -> list[FactSection]:
    """Whether a principal is an administrator or can become one, as soon as that was looked for (EP61)."""
    findings = workspace.findings
    if findings is None or findings.paths is None or not isinstance(subject, User | Role):
        return []
    from iamtui.browsing.facts.paths import path_sections  # noqa: PLC0415 - the first card does not wait for it

    return path_sections(findings.paths, subject)


def _sections(workspace: Workspace, subject: Subject) -> Iterator[FactSection]:
    snapshot = workspace.snapshot
    match subject:
        case Resource():
            yield from resource_sections(snapshot, subject)
        case VpcEndpoint():
            yield from endpoint_sections(snapshot, subject)
        case IdentityProvider():
            yield from provider_sections(snapshot, subject)
        case Organization():
            yield from organization_sections(snapshot, subject)
        case ControlPolicy():
            yield from control_sections(snapshot, subject)
        case OrganizationNode():
            yield from level_sections(snapshot, subject)
            if subject.target.kind == "ACCOUNT":
                yield from mention_sections(workspace, subject.target.target_id)
        case Account():
            yield from _settings(snapshot, subject)
            yield from account_sections(snapshot, subject)
        case ExternalEntity() if outside_account(subject):
            yield from mention_sections(workspace, outside_account(subject))
        case _:
            pass


def _settings(snapshot: Snapshot, account: Account) -> Iterator[FactSection]:
    yield FactSection("Password policy", tuple(_password_policy(account)))
    facts = (
        Fact("S3 Block Public Access", block_words(account.public_access_block)),
        organization_block(snapshot, account.account_id, "by the organization"),
    )
    yield FactSection("Settings", facts)
    providers = account.providers
    heading = "Identity providers" if providers is None else f"Identity providers {len(providers):,}"
    if providers is None:
        yield FactSection(heading, (Fact("", _NOT_EXPORTED, tone="warn"),))
    elif providers:
        found = (Fact(_kind(one), name_of(one), one.arn) for one in providers.values())
        yield FactSection(heading, tuple(found))


def _kind(provider: IdentityProvider) -> str:
    return "SAML" if ":saml-provider/" in provider.arn else "OIDC"


def _password_policy(account: Account) -> Iterator[Fact]:
    if account.password_policy is not None:
        yield from (Fact(name, str(value)) for name, value in account.password_policy.items())
    elif account.password_policy_state is Exported.NONE:
        yield Fact("", "none is set: the defaults of AWS hold")
    else:
        yield Fact("", _NOT_EXPORTED, tone="warn")


# Who names an account


def mention_sections(workspace: Workspace, account_id: str) -> Iterator[FactSection]:
    """Every place of the export that names an account."""
    if workspace.relations is None:
        yield FactSection("Named in", (Fact("", "looking through the documents …", tone="muted"),))
        return
    holders = workspace.relations.outsiders.get(account_id, ())
    facts = [fact for holder in holders[:LISTED] for fact in _mention_facts(workspace, holder, account_id)]
    if len(holders) > LISTED:
        facts.append(Fact("", f"and {len(holders) - LISTED:,} more documents", tone="muted"))
    if facts:
        yield FactSection(f"Named in {len(holders):,} document{'s' if len(holders) != 1 else ''}", tuple(facts))


def _mention_facts(workspace: Workspace, holder: str, account_id: str) -> Iterator[Fact]:
    subject = find_subject(workspace.snapshot, holder)
    document = subject.trust if isinstance(subject, Role) else document_of(subject)
    if document is None:
        return
    name = short_name(workspace.snapshot, holder)
    for mention in mentions(document, account_id):
        label, words = _mention_words(subject, mention)
        yield Fact(label, f"{name}: {words}", statement_link(holder, mention.statement))


def _mention_words(subject: Subject, mention: Mention) -> tuple[str, str]:
    if mention.effect is None:
        return "document", mention.element
    label = "trust" if isinstance(subject, Role) else "resource" if isinstance(subject, Resource) else "policy"
    return label, f"{mention.effect.value}, {mention.element} {mention.text}"
