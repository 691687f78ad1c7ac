"""What an export or a trail holds is text in every answer in Markdown: it neither formats nor links, nor is it HTML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.cli.conftest import Iamtui

SAMPLES = Path(__file__).parents[2] / "samples"
PLANT = "<b>[z](e)`|_u_"
NAMES = re.compile(
    r"\b(frank|dana|break-glass|ledger-admin|DeveloperAccess|Administrators|OperatorAccess|ledger|data-lake-reader)\b"
)
SIDS = re.compile(r'("Sid": ?"[^"]*)')
AT = "2026-11-17T08:00:00Z"
COMMANDS = (
    "diff {day1} {day2}",
    "simulate {day1} --principal dana{plant} --action s3:GetObject",
    "simulate {day1} --principal dana{plant} --action s3:GetObject* --resource arn:aws:s3:::acme-ledger{plant}",
    "who-can {day1} --action s3:DeleteObject --resource arn:aws:s3:::acme-ledger{plant}",
    "can {day1} ledger-admin{plant}",
    "what-if {day1} --detach data-lake-reader{plant}=DataLakeRead",
    "findings {day2} --lint",
    "report {incident} --without paths,matrix",
    "trail {incident}",
    "trail {incident} --changes --who frank{plant}",
    "contain {incident} --who frank{plant} --at " + AT,
    "why-denied {incident} --event 3bea3337-572e-55d2-a84f-c1d199647cdb",
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples with markup behind the names and in every Sid, and in the alias of the account."""
    root = tmp_path_factory.mktemp("planted")
    for path in (SAMPLES / "acme-day1.json", SAMPLES / "acme-day2.json", *(SAMPLES / "acme-incident").rglob("*.json")):
        target = root / path.relative_to(SAMPLES)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = SIDS.sub(lambda found: found[1] + PLANT, path.read_text("utf-8"))
        target.write_text(NAMES.sub(lambda found: found[1] + PLANT, text), "utf-8")
    (root / "acme-incident/aliases.json").write_text(f'{{"AccountAliases": ["{PLANT}\\n# x"]}}', "utf-8")
    return {"day1": root / "acme-day1.json", "day2": root / "acme-day2.json", "incident": root / "acme-incident"}


@pytest.mark.parametrize("command", COMMANDS)
def test_markdown_holds_strangers_text_in_code_alone(command: str, planted: dict[str, Path], iamtui: Iamtui) -> None:
    words = [word.format(**planted, plant=PLANT) for word in command.split()]
    form = () if words[0] == "report" else ("--format", "markdown")
    found = iamtui(*words, *form)
    assert found.status in {0, 1}, found.err
    assert "[z](e)" in found.out
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(found.out)
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in (*tokens, *inner)}.isdisjoint({"html_inline", "html_block", "link_open", "em_open"})
    assert not [child.content for child in inner if child.type == "text" and re.search(r"\[z\]|_u_", child.content)]
