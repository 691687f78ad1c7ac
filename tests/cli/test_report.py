"""`iamtui report`: the same bytes every time, hostile names as text, nothing loaded, bounded, and bad input."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from iamtui.analysis.account_review import MOST_PRINCIPALS
from tests.app.exports import arn, company, export, role, trust, user, write
from tests.cli.conftest import Iamtui

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>|`[x](javascript:a)\u202e\x1b]52;c;x\x07"


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def written(iamtui: Iamtui, account: Path, *words: str, out: str = "review") -> tuple[Path, Path]:
    folder = account.with_name(out)
    ran = iamtui("report", account, "--at", "2026-11-23T14:00:00Z", "--out", folder, *words)
    assert (ran.status, ran.out) == (0, "")
    return folder / "report.md", folder / "report.html"


def test_a_review_has_every_part_and_the_same_bytes_each_time(iamtui: Iamtui, tmp_path: Path) -> None:
    """B21."""
    account = write(tmp_path / "account.json", company())
    first, second = (written(iamtui, account, out=name) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    markdown = first[0].read_text("utf-8")
    assert re.findall(r"^## (.*)$", markdown, re.MULTILINE) == [
        "Summary",
        "Findings",
        "Administrators, and who can become one",
        "Access from outside",
        "Who can how much",
        "What was not exported",
        "What was read",
    ]
    page = Page(first[1])
    anchors = {f"#{attrs['id']}" for tag, attrs in page.tags if tag == "section"}
    assert {attrs["href"] for tag, attrs in page.tags if tag == "a"} <= anchors
    for text in (arn("role", "deploy"), "444455556666", "AWSReservedSSO_Admin_0123", "sts:AssumeRole"):
        assert text in markdown
        assert text in page.text


def test_names_are_text_and_the_page_loads_and_runs_nothing(iamtui: Iamtui, tmp_path: Path) -> None:
    """Hostile names in every place that a report has."""
    held = export(
        users=[
            user(f"u{HOSTILE}", inline={HOSTILE: {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}})
        ],
        roles=[role(HOSTILE, trusts=trust({"AWS": "*"}))],
    )
    markdown, html = written(iamtui, write(tmp_path / "account.json", held))
    page = Page(html)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "iframe", "link", "object", "embed", "form", "base", "svg"}
    assert not any(name.startswith("on") or name in ("src", "style") for _, attrs in page.tags for name in attrs)
    policy = next(attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script>alert(1)</script>" in page.text
    assert "questions about everybody leave it out" in page.text
    for path in (markdown, html):
        assert not set(path.read_text("utf-8")) & {"\u202e", "\x1b", "\x07"}
    spans = re.sub(r"(`+).*?\1", "", markdown.read_text("utf-8"))
    assert "script" not in spans
    assert "javascript" not in spans


def test_what_takes_long_among_many_is_left_out_and_told(
    iamtui: Iamtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_PRINCIPALS, "matrix", 1)
    account = write(tmp_path / "account.json", company())
    markdown = written(iamtui, account, "--without", "paths")[0].read_text("utf-8")
    assert "not asked, matrix: of" in markdown
    assert "Who can how much" not in markdown


def test_a_table_says_how_many_rows_it_leaves_out(iamtui: Iamtui, tmp_path: Path) -> None:
    account = write(tmp_path / "account.json", company())
    markdown = written(iamtui, account, "--most", "1", "--without", "paths,matrix")[0].read_text("utf-8")
    assert re.search(r"^`\d+ more rows are left out; all: iamtui inspect --format json`$", markdown, re.MULTILINE)
    assert "Who can how much" not in markdown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", "new"), "the exports have no date; expected --at"),
        (("--out", "there", "--at", "2026-11-23"), "report.md is there already; nothing is written"),
        (("--out", "new", "--without", "x"), "--without x: expected paths, matrix"),
        (("--out", "file/below", "--at", "2026-11-23", "--without", "paths,matrix"), "file"),
    ],
)
def test_what_cannot_be_written_is_one_message(
    iamtui: Iamtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "file", "")
    (tmp_path / "there").mkdir()
    write(tmp_path / "there" / "report.md", "")
    ran = iamtui("report", write(tmp_path / "account.json", company()), *words)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert not (tmp_path / "new").exists()
