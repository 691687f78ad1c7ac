"""Rules as lines of a tree and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamtui.reports.lines import Keys, Line
from iamtui.reports.serial import Data, json_bytes
from iamtui.rules import Page, Rule, RuleKind
from iamtui.visible import Tone

_CONFIRMED: tuple[str, Tone] = ("§", "accent")
_UNCONFIRMED: tuple[str, Tone] = ("?", "warn")
_OPENED = 10
"""So many rules are shown opened; of more the reader unfolds what is wanted."""


def rule_lines(rules: Iterable[Rule]) -> tuple[Line, ...]:
    """A line for each rule with its sentence; below it what follows, what is not confirmed, and where AWS says it."""
    listed = tuple(rules)
    keys = Keys("rules")
    return tuple(_rule(rule, keys.of(rule.number), opened=len(listed) <= _OPENED) for rule in listed)


def _rule(rule: Rule, key: str, *, opened: bool) -> Line:
    below = tuple(_details(rule, Keys(key)))
    glyph, tone = _CONFIRMED if rule.confirmed else _UNCONFIRMED
    return Line(key, rule.number, rule.sentence, tone, glyph, open=opened, grow=(lambda: below) if below else None)


def _details(rule: Rule, keys: Keys) -> Iterator[Line]:
    if rule.consequence:
        yield Line(keys.of("consequence"), rule.consequence, glyph="→")
    if not rule.confirmed:
        glyph, tone = _UNCONFIRMED
        yield Line(keys.of("unconfirmed"), "AWS does not confirm all of this:", rule.unconfirmed, tone, glyph)
    if rule.kind is RuleKind.CONVENTION:
        yield Line(keys.of("kind"), "AWS specifies nothing here; this is how iamtui does it", tone="muted", glyph="·")
    if rule.date:
        yield Line(keys.of("date"), f"as of {rule.date}", tone="muted", glyph="·")
    if rule.untested:
        yield Line(keys.of("untested"), "no test holds this:", rule.untested, "warn", "!")
    for page in rule.pages:
        yield Line(keys.of("page", page.title), page.title, _origin(page), "muted", "·")
        if page.address:
            yield Line(keys.of("address", page.address), page.address, tone="muted")


def _origin(page: Page) -> str:
    said = f"read {page.read}" if page.read else "from general knowledge, the page was not read"
    return f"{page.guide} · {said}"


def rules_as_json(rules: Iterable[Rule]) -> bytes:
    """The rules, as `{"version": 1, "rules": [RULE]}`; what a rule lacks is null.

    A rule is `{"number", "family", "sentence", "consequence", "kind": "aws" | "convention", "confirmed", "unconfirmed",
    "date", "untested", "pages"}`, and a page is `{"guide", "title", "address", "read"}`.
    """
    return json_bytes({"version": 1, "rules": [_data(rule) for rule in rules]})


def _data(rule: Rule) -> Data:
    return {
        "number": rule.number,
        "family": rule.family,
        "sentence": rule.sentence,
        "consequence": rule.consequence or None,
        "kind": rule.kind.value,
        "confirmed": rule.confirmed,
        "unconfirmed": rule.unconfirmed or None,
        "date": rule.date or None,
        "untested": rule.untested or None,
        "pages": [
            {"guide": page.guide, "title": page.title, "address": page.address or None, "read": page.read or None}
            for page in rule.pages
        ],
    }
