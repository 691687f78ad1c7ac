"""The access matrix as text and JSON, and its facts as CSV and Parquet (AM1, AM3).

The form of the JSON is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    services          the columns
    rows              [{"principal", "account", "kind", "cells"}]: for each service that is reached its letter, L List,
                      R Read, W Write, T Tagging, P Permissions management, in lower case where that is conditional
                      only, * all actions, each unconditionally
    leans_on          whom it leaves out, as they were not exported (WC4); only where there is somebody
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from iamtui.analysis.queries.access_matrix.matrix import Fact, Matrix
from iamtui.reports.csv_rows import write_csv
from iamtui.reports.serial import json_bytes
from iamtui.visible import shown

FACTS = Fact._fields
_BATCH = 10_000
_WIDEST = 44


def matrix_as_json(matrix: Matrix) -> bytes:
    """The JSON of `iamtui matrix`."""
    return json_bytes(matrix.to_dict())


def matrix_as_text(matrix: Matrix, width: int) -> str:
    """A table with a column for each service, in as many parts as `width` asks for."""
    return "".join(matrix_text_lines(matrix, width))


def matrix_text_lines(matrix: Matrix, width: int) -> Iterator[str]:
    """The same line by line: of many principals it is long."""
    names = [shown(row.principal.split(":", 5)[-1]) for row in matrix.rows]
    first = min(max(map(len, names), default=0), _WIDEST)
    for columns in _columns(matrix.services, max(20, width - first - 2)):
        yield f"{'':<{first}}  {'  '.join(columns)}\n"
        for name, row in zip(names, matrix.rows, strict=True):
            cells = "  ".join(f"{row.cells.get(service, '·'):<{len(service)}}" for service in columns)
            yield f"{name:<{first}}  {cells}".rstrip() + "\n"
        yield "\n"
    yield "L List, R Read, W Write, T Tagging, P Permissions management, * all actions\n"
    yield "lower case: under conditions only\n"
    yield "nobody is taken to have signed in with MFA, unless --context aws:MultiFactorAuthPresent=true says so\n"
    for text in matrix.leans_on:
        yield f"⚠ could change this  {shown(text)}\n"


def _columns(services: Iterable[str], width: int) -> Iterator[list[str]]:
    """The services of one part after another, each no wider than `width`."""
    part: list[str] = []
    used = 0
    for service in services:
        if part and used + len(service) + 2 > width:
            yield part
            part, used = [], 0
        part.append(service)
        used += len(service) + 2
    if part:
        yield part


def write_facts_as_csv(facts: Iterable[Fact], stream: TextIO) -> None:
    """A line for each fact under a header, written as they are found."""
    write_csv(chain((FACTS,), facts), stream)


class ParquetMissingError(Exception):
    """The extra that writes Parquet is not installed."""


def write_facts_as_parquet(facts: Iterable[Fact], path: Path) -> None:
    """The same columns as a Parquet file, a batch after another, so that memory does not grow with the rows.

    Raises:
        ParquetMissingError: pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise ParquetMissingError("Parquet needs pyarrow: install iamtui[parquet]") from error
    schema = pyarrow.schema([(name, pyarrow.string()) for name in FACTS])
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        rows = iter(facts)
        while batch := list(islice(rows, _BATCH)):
            columns = [list(column) for column in zip(*batch, strict=True)]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))
