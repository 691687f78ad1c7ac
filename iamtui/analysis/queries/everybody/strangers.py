"""Who stands for the principals of other accounts, by what conditions say of their names (WC13).

Whatever asks for strangers asks as these: who can, what changed, paths from outside, and findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from iamtui.analysis.external_access import EQUAL_OR_LIKE
from iamtui.patterns import Part, Wild
from iamtui.policy.cells import common_text
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Snapshot

SOMEBODY = "somebody"
"""The name of a user or role that no export holds."""

_NAME = re.compile(r"[\w+=,.@/-]*[\w+=,.@-]", re.ASCII)


class Called(NamedTuple):
    """What principals are called: as a row names them, and what their ARNs are like.

    `names_account` says that the text is an ARN, and so of one account, or of any as it says itself.
    """

    text: str
    arn: tuple[Part, ...]
    names_account: bool = False


def called_by(statement: Statement) -> Iterator[Called]:
    """Those whom a statement means by their names, their ARNs, or a text in these."""
    for test in statement.conditions:
        if test.operator is None or test.operator.name not in EQUAL_OR_LIKE:
            continue
        for value in test.values:
            if value.template is None or value.template.variables:
                continue
            parts = value.template.parts
            if test.folded_key == "aws:username":
                yield Called(f"arn:*:iam::*:user/{value.text}", (Wild.ANY, ":user/", *parts))
            elif test.folded_key == "aws:principalarn":
                yield Called(value.text, parts, names_account=value.text.count(":") >= _COLONS)


_COLONS = 5  # of an ARN, at least


def unused_account(snapshot: Snapshot) -> str:
    """An account id that nothing of the snapshot knows."""
    numbers = map(str, range(999_999_999_999, 0, -1))
    return next(one for one in numbers if one not in snapshot.accounts and snapshot.organization_of(one) is None)


def stranger(partition: str, account: str, called: Iterable[Called]) -> str:
    """Somebody of an account of whom nothing is known but what he may be called."""
    found = (somebody_called(partition, account, one) for one in called)
    return next((one for one in found if one is not None), f"arn:{partition}:iam::{account}:user/{SOMEBODY}")


def somebody_called(partition: str, account: str, called: Called) -> str | None:
    """A user or role of an account with such a name; None where nobody can have one there."""
    for kind in ("user", "role"):
        start = f"arn:{partition}:iam::{account}:{kind}/"
        try:
            found = common_text((start, Wild.ONE, Wild.ANY), called.arn)
        except ValueError:  # longer than any name
            continue
        if found is None:
            continue
        named = f"{found}{SOMEBODY}" if called.arn[-1:] == (Wild.ANY,) else found  # a path alone is no name
        if _NAME.fullmatch(named[len(start) :]):
            return named
    return None
