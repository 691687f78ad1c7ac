"""What statements in play can read of a resource that the snapshot knows (WC17)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iamtui.evaluation.request.caller import Caller
from iamtui.policy.keys import Context


class Reads(NamedTuple):
    """What statements in play can read of a resource, beside its ARN, its owner and a policy of its own.

    `tags` are the keys of the tags, in lower case, None for all. `trust` says that a role's trust policy is asked: by
    `caller`, or by anybody; for `action`, in lower case, or for any; `context` holds the values of the caller, if they
    are to count.
    """

    tags: frozenset[str] | None
    boundary: bool
    trust: bool
    caller: Caller | None = None
    action: str = ""
    context: Context | None = None


READS_ALL = Reads(tags=None, boundary=True, trust=True)
OF_TAGS = ("aws:resourcetag/", "iam:resourcetag/", "s3:buckettag/", "ec2:resourcetag/", "secretsmanager:resourcetag/")
"""How the keys begin that read a tag of a resource."""

OF_ENTITIES = (*OF_TAGS, "iam:permissionsboundary")
"""How the keys begin that read something of known users and roles."""


def reads_of(action: str, keys: Iterable[str], caller: Caller | None, context: Context | None = None) -> Reads:
    """What follows from the keys, in lower case, that statements name for an action, in lower case."""
    service = action.partition(":")[0]
    named = tuple(keys)
    return Reads(
        tags=frozenset(key.partition("/")[2] for key in named if key.startswith(OF_TAGS)),
        boundary="iam:permissionsboundary" in named,
        trust=service == "sts",
        caller=caller if service == "sts" else None,
        action=action if service == "sts" and caller is not None else "",
        context=context if service == "sts" and caller is not None else None,
    )
