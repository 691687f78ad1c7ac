"""A document as one page of HTML that loads nothing, runs nothing and escapes everything.

The page is a tree of elements, which the standard library writes: no text of an export is ever markup. A content
security policy allows the one style sheet, by its sum, and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from iamtui.reports.review.document import Document, Section, Table
from iamtui.visible import shown

_STYLE = (Path(__file__).parent / "data" / "page.css").read_text("utf-8")
_MOST_WORDY = 8
"""Columns of a table of words, at most; one that has more holds letters."""


def document_as_html(document: Document) -> bytes:
    """The whole page, in UTF-8."""
    page = Element("html", lang="en")
    _head(SubElement(page, "head"), document.heading)
    body = SubElement(page, "body")
    header = SubElement(body, "header")
    _text(header, "h1", document.heading)
    for text in document.said:
        _text(header, "p", text)
    _contents(SubElement(body, "nav", {"aria-label": "Contents"}), document.sections)
    main = SubElement(body, "main")
    for section in document.sections:
        _section(main, section, 2)
    written: str = tostring(page, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{written}\n".encode("utf-8", "backslashreplace")


def _head(head: Element, title: str) -> None:
    allowed = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "meta", name="referrer", content="no-referrer")
    _text(head, "title", title)
    SubElement(head, "style").text = _STYLE


def _contents(nav: Element, sections: Iterable[Section]) -> None:
    entries = SubElement(nav, "ol")
    for section in sections:
        _text(SubElement(entries, "li"), "a", section.title).set("href", f"#{section.key}")


def _section(parent: Element, section: Section, depth: int) -> None:
    element = SubElement(parent, "section", id=section.key)
    _text(element, f"h{depth}", section.title)
    for text in section.said:
        _text(element, "p", text)
    for table in section.tables:
        _table(element, table)
    for below in section.sections:
        _section(element, below, depth + 1)


def _table(parent: Element, table: Table) -> None:
    frame = SubElement(parent, "div", {"class": "table", "tabindex": "0", "role": "region", "aria-label": "Table"})
    element = SubElement(frame, "table", {"class": "letters" if len(table.columns) > _MOST_WORDY else "words"})
    names = SubElement(SubElement(element, "thead"), "tr")
    for name in table.columns:
        _text(names, "th", name).set("scope", "col")
    rows = SubElement(element, "tbody")
    for row in table.rows:
        drawn = SubElement(rows, "tr")
        for place, text in enumerate(row.cells):
            _text(drawn, "td", text).set("class", row.tone if place == 0 else "plain")
    if table.closing:
        _text(parent, "p", table.closing).set("class", "left-out")


def _text(parent: Element, tag: str, text: str) -> Element:
    """An element below another that holds this text, whatever it is."""
    element = SubElement(parent, tag)
    element.text = shown(text)
    return element
