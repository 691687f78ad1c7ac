"""An export with one in fifty of its documents edited in place in one of six ways, as administrators edit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
EVERY = 50
"""Which share of the documents: 2 %."""
_INLINE = (
    ("UserDetailList", "UserPolicyList"),
    ("RoleDetailList", "RolePolicyList"),
    ("GroupDetailList", "GroupPolicyList"),
)
_ADDED = (
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["sqs:Send*", "sns:Publish"], "Resource": "*"},
    {"Effect": "Deny", "Action": ["ec2:*"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": "*"},
)


def edited(path: Path, folder: Path) -> Path:
    """Write the export anew with every fiftieth document of each kind edited; those of AWS itself stay as they are."""
    import orjson  # noqa: PLC0415 - a probe imports what it measures

    export: dict[str, list[Json]] = orjson.loads(path.read_bytes())
    for kind in (_inline(export), _managed(export)):
        for number, held in enumerate(list(kind)[::EVERY]):
            _WAYS[number % len(_WAYS)](_statements(held), number)
    for number, held in enumerate(list(_trusts(export))[::EVERY]):
        _statements(held).append(_trusting(export, number))
    written = folder / "edited.json"
    written.write_bytes(orjson.dumps(export))
    return written


def _inline(export: dict[str, list[Json]]) -> Iterator[Json]:
    for kind, inline in _INLINE:
        for detail in export[kind]:
            yield from (policy["PolicyDocument"] for policy in detail.get(inline, []))


def _managed(export: dict[str, list[Json]]) -> Iterator[Json]:
    for policy in export["Policies"]:
        if ":aws:policy/" not in policy["Arn"]:
            yield from (one["Document"] for one in policy["PolicyVersionList"] if one["IsDefaultVersion"])


def _trusts(export: dict[str, list[Json]]) -> Iterator[Json]:
    return (role["AssumeRolePolicyDocument"] for role in export["RoleDetailList"])


def _statements(document: Json) -> list[Json]:
    """The statements of a document, made a list if there is one alone."""
    found = document["Statement"]
    if not isinstance(found, list):
        document["Statement"] = found = [found]
    return found


def _trusting(export: dict[str, list[Json]], number: int) -> Json:
    own = export["RoleDetailList"][0]["Arn"].split(":")[4]
    trusted = f"arn:aws:iam::{own if number % 2 else '444455556666'}:root"
    return {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}


def _add(statements: list[Json], number: int) -> None:
    statements.append(_ADDED[number // len(_WAYS) % len(_ADDED)])


def _drop(statements: list[Json], number: int) -> None:
    if len(statements) > 1:
        statements.pop()
    else:
        _add(statements, number)


def _act(statements: list[Json], _: int) -> None:
    element = "Action" if "Action" in statements[0] else "NotAction"
    actions = statements[0][element]
    statements[0][element] = [*(actions if isinstance(actions, list) else [actions]), "dynamodb:DeleteTable"]


def _reach(statements: list[Json], number: int) -> None:
    statements[0].pop("NotResource", None)
    statements[0]["Resource"] = "*" if number % 4 else f"arn:aws:s3:::edited-{number}/*"


def _limit(statements: list[Json], number: int) -> None:
    statements[0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": f"t{number % 5}"}}


def _turn(statements: list[Json], _: int) -> None:
    statements[0]["Effect"] = "Deny" if statements[0]["Effect"] == "Allow" else "Allow"


_WAYS: tuple[Callable[[list[Json], int], None], ...] = (_add, _drop, _act, _reach, _limit, _turn)
