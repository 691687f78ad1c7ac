"""Where the files of the project cite rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from iamtui.rules import RuleNumber, cited_in
from iamtui.rules.citations import LETTERS

ROOT = Path(__file__).parents[2]
FOLDERS = ("iamtui", "widgets", "tests", "samples", "docs")
SUFFIXES = {".py", ".md", ".tcss", ".json"}
LARGEST = 400_000
"""Bytes of a file that is looked at; larger ones are data."""
NOT_HOLDING = ("tests/rules/", "tests/cli/test_explain.py", "tests/reference/")
"""What looks rules up, and the second evaluator that random requests are compared with, holds none of them."""

_TEST_NAME = re.compile(r"\bdef test_\w+")
_NAMED = re.compile(rf"(?<=_)(?!s3_)(?:{LETTERS.lower()})[0-9]{{1,3}}[a-h]?(?=_)")
"""The names of tests name rules too: `test_e39_the_endpoint_…`."""
_NO_QUALITY = re.compile(r"# noqa.*")
"""Codes of the linter look like numbers of rules."""


def cited_in_file(text: str) -> Iterator[str]:
    """The numbers of rules that a file cites."""
    yield from cited_in(_NO_QUALITY.sub("", text))
    for name in _TEST_NAME.findall(text):
        yield from (str(RuleNumber.of(number)) for number in _NAMED.findall(name))


def citing_files() -> Iterator[Path]:
    """The files of the project in which citations may stand, from the top of the checkout."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    for path in (*found, *ROOT.glob("*.md")):
        name = path.relative_to(ROOT)
        if "iamtui/widgets" not in name.as_posix() and path.stat().st_size <= LARGEST:
            yield name


@cache
def citations() -> dict[str, set[str]]:
    """Each number that is cited, with the files that cite it."""
    cited: dict[str, set[str]] = {}
    for name in citing_files():
        for number in cited_in_file((ROOT / name).read_text("utf-8")):
            cited.setdefault(number, set()).add(name.as_posix())
    return cited


def holding(number: str) -> set[str]:
    """The tests and scenario files that cite a rule because they hold it."""
    tests = ("tests/", "samples/scenarios/")
    return {name for name in citations().get(number, ()) if name.startswith(tests) and not name.startswith(NOT_HOLDING)}
