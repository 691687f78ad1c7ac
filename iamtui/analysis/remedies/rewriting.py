"""Policy documents written anew: without a statement, without a principal, or with a condition more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from iamtui.policy.document import Document

NOBODY = Document(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
)
"""A trust policy that lets nobody in: AWS takes none without a statement."""


def without_statement(document: Document, index: int) -> Document | None:
    """What is left without one statement; None where nothing is."""
    content, statements = _read(document)
    return _written(content, [one for place, one in enumerate(statements) if place != index])


def with_condition(document: Document, index: int, operator: str, key: str, value: str) -> Document | None:
    """The same, one statement asking for one thing more; None where it asks for something of that key already."""
    content, statements = _read(document)
    block = statements[index].get("Condition") or {}
    tests = block.get(operator) or {}
    if any(key.lower() == name.lower() for name in tests):
        return None
    condition = {**block, operator: {**tests, key: value}}
    statements[index] = {**statements[index], "Condition": condition}
    return _written(content, statements)


def without_principals(document: Document, is_meant: Callable[[str], bool]) -> Document | None:
    """What is left when Allows name some principals no more; None where nothing is."""
    content, statements = _read(document)
    return _written(content, list(_naming_others(statements, is_meant)))


def _naming_others(statements: list[dict[str, Any]], is_meant: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    for one in statements:
        principal = one.get("Principal")
        if one.get("Effect") != "Allow" or not isinstance(principal, dict):
            yield one
            continue
        kept = {kind: [text for text in _listed(named) if not is_meant(text)] for kind, named in principal.items()}
        left = {kind: named for kind, named in kept.items() if named}
        if left:
            changed = any(len(named) < len(_listed(principal[kind])) for kind, named in kept.items())
            yield {**one, "Principal": left} if changed else one


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [one for one in value or () if isinstance(one, str)]  # type: ignore[attr-defined]


def _read(document: Document) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    content = json.loads(document.source)
    written = content["Statement"]
    return content, list(written) if isinstance(written, list) else [written]


def _written(content: dict[str, Any], statements: list[dict[str, Any]]) -> Document | None:
    if not statements:
        return None
    return Document(json.dumps({**content, "Statement": statements}, indent=2).encode())
