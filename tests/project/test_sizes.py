"""No module over 300 lines and no function over 40, as CONTRIBUTING says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_OF_A_FUNCTION = 300, 40
MODULES = sorted(
    path
    for folder in ("iamtui", "widgets")
    for path in (ROOT / folder).rglob("*.py")
    if not path.is_relative_to(ROOT / "iamtui" / "widgets")  # the link to `widgets`
)


def lengths(source: str) -> Iterator[tuple[str, int]]:
    """Each function and its lines, with its signature and without its docstring, which is prose."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            prose = _lines(node.body[0]) if ast.get_docstring(node) is not None else 0
            yield node.name, _lines(node) - prose


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_and_functions_are_short() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in MODULES}
    assert len(sources) > 100
    assert [name for name, source in sources.items() if len(source.splitlines()) > MOST_LINES] == []
    found = [(name, *one) for name, source in sources.items() for one in lengths(source)]
    assert [one for one in found if one[2] > MOST_OF_A_FUNCTION] == []


def test_a_long_function_is_found() -> None:
    source = 'def short(\n    a: int,\n) -> None:\n    """What."""\n    a\n\n\ndef long() -> None:\n' + "    1\n" * 40
    assert dict(lengths(source)) == {"short": 4, "long": 41}
