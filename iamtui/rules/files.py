"""Reads the files of rules: one for the families of letters that belong together, and the pages that all share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from iamtui.rules.model import Page, Rule, RuleKind
from iamtui.rules.number import RuleNumber

FAMILIES = {
    "evaluation": ("E",),
    "services": ("S",),
    "decision_table": ("D",),
    "trace": ("T",),
    "context_keys": ("K",),
    "policy_language": ("L", "C", "X", "V", "Q"),
    "inputs": ("I",),
    "questions": ("WC", "WP", "AM", "CH", "PN"),
    "troubleshooter": ("AT",),
    "trails": ("R", "U", "A", "N", "J", "H", "Y", "Z", "M", "B"),
    "escalation": ("EP",),
    "findings": ("FI",),
}
"""Each file of `data/` with the letters of its rules, in the order in which rules are listed."""

_DATA = Path(__file__).parent / "data"


class _PageRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A page of `pages.toml`, under its code."""

    guide: str
    title: str
    address: str = ""
    read: str = ""


class _RuleRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A rule, under its number."""

    sentence: str
    consequence: str = ""
    kind: RuleKind = RuleKind.AWS
    pages: tuple[str, ...] = ()
    date: str = ""
    unconfirmed: str = ""
    tests: tuple[str, ...] = ()
    untested: str = ""


class _RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file of rules: what each family is about, and the rules."""

    families: dict[str, str]
    rules: dict[str, _RuleRecord]


@cache
def rules_of_file(name: str) -> dict[RuleNumber, Rule]:
    """The rules of `data/NAME.toml` by number, in the order of the file."""
    read = msgspec.toml.decode((_DATA / f"{name}.toml").read_bytes(), type=_RuleFile)
    numbers = {RuleNumber.of(text): record for text, record in read.rules.items()}
    return {number: _rule(number, record, read.families[number.letters]) for number, record in numbers.items()}


def _rule(number: RuleNumber, record: _RuleRecord, family: str) -> Rule:
    return Rule(
        number=str(number),
        family=family,
        sentence=record.sentence,
        consequence=record.consequence,
        kind=record.kind,
        pages=tuple(_pages()[code] for code in record.pages),
        date=record.date,
        unconfirmed=record.unconfirmed,
        tests=record.tests,
        untested=record.untested,
    )


@cache
def _pages() -> dict[str, Page]:
    read = msgspec.toml.decode((_DATA / "pages.toml").read_bytes(), type=dict[str, _PageRecord])
    return {
        code: Page(guide=page.guide, title=page.title, address=page.address, read=page.read)
        for code, page in read.items()
    }
