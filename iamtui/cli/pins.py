"""The pins that a command is given: the cases of a scenario file, all of which must be usable (PN1)."""

from __future__ import annotations

from pathlib import Path

from iamtui.analysis.scenarios.cases import Case, UnusableCase
from iamtui.analysis.scenarios.files import ScenarioError, read_scenarios
from iamtui.cli.errors import InputError
from iamtui.policy.document import DocumentTable


def pins_of(file: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        InputError: it is no scenario file, or one of its cases cannot be used.
    """
    try:
        cases = read_scenarios(file, DocumentTable()).cases
    except ScenarioError as error:
        raise InputError(str(error)) from error
    unusable = [case for case in cases if isinstance(case, UnusableCase)]
    if unusable:
        raise InputError(*(f"{file}: {case.error}" for case in unusable))
    return [case for case in cases if isinstance(case, Case)]
