"""Text of strangers is spelt out where a terminal would act on it, where nobody sees it, and where it poses."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.visible import visible
from tests.tables import every_row

UNSEEN = ("\u3164", "\u115f", "\u1160", "\uffa0", "\u034f", "\u2800", "\ufe0f", "\U000e0101", "\u180b", "\u17b4")
_NAMED_UNSEEN = re.compile(
    "VARIATION SELECTOR|HANGUL FILLER|SEONG FILLER|KHITAN SMALL SCRIPT FILLER|GRAPHEME JOINER|PATTERN BLANK"
)
UNSEEN_OF_FORMAT = ("\u200b", "\u200d", "\u2060", "\u00ad", "\u061c", "\ufeff", "\U000e0041", "\u00a0", "\u3000")


@every_row("character", [*UNSEEN, *UNSEEN_OF_FORMAT], ids=ascii)
def test_what_nobody_sees_is_spelt_out(character: str) -> None:
    assert visible(f"da{character}na") == f"da\\u{{{ord(character):x}}}na"
    assert visible(f"dana{character}") != visible("dana")


@every_row(
    ("name", "poses_as"),
    [
        ("d\u0430na", "dana"),  # Cyrillic a
        ("\u0430\u0441\u0435", "ace"),  # all of it Cyrillic
        ("\u03bfps", "ops"),  # Greek omicron
        ("\uff41dmin", "admin"),  # full width
        ("\U0001d41admin", "admin"),  # mathematical bold
        ("adm\u0131n", "admin"),  # dotless i
        ("e\u0301", "\u00e9"),  # a letter and its mark
        ("team\u2010a", "team-a"),  # another hyphen
        ("arn:aws:iam::1:user\u2215dana", "arn:aws:iam::1:user/dana"),
        ("s3\uff1aGetObject", "s3:GetObject"),
    ],
    ids=ascii,
)
def test_names_that_look_alike_are_told_apart(name: str, poses_as: str) -> None:
    assert "\\u{" in visible(name)
    assert visible(poses_as) == poses_as


@pytest.mark.parametrize(
    "text",
    [
        "Bücher für Zoë",
        "бухгалтерия и доступ",
        "αποθήκη δεδομένων",
        "使用（只读）：存储桶",
        "データの読み取り",
        "✖ denied · 3 roles … → next — ⚠ no MFA",
        "Acme™ ½ 10²",
    ],
)
def test_text_that_looks_like_nothing_else_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_what_is_seen_is_printable_and_stays_so(text: str) -> None:
    seen = visible(text)
    assert seen.isprintable()
    assert visible(seen) == seen
    if text.isascii() and text.isprintable():
        assert seen == text


def test_every_character_without_a_shape_of_its_own_is_spelt_out() -> None:
    """By Unicode's own data, as far as Python has it: format, controls, separators, marks of the general kind."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or (kind == "Zs" and character != " "):
            assert visible(character) == f"\\u{{{code:x}}}"
        name = unicodedata.name(character, "")
        if _NAMED_UNSEEN.search(name):
            assert visible(character) == f"\\u{{{code:x}}}", name
