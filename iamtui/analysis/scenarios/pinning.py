"""Keeping a decision as a case of a scenario file, so that `iamtui check` runs it unchanged (PN1)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import orjson

from iamtui.analysis.requests.spelling import misspellings
from iamtui.analysis.scenarios.cases import Case, CaseReader, UnusableCase
from iamtui.analysis.scenarios.files import VERSION, ScenarioError, ScenarioFile, read_scenarios
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request
from iamtui.files.reading import LARGEST, read_named
from iamtui.files.writing import write_whole
from iamtui.policy.document import DocumentTable
from iamtui.policy.keys import KeyState

_DEPTH = b"    "


class PinError(Exception):
    """A decision that cannot be kept, or a file that cannot keep it; the message says why."""


def case_of(decision: Decision) -> bytes:
    """The JSON of a case that asks the same and expects the same answer.

    A case takes each key that it does not state as absent. What is decided whatever the unstated keys are is decided
    so too; a decision that depends on them is none that a case can expect.

    Raises:
        PinError: the decision depends on what is not known.
    """
    if decision.outcome is None:
        keys = ", ".join(unknown.key for unknown in decision.unknown_keys)
        raise PinError(f"not decided: it depends on {keys or 'what is not known'}; state it first")
    if decision.unknown_data:
        raise PinError(f"not decided for certain: {'; '.join(decision.unknown_data)}")
    request = decision.request
    case: dict[str, Any] = {
        "name": f"{request.principal.rpartition('/')[2]} {request.action} {request.resource}",
        "request": _request(request),
        "expect": decision.word,
    }
    if request.session_policies is not None:
        case["session_policies"] = [
            {"name": policy.name, "document": orjson.Fragment(policy.document.source)}
            for policy in request.session_policies
        ]
    if any(misspellings(request)):
        case["as_written"] = True
    try:
        return orjson.dumps(case, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError as error:
        raise PinError(f"its request cannot be written: {error}") from error


def _request(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "principal": request.principal,
        "action": request.action,
        "resource": request.resource,
    }
    if request.resource_account is not None:
        fields["resource_account"] = request.resource_account
    context: dict[str, Any] = {}
    for name, value in request.context.items():
        if value.state is KeyState.ABSENT:
            context[name] = None
        elif value.state is KeyState.PRESENT:
            context[name] = list(value.values) if value.is_list else value.values[0]
    if context:
        fields["context"] = context
    return fields


def add_case(path: Path, case: bytes, snapshot: Path) -> ScenarioFile:
    """Write a case behind the others of a file, which stay as they are, or into a new file; give what it then holds.

    A file that has a case with the same request stays as it is.

    Args:
        path: the scenario file.
        case: JSON of one case.
        snapshot: what the cases are decided against; the file names it relative to its own place.

    Raises:
        PinError: the file is no scenario file, or one of another snapshot.
        OSError: it cannot be written; what was there is there still.
    """
    if not path.exists():
        named = Path(os.path.relpath(snapshot.resolve(), path.resolve().parent)).as_posix()
        head = f'{{\n  "version": {VERSION},\n  "snapshot": {orjson.dumps(named).decode()},\n  "cases": [\n'
        write_whole(path, head.encode() + _indented(case) + b"\n  ]\n}\n", replaces=False)
        return read_pins(path)
    before = read_pins(path)
    if before.snapshot is None or before.snapshot.resolve() != snapshot.resolve():
        raise PinError(f"{path}: its cases are not decided against {snapshot}: name another file")
    new = CaseReader(DocumentTable()).case(len(before.cases), msgspec.Raw(case))
    if isinstance(new, Case) and any(_asks_the_same(one, new) for one in before.cases):
        return before
    write_whole(path, _behind_the_last(read_named(path, LARGEST), case), replaces=True)
    return read_pins(path)


def _asks_the_same(one: Case | UnusableCase, new: Case) -> bool:
    return isinstance(one, Case) and one.policies is None and one.request == new.request


def read_pins(path: Path) -> ScenarioFile:
    """The cases of a file.

    Raises:
        PinError: it is no scenario file.
    """
    try:
        return read_scenarios(path, DocumentTable())
    except ScenarioError as error:
        raise PinError(str(error)) from error


class _Cases(msgspec.Struct):
    cases: list[msgspec.Raw]


def _behind_the_last(text: bytes, case: bytes) -> bytes:
    """The text of a file with one case more; but for a comma no line that was there changes.

    Raises:
        PinError: the place is not to be found.
    """
    cases = [bytes(raw) for raw in msgspec.json.decode(text, type=_Cases).cases]
    if cases:
        end = text.rfind(cases[-1]) + len(cases[-1])
        after = text[:end] + b",\n" + _indented(case) + text[end:]
    else:
        at = text.find(b"[", text.find(b'"cases"')) + 1
        after = text[:at] + b"\n" + _indented(case) + b"\n  " + text[at:].lstrip()
    try:
        found = [bytes(raw).strip() for raw in msgspec.json.decode(after, type=_Cases).cases]
    except msgspec.DecodeError:
        found = []
    if found != [*(one.strip() for one in cases), _indented(case).strip()]:
        raise PinError("the place behind its last case is not to be found: name another file")
    return after


def _indented(case: bytes) -> bytes:
    return b"\n".join(_DEPTH + line for line in case.splitlines())
