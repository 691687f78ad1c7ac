"""Paths as text and Markdown: administrators, a ladder for each path, what would cut most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from iamtui.analysis.paths.answer.edge import EdgeKey
from iamtui.analysis.paths.answer.results import Gains, Path, Paths
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.paths.folding import Told, folded
from iamtui.reports.paths.ladder import (
    SURENESS_WORDS,
    Namer,
    administrator_lines,
    choke_lines,
    circle_lines,
    closing_lines,
    counts_of,
    held_count_lines,
    held_lines,
    namer,
    need_text,
    path_line,
    step_lines,
    whole_name_of,
)
from iamtui.reports.tree_text import plain_text, styled_text

if TYPE_CHECKING:
    from rich.text import Text

_MOST_ENDS = 4


def paths_as_text(found: Paths, *, full: bool = False, lists_held: bool = True) -> Iterator[str]:
    """Administrators, a ladder for each path, and choke points, in parts; `full` unfolds every step."""
    for place, block in enumerate(_blocks(found, lists_held=lists_held)):
        yield "\n" if place else ""
        yield from (plain_text((line,), full=full) for line in block)


def paths_as_styled_text(found: Paths, width: int, *, full: bool = False, lists_held: bool = True) -> Text:
    """The same in colours, no wider than `width` cells."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    return Text("\n").join(styled_text(block, width, full=full) for block in _blocks(found, lists_held=lists_held))


def _blocks(found: Paths, *, lists_held: bool) -> Iterator[Iterable[Line]]:
    name = namer(found)
    yield administrator_lines(found.administrators, name)
    sure = [path for path in found.paths if path.verdict != "possible"]
    possible = [path for path in found.paths if path.verdict == "possible"]
    if sure:
        yield (path_line(told, name, found.gains) for told in folded(enumerate(sure)))
    if possible:
        yield _possible_lines(possible, name, found.gains)
    if found.choke_points or found.choke_statements:
        yield choke_lines(found, name)
    if found.held:
        yield held_lines(found, name, full=True) if lists_held else held_count_lines(found)
    yield closing_lines(found)


def _possible_lines(paths: Sequence[Path], name: Namer, gains: Mapping[EdgeKey, Gains]) -> Iterator[Line]:
    """Possible paths, a line for each start and way: what is missing, and where they end."""
    alike: dict[tuple[str, str], list[Told]] = {}
    for told in folded(enumerate(paths)):
        alike.setdefault((told.path.start, told.path.edges[0].way.id), []).append(told)
    words = SURENESS_WORDS["possible"]
    for place, group in enumerate(alike.values()):
        edge = group[0].path.edges[0]
        names = list(dict.fromkeys(name(told.path.edges[0].end) for told in group))
        ends = ", ".join(names[:_MOST_ENDS])
        ends += f" and {len(names) - _MOST_ENDS} more" if len(names) > _MOST_ENDS else ""
        also = "".join(f", also [{one.edges[0].way.id}]" for one in group[0].variants)
        key = f"possible{place}"
        text = f"{words.word}  {name(edge.start)}"
        grow = partial(step_lines, key, edge, name, gains.get(edge.key))
        yield Line(key, text, f"{edge.way.name} [{edge.way.id}]{also} → {ends}", words.tone, words.glyph, grow=grow)


def paths_as_markdown(found: Paths, *, lists_held: bool = True) -> Iterator[str]:
    """A heading, the administrators, a table of paths, and choke points; in parts."""
    return (f"{line}\n" for line in _markdown_lines(found, lists_held=lists_held))


def _markdown_lines(found: Paths, *, lists_held: bool) -> Iterator[str]:
    yield from ("## Paths to administrators", "", counts_of(found), "", "| administrator | verdict |", "| --- | --- |")
    yield from (f"| {cell(one.arn)} | {one.verdict} |" for one in found.administrators)
    yield from ("", "| | from | way | to | conditions | not exported |", "| --- | --- | --- | --- | --- | --- |")
    yield from map(_markdown_row, found.paths)
    circles = list(circle_lines(found, whole_name_of))
    if found.choke_points or found.choke_statements:
        yield from ("", "| lose every proven path without | |", "| --- | --- |")
        for line in choke_lines(found, namer(found)):
            yield f"| {line.text.partition(' lose')[0]} | {cell(line.detail)} |"
    if circles:
        yield from ("", *(f"- {cell(line.detail)} {line.text}" for line in circles))
    if found.held:
        yield from ("", "Held back by one layer alone:", "")
        held = held_lines(found, namer(found), full=True) if lists_held else held_count_lines(found)
        yield from (f"- {code(f'{one.text} {one.detail}'.strip())}" for one in held)
    if found.leans_on:
        yield from ("", "What was not exported and could change this:", "")
        yield from (f"- {code(text)}" for text in found.leans_on)


def _markdown_row(path: Path) -> str:
    words = SURENESS_WORDS[path.verdict]
    ways = "; ".join(f"{edge.way.name} [{edge.way.id}]" for edge in path.edges)
    conditions = "; ".join(dict.fromkeys(f"{one.key} {one.when}" for one in path.conditions))
    needs = "; ".join(need_text(one, whole_name_of) for one in path.needs)
    cells = [cell(text) if text else "" for text in (path.start, ways, whole_name_of(path.end), conditions, needs)]
    return f"| {words.glyph} {words.word} | {' | '.join(cells)} |"
