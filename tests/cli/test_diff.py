"""`iamtui diff`: forms, exit status and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.exports import READ, company, user, write
from tests.cli.conftest import Iamtui


@pytest.fixture
def days(tmp_path: Path) -> tuple[Path, Path]:
    """A small account, and the same with another user, another trust and one file order."""
    edited = company()
    edited["UserDetailList"].append(user("carol", inline={"own": READ}))
    edited["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Deny"
    return write(tmp_path / "old.json", company()), write(tmp_path / "new.json", edited)


def test_text_tells_each_thing_with_old_and_new(iamtui: Iamtui, days: tuple[Path, Path]) -> None:
    """CH1, CH10."""
    ran = iamtui("diff", *days)
    assert ran.status == 1
    assert (
        "● role app  changed\n└ trust\n  ├ statement 0: Effect: - Allow\n  └ statement 0: Effect: + Deny\n" in ran.out
    )
    assert "+ inline policy own of user/carol  added" in ran.out
    assert ran.out.endswith("1 role changed; 1 user, 1 inline policy added\n")


def test_things_of_one_name_in_two_accounts_are_told_apart(iamtui: Iamtui, tmp_path: Path) -> None:
    """CH1, CH5: each thing, and each whom a change touches, stands with its account where there are several."""
    sides = []
    for side, action in (("old", "s3:GetObject"), ("new", "s3:PutObject")):
        export = company()
        export["UserDetailList"].append(user("carol", inline={"own": READ}))
        text = json.dumps(export).replace("s3:GetObject", action)
        (tmp_path / side).mkdir()
        write(tmp_path / side / "a.json", text)
        write(tmp_path / side / "b.json", text.replace("111122223333", "444455556666"))
        sides.append(tmp_path / side)
    for form in ("text", "markdown"):
        out = iamtui("diff", *sides, "--effect", "--format", form).out
        for account in ("111122223333", "444455556666"):
            assert out.count(f"inline policy own of user/carol in {account}") == 2, "as a change and as a cause"
            assert out.count(f"user/carol in {account}") == 3


def test_json_has_the_members_of_the_specification(iamtui: Iamtui, days: tuple[Path, Path]) -> None:
    """CH1."""
    found = json.loads(iamtui("diff", *days, "--format", "json").out)
    assert list(found) == ["version", "objects", "not_compared", "noise", "complete"]
    changed = next(one for one in found["objects"] if one["kind"] == "changed")
    assert (changed["thing"], changed["name"], changed["aspects"][0]["aspect"]) == ("role", "app", "trust")
    assert changed["aspects"][0]["before"]["Statement"][0]["Effect"] == "Allow"


def test_markdown_is_a_table(iamtui: Iamtui, days: tuple[Path, Path]) -> None:
    """CH1."""
    out = iamtui("diff", *days, "--format", "markdown").out
    assert "| ● | `role app` | changed | trust: `statement 0: Effect: - Allow, statement 0: Effect: + Deny` |" in out


def test_the_same_export_twice_differs_in_nothing(iamtui: Iamtui, days: tuple[Path, Path]) -> None:
    """CH7, CH10."""
    ran = iamtui("diff", days[0], days[0])
    assert (ran.status, ran.out) == (0, "nothing differs\n")


@pytest.mark.parametrize("content", ["", '{"UserDetailList": [', "[]"])
def test_an_export_that_cannot_be_read_is_one_message(iamtui: Iamtui, days: tuple[Path, Path], content: str) -> None:
    """CH10."""
    broken = write(days[0].with_name("broken.json"), content)
    for sides in ((broken, days[1]), (days[0], broken)):
        ran = iamtui("diff", *sides)
        assert (ran.status, ran.out) == (2, "")
        assert str(broken) in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("effect", [(), ("--effect",)])
@pytest.mark.parametrize("broken", [0, 1])
def test_a_folder_with_one_file_that_cannot_be_read_passes_no_gate(
    iamtui: Iamtui, tmp_path: Path, broken: int, effect: tuple[str, ...]
) -> None:
    """CH10: what the others hold is compared all the same."""
    sides = tmp_path / "old", tmp_path / "new"
    for side in sides:
        side.mkdir()
        write(side / "a.json", company())
    cut = write(sides[broken] / "b.json", json.dumps(company())[:-40])
    ran = iamtui("diff", *sides, *effect)
    assert ran.status == 2
    assert ran.out.endswith("nothing differs\n")
    assert ran.err.count(str(cut)) == 1


def test_exports_of_other_accounts_are_not_compared(iamtui: Iamtui, days: tuple[Path, Path]) -> None:
    """CH10: that nothing differs would be no answer."""
    other = write(days[0].with_name("other.json"), json.dumps(company()).replace("111122223333", "444455556666"))
    ran = iamtui("diff", days[0], other)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"iamtui: {days[0]} and {other}: no account and no organization is in both; nothing is compared\n"


def test_what_is_not_there_and_an_empty_folder_are_said(
    iamtui: Iamtui, days: tuple[Path, Path], tmp_path: Path
) -> None:
    """CH10."""
    empty = tmp_path / "empty"
    empty.mkdir()
    assert iamtui("diff", days[0], tmp_path / "nowhere").status == 2
    assert iamtui("diff", days[0], empty).status == 2


def test_effects_are_told_with_their_causes(iamtui: Iamtui, tmp_path: Path) -> None:
    """CH5, CH6, CH10."""
    old, new = company(), company()
    new["UserDetailList"][1] = user("bob", inline={"more": READ})
    paths = write(tmp_path / "old.json", old), write(tmp_path / "new.json", new)
    ran = iamtui("diff", *paths, "--effect")
    assert ran.status == 1
    assert "▲ user/bob  gained\n├ + s3:GetObject  everywhere\n└ because  inline policy more of user/bob\n" in ran.out
    found = json.loads(iamtui("diff", *paths, "--effect", "--format", "json").out)
    assert list(found) == ["version", "objects", "effects", "trust", "paths", "not_compared", "noise", "complete"]
    assert found["effects"][0]["because"] == [0]
    assert (
        "| `user/bob` | `s3:GetObject` `everywhere` |" in iamtui("diff", *paths, "--effect", "--format", "markdown").out
    )


def test_a_change_without_effect_passes_a_gate(iamtui: Iamtui, tmp_path: Path) -> None:
    """CH10: without `--effect` any change counts."""
    old, new = company(), company()
    new["UserDetailList"][1]["Tags"] = [{"Key": "team", "Value": "red"}]
    paths = write(tmp_path / "old.json", old), write(tmp_path / "new.json", new)
    assert (iamtui("diff", *paths).status, iamtui("diff", *paths, "--effect").status) == (1, 0)
