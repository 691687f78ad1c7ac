"""The files of a store: each is one aspect of the thing that its folder stands for (I110, I112)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from iamtui.arn import is_account_id
from iamtui.files.source import Source
from iamtui.snapshot.facts import StoreFile
from iamtui.snapshot.readers.reader import Intake, Reader

_CLOUD = "aws"
_PARTITION = re.compile(r"aws(?:-[a-z]+)*")
_BRANCHES = ("accounts", "organizations", "indexes")
_READ = frozenset(
    {
        "accounts",
        "bpa",
        "buckets-to-accounts",
        "current-policy",
        "endpoint-policy",
        "groups",
        "inline-policies",
        "instance-profiles",
        "managed-policies",
        "metadata",
        "organization",
        "ous",
        "policy",
        "s3-bpa",
        "tags",
        "trust-policy",
    }
)
_PASSED = {
    "structure": "the tree of the organization is in ous.json and accounts.json",
    "delegated-admins": "delegated administrators decide nothing",
    "encryption": "the encryption of buckets decides nothing",
    "accounts-to-orgs": "which organization an account is in says the store itself",
    "principals-to-trust-policies": "trust policies are with their roles",
    "vpcs": "VPC endpoints are in the accounts",
    "apigateways-to-accounts": "API gateways are not read",
}
_ORGANIZATION_POLICY = "the resource policy of an organization is not evaluated"


def _place_in_store(path: Path) -> tuple[str, ...] | None:
    """The folders of a store from the partition on: partition, branch and on (I110).

    The folder `aws` of the cloud may be missing, if the file's name is one that only stores have.
    """
    parts = path.absolute().parts[:-1]
    for index in range(len(parts) - 1):
        below = parts[index:]
        if _PARTITION.fullmatch(below[0]) is None or below[1] not in _BRANCHES:
            continue
        if below[1] != "indexes" and not (len(below) > 2 and (is_account_id(below[2]) or below[2].startswith("o-"))):
            continue
        if (index and parts[index - 1] == _CLOUD) or _aspect(path) in _READ | _PASSED.keys():
            return below
    return None


def _aspect(path: Path) -> str:
    return path.name.removesuffix(".json")


def reason_not_to_read(path: Path) -> str | None:
    """Why a file of a store is passed over; `None` if it is read, or in no store."""
    place = _place_in_store(path)
    if place is None or path.suffix != ".json":
        return None
    if place[1] == "organizations" and len(place) == 3 and _aspect(path) == "policy":
        return _ORGANIZATION_POLICY
    aspect = _aspect(path)
    if place[3:4] == ("ram",):
        return "shares of RAM are not evaluated"
    return _PASSED.get(aspect) or (None if aspect in _READ else f"{aspect} of a store is not evaluated")


def _recognises(source: Source) -> bool:
    is_in_store = source.path.suffix == ".json" and _place_in_store(source.path) is not None
    return is_in_store and source.looks_like_json and reason_not_to_read(source.path) is None


def _read(source: Source, _: Intake) -> Iterator[StoreFile]:
    folder = _place_in_store(source.path)
    if folder is not None:
        yield StoreFile(folder, _aspect(source.path), source.data)


def _unreadable(path: Path) -> StoreFile | None:
    """A file without content: its aspect is not known, where a missing file would say that it is empty (I113)."""
    folder = _place_in_store(path) if path.suffix == ".json" and reason_not_to_read(path) is None else None
    return None if folder is None else StoreFile(folder, _aspect(path), b"")


READER = Reader("iam-collect", _recognises, _read, unreadable=_unreadable)
