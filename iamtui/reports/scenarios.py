"""The results of scenario files as text, JSON and JUnit XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree

from iamtui.analysis.scenarios.running import UNOPENED, CaseResult
from iamtui.content.numbers import number_of
from iamtui.reports.serial import Data, json_bytes
from iamtui.visible import shown


def results_as_text(results: Sequence[CaseResult]) -> Iterator[str]:
    """A line for each case that differs or could not be evaluated, then the counts.

    The cases of a file whose snapshot could not be opened are one line.
    """
    unopened = Counter(result.file for result in results if result.error == UNOPENED)
    for file, count in unopened.items():
        yield f"ERROR {shown(str(file))}: {number_of(count, 'case')} not decided: {UNOPENED}"
    for result in results:
        if result.error == UNOPENED:
            continue
        place = f'{shown(str(result.file))}: case {result.index} "{shown(result.name)}"'
        if result.error is not None:
            yield f"ERROR {place}: {shown(_without_place(result))}"
        elif not result.passed:
            yield f"FAIL  {place}: {shown('; '.join(result.differences))}"
    passed, failed, errors = result_counts(results)
    yield f"{passed:,} passed, {failed:,} failed, {errors:,} {'error' if errors == 1 else 'errors'}"


def _without_place(result: CaseResult) -> str:
    """The error without the case in front of it, which the line already names."""
    return (result.error or "").removeprefix(f'case {result.index} "{result.name}": ')


def result_counts(results: Sequence[CaseResult]) -> tuple[int, int, int]:
    """How many passed, failed, and could not be evaluated."""
    passed = sum(result.passed for result in results)
    errors = sum(result.error is not None for result in results)
    return passed, len(results) - passed - errors, errors


def results_as_json(results: Sequence[CaseResult]) -> bytes:
    """The object that samples/scenarios/README.md states, version 1."""
    passed, failed, errors = result_counts(results)
    cases: list[Data] = [
        {
            "file": str(result.file),
            "index": result.index,
            "name": result.name,
            "expect": result.expect,
            "got": result.got,
            "decided_by": result.decided_by,
            "passed": result.passed,
            "matched": result.matched,
            "missing_context": result.missing_context,
            "error": result.error,
        }
        for result in results
    ]
    return json_bytes({"version": 1, "passed": passed, "failed": failed, "errors": errors, "cases": cases})


def results_as_junit(results: Sequence[CaseResult]) -> bytes:
    """JUnit XML: a suite for each file, a test case for each case."""
    root = ElementTree.Element("testsuites", {"name": "iamtui check", **_numbers(results)})
    for file, group in groupby(results, key=lambda result: result.file):
        cases = list(group)
        suite = ElementTree.SubElement(root, "testsuite", {"name": shown(str(file)), **_numbers(cases)})
        for result in cases:
            name = f"{result.index}: {shown(result.name)}"
            case = ElementTree.SubElement(suite, "testcase", classname=shown(str(file)), name=name)
            if result.error is not None:
                ElementTree.SubElement(case, "error", message=shown(result.error))
            elif not result.passed:
                said = shown("; ".join(result.differences))
                ElementTree.SubElement(case, "failure", message=said).text = said
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _numbers(results: Sequence[CaseResult]) -> dict[str, str]:
    _, failed, errors = result_counts(results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": str(errors)}
