"""Finds rules by number or by word."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from iamtui.rules.files import FAMILIES, rules_of_file
from iamtui.rules.model import Rule
from iamtui.rules.number import RuleNumber

_FILE_OF = {letters: file for file, families in FAMILIES.items() for letters in families}
_NEAR = 3


class UnknownRuleError(LookupError):
    """No rule has the number.

    `number` is the number in its usual spelling; `near` are numbers of rules near it, the nearest first.
    """

    def __init__(self, number: str, near: tuple[str, ...]) -> None:
        super().__init__(f"there is no rule {number}" + (f"; near it are {', '.join(near)}" if near else ""))
        self.number = number
        self.near = near


def rule(text: str) -> Rule:
    """The rule of a number, in whatever case it is written.

    Raises:
        RuleNumberError: the text has not the form of a number.
        UnknownRuleError: no rule has the number.
    """
    number = RuleNumber.of(text)
    rules = rules_of_file(_FILE_OF[number.letters]) if number.letters in _FILE_OF else {}
    if number not in rules:
        raise UnknownRuleError(str(number), _near(number))
    return rules[number]


def all_rules() -> Iterator[Rule]:
    """Every rule, family by family."""
    for file in FAMILIES:
        yield from rules_of_file(file).values()


def find_rules(words: str) -> tuple[Rule, ...]:
    """The rules in whose text or pages all of the words stand, in whatever case; none for no words."""
    wanted = words.casefold().split()
    return tuple(rule for rule in all_rules() if wanted and all(word in _text(rule) for word in wanted))


def _near(number: RuleNumber) -> tuple[str, ...]:
    """The closest numbers of the family; where the letters are no family's, what is spelled alike."""
    known = [one for file in FAMILIES for one in rules_of_file(file)]
    family = [one for one in known if one.letters == number.letters]
    if not family:
        return tuple(difflib.get_close_matches(str(number), map(str, known), _NEAR))
    return tuple(str(one) for one in sorted(family, key=lambda one: abs(one.digits - number.digits))[:_NEAR])


def _text(rule: Rule) -> str:
    titles = (page.title for page in rule.pages)
    return " ".join((rule.sentence, rule.consequence, rule.unconfirmed, *titles)).casefold()
