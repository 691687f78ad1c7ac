"""Paths as lines: administrators, a ladder for each path, what would cut most (EP60, EP64)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from iamtui.analysis.paths.answer.edge import Edge, EdgeKey
from iamtui.analysis.paths.answer.results import Administrator, ChokeStatement, Gains, Held, HoldingLayer, Paths
from iamtui.analysis.paths.comparisons.held import LAYERS
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.requests.steps import DOCUMENT, SURENESS, Grant, Need
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.reports.edits import said_of
from iamtui.reports.lines import Line
from iamtui.reports.paths.folding import Told
from iamtui.reports.words import Words

SURENESS_WORDS: dict[str, Words] = {
    "proven": Words("proven", "✔", "bad"),
    "conditional": Words("if", "?", "warn"),
    "possible": Words("possible", "…", "muted"),
}
"""How each verdict is shown (EP2); proven is what one must act on."""

_OF_KINDS = {
    "carrier": "with which role it runs",
    "cluster": "in which cluster it runs",
    "instance-profile": "which instance profile it has",
    "permission-set": "whether one is assigned it",
}
"""What is to be known of things of which no reader says it."""

_MOST_IN_CIRCLE = 6

Namer: TypeAlias = Callable[[str], str]
"""Gives an ARN the name under which it is shown."""


def administrator_lines(administrators: Sequence[Administrator], name: Namer) -> Iterator[Line]:
    """How many administrators there are, then a line for each besides root."""
    own = [one for one in administrators if one.kind != "root"]
    roots = len(administrators) - len(own)
    of = "account" if roots == 1 else "accounts"
    beside = f", besides root of {roots} {of}" if roots else " among those who were looked at"
    text = f"{len(own)} {'administrator' if len(own) == 1 else 'administrators'}{beside}"
    yield Line("administrators", text)
    for one in own:
        words = SURENESS_WORDS[one.verdict]
        reasons = [f"{each.key} {each.when}" for each in one.conditions] + [each.of for each in one.needs]
        said = f"{words.word}: {'; '.join(dict.fromkeys(reasons))}" if one.verdict != "proven" else ""
        all_else = {None: "", True: "all that the account allows", False: "not all that the account allows"}[one.full]
        yield Line(one.arn, name(one.arn), "  ".join(filter(None, (said, all_else))), "plain", "•")


def choke_lines(found: Paths, name: Namer) -> list[Line]:
    """A line for each edge and each statement without which some lose every proven path, the most first.

    An edge that only its own start loses is left out where there are others.
    """
    edges = [
        (one.cuts, one.of, f"choke{place}", edge_text(one.edge, name))
        for place, one in enumerate(found.choke_points)
        if one.cuts > 1 or one.cuts == one.of
    ]
    statements = [
        (len(one.cut), one.of, f"statement{place}", f"{statement_text(one.grant, name)}: {cost_text(one)}")
        for place, one in enumerate(found.choke_statements or ())
    ]
    ranked = sorted((*edges, *statements), key=lambda one: -one[0])
    return [Line(key, f"{cuts} of {of} lose every proven path without", text) for cuts, of, key, text in ranked]


def statement_text(grant: Grant, name: Namer) -> str:
    """A statement, and whose it is."""
    return f"{grant.statement} of {name(grant.owner)}"


def cost_text(one: ChokeStatement) -> str:
    """What taking a statement out also costs."""
    if one.also_lose is None:
        return "what else it costs was not asked"
    count = len(one.also_lose)
    return f"{count:,} {'other loses' if count == 1 else 'others lose'} access" if count else "nobody else loses access"


def path_line(told: Told, name: Namer, gains: Mapping[EdgeKey, Gains], mark: str = "") -> Line:
    """A path as a ladder: its edges, each with steps, conditions and needs; below them its other forms (EP23)."""
    path = told.path
    words = SURENESS_WORDS[path.verdict]
    names = [name(path.start), *(name(edge.end) for edge in path.edges)]
    key = f"path{told.place}"
    grow = partial(_rungs, key, told, name, gains)
    route = " → ".join(dict.fromkeys(names))
    return Line(key, f"{mark}{words.word}", route, words.tone, words.glyph, open=True, grow=grow)


def _rungs(key: str, told: Told, name: Namer, gains: Mapping[EdgeKey, Gains]) -> Iterator[Line]:
    yield from _edge_lines(key, told.path.edges, name, gains)
    for path in told.variants:
        yield from _edge_lines(f"{key}\x1f{path.edges[0].way.id}", path.edges[:1], name, gains, "also: ")


def _edge_lines(
    key: str, edges: Sequence[Edge], name: Namer, gains: Mapping[EdgeKey, Gains], before: str = ""
) -> Iterator[Line]:
    for place, edge in enumerate(edges):
        below = f"{key}\x1f{place}"
        end = "" if edge.end == edge.start else f" → {name(edge.end)}"
        text = f"{before}{edge.way.name} [{edge.way.id}]"
        grow = partial(step_lines, below, edge, name, gains.get(edge.key))
        yield Line(below, text, f"{name(edge.start)}{end}", open=not before, grow=grow)


def step_lines(key: str, edge: Edge, name: Namer, gains: Gains | None = None) -> Iterator[Line]:
    """The steps of an edge, with what they leave changed, conditions, needs, and what was counted of its gains.

    First what the edge before it changed of who takes it (EP33).
    """
    of_the_edge = {(one.key, one.when) for one in edge.conditions}
    for place, edit in enumerate(edge.kept, 1):
        yield Line(f"{key}\x1fkept{place}", "as left before", worded(said_of(edit)), "warn", "≠")
    for place, step in enumerate(edge.steps, 1):
        glyph = "✔" if step.decision == "allowed" else "?"
        by = "" if step.principal == edge.start or edge.way.kind == "trust" else f" by {name(step.principal)}"
        made = "" if step.edit is None else f"→ {worded(said_of(step.edit))}"
        own = (f"if {key} {when}" for key, when in step.conditions if (key, when) not in of_the_edge)
        detail = "  ".join(part for part in (", ".join(step.matched), made, *own) if part)
        yield Line(f"{key}\x1f{place}", f"{step.action}{by} on {name(step.resource)}", detail, "plain", glyph)
    for condition in dict.fromkeys((one.key, one.when) for one in edge.conditions):
        yield Line(f"{key}\x1fif{condition}", "if", f"{condition[0]} {condition[1]}", "warn")
    for need in edge.needs:
        text = f"{need_text(need, name)} ({', '.join(need.exports)})"
        yield Line(f"{key}\x1fneed{need}", "not exported", text, "warn")
    if gains is not None:
        yield Line(f"{key}\x1fgains", "gains", gains_text(gains), "muted")
    if edge.way.unconfirmed:
        yield Line(f"{key}\x1funconfirmed", "unconfirmed", edge.way.unconfirmed, "muted")


def gains_text(gains: Gains) -> str:
    """How many actions an edge gains, by access level (EP8)."""
    if not gains.actions:
        return "no action that its start may not do on anything"
    levels = ", ".join(f"{level} {count:,}" for level, count in gains.levels)
    return f"{gains.actions:,} {'action' if gains.actions == 1 else 'actions'}: {levels}"


def counts_of(found: Paths) -> str:
    """How many paths of each verdict there are."""
    counted = Counter(path.verdict for path in found.paths)
    told = ", ".join(f"{counted[verdict]:,} {SURENESS_WORDS[verdict].word}" for verdict in SURENESS)
    return (
        f"{len(found.paths):,} path{'' if len(found.paths) == 1 else 's'}: {told}; {found.sources:,} principals asked"
    )


def closing_lines(found: Paths) -> Iterator[Line]:
    """How many paths there are, what the answer leans on, and what was not asked."""
    yield Line("counts", counts_of(found))
    for text in found.leans_on:
        yield Line(f"assumed{text}", "could change this", text, "warn", "⚠")
    yield from bound_lines(found)


def bound_lines(found: Paths) -> Iterator[Line]:
    """What was found beside the paths, and what was not asked or shown."""
    if found.more:
        yield Line("more", f"{found.more:,} further ends of ways that can be taken are not shown; --all shows them")
    yield from circle_lines(found, namer(found))
    for way in found.inactive:
        yield Line(f"inactive{way}", "not looked for, because AWS no longer has its actions", way, "warn", "⚠")
    if not found.complete:
        yield Line("incomplete", "there may be longer paths: --steps cut them off", "", "warn", "⚠")


def circle_lines(found: Paths, name: Namer) -> Iterator[Line]:
    """Who reach each other, a line for each circle (EP52)."""
    for place, circle in enumerate(found.circles):
        members = ", ".join(map(name, circle[:_MOST_IN_CIRCLE]))
        more = f" and {len(circle) - _MOST_IN_CIRCLE:,} more" if len(circle) > _MOST_IN_CIRCLE else ""
        yield Line(f"circle{place}", f"{len(circle):,} come to each other", members + more, "bad", "↔")


def name_of(arn: str) -> str:
    """Kind, path and name of a principal; of anything else the last segment; of what a way makes, what it is."""
    short = arn.split(":", 5)[5] if arn.count(":") >= 5 else arn
    return short.replace(FRESH, "any") if ":s3:::" in arn else worded(short)


def whole_name_of(arn: str) -> str:
    """The ARN; of what a way makes or chooses, what it is."""
    return name_of(arn) if FRESH in arn else arn


def worded(text: str) -> str:
    """A text in which a name that stands for any says so."""
    from_its_first_letter = r"(?<![A-Za-z-])([A-Za-z-]+)"  # from each of them a long name would hold every thread
    return re.sub(rf"{from_its_first_letter}[/:]({FRESH}[/:]?)+", r"any \1", text).replace(FRESH, "any")


def namer(found: Paths) -> Namer:
    """Says what a principal is called: with its account where there are several, or it is outside."""
    return namer_among(found.administrators)


def namer_among(administrators: Iterable[Administrator]) -> Namer:
    """The same, where only administrators are known: root of every account is one."""
    accounts = {one.arn.split(":", 5)[4] for one in administrators}

    def named(arn: str) -> str:
        short = name_of(arn)
        account = arn.split(":", 5)[4] if arn.count(":") >= 5 else ""
        elsewhere = bool(accounts) and account not in accounts  # an outsider is told from one of that name here
        return f"{short} in {account}" if account and (len(accounts) > 1 or elsewhere) else short

    return named


def need_text(need: Need, name: Namer) -> str:
    """What no export says, in words, and of what."""
    if need.fact == DOCUMENT:
        return need.of
    known = catalogue().facts.get(need.fact)
    says = _OF_KINDS.get(need.fact, need.fact) if known is None else known.says
    return f"{says}: {name(need.of)}"


def edge_text(edge: Edge, name: Namer) -> str:
    """Who, what is done, who."""
    return f"{name(edge.start)}: {edge.way.name} [{edge.way.id}] → {name(edge.end)}"


def held_counts(held: Sequence[Held]) -> Mapping[HoldingLayer, int]:
    """How many paths each layer alone holds back (EP54)."""
    counted = Counter(one.layer for one in held)
    return {layer: counted[layer] for layer in LAYERS}


def held_lines(found: Paths, name: Namer, *, full: bool = False) -> Iterator[Line]:
    """What one layer alone holds back, a line for each path; `full` with the Deny that does, which is asked for."""
    for place, one in enumerate(found.held or ()):
        by = f"by {one.statement}" if full and one.statement is not None else ""
        yield Line(f"held{place}", held_text(one, name), by, "good", "■")


def held_count_lines(found: Paths) -> Iterator[Line]:
    """How much one layer alone holds back."""
    counts = held_counts(found.held or ())
    counted = ", ".join(f"{layer} {count:,}" for layer, count in counts.items() if count)
    if counted:
        yield Line("held", "held back by one layer alone", f"{counted}; --held lists them", "good", "■")


def held_text(one: Held, name: Namer) -> str:
    """What a layer holds back."""
    would = {"proven": "would", "conditional": "would, under conditions,", "possible": "might"}[one.verdict]
    return (
        f"{one.layer} alone holds back  {name(one.start)} {would} reach {name(one.end)}: {one.way.name} [{one.way.id}]"
    )
