"""Of other accounts only what can let one in is asked about, and all of that (E14, E42, WC17)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.one_principal.can import CanQuestion, can
from iamtui.evaluation.decide import settle_question
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.queries.test_who_can import AT
from tests.evaluation.building import ACCOUNT, allow, arn, role, trust, user
from tests.work import calls_of

AWAY = "999988887777"
RED = {"StringEquals": {"aws:ResourceTag/team": "red"}}
SERVICE = trust({"Service": "ec2.amazonaws.com"})


def exported(folder: Path, roles: Sequence[object] | None, said: object) -> Snapshot:
    """A user in one account, and roles in another; None: of that account only its users were exported."""
    folder.mkdir()
    home = {"UserDetailList": [user("u", said)], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    away: dict[str, object] = {"UserDetailList": [user("v")]}
    if roles is not None:
        away |= {"GroupDetailList": [], "Policies": [], "RoleDetailList": roles}
    (folder / "home.json").write_text(json.dumps(home))
    text = json.dumps(away).replace(ACCOUNT, AWAY).replace("HOME", ACCOUNT)
    (folder / "away.json").write_text(text.replace("ESCAPED", f"\\u{ord(ACCOUNT[0]):04x}{ACCOUNT[1:]}"))
    return open_snapshot([folder])


def letter(world: Snapshot, service: str) -> str:
    """What the user has of a service: of STS anybody may ask who he is."""
    question = MatrixQuestion(services=(service,), principals=(arn("user/u"),), at=AT)
    return matrix(world, question).rows[0].cells.get(service, "·")


def roles(count: int, trusting: object = SERVICE) -> list[object]:
    """Roles that are all told apart by their tags."""
    return [role(f"r{one}", trusting, Tags=[{"Key": "team", "Value": f"t{one}"}]) for one in range(count)]


def of_the_matrix(world: Snapshot) -> object:
    return matrix(world, MatrixQuestion(services=("sts", "iam", "ssm"), principals=(arn("user/u"),), at=AT))


def of_the_user(world: Snapshot) -> object:
    return can(world, CanQuestion(principal=arn("user/u"), services=("sts", "iam", "ssm"), at=AT))


@pytest.mark.parametrize("ask", [of_the_matrix, of_the_user])
@pytest.mark.parametrize("said", [allow(f"{service}:*", Condition=RED) for service in ("sts", "iam", "ssm")])
def test_roles_that_trust_nobody_of_the_account_are_not_asked_about(
    tmp_path: Path, said: object, ask: Callable[[Snapshot], object]
) -> None:
    def decisions_of(count: int) -> int:
        world = exported(tmp_path / str(count), roles(count), said)
        return calls_of(lambda: ask(world), of=settle_question)

    assert 0 < decisions_of(2) == decisions_of(20)


ASSUME = allow("sts:AssumeRole", f"arn:aws:iam::{AWAY}:role/*")


@pytest.mark.parametrize(
    ("trusting", "expected"),
    [
        ({"Service": "ec2.amazonaws.com"}, "R"),
        ({"AWS": "HOME"}, "W"),
        ({"AWS": "arn:aws:iam::HOME:root"}, "W"),
        ({"AWS": "arn:aws:iam::HOME:user/u"}, "W"),
        ({"AWS": "arn:aws:iam::HOME:user/w"}, "R"),
        ({"AWS": f"{ACCOUNT[::-1]}"}, "R"),
        ({"AWS": "*"}, "W"),
        ({"AWS": "*", "Service": "ec2.amazonaws.com"}, "W"),
        ({"Service": "*"}, "R"),
        ({"AWS": "ESCAPED"}, "W"),
    ],
)
@pytest.mark.parametrize("condition", [{}, {"Condition": {"Null": {"aws:ResourceTag/team": "false"}}}])
def test_a_role_of_another_account_is_assumed_as_it_trusts(
    tmp_path: Path, trusting: object, expected: str, condition: dict[str, object]
) -> None:
    world = exported(tmp_path / "x", [*roles(2), *roles(3, trust(trusting))[2:]], {**ASSUME, **condition})
    assert letter(world, "sts") == expected


def test_whom_roles_trust_that_were_not_exported_is_not_known(tmp_path: Path) -> None:
    assert letter(exported(tmp_path / "whole", [], ASSUME), "sts") == "R"
    assert letter(exported(tmp_path / "users", None, ASSUME), "sts") == "w"
