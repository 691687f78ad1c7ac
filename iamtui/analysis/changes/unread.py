"""What no comparison can tell: policies that come or go, and of which no export has the document (CH8, T22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.snapshot.model import Snapshot


def policies_unread(old: Snapshot, new: Snapshot, principals: Iterable[str]) -> tuple[str, ...]:
    """For each policy that some principals have on one side only, and that could not be read, whom it gives what."""
    holders: dict[str, list[str]] = defaultdict(list)
    for arn in principals:
        held, other = (dict(_held(side, arn)) for side in (old, new))
        for name in held.keys() ^ other.keys():
            if not (held | other)[name]:
                holders[name].append(arn)
    return tuple(f"what {name} gives {_whom(holders[name])}: its document was not exported" for name in sorted(holders))


def _held(side: Snapshot, arn: str) -> Iterator[tuple[str, bool]]:
    """The policies of a principal, and whether each could be read."""
    entity = side.user(arn) or side.role(arn)
    for policy in () if entity is None else identity_policies(side, entity):
        yield policy.arn or f"{policy.owner} {policy.name}", policy.document is not None


def _whom(arns: list[str]) -> str:
    return arns[0] if len(arns) == 1 else f"{len(arns):,} users and roles"
