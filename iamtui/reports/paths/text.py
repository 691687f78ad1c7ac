"""Paths as text and Markdown: administrators, a ladder for each path, what would cut most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from iamtui.analysis.paths.asking import FRESH
from iamtui.analysis.paths.results import SURENESS, Administrator, Edge, Held, Path, Paths
from iamtui.reports.edits import said_of
from iamtui.reports.lines import Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.reports.words import Words

if TYPE_CHECKING:
    from rich.text import Text

SURENESS_WORDS: dict[str, Words] = {
    "proven": Words("proven", "✔", "bad"),
    "conditional": Words("if", "?", "warn"),
    "possible": Words("possible", "…", "muted"),
}
"""How each verdict is shown (EP2); proven is what one must act on."""

_MOST_ENDS = 4

Namer: TypeAlias = Callable[[str], str]
"""Gives an ARN the name under which it is shown."""


def paths_as_text(found: Paths, *, full: bool = False) -> str:
    """Administrators, a ladder for each path, and choke points; `full` unfolds every step."""
    return "\n".join(plain_text(block, full=full) for block in _blocks(found))


def paths_as_styled_text(found: Paths, width: int, *, full: bool = False) -> Text:
    """The same in colours, no wider than `width` cells."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    return Text("\n").join(styled_text(block, width, full=full) for block in _blocks(found))


def _blocks(found: Paths) -> Iterator[list[Line]]:
    name = namer(found)
    yield list(administrator_lines(found.administrators, name))
    sure = [path for path in found.paths if path.verdict != "possible"]
    possible = [path for path in found.paths if path.verdict == "possible"]
    if sure:
        yield [path_line(place, path, name) for place, path in enumerate(sure)]
    if possible:
        yield list(_possible_lines(possible, name))
    if found.choke_points:
        yield choke_lines(found, name)
    if found.held:
        yield [Line(f"held{place}", held_text(one, name), "", "good", "■") for place, one in enumerate(found.held)]
    yield list(closing_lines(found))


def administrator_lines(administrators: Sequence[Administrator], name: Namer) -> Iterator[Line]:
    """How many administrators there are, then a line for each besides root."""
    own = [one for one in administrators if one.kind != "root"]
    roots = len(administrators) - len(own)
    of = "account" if roots == 1 else "accounts"
    text = f"{len(own)} {'administrator' if len(own) == 1 else 'administrators'}, besides root of {roots} {of}"
    yield Line("administrators", text)
    for one in own:
        words = SURENESS_WORDS[one.verdict]
        reasons = [f"{each.key} {each.when}" for each in one.conditions] + [each.of for each in one.needs]
        said = f"{words.word}: {'; '.join(dict.fromkeys(reasons))}" if one.verdict != "proven" else ""
        yield Line(one.arn, name(one.arn), said, "plain", "•")


def choke_lines(found: Paths, name: Namer) -> list[Line]:
    """A line for each edge without which some lose every proven path."""
    return [
        Line(f"choke{place}", f"{one.cuts} of {one.of} lose every proven path without", edge_text(one.edge, name))
        for place, one in enumerate(found.choke_points)
    ]


def path_line(place: int, path: Path, name: Namer) -> Line:
    """A path as a ladder: its edges, each with steps, conditions and needs."""
    words = SURENESS_WORDS[path.verdict]
    names = [name(path.start), *(name(edge.end) for edge in path.edges)]
    key = f"path{place}"
    grow = partial(_edge_lines, key, path, name)
    return Line(key, words.word, " → ".join(dict.fromkeys(names)), words.tone, words.glyph, open=True, grow=grow)


def _edge_lines(key: str, path: Path, name: Namer) -> Iterator[Line]:
    for place, edge in enumerate(path.edges):
        below = f"{key}\x1f{place}"
        end = "" if edge.end == edge.start else f" → {name(edge.end)}"
        text = f"{edge.way.name} [{edge.way.id}]"
        yield Line(below, text, f"{name(edge.start)}{end}", open=True, grow=partial(_step_lines, below, edge, name))


def _step_lines(key: str, edge: Edge, name: Namer) -> Iterator[Line]:
    for place, step in enumerate(edge.steps, 1):
        glyph = "✔" if step.decision == "allowed" else "?"
        by = "" if step.principal == edge.start or edge.way.kind == "trust" else f" by {name(step.principal)}"
        made = "" if step.edit is None else f"→ {told(said_of(step.edit))}"
        detail = "  ".join(part for part in (", ".join(step.matched), made) if part)
        yield Line(f"{key}\x1f{place}", f"{step.action}{by} on {name(step.resource)}", detail, "plain", glyph)
    for condition in dict.fromkeys((one.key, one.when) for one in edge.conditions):
        yield Line(f"{key}\x1fif{condition}", "if", f"{condition[0]} {condition[1]}", "warn")
    for need in edge.needs:
        yield Line(
            f"{key}\x1fneed{need}", "not exported", f"{need.fact} of {need.of} ({', '.join(need.exports)})", "warn"
        )
    if edge.way.unconfirmed:
        yield Line(f"{key}\x1funconfirmed", "unconfirmed", edge.way.unconfirmed, "muted")


def _possible_lines(paths: Sequence[Path], name: Namer) -> Iterator[Line]:
    """Possible paths, a line for each start and way: what is missing, and where they end."""
    alike: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        alike.setdefault((path.start, path.edges[0].way.id), []).append(path)
    words = SURENESS_WORDS["possible"]
    for place, group in enumerate(alike.values()):
        edge = group[0].edges[0]
        names = list(dict.fromkeys(name(path.edges[0].end) for path in group))
        told = ", ".join(names[:_MOST_ENDS]) + (
            f" and {len(names) - _MOST_ENDS} more" if len(names) > _MOST_ENDS else ""
        )
        key = f"possible{place}"
        text = f"{words.word}  {name(edge.start)}"
        grow = partial(_step_lines, key, edge, name)
        yield Line(key, text, f"{edge.way.name} [{edge.way.id}] → {told}", words.tone, words.glyph, grow=grow)


def counts_of(found: Paths) -> str:
    """How many paths of each verdict there are."""
    counted = Counter(path.verdict for path in found.paths)
    told = ", ".join(f"{counted[verdict]:,} {SURENESS_WORDS[verdict].word}" for verdict in SURENESS)
    return (
        f"{len(found.paths):,} path{'' if len(found.paths) == 1 else 's'}: {told}; {found.sources:,} principals asked"
    )


def closing_lines(found: Paths) -> Iterator[Line]:
    """How many paths there are, what was not asked, and what the answer leans on."""
    yield Line("counts", counts_of(found))
    if found.more:
        yield Line("more", f"{found.more:,} further ends of ways that can be taken are not shown; --all shows them")
    for text in found.leans_on:
        yield Line(f"assumed{text}", "could change this", text, "warn", "⚠")
    for way in found.inactive:
        yield Line(f"inactive{way}", "not looked for, because AWS no longer has its actions", way, "warn", "⚠")
    if not found.complete:
        yield Line("incomplete", "there may be longer paths: --steps cut them off", "", "warn", "⚠")


def name_of(arn: str) -> str:
    """Kind, path and name of a principal; of anything else the last segment; of what a way makes, what it is."""
    return told(arn.split(":", 5)[5] if arn.count(":") >= 5 else arn)


def told(text: str) -> str:
    """A text in which a name that stands for any says so."""
    return re.sub(rf"([A-Za-z-]+)[/:]({FRESH}[/:]?)+", r"any \1", text).replace(FRESH, "any")


def namer(found: Paths) -> Namer:
    """Says what a principal is called: with its account where there are several."""
    accounts = {arn.split(":", 5)[4] for one in found.administrators for arn in (one.arn,)}

    def named(arn: str) -> str:
        short = name_of(arn)
        account = arn.split(":", 5)[4] if arn.count(":") >= 5 else ""
        return f"{short} in {account}" if len(accounts) > 1 and account else short

    return named


def edge_text(edge: Edge, name: Namer) -> str:
    """Who, what is done, who."""
    return f"{name(edge.start)}: {edge.way.name} [{edge.way.id}] → {name(edge.end)}"


def held_text(one: Held, name: Namer) -> str:
    """What a layer holds back."""
    would = {"proven": "would", "conditional": "would, under conditions,", "possible": "might"}[one.verdict]
    return (
        f"{one.layer} alone holds back  {name(one.start)} {would} reach {name(one.end)}: {one.way.name} [{one.way.id}]"
    )


def paths_as_markdown(found: Paths) -> str:
    """A heading, the administrators, a table of paths, and choke points."""
    lines = ["## Paths to administrators", "", counts_of(found), "", "| administrator | verdict |", "| --- | --- |"]
    lines += [f"| {cell(one.arn)} | {one.verdict} |" for one in found.administrators]
    lines += ["", "| | from | way | to | conditions | not exported |", "| --- | --- | --- | --- | --- | --- |"]
    for path in found.paths:
        words = SURENESS_WORDS[path.verdict]
        ways = "; ".join(f"{edge.way.name} [{edge.way.id}]" for edge in path.edges)
        conditions = "; ".join(dict.fromkeys(f"{one.key} {one.when}" for one in path.conditions))
        needs = "; ".join(f"{one.fact} of {one.of}" for one in path.needs)
        cells = [cell(text) if text else "" for text in (path.start, ways, path.end, conditions, needs)]
        lines.append(f"| {words.glyph} {words.word} | {' | '.join(cells)} |")
    if found.choke_points:
        lines += ["", "| lose every proven path | without |", "| --- | --- |"]
        lines += [
            f"| {one.cuts} of {one.of} | {cell(edge_text(one.edge, namer(found)))} |" for one in found.choke_points
        ]
    if found.held:
        lines += [
            "",
            "Held back by one layer alone:",
            "",
            *(f"- {code(held_text(one, namer(found)))}" for one in found.held),
        ]
    if found.leans_on:
        lines += [
            "",
            "What was not exported and could change this:",
            "",
            *(f"- {code(text)}" for text in found.leans_on),
        ]
    return "\n".join([*lines, ""])
