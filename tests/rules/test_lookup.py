from __future__ import annotations

import pytest

from iamtui.rules import RuleKind, RuleNumberError, UnknownRuleError, find_rules, rule
from iamtui.rules.files import FAMILIES, rules_of_file
from tests.tables import every_row


@pytest.mark.parametrize("written", ["E41", "e41", "E041"])
def test_a_rule_is_found_by_its_number_in_any_case(written: str) -> None:
    found = rule(written)
    assert found.number == "E41"
    assert "parent" in found.sentence
    assert found.pages[0].title.startswith("How AWS enforcement code logic")
    assert found.kind is RuleKind.AWS
    assert found.confirmed


def test_a_number_that_no_rule_has_is_told_with_the_nearest_of_its_family() -> None:
    with pytest.raises(UnknownRuleError, match="there is no rule E412; near it are E") as raised:
        rule("E412")
    assert raised.value.number == "E412"
    assert len(raised.value.near) == 3
    assert all(rule(near).number == near for near in raised.value.near)


def test_letters_that_are_no_family_have_no_rule() -> None:
    with pytest.raises(UnknownRuleError, match="there is no rule EC2"):
        rule("EC2")


@pytest.mark.parametrize("written", ["", "E", "41", "E-41", "E4141", "PrincipalArn", "Ⅻ1"])
def test_what_is_no_number_is_told_apart_from_an_unknown_one(written: str) -> None:
    with pytest.raises(RuleNumberError, match="expected the number of a rule"):
        rule(written)


def test_rules_are_found_by_words_in_any_order_and_case() -> None:
    assert "E41" in {found.number for found in find_rules("FEDERATED parent")}
    assert find_rules("federated zebra") == ()
    assert find_rules("  ") == ()


@every_row("file", FAMILIES)
def test_a_file_holds_the_families_that_are_told_of_it_in_order(file: str) -> None:
    numbers = list(rules_of_file(file))
    order = [(FAMILIES[file].index(number.letters), number.digits, number.suffix) for number in numbers]
    assert order == sorted(set(order))


@every_row("file", FAMILIES)
def test_a_rule_is_said_in_whole_sentences_and_names_its_page(file: str) -> None:
    for number, found in rules_of_file(file).items():
        for text in (found.sentence, found.consequence, found.unconfirmed, found.untested):
            assert text == " ".join(text.split()), number
            assert not text or text.endswith((".", ".)")), number
        assert found.sentence, number
        assert str(number) == found.number
        assert found.pages or found.kind is RuleKind.CONVENTION or not found.confirmed, f"{number}: which page?"
