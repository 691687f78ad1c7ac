"""`aws iam get-account-authorization-details`: the output of the CLI, or pages of the API (I10-I17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from msgspec import Raw

from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import Coverage, IamEntities
from iamtui.snapshot.model import Group, ManagedPolicy, Role, User
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.iam_members import GroupDetail, PolicyDetail, RoleDetail, UserDetail
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

_USERS, _GROUPS, _ROLES, _POLICIES = "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"
_CALL = "get-account-authorization-details"
_NOT_SHOWN = "it is not shown, and nothing is known of what it allows or denies"

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
        for where, item in items_of(raw, detail, f"{place}/{key}", intake, _NOT_SHOWN):
            try:
                found.append(make(item, where))
            except MalformedError as error:
                intake.problems.add_malformed(error, _NOT_SHOWN)
    except MalformedError as error:
        intake.problems.add_malformed(error, f"nothing of {key} is shown: it counts as not exported")
        return None
    return intake.shared(found)


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
