"""The SELECT for what outgrows a machine (B6, R22): its filters, its quoting, and that what it prints opens here."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from iamtui.trail.reading import read_trail
from iamtui.trail.selecting import Filter, FilterError
from iamtui.trail.sql import Dialect, select_statement
from iamtui.trail.times import parse_time
from tests.trail.events import event

EVERY = Filter(
    who=("dana", "203.0.113.9"),
    actions=("s3:ListBucket", "iam:*User", "lambda:UpdateFunctionCode"),
    resources=("arn:aws:s3:::acme-*",),
    networks=("198.51.100.0/24",),
    agents=("Boto3",),
    regions=("eu-west-1", "us-east-1"),
    accounts=("111122223333",),
    errors=("denied", "Throttling"),
    start=parse_time("2026-11-23T00:00:00Z"),
)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_every_filter_is_in_the_statement(dialect: Dialect) -> None:
    sql = select_statement(dialect, None, EVERY)
    for part in (
        "'dana'",
        "'203.0.113.9'",
        "'ListObjectsV2'",
        "'%User'",
        "'UpdateFunctionCode20%'",
        "acme-%",
        "%boto3%",
    ):
        assert part in sql
    for part in ("'198.51.100.0/24'", "'eu-west-1', 'us-east-1'", "'Client.UnauthorizedOperation'", "'Throttling'"):
        assert part in sql
    assert sql.count("\nWHERE ") == 1
    assert sql.endswith(";\n")
    assert sql.count("(") == sql.count(")")


@pytest.mark.parametrize("dialect", [Dialect.ATHENA, Dialect.DUCKDB])
def test_a_quote_ends_nothing(dialect: Dialect) -> None:
    sql = select_statement(dialect, "a'; DROP TABLE x; --", Filter(who=("o'; DROP TABLE x; --",)))
    outside = "".join(sql.split("''")).split("'")[::2]
    assert all("DROP" not in text for text in "".join(outside).split('"')[::2])


def test_a_underscore_is_no_wildcard() -> None:
    assert "'a\\_b%' ESCAPE '\\'" in select_statement(Dialect.LAKE, None, Filter(actions=("a_b*",)))


def test_without_filters_there_is_no_where() -> None:
    assert "WHERE" not in select_statement(Dialect.ATHENA, "db.trail", Filter())
    assert 'FROM "db"."trail"' in select_statement(Dialect.ATHENA, "db.trail", Filter())


def test_what_lake_prints_opens_here(tmp_path: Path) -> None:
    path = tmp_path / "lake.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([["eventJson"], [json.dumps(event("CreateUser", "iam", number=1))]])
    assert [one.call.name for one in read_trail([path]).events()] == ["CreateUser"]


def test_what_duckdb_prints_opens_here(tmp_path: Path) -> None:
    path = tmp_path / "duckdb.json"
    path.write_text(json.dumps([{"detail": event("CreateUser", "iam", number=1)}]))
    assert [one.call.name for one in read_trail([path]).events()] == ["CreateUser"]


def test_a_table_that_is_no_event_data_store_is_refused() -> None:
    with pytest.raises(FilterError, match="expected the id of an event data store"):
        select_statement(Dialect.LAKE, "x; DROP TABLE y --", Filter())
