"""What a variable of a way may be, for one actor: things of the export, and names of its choice (EP20, WC18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.naming import Held, named
from iamtui.analysis.paths.requests.sources import asked_for
from iamtui.analysis.paths.ways.catalogue import ACTOR, Bind, Way, catalogue
from iamtui.patterns import matcher_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Effect
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, User

_STRONG = ("iam:CreateUser", "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:CreatePolicyVersion")
_OF_THE_ACTOR = frozenset(("group", "policy", "inline", "managed", "version"))
"""Variables of which some are what the actor carries itself."""


def candidates(  # noqa: C901, PLR0912 - a case for each kind
    way: Way, name: str, holding: Holding, binds: Mapping[str, str]
) -> Iterable[str]:
    """What the variable `name` may be, in the order in which it is tried, given what the others are.

    ARNs; of an inline policy its name, of a version its id, of a member account its number.
    """
    bind = way.bind[name]
    account, entity = holding.account, holding.entity
    match bind.kind:
        case "user":
            return [user.arn for user in (account.users or {}).values() if user.arn != entity.arn]
        case "role":
            return [role.arn for role in roles_for(bind, holding, binds, way) if role.arn != entity.arn]
        case "group":
            return list(_groups(bind, account, entity))
        case "policy":
            return list(policies_of(holding.account, binds[bind.attached_to or ACTOR]))
        case "managed":
            return _denying(holding, entity) if bind.denies else strong_policies(account)
        case "boundary":
            return ["", *strong_policies(account)]
        case "version":
            held = (account.policies or {})[binds[bind.of or ""]]
            return [one.version_id for one in held.versions if one.version_id != held.default_version_id]
        case "inline":
            return [one.name for one in entity.inline if _has_deny(one.document)]
        case "provider":
            return [arn for arn in account.providers or {} if ":saml-provider/" in arn]
        case "member-account":
            return _members_beside(holding)
        case "sensitive":
            kind = (bind.type or "").lower()
            return [one.arn for one in holding.snapshot.resources.values() if one.kind.lower() == kind]
        case "carrier":
            others = (arn for arn in named(way, name, holding) if _may_carry(bind, arn, holding, binds))
            return [*known_carriers(way, name, holding, binds), *others]
        case "instance-profile":
            profiles = [one.arn for role in (account.roles or {}).values() for one in role.instance_profiles]
            return list(dict.fromkeys(profiles))
        case _:
            return list(named(way, name, holding, asked_for(way, name, account, binds)))


def _members_beside(holding: Holding) -> list[str]:
    """The member accounts of an actor's organization, without its own and the one that manages it."""
    own = holding.account.account_id
    organization = holding.snapshot.organization_of(own)
    targets = {} if organization is None else organization.targets
    none = (own, None if organization is None else organization.management_account)
    return [one.target_id for one in targets.values() if one.kind == "ACCOUNT" and one.target_id not in none]


def known_carriers(way: Way, name: str, holding: Holding, binds: Mapping[str, str]) -> list[str]:
    """The exported resources of a type that run with the role that is bound; with any where none is (EP41)."""
    bind = way.bind[name]
    kind, role = (bind.type or "").lower(), binds.get(bind.role or "")
    own = holding.account.account_id
    return [
        one.arn
        for one in holding.snapshot.resources.values()
        if one.role is not None
        and one.kind.lower() == kind
        and one.account == own
        and role in (None, role_of(holding.account, one.role))
    ]


def _may_carry(bind: Bind, arn: str, holding: Holding, binds: Mapping[str, str]) -> bool:
    """Whether something may be there and run with the role that is bound, as far as exports say (EP2, EP41)."""
    held = holding.snapshot.resources.get(arn)
    if held is None:
        kind = (bind.type or "").lower()
        segments = arn.split(":", 5)
        listed = {(one.lower(), *place) for one, *place in holding.snapshot.listed}
        return (kind, segments[4], segments[3]) not in listed
    role = None if held.role is None else role_of(holding.account, held.role)
    return role is None or binds.get(bind.role or "") in (None, role)


def role_of(account: Account, runs_with: str) -> str | None:
    """The role that something runs with: itself, or the one in its instance profile."""
    name, is_own = runs_with.rpartition("/")[2], f":{account.account_id}:" in runs_with
    if ":role/" in runs_with:
        held = (account.roles or {}).get(name.lower()) if is_own else None
        return runs_with if held is None else held.arn  # Glue says a name alone, without its path
    roles = (account.roles or {}).values() if is_own else ()
    return next((one.arn for one in roles if any(own.name == name for own in one.instance_profiles)), None)


def roles_for(bind: Bind, holding: Holding, binds: Mapping[str, str], way: Way) -> Sequence[Role]:
    """Roles that the words of the bind do not exclude; whether a service may take one is decided by its step."""
    services = bind.trusts
    if bind.carried_by is not None:
        kind = way.bind[bind.carried_by].type or ""
        services = (catalogue().carriers[kind]["service"],)
    names = tuple(one.format_map(binds) if "{" in one and binds else one for one in services)
    return _roles_for(Held(holding.account), names, in_profile=bind.instance_profile)


def is_of_actor(way: Way, name: str) -> bool:
    """Whether a variable is something that the actor carries itself."""
    bind = way.bind[name]
    if bind.kind == "managed":
        return bind.denies
    return bind.kind in _OF_THE_ACTOR and "actor" in (bind.attached_to or "actor", bind.of)


def may_serve_others(way: Way, holding: Holding) -> bool:
    """Whether a role is one that others may bind beside the end of a way: for itself it is none of them."""
    beside = [bind for name, bind in way.bind.items() if bind.kind == "role" and name != way.outcome.becomes]
    return any(role.arn == holding.arn for bind in beside for role in roles_for(bind, holding, {}, way))


@cache
def _roles_for(held: Held[Account], services: tuple[str, ...], *, in_profile: bool) -> Sequence[Role]:
    found = []
    for role in (held.it.roles or {}).values():
        text = "" if role.trust is None else role.trust.text
        may_be_trusted = (
            role.trust is None or not services or any(one in text for one in (*services, '"*"', "NotPrincipal"))
        )
        if may_be_trusted and (role.instance_profiles or not in_profile):
            found.append(role)
    return tuple(found)


def _groups(bind: Bind, account: Account, entity: User | Role) -> Iterator[str]:
    own = {name.lower() for name in entity.groups} if isinstance(entity, User) else set()
    for name, group in (account.groups or {}).items():
        if (name in own) == bind.member and (not bind.denies or _denies(account, group)):
            yield group.arn


def _denies(account: Account, group: Group) -> bool:
    held = [(account.policies or {}).get(arn) for arn in group.attached]
    return any(_has_deny(one.document) for one in group.inline) or any(_is_denying(one) for one in held)


def _is_denying(policy: ManagedPolicy | None) -> bool:
    version = None if policy is None else policy.default
    return version is not None and _has_deny(version.document)


def _has_deny(document: Document) -> bool:
    return any(one.effect is Effect.DENY for one in statements_written(document))


def _denying(holding: Holding, entity: User | Role) -> list[str]:
    account = holding.account.account_id
    return [arn for arn in entity.attached if _is_denying(holding.snapshot.policy(account, arn))]


def policies_of(account: Account, arn: str) -> Iterator[str]:
    """The customer managed policies that a principal carries, a user also through its groups."""
    name = arn.rpartition("/")[2].lower()
    held = (account.users or {}).get(name) if ":user/" in arn else (account.roles or {}).get(name)
    if held is None:
        return
    attached = list(held.attached)
    for group in held.groups if isinstance(held, User) else ():
        found = (account.groups or {}).get(group.lower())
        attached += () if found is None else found.attached
    for policy in dict.fromkeys(attached):
        found_policy = (account.policies or {}).get(policy)
        if found_policy is not None and not found_policy.is_aws_managed:
            yield policy


def strong_policies(account: Account) -> list[str]:
    """Managed policies with which one might be an administrator: AWS's, then those that let make users and the like.

    So might one be with those that nobody knows (EP2).
    """
    first = f"arn:{account.partition}:iam::aws:policy/AdministratorAccess"
    return [first, *(arn for arn in _strong_in(Held(account)) if arn != first)]


@cache
def _strong_in(held: Held[Account]) -> tuple[str, ...]:
    found = []
    for policy in (held.it.policies or {}).values():
        version = policy.default
        allows = [one for one in statements_written(version.document) if one.effect is Effect.ALLOW] if version else []
        taken = (any(one.action.matches(action.lower(), "iam") for one in allows) for action in _STRONG)
        if version is None or all(taken):
            found.append(policy.arn)
    return tuple(found)


def may_be_allowed(holding: Holding, action: str, resource: str) -> bool:
    """Whether some Allow of the identity policies may match: sound where nothing but these can grant (EP56)."""
    for one in holding.taking(action):
        element = one.resource
        if element is None or element.negated:
            return True
        if any(one.text == ANY_RESOURCE or matcher_of(one.widest)(resource) for one in element.patterns):
            return True
    return False
