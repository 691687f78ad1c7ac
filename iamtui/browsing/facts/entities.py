"""The overview of a subject, its relations and its tags, as labelled facts with links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import EVERYONE, SubjectKey
from iamtui.browsing.dates import last_used, moment
from iamtui.browsing.descriptions import account_id_of, key_of, kind_of, name_of, short_name
from iamtui.browsing.facts.credentials import root_sections, user_sections
from iamtui.browsing.policies_in_force import InForce, organization_policies, policies_in_force
from iamtui.browsing.subjects import ExternalEntity, Inline, Root, Subject, find_subject
from iamtui.browsing.trust import TrustLine, trust_lines
from iamtui.content.facts import Fact, FactSection
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Resource, Role, Snapshot, Tags, User
from iamtui.visible import Tone

_NOT_EXPORTED = "not exported"
LISTED = 500
"""So many facts of one kind are listed; more are counted."""


def overview(snapshot: Snapshot, subject: Subject) -> list[FactSection]:
    """The card of a subject."""
    sections = [FactSection("", tuple(_identity(snapshot, subject)))]
    match subject:
        case User():
            account = snapshot.accounts.get(account_id_of(subject))
            sections += [*user_sections(account, subject), *_holder_sections(snapshot, subject)]
        case Role():
            sections += [*trust_sections(snapshot, subject), *_holder_sections(snapshot, subject)]
        case Group():
            sections += _holder_sections(snapshot, subject)
        case Account():
            sections += _account_sections(subject)
        case Root():
            sections += root_sections(subject.account)
        case _:
            pass
    return [section for section in sections if section.facts]


def _identity(snapshot: Snapshot, subject: Subject) -> Iterator[Fact]:
    yield Fact("kind", kind_of(subject))
    match subject:
        case User() | Group() | Role() | ManagedPolicy():
            yield Fact("name", subject.name)
            yield Fact("ARN", subject.arn)
            yield Fact("id", subject.policy_id if isinstance(subject, ManagedPolicy) else subject.unique_id)
            if subject.path != "/":
                yield Fact("path", subject.path)
            yield _account_fact(snapshot, account_id_of(subject))
            if subject.created is not None:
                yield Fact("created", moment(subject.created))
            yield from _particulars(subject)
        case Inline():
            yield Fact("name", subject.policy.name)
            owner = subject.owner.arn
            yield Fact("lives in", short_name(snapshot, owner), owner)
        case Account():
            yield Fact("account", subject.account_id)
            yield Fact("alias", subject.alias or "none known")
            yield Fact("partition", subject.partition)
            if not subject.is_complete:
                yield Fact("incomplete", "a page of the export is missing", tone="warn")
            if subject.exported is not None:
                yield Fact("exported", moment(subject.exported))
        case Root():
            yield _account_fact(snapshot, subject.account.account_id)
        case ExternalEntity():
            yield Fact("name", name_of(subject))
            yield Fact("key", subject.key)
            yield Fact("", "named in the export; what it is and says was not exported", tone="warn")


def _account_fact(snapshot: Snapshot, account_id: str) -> Fact:
    account = snapshot.accounts.get(account_id)
    if account is None:
        return Fact("account", account_id or "unknown")
    name = f"{account.alias} {account_id}" if account.alias else account_id
    return Fact("account", name, SubjectKey.account(account_id))


def _particulars(entity: User | Group | Role | ManagedPolicy) -> Iterator[Fact]:
    if isinstance(entity, Role):
        yield Fact("last used", last_used(entity.last_used))
        if entity.description:
            yield Fact("description", entity.description)
        if entity.max_session_seconds is not None:
            yield Fact("longest session", f"{entity.max_session_seconds:,} s")
        for profile in entity.instance_profiles:
            yield Fact("instance profile", profile.name)
    if isinstance(entity, ManagedPolicy):
        yield Fact("default version", entity.default_version_id)
        yield Fact("versions", f"{len(entity.versions)} exported")
        if entity.updated is not None:
            yield Fact("updated", moment(entity.updated))
        if entity.description:
            yield Fact("description", entity.description)
        if entity.attachment_count is not None:
            yield Fact("attachments", f"{entity.attachment_count:,} says the export")
        default = entity.default
        if default is None:
            yield Fact("document", "of the default version: not exported", tone="warn")
        elif isinstance(default.document.policy, InvalidDocument):
            yield Fact("document", f"cannot be read: {default.document.policy}", tone="bad")


def _holder_sections(snapshot: Snapshot, holder: User | Group | Role) -> Iterator[FactSection]:
    account = account_id_of(holder)
    if isinstance(holder, User):
        groups = ((name, snapshot.group(account, name)) for name in holder.groups)
        yield FactSection(
            "Groups", tuple(Fact("member of", name, group.arn if group else "") for name, group in groups)
        )
    if not isinstance(holder, Group):
        name = (holder.boundary or "").rpartition("/")[2]
        boundary = (
            Fact("boundary", name, holder.boundary) if holder.boundary else Fact("boundary", "none", tone="muted")
        )
        yield FactSection("Permissions boundary", (boundary,))
    policies = [policy for policy in policies_in_force(snapshot, holder) if "boundary" not in policy.origin]
    facts = [
        Fact(policy.origin, policy.name, policy.key, "plain" if policy.document is not None else "warn")
        for policy in policies
    ]
    yield FactSection(
        f"Policies {len(facts)}", tuple(facts) or (Fact("", "none: nothing allows anything", tone="muted"),)
    )
    if not isinstance(holder, Group):
        above = tuple(map(_fact_above, organization_policies(snapshot, holder)))
        yield FactSection("Policies of the organization", above)


def _fact_above(policy: InForce) -> Fact:
    if policy.absent:
        return Fact(policy.name, policy.absent, policy.key, "muted")
    if policy.document is None:
        return Fact(policy.origin, f"{policy.name}, {_NOT_EXPORTED}: it may deny anything", policy.key, "warn")
    return Fact(policy.origin, policy.name, policy.key)


def trust_sections(snapshot: Snapshot, role: Role) -> list[FactSection]:
    """A trust policy in words, a fact for each principal that it names."""
    heading = "May be assumed by"
    if role.trust is None:
        return [FactSection(heading, (Fact("", "the trust policy was not exported", tone="warn"),))]
    lines = trust_lines(role.trust)
    if isinstance(lines, InvalidDocument):
        return [FactSection(heading, (Fact("", f"trust policy cannot be read: {lines}", tone="bad"),))]
    return [FactSection(heading, tuple(_trust_fact(snapshot, line) for line in lines))]


def _trust_fact(snapshot: Snapshot, line: TrustLine) -> Fact:
    label = line.how if line.effect is Effect.ALLOW else f"never {line.how}"
    condition = f", if {' and '.join(line.conditions)}" if line.conditions else ""
    problem = f" · ignored: {line.problem}" if line.problem else ""
    tone: Tone = "warn" if line.problem or (line.key == EVERYONE and not line.conditions) else "plain"
    return Fact(label, f"{line.who}{condition}{problem}", _followable(snapshot, line.key), tone)


def _followable(snapshot: Snapshot, key: str) -> str:
    return "" if not key or isinstance(find_subject(snapshot, key), ExternalEntity) else key


def _account_sections(account: Account) -> Iterator[FactSection]:
    counts = [
        Fact(label, _NOT_EXPORTED if kind is None else f"{len(kind):,}", tone="warn" if kind is None else "plain")
        for label, kind in (
            ("users", account.users),
            ("groups", account.groups),
            ("roles", account.roles),
            ("managed policies", account.policies),
        )
    ]
    yield FactSection("In the export", tuple(counts))
    yield FactSection("Root", (Fact("root user", "its card", SubjectKey.root(account.account_id)),))


# Relations and tags


def used_by(snapshot: Snapshot, relations: Relations, subject: Subject) -> list[FactSection]:
    """Who refers to a subject, a section for each relation."""
    key = key_of(subject)
    incoming = [
        ("Members", relations.members.get(key, ())),
        ("Attached to", relations.attached_to.get(key, ())),
        ("Permissions boundary of", relations.boundary_of.get(key, ())),
        ("May assume, says the trust policy of", relations.may_assume.get(key, ())),
        ("Named in", relations.named_in.get(key, ())),
    ]
    if isinstance(subject, Inline):
        incoming.append(("Lives in", (subject.owner.arn,)))
    if isinstance(subject, User | Role | Root):
        account = SubjectKey.account(account_id_of(subject))
        incoming.append(("Its account is trusted by", relations.may_assume.get(account, ())))
        incoming.append(("Roles whose trust names *, some with conditions", relations.may_assume.get(EVERYONE, ())))
    return [_relation(snapshot, heading, keys) for heading, keys in incoming if keys]


def _relation(snapshot: Snapshot, heading: str, keys: Sequence[str]) -> FactSection:
    facts = [Fact(_relative_kind(snapshot, key), _relative_name(snapshot, key), key) for key in keys[:LISTED]]
    if len(keys) > LISTED:
        facts.append(Fact("", f"and {len(keys) - LISTED:,} more", tone="muted"))
    return FactSection(f"{heading} {len(keys):,}", tuple(facts))


def _relative_kind(snapshot: Snapshot, key: str) -> str:
    return kind_of(find_subject(snapshot, key)).removeprefix("customer ").removeprefix("AWS ")


def _relative_name(snapshot: Snapshot, key: str) -> str:
    return short_name(snapshot, key) if SubjectKey(key).inline_name else name_of(find_subject(snapshot, key))


def tags_of(subject: Subject) -> Tags:
    """The tags of a subject; groups and inline policies have none."""
    return (subject.tags or ()) if isinstance(subject, User | Role | ManagedPolicy | Resource) else ()


def tag_sections(tags: Tags) -> list[FactSection]:
    """Tags as facts."""
    return [FactSection("", tuple(Fact(key, value) for key, value in tags))]


def as_text(sections: Iterable[FactSection]) -> str:
    """Sections as plain text, to be saved."""
    lines: list[str] = []
    for section in sections:
        lines += [section.heading] if section.heading else []
        lines += [f"  {fact.label:<18}  {fact.value}".rstrip() for fact in section.facts]
    return "\n".join(lines) + "\n"
