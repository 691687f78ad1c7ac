"""Which characters IAM takes in a document (L10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iamtui.policy.document import Document
from iamtui.policy.lint.finding import Finding, warning
from iamtui.policy.positions import position
from iamtui.policy.statement import PolicyKind

_STORED_BY_IAM = frozenset((PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.TRUST))
_REFUSED = re.compile(r"[^\t\n\r\x20-\xff]")


def check_characters(document: Document, kind: PolicyKind) -> Iterator[Finding]:
    """The first character that IAM refuses; a warning, for tools that export show characters which were escaped."""
    found = _REFUSED.search(document.text) if kind in _STORED_BY_IAM else None
    if found is None:
        return
    code = f"U+{ord(found.group()):04X}"
    fix = "Escape it (\\u and four digits), as it stood if a tool has exported it."
    place = position(document.text, found.start())
    said = warning("Q1", "", f"IAM takes no {code} in a document, save escaped", fix)
    yield replace(said, line=place.line, column=place.column)
