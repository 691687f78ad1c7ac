"""`aws iam get-account-authorization-details`: the output of the CLI, or pages of the API (I10-I17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Raw

from iamtui.files.source import ONCE, MalformedError, Source, decode, named_twice_in, says_more_follows
from iamtui.snapshot.facts import Coverage, IamEntities
from iamtui.snapshot.model import Group, ManagedPolicy, Role, User
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.iam_members import GroupDetail, PolicyDetail, RoleDetail, UserDetail
from iamtui.snapshot.readers.reader import Intake, Reader, unchecked_items_of

_USERS, _GROUPS, _ROLES, _POLICIES = "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"
_CALL = "get-account-authorization-details"
_NOT_SHOWN = "it is not shown, and nothing is known of what it allows or denies"

_DECIDING: Mapping[type, Mapping[str, str]] = {
    UserDetail: {
        "UserPolicyList": "user_policy_list",
        "AttachedManagedPolicies": "attached_managed_policies",
        "GroupList": "group_list",
        "PermissionsBoundary": "permissions_boundary",
    },
    GroupDetail: {
        "GroupPolicyList": "group_policy_list",
        "AttachedManagedPolicies": "attached_managed_policies",
    },
    RoleDetail: {
        "RolePolicyList": "role_policy_list",
        "AttachedManagedPolicies": "attached_managed_policies",
        "PermissionsBoundary": "permissions_boundary",
    },
    PolicyDetail: {
        "DefaultVersionId": "default_version_id",
        "PolicyVersionList": "policy_version_list",
    },
}
"""The members of each kind by which something is allowed or denied, with the fields that hold them."""

_TRUST, _ROLE = b'"AssumeRolePolicyDocument"', b'"RoleId"'

D = TypeVar("D", UserDetail, GroupDetail, RoleDetail, PolicyDetail)
E = TypeVar("E", User, Group, Role, ManagedPolicy)


def _read(source: Source, intake: Intake) -> Iterator[IamEntities]:
    if source.members:
        yield _page(source.members, "", intake)
        return
    for index, raw in enumerate(source.items):  # several pages in one file
        place = source.place_of(index)
        try:
            yield _page(decode(raw, dict[str, Raw], place), place, intake)
        except MalformedError as error:
            intake.problems.add_malformed(error, "this page is not shown")


def _page(members: Mapping[str, Raw], place: str, intake: Intake) -> IamEntities:
    entities = Entities(intake)
    return IamEntities(
        users=_kind(members, _USERS, UserDetail, entities.user, place, intake),
        groups=_kind(members, _GROUPS, GroupDetail, entities.group, place, intake),
        roles=_kind(members, _ROLES, RoleDetail, entities.role, place, intake),
        policies=_kind(members, _POLICIES, PolicyDetail, entities.policy, place, intake),
        coverage=Coverage.WHOLE if says_more_follows(members) is None else Coverage.PAGE,
    )


def _kind(
    members: Mapping[str, Raw], key: str, detail: type[D], make: Callable[[D, str], E], place: str, intake: Intake
) -> tuple[E, ...] | None:
    """The entities of one kind; `None` if the list is missing or null (I6, I12). A bad item costs only itself."""
    raw = members.get(key)
    if raw is None or bytes(raw) == b"null":
        return None
    found = []
    try:
        items = list(unchecked_items_of(raw, detail, f"{place}/{key}", intake, _NOT_SHOWN))
        twice = {f"{place}/{key}/{index}": member for index, member in _named_twice(raw, detail, items).items()}
        for where, item in items:
            try:
                if where in twice:
                    raise MalformedError(f"{where}/{twice[where]}", ONCE)
                found.append(make(item, where))
            except MalformedError as error:
                intake.problems.add_malformed(error, _NOT_SHOWN)
    except MalformedError as error:
        intake.problems.add_malformed(error, f"nothing of {key} is shown: it counts as not exported")
        return None
    return intake.shared(found)


def _named_twice(raw: Raw, detail: type[D], items: Sequence[tuple[str, D]]) -> Mapping[int, str]:
    """The members that come again in an item, of those that decide; counted first, for no export of AWS has one."""
    data, deciding = bytes(raw), _DECIDING[detail]
    more = data.count(_TRUST) > data.count(_ROLE)  # profiles hold roles, too, each with its trust policy
    for member, field in () if more else deciding.items():
        more = more or data.count(f'"{member}"'.encode()) > sum(getattr(item, field) is not None for _, item in items)
    return named_twice_in(raw) if more else {}


def _recognises(source: Source) -> bool:
    keys = source.keys or source.first_keys
    if keys & {_USERS, _GROUPS, _ROLES}:
        return True
    policies = bytes(source.members.get(_POLICIES, b""))
    if b'"PolicyVersionList"' in policies[:20_000]:
        return True
    return policies[1:].strip() == b"]" and Naming.of(source.path).call == _CALL


_MEMBERS = frozenset((_USERS, _GROUPS, _ROLES, _POLICIES, "IsTruncated", "Marker", "NextToken"))

READER = Reader("authorization-details", _recognises, _read, _MEMBERS, merges_pages=True)
