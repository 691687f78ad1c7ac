"""Finds the numbers of rules in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamtui.rules.files import FAMILIES
from iamtui.rules.lookup import UnknownRuleError, all_rules, rule
from iamtui.rules.model import Rule
from iamtui.rules.number import RuleNumber

LETTERS = "|".join(sorted((letters for families in FAMILIES.values() for letters in families), key=len, reverse=True))
"""The letters of all families, as alternatives of a regular expression."""

_NUMBER = rf"(?:{LETTERS})[1-9][0-9]{{0,2}}[a-h]?\b"
_CITATION = re.compile(rf"(?<![\w/.:$-])({_NUMBER})(?!/)(?:(?:-|–| to )({_NUMBER}))?")
_SERVICE = re.compile(r"(?<!rule )\bS3\b")
"""S3 is the service; the rule is cited as `rule S3`."""


def cited_in(text: str) -> Iterator[str]:
    """The numbers in a text, whether rules have them or not; of a span such as K50-K57 also those between that do."""
    for first, last in _CITATION.findall(_SERVICE.sub("", text)):
        yield first
        if last:
            yield from _between(RuleNumber.of(first), RuleNumber.of(last))
            yield last


def _between(first: RuleNumber, last: RuleNumber) -> Iterator[str]:
    for one in (RuleNumber.of(found.number) for found in all_rules()):
        if first.letters == one.letters == last.letters and first.digits < one.digits < last.digits:
            yield str(one)


def rules_in(text: str) -> tuple[Rule, ...]:
    """The rules whose numbers stand in a text, in the order of the text, each once; what no rule has is left out."""
    found: dict[str, Rule] = {}
    for number in cited_in(text):
        try:
            found.setdefault(number, rule(number))
        except UnknownRuleError:
            continue
    return tuple(found.values())
