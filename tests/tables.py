"""A table as one test: every row runs, and all rows that fail are told at once, each by its name."""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

Check = Callable[..., None]
_Row = type(pytest.param())
_LONGEST_NAME = 100


def every_row(
    names: str | Sequence[str],
    rows: Iterable[object] | Callable[[], Iterable[object]],
    ids: Iterable[object] | Callable[[Any], object] | None = None,
) -> Callable[[Check], Check]:
    """As `pytest.mark.parametrize`, for rows of which each is too little to be a test of its own.

    A check that asks for `tmp_path` has a folder for each row. Rows that take work to make are a function's.
    """
    arguments = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    called = ids if ids is None or callable(ids) else list(ids)
    kept = rows if callable(rows) else list(rows)

    def of_table(check: Check) -> Check:
        signature = inspect.signature(check)

        @functools.wraps(check)
        def run(**fixtures: object) -> None:
            found = kept() if callable(kept) else kept
            table = [_values(row, single=len(arguments) == 1) for row in found]
            assert table, "a table without rows holds nothing"
            failed = []
            for place, (values, name) in enumerate(table):
                given = dict(zip(arguments, values, strict=True))
                try:
                    check(**given, **_own(fixtures, place))
                except (Exception, pytest.fail.Exception) as error:
                    failed.append(f"[{name or _named(place, values, called)}] {_told(error, check)}")
            if failed:
                pytest.fail(f"{len(failed)} of {len(table)} rows fail\n" + "\n".join(failed), pytrace=False)

        fixtures = [one for one in signature.parameters.values() if one.name not in arguments]
        run.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return run

    return of_table


def _values(row: object, *, single: bool) -> tuple[tuple[object, ...], str | None]:
    if isinstance(row, _Row):
        assert not row.marks, "marks of a row are not looked at"
        return tuple(row.values), None if row.id is None else str(row.id)
    return ((row,) if single else tuple(row)), None  # type: ignore[arg-type]


def _own(fixtures: dict[str, object], place: int) -> dict[str, object]:
    folder = fixtures.get("tmp_path")
    if not isinstance(folder, Path):
        return fixtures
    own = folder / str(place)
    own.mkdir()
    return {**fixtures, "tmp_path": own}


def _named(place: int, values: Sequence[object], ids: Sequence[object] | Callable[[Any], object] | None) -> str:
    if ids is not None and not callable(ids):
        return str(ids[place])
    words = [ids(value) if ids is not None else value for value in values]
    return f"{place}: " + "-".join(map(str, words))[:_LONGEST_NAME]


def _told(error: BaseException, check: Check) -> str:
    """What failed, and in which line of the check."""
    file = inspect.getfile(check)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"line {lines[-1] if lines else '?'}: {type(error).__name__}: {error}"
