from __future__ import annotations

import json

import pytest

from iamtui.rules import RuleKind, all_rules, rule
from tests.cli.conftest import Iamtui, on_a_terminal


def test_a_rule_is_told_with_what_follows_and_with_the_page_of_aws(iamtui: Iamtui) -> None:
    ran = iamtui("explain", "e41")
    told = rule("E41")
    assert (ran.status, ran.err) == (0, "")
    heading, consequence, *pages = ran.out.splitlines()
    assert heading == f"§ E41  {told.sentence}"
    assert consequence == f"├ → {told.consequence}"
    assert [line[2:] for line in pages] == [
        line for page in told.pages for line in (f"· {page.title}  IAM User Guide · read 2025-2026", page.address)
    ]


def test_what_aws_does_not_confirm_is_said_in_words(iamtui: Iamtui) -> None:
    out = iamtui("explain", "E44").out
    assert out.startswith("? E44  ")
    assert f"├ ? AWS does not confirm all of this:  {rule('E44').unconfirmed}\n" in out


def test_a_convention_is_said_to_be_one(iamtui: Iamtui) -> None:
    assert rule("E85").kind is RuleKind.CONVENTION
    assert "└ · AWS specifies nothing here; this is how iamtui does it\n" in iamtui("explain", "E85").out


def test_what_no_test_holds_says_so_and_why(iamtui: Iamtui) -> None:
    told = next(one for one in all_rules() if one.untested)
    assert f"! no test holds this:  {told.untested}\n" in iamtui("explain", told.number).out


def test_a_page_that_was_not_read_is_said_not_to_be(iamtui: Iamtui) -> None:
    assert "from general knowledge, the page was not read" in iamtui("explain", "S29").out


def test_several_rules_are_told_in_the_order_asked_for_and_each_once(iamtui: Iamtui) -> None:
    numbered = [
        one["number"] for one in json.loads(iamtui("explain", "S1", "E41", "s1", "--format", "json").out)["rules"]
    ]
    assert numbered == ["S1", "E41"]


def test_words_find_the_rules_in_which_all_of_them_stand(iamtui: Iamtui) -> None:
    out = iamtui("explain", "session policy").out
    shown = [line.split()[1] for line in out.splitlines()]
    assert {"E41", "E55", "D26"} <= set(shown)
    assert all(line.endswith("  …") for line in out.splitlines()), "many rules are one line each"
    assert "├ → " in iamtui("explain", "session policy", "--full").out


def test_words_that_look_like_a_number_are_words_where_no_rule_has_it(iamtui: Iamtui) -> None:
    assert "K40  ec2:RoleDelivery" in iamtui("explain", "EC2").out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("E28", "there is no rule E28; near it are E27, E26, "),
        ("E412", "there is no rule E412; near it are E90, "),
        ("zebra", "zebra: expected the number of a rule, such as E41"),
        ("QQ99", "there is no rule QQ99"),
        ("", "Invalid value for 'NUMBER|WORDS...': expected a value, got an empty word"),
    ],
)
def test_what_leads_to_no_rule_is_one_message_and_nothing_is_printed(iamtui: Iamtui, asked: str, told: str) -> None:
    ran = iamtui("explain", "E41", asked)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"iamtui: {told}")
    assert ran.err.count("\n") == 1


def test_json_holds_all_of_a_rule(iamtui: Iamtui) -> None:
    made = json.loads(iamtui("explain", "K60", "E85", "--format", "json").out)
    told = rule("K60")
    (page,) = told.pages
    assert made["version"] == 1
    assert made["rules"][0] == {
        "number": "K60",
        "family": told.family,
        "sentence": told.sentence,
        "consequence": None,
        "kind": "aws",
        "confirmed": False,
        "unconfirmed": told.unconfirmed,
        "date": told.date,
        "untested": None,
        "pages": [{"guide": page.guide, "title": page.title, "address": page.address, "read": page.read}],
    }
    assert (made["rules"][1]["kind"], made["rules"][1]["pages"]) == ("convention", [])


def test_every_rule_can_be_told(iamtui: Iamtui) -> None:
    every = [one.number for one in all_rules()]
    told = json.loads(iamtui("explain", *every, "--format", "json").out)["rules"]
    assert [one["number"] for one in told] == every
    assert iamtui("explain", *every).status == 0


def test_a_terminal_shows_rules_wrapped_to_its_width() -> None:
    lines = on_a_terminal("explain", "E41", NO_COLOR="", COLUMNS="60").splitlines()
    assert len(lines) > 8
