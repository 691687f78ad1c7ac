"""Deciding the cases of scenario files, and saying what differs from what their author expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from iamtui.analysis.requests.principals import principal_named
from iamtui.analysis.requests.spelling import misspellings
from iamtui.analysis.scenarios.cases import Case, Expectation, UnusableCase
from iamtui.analysis.scenarios.files import ScenarioError, ScenarioFile, read_scenarios
from iamtui.evaluation.decide import decide, decide_policies
from iamtui.evaluation.decision import Decision, Layer, Verdict
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import SnapshotError, open_snapshot

__all__ = ["CaseResult", "ScenarioError", "ScenarioRun", "load_scenarios"]


UNOPENED = "its snapshot could not be opened"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    Attributes:
        file: the scenario file as it was named.
        index: the place of the case in it, from 0.
        got: the decision; None where the case could not be evaluated: then `error` says why.
        differences: what does not hold, in words; empty for a case that passed.
    """

    file: Path
    index: int
    name: str
    expect: str | None
    got: str | None = None
    decided_by: str | None = None
    matched: tuple[str, ...] = ()
    missing_context: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all that the case says holds."""
        return self.error is None and not self.differences


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """Files that are read and snapshots that are open, ready to be decided.

    `problems` are the files and snapshots that cannot be used, each as one line.
    """

    files: tuple[ScenarioFile, ...]
    snapshots: dict[Path, Snapshot]
    problems: tuple[str, ...]
    override: Path | None
    at: datetime

    @property
    def case_count(self) -> int:
        """How many cases there are."""
        return sum(len(file.cases) for file in self.files)

    def results(self) -> Iterator[CaseResult]:
        """Decide one case after the other."""
        for file in self.files:
            path = self.override or file.snapshot
            snapshot = None if path is None else self.snapshots.get(_place(path))
            for index, case in enumerate(file.cases):
                if isinstance(case, UnusableCase):
                    yield CaseResult(file.path, index, case.name, case.expect, error=case.error)
                else:
                    yield self._result(file.path, index, case, snapshot, is_named=path is not None)

    def _result(self, path: Path, index: int, case: Case, snapshot: Snapshot | None, *, is_named: bool) -> CaseResult:
        unsettled = CaseResult(path, index, case.name, case.expect.value)
        request = replace(case.request, at=self.at)
        doubtful = () if case.as_written else tuple(misspellings(request))
        if doubtful:
            return replace(unsettled, error="; ".join(doubtful))
        try:
            if case.policies is not None:
                decision = decide_policies(case.policies, request)
            elif snapshot is not None:
                decision = decide(snapshot, with_principal(request, snapshot))
            elif is_named:
                return replace(unsettled, error=UNOPENED)
            else:
                return replace(unsettled, error="it has no `policies`, and the file names no `snapshot`")
        except RequestError as error:
            return replace(unsettled, error=str(error))
        if decision.is_conditional and decision.is_denied and _asks_only_for_a_deny(case):
            return replace(unsettled, got=decision.word, missing_context=decision.missing_context)
        if decision.unknown_data:
            return replace(unsettled, error="; ".join(decision.unknown_data))
        if decision.outcome is None:
            keys = ", ".join(unknown.key for unknown in decision.unknown_keys)
            return replace(unsettled, error=f"not decided: it depends on {keys or 'what is not known'}")
        return replace(
            unsettled,
            got=decision.word,
            decided_by=_word(decision.outcome.decided_by),
            matched=decision.matched,
            missing_context=decision.missing_context,
            differences=tuple(_differences(case, decision)),
        )


def load_scenarios(paths: Sequence[Path], *, snapshot: Path | None = None, at: datetime | None = None) -> ScenarioRun:
    """Read scenario files and open each snapshot that they need, once.

    Args:
        paths: the scenario files.
        snapshot: taken instead of the ones that the files name.
        at: the instant of every request; None: now, the same for all.
    """
    documents = DocumentTable()
    files: list[ScenarioFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            files.append(read_scenarios(path, documents))
        except ScenarioError as error:
            problems.append(str(error))
    snapshots: dict[Path, Snapshot] = {}
    needed = dict.fromkeys(needing for file in files if (needing := _needed(file, snapshot)) is not None)
    for path in {_place(needing): needing for needing in needed}.values():
        try:
            snapshots[_place(path)] = open_snapshot([path])
        except SnapshotError as error:
            problems += [str(problem) for problem in error.problems]
    return ScenarioRun(tuple(files), snapshots, tuple(problems), snapshot, at or datetime.now(UTC))


def with_principal(request: Request, snapshot: Snapshot) -> Request:
    """The request of a case, its principal as the snapshot knows it.

    Raises:
        RequestError: the snapshot has no such principal, or several.
    """
    return replace(request, principal=principal_named(snapshot, request.principal))


def _place(path: Path) -> Path:
    """The place of a snapshot, however files name it; a path that cannot be one is what it is."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _needed(file: ScenarioFile, override: Path | None) -> Path | None:
    """The snapshot that cases of a file are decided against, if any of them is."""
    path = override or file.snapshot
    wants = any(isinstance(case, Case) and case.policies is None for case in file.cases)
    return path if wants else None


def _asks_only_for_a_deny(case: Case) -> bool:
    """Whether a denial meets the case whichever it is, and whoever denies."""
    return case.expect is Expectation.DENIED and not (case.decided_by or case.matched or case.missing_context)


def _word(layer: Layer) -> str:
    """The kind of policy in the words of scenario files: the bucket's behind an access point is the resource's too."""
    return (Layer.RESOURCE if layer is Layer.BUCKET else layer).value


def _differences(case: Case, decision: Decision) -> Iterator[str]:
    outcome = decision.outcome
    if outcome is None:
        return
    if not meets(case.expect, outcome.verdict):
        yield f"expected {case.expect.value}, got {outcome.verdict.value} (decided by {_word(outcome.decided_by)})"
    if case.decided_by is not None and case.decided_by != _word(outcome.decided_by):
        yield f"expected decided_by {case.decided_by}, got {_word(outcome.decided_by)}"
    for reference in case.matched:
        if not decision.cites(reference):
            yield f"expected {reference} in matched, got {', '.join(decision.matched) or 'nothing'}"
    reported = {key.lower() for key in decision.missing_context}
    for key in case.missing_context:
        if key.lower() not in reported:
            yield f"expected {key} in missing_context, got {', '.join(decision.missing_context) or 'nothing'}"


def meets(expect: Expectation, verdict: Verdict) -> bool:
    """Whether a verdict is the expected one; `denied` takes either deny."""
    if expect is Expectation.DENIED:
        return verdict is not Verdict.ALLOWED
    return expect.value == verdict.value
