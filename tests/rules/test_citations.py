"""What cites a rule, and what a rule says of its tests, is so."""

from __future__ import annotations

import re

import pytest

from iamtui.rules import Rule, UnknownRuleError, all_rules, cited_in, rule, rules_in
from tests.rules.citations import ROOT, citations, cited_in_file, citing_files, holding
from tests.tables import every_row

INVENTED = {"E28", "E412"}
"""What the tests of unknown numbers ask for."""


@every_row(
    ("text", "cited"),
    [
        ("a statement of the role itself (E41, S1)", ["E41", "S1"]),
        ('raise Error("exclude each other (K58)")  # noqa: S105, E501', ["K58"]),
        ("K50-K53 and E31 to E33", ["K50", "K51", "K52", "K53", "E31", "E32", "E33"]),
        ("def test_e39_the_endpoint_of_k51_is_looked_up() -> None:", ["E39", "K51"]),
        ("def test_s3_policies_are_read() -> None:", []),
        ("buckets of S3 in EC2 by E2E over HTTP/2, arn:E41 and x-E41 and $E41 and E41/k", []),
        ("a trust policy (rule S3)", ["S3"]),
        ("D201b, D207c", ["D201b", "D207c"]),
    ],
)
def test_citations_are_told_from_other_words(text: str, cited: list[str]) -> None:
    assert list(cited_in_file(text)) == cited


def test_the_rules_of_a_text_come_once_and_in_its_order() -> None:
    assert [found.number for found in rules_in("S3 refuses it (S23, E412, E89), see S23 and E5")] == [
        "S23",
        "E89",
        "E5",
    ]


def test_every_rule_that_is_cited_exists() -> None:
    known = {found.number for found in all_rules()} | INVENTED
    unknown = {number: sorted(files) for number, files in citations().items() if number not in known}
    assert unknown == {}


def test_a_rule_that_another_names_exists() -> None:
    for found in all_rules():
        for number in cited_in(f"{found.sentence} {found.consequence} {found.unconfirmed} {found.untested}"):
            try:
                rule(number)
            except UnknownRuleError as error:
                pytest.fail(f"{found.number}: {error}")


def test_every_rule_says_where_it_is_tested_or_why_it_is_not() -> None:
    """A test or a scenario cites its number; else the rule names its tests, or says why there is none."""
    silent = [found.number for found in all_rules() if not (holding(found.number) or found.tests or found.untested)]
    assert silent == []


def test_a_rule_that_a_test_cites_is_not_said_to_be_untested() -> None:
    stale = {
        found.number: sorted(holding(found.number)) for found in all_rules() if found.untested and _is_tested(found)
    }
    assert stale == {}, "take `untested` out of these rules"


def _is_tested(found: Rule) -> bool:
    return bool(holding(found.number) or found.tests)


def test_the_tests_that_a_rule_names_are_there() -> None:
    named = {test for found in all_rules() for test in found.tests}
    assert {test for test in named if not (test.startswith("tests/") and (ROOT / test).is_file())} == set()


def test_what_the_code_calls_unconfirmed_is_so_in_the_rules() -> None:
    beside = re.compile(r"([A-Z]{1,2}[0-9]{1,3}), UNCONFIRMED|UNCONFIRMED \(([A-Z]{1,2}[0-9]{1,3})\)")
    texts = [(ROOT / name).read_text("utf-8") for name in citing_files() if name.parts[0] == "iamtui"]
    called = {first or second for text in texts for first, second in beside.findall(text)}
    assert len(called) > 5
    assert {number for number in called if rule(number).confirmed} == set()
