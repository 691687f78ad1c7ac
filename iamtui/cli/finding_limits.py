"""The limits of `iamtui findings`: `--set NAME=VALUE,...`, and the pairs of duties of a file."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from iamtui.analysis.findings.by_rule.boundaries import is_place
from iamtui.analysis.findings.review.hygiene_results import Limits
from iamtui.analysis.findings.review.pairs import PairsError, read_pairs
from iamtui.cli.errors import InputError
from iamtui.cli.policy_files import LARGEST
from iamtui.files.reading import UnreadableError, read_named


def limits_of(settings: str | None, pair_file: Path | None) -> Limits:
    """The limits that were set.

    Raises:
        InputError: no such limit, no whole number from 0, no path or tag, or a file that holds no pairs.
    """
    limits = Limits()
    numbers = [one.name for one in fields(Limits) if isinstance(one.default, int)]
    for setting in settings.split(",") if settings is not None else ():
        name, _, value = (part.strip() for part in setting.partition("="))
        if name == "boundaries":
            limits = replace(limits, boundaries=(*limits.boundaries, _place(setting, value)))
        elif name not in numbers:
            raise InputError(f"--set {setting}: expected one of {', '.join((*numbers, 'boundaries'))}")
        elif not (value.isascii() and value.isdigit()):
            raise InputError(f"--set {setting}: expected a whole number, such as {name}=30")
        else:
            changed: dict[str, Any] = {name: int(value)}
            limits = replace(limits, **changed)
    return limits if pair_file is None else _with_pairs(limits, pair_file)


def _place(setting: str, value: str) -> str:
    if not is_place(value):
        raise InputError(
            f"--set {setting}: expected a path or a tag, such as boundaries=/teams/ or boundaries=tag:team=*"
        )
    return value


def _with_pairs(limits: Limits, file: Path) -> Limits:
    try:
        return replace(limits, pairs=read_pairs(read_named(file, LARGEST)))
    except (UnreadableError, PairsError) as error:
        raise InputError(f"{file}: {error}; nothing is asked") from error
