"""What every check of an account is given: the picture, the day, the limits, and who is an administrator (FI3-FI5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar, cast

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.review.equal_documents import EqualDocuments
from iamtui.analysis.findings.review.hygiene_results import Limits
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.requests.overlay import EVERYTHING
from iamtui.patterns import matcher_of
from iamtui.policy.document import Document
from iamtui.policy.elements import ANY_RESOURCE, ResourcePattern
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import PolicyDocument, PolicyKind
from iamtui.snapshot.model import Account, InlinePolicy, ManagedPolicy, Role, Snapshot, User

_T = TypeVar("_T")
SERVICES = (EntryKind.SERVICE,)
_WITH_SAML = "sts:assumerolewithsaml"
_MOST_ROLES = 12
"""So many roles are asked about, administrators first."""
PRINCIPALS = (EntryKind.ACCOUNT, EntryKind.USER, EntryKind.ROLE, EntryKind.ROLE_SESSION, EntryKind.EVERYONE)


def _names(trust: Document, kinds: tuple[EntryKind, ...]) -> bool:
    return any(one.negated or one.entry.kind in kinds for one in external_access(trust, "", PolicyKind.TRUST))


class Meant(NamedTuple):
    """Of the roles that patterns can mean the first, and of how many they are."""

    first: tuple[Role, ...]
    of: int


class Given(NamedTuple):
    """What patterns give of some roles: those that may be taken, or passed and to which service.

    `is_open` says that nothing is found, and that what was not exported may let one be.
    """

    found: tuple[tuple[Role, str], ...]
    is_open: bool


@dataclass(frozen=True)
class AccountCase:
    """One account under review."""

    snapshot: Snapshot
    account: Account
    at: datetime | None
    limits: Limits
    everybody: Everybody
    _trusting: dict[tuple[EntryKind, ...], list[Role]] = field(default_factory=dict)
    _places: dict[Hashable, Sequence[int]] = field(default_factory=dict)
    _meant: dict[Hashable, Meant] = field(default_factory=dict)
    roles_given: dict[Hashable, Given] = field(default_factory=dict)
    _of_documents: dict[object, object] = field(default_factory=dict)
    _services: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def once(self, find: Callable[[AccountCase, Document], _T], document: Document) -> _T:
        """What is found of a document, found once for all who carry it."""
        kept = cast("dict[Document, _T]", self._of_documents.setdefault(find, {}))
        if document not in kept:
            kept[document] = find(self, document)
        return kept[document]

    @property
    def root_arn(self) -> str:
        """The ARN of the account's root user."""
        return f"arn:{self.account.partition}:iam::{self.account.account_id}:root"

    def days_since(self, moment: datetime | None) -> int | None:
        """Whole days from a moment to the day of the review; None where either is not known."""
        if moment is None or self.at is None:
            return None
        return (self.at - (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))).days

    def administrator(self, principal: User | Role) -> Judged | None:
        """Whether a principal is an administrator, by what it is allowed (EP3); None: it is not."""
        return self.everybody.administrators.get(principal.arn)

    @property
    def ideal_arn(self) -> str:
        """The ARN of a role that its own policies allow everything (EP4)."""
        return f"arn:{self.account.partition}:iam::{self.account.account_id}:role/{FRESH}-ideal"

    @property
    def ideal_user_arn(self) -> str:
        """The ARN of a user whom its own policies allow everything, and who acts with an access key."""
        return self.ideal_arn.replace(":role/", ":user/")

    @cached_property
    def with_ideal(self) -> Snapshot:
        """The picture with that role and that user."""
        name, policies = f"{FRESH}-ideal", (InlinePolicy("ideal", EVERYTHING),)
        user = User(self.ideal_user_arn, name, "/", f"AIDA{FRESH}", policies)
        users = MappingProxyType({**(self.account.users or {}), name: user})
        changed = replace(self.account, users=users)
        return _with_role(self.snapshot, changed, Role(self.ideal_arn, name, "/", f"AROA{FRESH}", None, policies))

    def with_role(self, role: Role) -> Snapshot:
        """The picture with one role more."""
        return _with_role(self.snapshot, self.account, role)

    def trusting(self, kinds: tuple[EntryKind, ...], patterns: tuple[ResourcePattern, ...]) -> Meant:
        """The roles that patterns can mean and whose trust names principals of some kinds, administrators first."""
        if kinds not in self._trusting:
            self._trusting[kinds] = self._find_trusting(kinds)
        every = self._trusting[kinds]
        texts = frozenset([pattern.text for pattern in patterns])
        key = (kinds, (ANY_RESOURCE,) if ANY_RESOURCE in texts else texts)
        if key not in self._meant:
            places = sorted({place for pattern in patterns for place in self._meant_by(pattern, kinds, every)})
            self._meant[key] = Meant(tuple([every[place] for place in places[:_MOST_ROLES]]), len(places))
        return self._meant[key]

    def _meant_by(self, pattern: ResourcePattern, kinds: tuple[EntryKind, ...], roles: Sequence[Role]) -> Sequence[int]:
        """Where the roles stand that one pattern can mean."""
        if pattern.text == ANY_RESOURCE:
            return range(len(roles))
        key = (kinds, pattern.text)
        if key not in self._places:
            takes = matcher_of(pattern.widest)
            self._places[key] = [place for place, role in enumerate(roles) if takes(role.arn)]
        return self._places[key]

    def _find_trusting(self, kinds: tuple[EntryKind, ...]) -> list[Role]:
        roles = [
            role
            for role in (self.account.roles or {}).values()
            if not role.is_service_linked and role.trust is not None and _names(role.trust, kinds)
        ]
        return sorted(roles, key=lambda role: role.arn not in self.everybody.administrators)

    def services_of(self, role: Role) -> tuple[str, ...]:
        """The services that a role trusts."""
        if role.arn not in self._services:
            entries = () if role.trust is None else external_access(role.trust, "", PolicyKind.TRUST)
            named = (one.entry.text for one in entries if one.entry.kind is EntryKind.SERVICE)
            self._services[role.arn] = tuple(dict.fromkeys(named))
        return self._services[role.arn]

    @cached_property
    def trusted_providers(self) -> frozenset[str]:
        """The SAML providers by which trusts of the account let somebody in: of others no role is taken by them."""
        trusts = (role.trust for role in (self.account.roles or {}).values() if role.trust is not None)
        found = (one for trust in trusts for one in external_access(trust, "", PolicyKind.TRUST))
        using = (one.entry for one in found if one.statement.action.matches(_WITH_SAML, "sts"))
        return frozenset(entry.text for entry in using if entry.kind is EntryKind.PROVIDER)

    @cached_property
    def has_every_entity(self) -> bool:
        """Whether all users, groups and roles of the account were exported (I12)."""
        account = self.account
        return account.is_complete and None not in (account.users, account.groups, account.roles)

    @property
    def reads_every_trust(self) -> bool:
        """Whether all roles were exported, and their trust policies can be read."""
        trusts = (role.trust for role in (self.account.roles or {}).values())
        return self.has_every_entity and all(
            one is not None and isinstance(one.policy, PolicyDocument) for one in trusts
        )

    @cached_property
    def attachments(self) -> Counter[str]:
        """How often each managed policy is attached or a boundary, as far as was exported."""
        return Counter(self._attached())

    def _attached(self) -> Iterator[str]:
        account = self.account
        for group in (account.groups or {}).values():
            yield from group.attached
        principals: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
        for entity in principals:
            yield from entity.attached
            if entity.boundary is not None:
                yield entity.boundary

    def holders_of(self, inline: Document) -> int:
        """How often users, groups and roles have an inline policy in which AWS reads the same (FI48, FI98)."""
        return self._inline.count(inline)

    @cached_property
    def _inline(self) -> EqualDocuments:
        account = self.account
        holders = [(names or {}).values() for names in (account.users, account.groups, account.roles)]
        return EqualDocuments(policy.document for group in holders for entity in group for policy in entity.inline)

    @cached_property
    def equal_policies(self) -> Mapping[str, tuple[str, ...]]:
        """For the first of customer policies that AWS reads the same, the names of the others."""
        own = [one for one in (self.account.policies or {}).values() if not one.is_aws_managed]
        documents = {one.arn: one.default.document for one in own if one.default is not None}
        equal = EqualDocuments(documents.values())
        alike: dict[Hashable, list[ManagedPolicy]] = {}
        for policy in own:
            document = documents.get(policy.arn)
            if document is not None and isinstance(document.policy, PolicyDocument):
                alike.setdefault(equal.form(document), []).append(policy)
        return {first.arn: tuple(one.name for one in others) for first, *others in alike.values() if others}

    @cached_property
    def members(self) -> frozenset[str]:
        """The groups, in lower case, that have a member."""
        return frozenset(name.lower() for user in (self.account.users or {}).values() for name in user.groups)


def _with_role(snapshot: Snapshot, account: Account, role: Role) -> Snapshot:
    """A picture with an account, and one role more in it."""
    roles = MappingProxyType({**(account.roles or {}), role.name.lower(): role})
    accounts = {**snapshot.accounts, account.account_id: replace(account, roles=roles)}
    return replace(snapshot, accounts=MappingProxyType(accounts))
