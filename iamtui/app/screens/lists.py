"""The lists that open above the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.file_names import in_folder, listed_name, shared_folder
from iamtui.browsing.requests.history import RequestHistory
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Severity, Snapshot, SourceFile, SourceProblem
from iamtui.visible import Tone

_TONES: dict[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "muted"}
_GLYPHS = {Severity.ERROR: "✖", Severity.WARNING: "!", Severity.NOTE: "·"}


class _Told(ListScreen):
    """A list to be read: its rows unfold, and lead nowhere."""

    IS_MENU = False


def problems_screen(snapshot: Snapshot | None, problems: Sequence[SourceProblem]) -> ListScreen:
    """What was read, what was not and why, and what that costs."""
    files = () if snapshot is None else snapshot.files
    shared = shared_folder(snapshot, (problem.path for problem in problems))
    alike: dict[tuple[Severity, str, str], list[int]] = {}
    for index, problem in enumerate(problems):
        alike.setdefault((problem.severity, problem.expected, problem.consequence), []).append(index)
    nodes = [
        _problem_node(places[0], problems[places[0]], shared)
        if len(places) == 1
        else _problems_node(problems[places[0]], places)
        for places in alike.values()
    ]
    nodes += [_file_node(file, shared) for file in files]
    details = {f"problem {index}": _facts_of_problem(problem) for index, problem in enumerate(problems)}
    details |= {f"file {file.path}": _facts_of_file(file) for file in files}

    def children(key: str) -> list[Node]:
        if key.startswith("problems "):
            return [_place_node(int(place), problems[int(place)], shared) for place in key.split()[1:]]
        return [Node(f"{key} {label}", f"{label}: {text}") for label, text in details.get(key, ()) if text]

    heading = f"Problems {len(problems)} · files {len(files)}{in_folder(shared)}"
    return _Told(heading, nodes, empty="nothing was opened", children_of=children)


_Facts: TypeAlias = tuple[tuple[str, str], ...]


def _facts_of_problem(problem: SourceProblem) -> _Facts:
    facts = (("file", str(problem.path)), ("place", problem.place or "the whole file"))
    return (*facts, ("expected", problem.expected), ("so", problem.consequence))


def _facts_of_file(file: SourceFile) -> _Facts:
    size = f"{file.size:,} bytes" if file.size else ""
    return (
        ("file", str(file.path)),
        ("form", file.format),
        ("status", file.status),
        ("why", file.message),
        ("size", size),
    )


def _problem_node(index: int, problem: SourceProblem, shared: Path | None) -> Node:
    place = f" {problem.place}" if problem.place else ""
    return Node(
        f"problem {index}",
        f"{listed_name(problem.path, shared)}{place}: {problem.expected}",
        problem.consequence,
        _TONES[problem.severity],
        _GLYPHS[problem.severity],
        has_children=True,
    )


def _problems_node(problem: SourceProblem, places: Sequence[int]) -> Node:
    """What is wrong in the same way in several places."""
    return Node(
        f"problems {' '.join(map(str, places))}",
        f"{problem.expected} · {len(places):,} places",
        problem.consequence,
        _TONES[problem.severity],
        _GLYPHS[problem.severity],
        has_children=True,
    )


def _place_node(index: int, problem: SourceProblem, shared: Path | None) -> Node:
    place = problem.place or "the whole file"
    return Node(
        f"problem {index}", place, listed_name(problem.path, shared), _TONES[problem.severity], has_children=True
    )


def _file_node(file: SourceFile, shared: Path | None) -> Node:
    tones: dict[str, tuple[str, Tone]] = {"read": ("✔", "plain"), "skipped": ("–", "muted")}
    glyph, tone = tones.get(file.status, ("✖", "bad"))
    message = f": {file.message}" if file.message else ""
    return Node(
        f"file {file.path}",
        listed_name(file.path, shared),
        f"{file.format} {file.status}{message}",
        tone,
        glyph,
        has_children=True,
    )


def requests_screen(history: RequestHistory) -> ListScreen:
    """Earlier requests, to be asked again or edited."""
    return ListScreen(
        "Earlier requests",
        history.nodes(),
        empty="none yet: Enter in the form keeps a request",
        footer="Enter asks it again and lets you edit it, Escape closes",
    )
