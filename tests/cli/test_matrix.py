"""`iamtui matrix`: forms and bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui, write

ASKED = ("--principals", "user/*", "--principals", "alice", "--services", "s3")


def test_text_is_a_table_that_fits(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("matrix", export, *ASKED)
    assert (ran.status, ran.err) == (0, "")
    assert "user/eng/alice" in ran.out
    assert max(map(len, ran.out.splitlines()[:-1])) <= 80


def test_json_has_the_members_of_the_specification(iamtui: Iamtui, export: Path) -> None:
    found = json.loads(iamtui("matrix", export, *ASKED, "--format", "json").out)
    assert list(found) == ["version", "services", "rows"]
    assert found["rows"][0] == {"principal": ALICE, "account": "111122223333", "kind": "user", "cells": {"s3": "R"}}


def test_csv_has_a_line_for_each_action(iamtui: Iamtui, export: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(iamtui("matrix", export, *ASKED, "--format", "csv").out)))
    assert {line["principal"] for line in lines} == {ALICE}
    assert "s3:GetObject" in {line["action"] for line in lines}


def test_each_form_says_whom_the_export_leaves_out(iamtui: Iamtui, tmp_path: Path, export: Path) -> None:
    """WC4: beside a table below it, beside facts on stderr."""
    content = json.loads(export.read_text("utf-8"))
    del content["RoleDetailList"]
    part = write(tmp_path / "part.json", content)
    told = "the roles of account 111122223333 were not exported: none of them is asked about"
    assert iamtui("matrix", part, *ASKED).out.endswith(f"⚠ could change this  {told}\n")
    assert json.loads(iamtui("matrix", part, *ASKED, "--format", "json").out)["leans_on"] == [told]
    facts = iamtui("matrix", part, *ASKED, "--format", "csv")
    assert (facts.status, facts.err) == (0, f"iamtui: warning: {told}\n")


def test_parquet_holds_the_same(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "facts.parquet"
    assert iamtui("matrix", export, *ASKED, "--format", "parquet", "--output", path).status == 0
    lines = list(csv.DictReader(io.StringIO(iamtui("matrix", export, *ASKED, "--format", "csv").out)))
    assert parquet.read_table(path).to_pylist() == lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--services", "nothing"), "expected a service that exists"),
        (("--principals", "nobody"), "nobody of the export is meant"),
        (("--by", "colour"), "expected principal, group or tag:NAME"),
        (("--by", "tag:colour"), "nobody of the export carries this tag"),
        (("--format", "parquet"), "--output"),
    ],
)
def test_bad_input_has_one_message(iamtui: Iamtui, export: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui("matrix", export, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
