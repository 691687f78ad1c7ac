"""`aws iam get-account-authorization-details`: the output of the CLI, or pages of the API (I10-I17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Raw

from iamtui.snapshot.facts import Coverage, IamEntities
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.iam_members import GroupDetail, PolicyDetail, RoleDetail, UserDetail
from iamtui.snapshot.reading import Intake, MalformedError, Reader, Source, decode

_USERS, _GROUPS, _ROLES, _POLICIES = "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"
_ABSENT = Raw(b"null")

D = TypeVar("D", UserDetail, GroupDetail, RoleDetail, PolicyDetail)
E = TypeVar("E")


def _read_list(
    raw: Raw | None, detail: type[D], make: Callable[[D, str], E], place: str, intake: Intake
) -> tuple[E, ...] | None:
    """Decode a list of details and make entities of them; a bad item costs only that item."""
    if raw is None or bytes(raw) == b"null":
        return None
    try:
        items: Iterable[tuple[int, D]] = enumerate(decode(raw, list[detail], place))  # type: ignore[valid-type]
    except MalformedError:
        items = _one_by_one(raw, detail, place, intake)
    found = []
    for index, item in items:
        try:
            found.append(make(item, f"{place}/{index}"))
        except MalformedError as error:
            intake.problems.add_malformed(error, "it is not shown, and nothing is known of what it allows or denies")
    return tuple(found)


def _one_by_one(raw: Raw, detail: type[D], place: str, intake: Intake) -> Iterator[tuple[int, D]]:
    for index, item in enumerate(decode(raw, list[Raw], place)):
        try:
            yield index, decode(item, detail, f"{place}/{index}")
        except MalformedError as error:
            intake.problems.add_malformed(error, "it is not shown, and nothing is known of what it allows or denies")


def _read(source: Source, intake: Intake) -> Iterator[IamEntities]:
    members = source.members
    entities = Entities(intake)
    yield IamEntities(
        users=_kind(members, _USERS, UserDetail, entities.user, intake),
        groups=_kind(members, _GROUPS, GroupDetail, entities.group, intake),
        roles=_kind(members, _ROLES, RoleDetail, entities.role, intake),
        policies=_kind(members, _POLICIES, PolicyDetail, entities.policy, intake),
        coverage=Coverage.PAGE if _is_truncated(members) else Coverage.WHOLE,
    )


def _kind(
    members: Mapping[str, Raw], key: str, detail: type[D], make: Callable[[D, str], E], intake: Intake
) -> tuple[E, ...] | None:
    try:
        return _read_list(members.get(key), detail, make, f"/{key}", intake)
    except MalformedError as error:
        intake.problems.add_malformed(error, f"nothing of {key} is shown: it counts as not exported")
        return None


def _is_truncated(members: Mapping[str, Raw]) -> bool:
    """Whether another page follows (I10, I11)."""
    truncated = bytes(members.get("IsTruncated", _ABSENT)) == b"true"
    return truncated or bytes(members.get("NextToken", _ABSENT)) != b"null"


def _recognises(source: Source) -> bool:
    keys = source.keys
    if keys & {_USERS, _GROUPS, _ROLES}:
        return True
    return _POLICIES in keys and b'"PolicyVersionList"' in bytes(source.members[_POLICIES])[:20_000]


READER = Reader("authorization-details", _recognises, _read)
