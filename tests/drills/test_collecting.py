"""A run of the collecting script never takes away what an earlier one collected and it could not collect itself."""

import json
import re
from pathlib import Path

import pytest

from tests.collecting.test_script import REFUSAL, Stand, buckets, stand

__all__ = ["stand"]

NAMES = ("one", "two", "three")


@pytest.fixture
def collected(stand: Stand) -> Stand:
    """A stand-in that was asked once, for three buckets."""
    buckets(stand, *NAMES)
    stand.answer("s3api get-bucket-policy", '{"Policy": "{}"}')
    assert stand.run("s3").returncode == 0
    return stand


def contents(stand: Stand) -> dict[str, str]:
    return {name: (stand.out / name).read_text("utf-8") for name in stand.files()}


def refuse_from(stand: Stand, call: int, error: str) -> None:
    """Let the stand-in refuse everything from its so-manieth call on, save who asks."""
    program = (stand.bin / "aws").read_text("utf-8")
    count = stand.folder / "count"
    count.write_text("")
    refusal = (
        f'case "$*" in *get-caller-identity*) ;; *) echo x >>{count}\n'
        f'if [ "$(wc -l <{count})" -ge {call} ]; then printf "%s\\n" "{error}" >&2; exit 254; fi ;; esac\n'
    )
    (stand.bin / "aws").write_text(program.replace("#!/bin/sh\n", f"#!/bin/sh\n{refusal}", 1), "utf-8")


@pytest.mark.parametrize("call", [1, 12, 25])
def test_credentials_that_expire_on_the_way_cost_nothing_and_end_the_run(collected: Stand, call: int) -> None:
    before = contents(collected)
    refuse_from(collected, call, REFUSAL.format("ExpiredToken", "Any").strip())
    ran = collected.run("s3")
    assert ran.returncode == 1
    assert "the credentials expired (ExpiredToken)" in ran.stderr
    assert contents(collected) == before


@pytest.mark.parametrize("error", ["Throttling", "AccessDenied", "ServiceUnavailable"])
@pytest.mark.parametrize("call", [1, 12])
def test_a_call_that_is_refused_now_leaves_its_earlier_answer_and_all_below(
    collected: Stand, call: int, error: str
) -> None:
    before = contents(collected)
    refuse_from(collected, call, REFUSAL.format(error, "Any").strip())
    ran = collected.run("s3")
    assert ran.returncode == 1
    assert re.search(r"\d+ answers are of an earlier run", ran.stderr)
    assert contents(collected) == before


def test_a_run_for_less_takes_nothing_of_the_rest(collected: Stand) -> None:
    before = contents(collected)
    assert collected.run().returncode == 0
    assert contents(collected) == before


def test_the_cli_is_asked_to_try_again_and_the_folder_is_closed(collected: Stand) -> None:
    program = (collected.bin / "aws").read_text("utf-8")
    told = f'env | grep "^AWS_[RM]" >"{collected.folder}/told"\n'
    (collected.bin / "aws").write_text(program.replace("#!/bin/sh\n", f"#!/bin/sh\n{told}", 1), "utf-8")
    for path in (collected.out, *collected.out.rglob("*")):
        path.chmod(0o777)
    assert collected.run("s3").returncode == 0
    assert {path.stat().st_mode & 0o077 for path in (collected.out, *collected.out.rglob("*"))} == {0}
    said = Path(collected.folder / "told").read_text("utf-8").splitlines()
    assert {"AWS_RETRY_MODE=standard", "AWS_MAX_ATTEMPTS=10"} <= set(said)


def test_a_run_for_other_regions_takes_nothing_of_the_rest(collected: Stand) -> None:
    queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"
    collected.answer("sqs list-queues", json.dumps({"QueueUrls": [queue]}), f"{queue}\n")
    assert collected.run("sqs").returncode == 0
    before = collected.files()
    assert any("get-queue-attributes" in name for name in before)
    collected.answer("sqs list-queues", "{}", "")
    assert collected.run("sqs", regions="us-east-1").returncode == 0
    assert before <= collected.files()
    assert collected.run("sqs", regions="us-east-1 eu-west-1").returncode == 0
    assert not any("get-queue-attributes" in name for name in collected.files())
