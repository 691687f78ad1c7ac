"""What questions over everybody cost, each in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.benchmarks.memory import peak_kilobytes

if TYPE_CHECKING:
    from iamtui.snapshot.model import Account, Snapshot

Figures = dict[str, float]

_QUESTIONS = 12
_SAMPLE = 400


def _questions(requests: Path) -> list[tuple[str, str]]:
    """The different actions and resources of some requests."""
    pairs = dict.fromkeys((action, resource) for _, action, resource in json.loads(requests.read_bytes()))
    return list(pairs)[:_QUESTIONS]


def _seconds(ask: Callable[[], object]) -> float:
    start = time.process_time()
    ask()
    return time.process_time() - start


def who_can(path: Path, requests: Path) -> Figures:
    """Questions of everybody: load, index, the first time and again, labels alone; beside `judge` for each."""
    from iamtui.analysis.queries.deciding.asking import Asking  # noqa: PLC0415 - a probe imports what it measures
    from iamtui.analysis.queries.everybody.questions import Question  # noqa: PLC0415
    from iamtui.analysis.queries.everybody.rows import Rows  # noqa: PLC0415
    from iamtui.analysis.queries.index.holders import holders_of  # noqa: PLC0415
    from iamtui.evaluation.decide import judge  # noqa: PLC0415
    from iamtui.evaluation.request.request import Request  # noqa: PLC0415
    from iamtui.files.collector import collector_waiting  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    start = time.process_time()
    snapshot = open_snapshot([path])
    loaded = time.process_time()
    holders = holders_of(snapshot)
    figures: Figures = {"load": loaded - start, "index": time.process_time() - loaded}
    questions = _questions(requests)

    def whole(pair: tuple[str, str]) -> float:
        action, resource = pair
        return _seconds(lambda: Rows(holders, Question(actions=(action,), resources=(resource,))).answer())

    def labels(pair: tuple[str, str]) -> float:
        with collector_waiting():
            return _seconds(lambda: Asking(holders, Request("anonymous", *pair)).answers())

    def each(pair: tuple[str, str]) -> Iterator[float]:
        chosen = holders.all[:: max(1, len(holders.all) // _SAMPLE)]
        for holder in chosen:
            yield _seconds(partial(judge, snapshot, Request(holder.arn, *pair)))

    first, again = sorted(whole(pair) for pair in questions), sorted(whole(pair) for pair in questions)
    alone = sorted(labels(pair) for pair in questions)
    judged = sorted(sum(taken) / len(taken) * len(holders.all) for taken in (list(each(pair)) for pair in questions))
    middle = len(questions) // 2
    return {
        **figures,
        "first median": first[middle],
        "first slowest": first[-1],
        "warm median": again[middle],
        "warm slowest": again[-1],
        "labels median": alone[middle],
        "labels slowest": alone[-1],
        "judge each": judged[middle],
    }


def who_can_command(path: Path, requests: Path) -> Figures:
    """`iamtui who-can` on an export; CPU seconds of the whole process."""
    from contextlib import redirect_stdout  # noqa: PLC0415
    from io import StringIO  # noqa: PLC0415

    from iamtui.cli import run  # noqa: PLC0415

    action, resource = _questions(requests)[0]
    with redirect_stdout(StringIO()):
        run(["who-can", str(path), "--action", action, "--resource", resource])
    return {"seconds": time.process_time()}


def can(path: Path, requests: Path) -> Figures:
    """What some principals can do, all actions of the catalogue; CPU seconds each, after the first, on one ground."""
    from iamtui.analysis.queries.one_principal.can import CanQuestion  # noqa: PLC0415
    from iamtui.analysis.queries.one_principal.can import can as ask  # noqa: PLC0415
    from iamtui.analysis.queries.one_principal.ground import Ground  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    principals = list(dict.fromkeys(one for one, _, _ in json.loads(requests.read_bytes())))[:6]
    asking = partial(ask, ground=Ground(snapshot))
    taken = sorted([_seconds(partial(asking, snapshot, CanQuestion(principal=one))) for one in principals][1:])
    return {"median": taken[len(taken) // 2], "slowest": taken[-1], "judge each": _judged(snapshot, principals[1:])}


def _judged(snapshot: Snapshot, principals: Sequence[str]) -> float:
    """About what `judge` takes for all actions of one principal, each on one resource only: CPU seconds."""
    from iamtui import catalog  # noqa: PLC0415
    from iamtui.evaluation.decide import judge  # noqa: PLC0415
    from iamtui.evaluation.request.request import Request  # noqa: PLC0415

    actions = catalog.matching("*")
    some = actions[:: len(actions) // _SAMPLE]
    taken = sum(_seconds(partial(judge, snapshot, Request(one, action, "*"))) for one in principals for action in some)
    return taken / len(some) / len(principals) * len(actions)


def whole_matrix(path: Path) -> Figures:
    """The matrix of everybody, in CPU seconds: the first of them are far dearer than the last, so none is left out."""
    from iamtui.analysis.queries.access_matrix.composed_labels import ComposedLabels  # noqa: PLC0415
    from iamtui.analysis.queries.index.action_sets import all_actions  # noqa: PLC0415
    from iamtui.analysis.queries.index.holders import Holders  # noqa: PLC0415
    from iamtui.analysis.queries.one_principal.ground import ground_of  # noqa: PLC0415
    from iamtui.analysis.queries.one_principal.letters import letters  # noqa: PLC0415
    from iamtui.evaluation.request.request import Request  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    everybody = Holders(snapshot).all
    with ground_of(snapshot) as ground:
        labels = ComposedLabels(ground, snapshot, Request("", "", at=datetime.now(UTC)), all_actions())
        seconds = _seconds(lambda: [letters(*labels.of(one)) for one in everybody])
    judged = _judged(snapshot, [one.arn for one in Random(1).sample(everybody, 4)])  # noqa: S311 - not a secret
    return {"seconds": seconds, "judge each": judged * len(everybody)}


def findings(path: Path) -> Figures:
    """Every rule but the dear ones of every subject, and the longest that one step holds the thread that looks."""
    from iamtui.analysis.findings.checks import DEAR, RULES  # noqa: PLC0415
    from iamtui.analysis.findings.hygiene import ask_all  # noqa: PLC0415
    from iamtui.analysis.findings.hygiene_with_lint import everybody_in  # noqa: PLC0415
    from iamtui.analysis.findings.review.hygiene_results import Limits  # noqa: PLC0415
    from iamtui.files.collector import collector_paused  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    everybody = everybody_in(snapshot)
    steps = chain(
        everybody.look_for_administrators(),
        ask_all(snapshot, everybody.at, Limits(), RULES - DEAR, everybody=everybody),
    )
    began = last = time.process_time()
    longest = 0.0
    with collector_paused():  # as the app looks
        for _ in steps:
            now = time.process_time()
            longest, last = max(longest, now - last), now
    return {"seconds": last - began, "longest": longest}


_LONGEST_SEARCH = 400.0
_SAMPLE = 20


class _TakesTooLongError(Exception):
    """A search is given up."""


def paths(path: Path) -> Figures:
    """All paths to administrators, and those of each of some principals, each given up after a while (EP58).

    With the first result, who is an administrator, the longest that a search tells nothing, and the megabytes by which
    the process grew at most.
    """
    from iamtui.analysis.paths.answer.question import PathQuestion  # noqa: PLC0415
    from iamtui.analysis.paths.searching.search import find_paths  # noqa: PLC0415
    from iamtui.snapshot.opening import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot([path])
    before = peak_kilobytes()
    began = last = time.process_time()
    longest = 0.0

    def progress(_done: int, _count: int) -> None:
        nonlocal last, longest
        now = time.process_time()
        longest, last = max(longest, now - last), now
        if now - began > _LONGEST_SEARCH:
            raise _TakesTooLongError

    def searched(question: PathQuestion) -> float:
        nonlocal began, last
        began = last = time.process_time()
        with suppress(_TakesTooLongError):
            find_paths(snapshot, question, progress, early=lambda administrators: firsts.append(elapsed()))
        return elapsed()

    def elapsed() -> float:
        return time.process_time() - began

    firsts: list[float] = []

    arns = [arn for account in snapshot.accounts.values() for arn in _arns(account)]
    each = sorted(searched(PathQuestion(starts=(arn,))) for arn in arns[:: max(1, len(arns) // _SAMPLE)])
    longest = 0.0
    seconds = searched(PathQuestion())
    grown = peak_kilobytes() - before
    figures = {"seconds": seconds, "first": firsts[-1], "longest": longest, "megabytes": grown / 1024}
    return {**figures, "from one": each[len(each) // 2], "from the slowest": each[-1]}


def _arns(account: Account) -> Iterator[str]:
    for held in (account.users, account.roles):
        yield from (one.arn for one in (held or {}).values())


PROBES = (who_can, who_can_command, can, whole_matrix, findings, paths)
