"""A document as Markdown: strangers' text stands in code spans, which it cannot leave."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.reports.markdown import cell, code
from iamtui.reports.review.document import Document, Section, Table


def document_as_markdown(document: Document) -> str:
    """The whole document."""
    lines = [f"# {document.title}{f' of {code(document.of)}' if document.of else ''}", ""]
    for text in document.said:
        lines += [code(text), ""]
    for section in document.sections:
        lines += _section(section, 2)
    return "\n".join(lines)


def _section(section: Section, depth: int) -> Iterator[str]:
    yield f"{'#' * depth} {section.title}"
    yield ""
    for text in section.said:
        yield f"- {code(text)}"
    if section.said:
        yield ""
    for table in section.tables:
        yield from _table(table)
    for below in section.sections:
        yield from _section(below, depth + 1)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(cell(text) if text else '' for text in row.cells)} |"
    yield ""
    if table.closing:
        yield code(table.closing)
        yield ""
