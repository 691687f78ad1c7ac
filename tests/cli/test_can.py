"""`iamtui can`: forms and bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ALICE, Iamtui


def test_text_counts_by_service_and_unfolds(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("can", export, "user/alice", "--service", "s3")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"what can  {ALICE}\n")
    assert "◐ s3:GetObject  arn:aws:s3:::ledger/*" not in ran.out
    assert "◐ s3:GetObject  arn:aws:s3:::ledger/*" in iamtui("can", export, ALICE, "--service", "s3", "--full").out


def test_json_has_the_members_of_the_specification(iamtui: Iamtui, export: Path) -> None:
    found = json.loads(iamtui("can", export, ALICE, "--action", "s3:GetObject", "--format", "json").out)
    assert list(found) == ["version", "principal", "services", "taken_away", "ways", "leans_on", "complete"]
    [service] = found["services"]
    [action] = service["actions"]
    assert action["action"] == "s3:GetObject"
    assert (action["level"], action["extent"], action["resources"]) == ("Read", "somewhere", ["arn:aws:s3:::ledger/*"])
    assert action["examples"]["allowed"].startswith("arn:aws:s3:::ledger/")
    assert found["ways"][0]["policy"] == "readers"


def test_csv_has_a_line_for_each_action(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("can", export, ALICE, "--action", "s3:GetObject", "--format", "csv")
    [line] = csv.DictReader(io.StringIO(ran.out))
    assert (line["action"], line["extent"]) == ("s3:GetObject", "somewhere")


def test_markdown_is_a_table(iamtui: Iamtui, export: Path) -> None:
    assert "| `s3` |" in iamtui("can", export, ALICE, "--service", "s3", "--format", "markdown").out


def test_a_policy_says_what_is_in_force_and_how_exactly(iamtui: Iamtui, export: Path) -> None:
    """WP4: the document on standard output, all else on standard error."""
    ran = iamtui("can", export, ALICE, "--service", "s3", "--format", "policy")
    [statement] = json.loads(ran.out)["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "arn:aws:s3:::ledger/*")
    assert ran.status == 0
    assert ran.err.startswith("iamtui: exact: ")
    refused = iamtui("can", export, f"{ALICE.rpartition(':')[0]}:root", "--format", "policy")
    assert (refused.status, refused.out) == (2, "")
    assert "expected a user, role or group" in refused.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody",), "nobody"),
        ((ALICE, "--service", "nothing"), "expected a service that exists"),
        ((ALICE, "--action", "s3:Gut*"), "expected an action"),
        (("group/none",), "expected one group"),
        ((ALICE, "--resource", "ledger", "--service", "s3"), "ledger"),
    ],
)
def test_bad_input_has_one_message(iamtui: Iamtui, export: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = iamtui("can", export, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
