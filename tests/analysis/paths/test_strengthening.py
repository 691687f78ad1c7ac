"""Who is become keeps what the edge to it changed of it, and leads on as that (EP33)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.snapshot.model import AccessKey, Credentials, Role, User
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import BOUNDED, HOME, account, ladders, role, user
from tests.tables import every_row

EDGE = document(allow(["sts:AssumeRole", "iam:PutRolePolicy", "s3:*"]))
"""The boundary: within it one may become a role that administers, and is no administrator."""

ADMIN = role("admin", {"AWS": OWN}, allow("*"))
READS = allow("s3:*")
ONE_KEY = Credentials(console_password=False, mfa=False, access_keys=(AccessKey("AKIA1", active=True),))


def bounded(name: str, *statements: object) -> Role:
    """A role under the boundary."""
    return replace(role(name, {"AWS": OWN}, *(statements or (READS,))), **BOUNDED)


def may(action: str, *names: str) -> dict[str, object]:
    """An Allow of actions on things of the account."""
    return allow([*action.split(), "sts:AssumeRole"], [f"{HOME}:{name}" for name in names])


DENYING = bounded("dev", READS, {**allow("sts:*"), "Effect": "Deny"})
PUTS = user("ci", may("iam:PutRolePolicy", "role/dev"))
PASSES = replace(bounded("dev"), inline=role("x", {"AWS": OWN}, may("", "role/admin")).inline)
SHUT = document(allow("s3:*"))
KEYED = replace(user("dana", READS, **BOUNDED), credentials=ONE_KEY)


@every_row(
    ("people", "expected"),
    [
        ((PUTS, bounded("dev")), [["ci", "dev", "admin"]]),
        ((PUTS, DENYING), []),  # a Deny of its own holds
        ((PUTS, role("dev", {"AWS": OWN}, READS)), [["ci", "dev"]]),  # who is an administrator then needs no more
        ((user("ci", may("iam:AttachRolePolicy", "role/dev")), bounded("dev")), [["ci", "dev", "admin"]]),
        ((user("ci", allow("iam:PutUserPolicy", f"{HOME}:user/ci"), **BOUNDED),), []),  # the boundary stops that
        (
            (user("ci", allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], f"{HOME}:user/dana")), KEYED),
            [["ci", "dana", "admin"]],
        ),
    ],
)
def test_ep33_who_is_made_stronger_leads_on(people: tuple[User | Role, ...], expected: list[list[str]]) -> None:
    found = find_paths(account(*people, ADMIN, edge=EDGE), PathQuestion())
    assert ladders(found) == expected
    assert all(path.verdict == "proven" for path in found.paths)
