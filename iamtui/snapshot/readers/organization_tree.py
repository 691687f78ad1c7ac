"""The tree of an organization: its root, units and accounts, one answer a file (I51-I54)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from iamtui.files.source import MalformedError, Source, decode, says_more_follows
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.model import ACCOUNT, RCP, ROOT, S3_POLICY, SCP, UNIT
from iamtui.snapshot.organization_facts import OrganizationFact, OrganizationListedFact, TargetFact
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

T = TypeVar("T")


class PolicyType(msgspec.Struct, rename="pascal"):
    """A type of organization policy, and whether it is enabled."""

    type: str
    status: str | None = None


class _Root(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    policy_types: list[PolicyType] | None = None


class _Unit(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    path: str | None = None


class _Account(msgspec.Struct, rename="pascal"):
    id: str
    arn: str | None = None
    name: str | None = None
    email: str | None = None
    status: str | None = None
    state: str | None = None
    paths: list[str] | None = None


class _Relative(msgspec.Struct, rename="pascal"):
    id: str
    type: str | None = None


def organization_of(arn: str | None) -> str | None:
    """The organization in an ARN of AWS Organizations: the segment after the type (I60)."""
    if arn is None or ":organizations:" not in arn:
        return None
    return next((part for part in arn.split("/") if part.startswith("o-")), None)


def manager_of(arn: str | None) -> str | None:
    """The management account in an ARN of AWS Organizations (I60)."""
    parts = (arn or "").split(":")
    return parts[4] or None if len(parts) > 5 else None


def enabled(types: list[PolicyType] | None, kind: str) -> bool | None:
    """Whether a policy type is enabled at the root (I51); between the two it is not known."""
    if types is None:
        return None
    status = next((item.status for item in types if item.type == kind), "DISABLED")
    return True if status == "ENABLED" else None if (status or "").startswith("PENDING") else False


def has_list(source: Source, key: str, member: bytes) -> bool:
    """Whether a list is there and its first item has a member; empty lists count if the file's name says the call."""
    raw = bytes(source.members.get(key, b""))
    if not raw.startswith(b"["):
        return False
    if raw[1:].strip() == b"]":
        naming = Naming.of(source.path)
        return naming.service == "organizations" or naming.target is not None or naming.policy_kind is not None
    return member in raw[:4_000]


def listing(source: Source, key: str, kind: type[T], intake: Intake) -> tuple[list[T], bool]:
    """The items of a list, and whether it is whole: no page follows, and each item could be read (I59)."""
    items = [item for _, item in items_of(source.members[key], kind, f"/{key}", intake)]
    held = decode(source.members[key], list[msgspec.Raw] | None, f"/{key}") or []  # type: ignore[arg-type]
    return items, len(items) == len(held) and says_more_follows(source.members) is None


def listed(kind: str, parent: str | None, arns: Iterable[str | None]) -> OrganizationListedFact:
    """That all of a kind were listed, below a parent or everywhere; what was found says in which organization."""
    organization = next((found for arn in arns if (found := organization_of(arn)) is not None), None)
    return OrganizationListedFact(kind, parent or "", organization)


def _roots(source: Source, intake: Intake) -> Iterator[Fact]:
    roots, is_whole = listing(source, "Roots", _Root, intake)
    if is_whole:
        yield listed(ROOT, None, (item.arn for item in roots))
    for item in roots:
        organization = organization_of(item.arn)
        yield TargetFact(item.id, ROOT, item.name, arn=item.arn, organization_id=organization)
        if organization is not None:
            scps, rcps, s3 = (enabled(item.policy_types, kind) for kind in (SCP, RCP, S3_POLICY))
            yield OrganizationFact(organization, manager_of(item.arn), None, scps, rcps, s3)


def _units(source: Source, intake: Intake) -> Iterator[Fact]:
    named = Naming.of(source.path).target
    units, is_whole = listing(source, "OrganizationalUnits", _Unit, intake)
    if is_whole and named is not None:
        yield listed(UNIT, named, (item.arn for item in units))
    for item in units:
        yield _unit(item, named)


def _one_unit(source: Source, _: Intake) -> Iterator[Fact]:
    yield _unit(decode(source.members["OrganizationalUnit"], _Unit, "/OrganizationalUnit"), None)


def _unit(item: _Unit, parent: str | None) -> TargetFact:
    parent = parent or _parent_in(item.path, item.id)
    return TargetFact(item.id, UNIT, item.name, parent, item.arn, organization_id=organization_of(item.arn))


def _accounts(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    accounts, is_whole = listing(source, "Accounts", _Account, intake)
    if is_whole and (naming.target is not None or naming.call in (None, "list-accounts")):
        yield listed(ACCOUNT, naming.target, (item.arn for item in accounts))
    for item in accounts:
        yield _account(item, naming.target)


def _one_account(source: Source, _: Intake) -> Iterator[Fact]:
    yield _account(decode(source.members["Account"], _Account, "/Account"), None)


def _account(item: _Account, parent: str | None) -> TargetFact:
    parent = parent or _parent_in(item.paths[0] if item.paths else None, item.id)
    status = item.state or item.status
    organization = organization_of(item.arn)
    return TargetFact(item.id, ACCOUNT, item.name, parent, item.arn, status, item.email, organization_id=organization)


def _parent_in(path: str | None, child: str) -> str | None:
    """The parent in a path such as `o-…/r-…/ou-…/` or `o-…/r-…/ou-…/CHILD/`."""
    parts = [part for part in (path or "").split("/") if part and part != child]
    return parts[-1] if parts and parts[-1].startswith(("r-", "ou-")) else None


def _parents(source: Source, intake: Intake) -> Iterator[Fact]:
    child = Naming.of(source.path).target
    if child is None:
        raise MalformedError("", "expected the child's id as the name of the file")
    for _, item in items_of(source.members["Parents"], _Relative, "/Parents", intake):
        yield TargetFact(child, parent=item.id)


def _children(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    parent = naming.target
    if parent is None:
        raise MalformedError("", "expected the parent's id as the name of the file")
    children, is_whole = listing(source, "Children", _Relative, intake)
    if is_whole:  # one kind is asked for: an empty list says which in a folder's name at most
        yield from (listed(kind, parent, ()) for kind in (UNIT, ACCOUNT) if kind in _kinds(children, naming))
    for item in children:
        yield TargetFact(item.id, item.type, parent=parent)


def _kinds(children: list[_Relative], naming: Naming) -> set[str | None]:
    return {*(item.type for item in children), *naming.middle}


READERS = (
    Reader("organization-roots", lambda source: "Roots" in source.keys, _roots),
    Reader("organizational-units", lambda source: "OrganizationalUnits" in source.keys, _units),
    Reader("organizational-unit", lambda source: source.keys == {"OrganizationalUnit"}, _one_unit),
    Reader(
        "organization-accounts",
        lambda source: "Organization" not in source.keys and has_list(source, "Accounts", b'"Id"'),
        _accounts,
    ),
    Reader(
        "organization-account",
        lambda source: source.keys == {"Account"} and bytes(source.members["Account"]).startswith(b"{"),
        _one_account,
    ),
    Reader("organization-parents", lambda source: "Parents" in source.keys, _parents),
    Reader("organization-children", lambda source: has_list(source, "Children", b'"Type"'), _children),
)
