"""What a card says of power: whether a principal is an administrator, can become one, and who can become it (EP61)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.paths.answer.results import Administrator, Path, Paths
from iamtui.browsing.facts.entities import LISTED
from iamtui.content.facts import Fact, FactSection
from iamtui.reports.paths.ladder import SURENESS_WORDS, Namer, namer
from iamtui.snapshot.model import Role, User
from iamtui.visible import Tone

_MOST_WAYS = 5
_TONES: dict[str, Tone] = {"proven": "bad", "conditional": "warn", "possible": "muted"}


def path_sections(found: Paths | None, principal: User | Role) -> list[FactSection]:
    """What the paths that were looked for say of one principal; nothing where they were not."""
    if found is None:
        return []
    name = namer(found)
    own = next((one for one in found.administrators if one.arn == principal.arn), None)
    ways = [path for path in found.paths if path.start == principal.arn]
    facts = [*_being(own), *_becoming(ways, name, is_one=own is not None), *_takers(found, principal.arn, name)]
    return [FactSection("Administrator", tuple(facts))]


def _being(own: Administrator | None) -> Iterator[Fact]:
    if own is None:
        return
    reasons = [f"{one.key} {one.when}" for one in own.conditions] + [one.of for one in own.needs]
    said = {"proven": "yes, by what it is allowed", "conditional": "if ", "possible": "possibly: "}[own.verdict]
    told = "; ".join(dict.fromkeys(reasons)) if own.verdict != "proven" else ""
    yield Fact("administrator", f"{said}{told}", tone=_TONES[own.verdict])


def _becoming(ways: Sequence[Path], name: Namer, *, is_one: bool) -> Iterator[Fact]:
    if not ways:
        if not is_one:
            yield Fact("administrator", "no, and no way to become one was found", tone="muted")
        return
    counted = "1 way" if len(ways) == 1 else f"{len(ways):,} ways"
    yield Fact("can become one", f"{counted} · a shows them", tone=_TONES[ways[0].verdict])
    for path in ways[:_MOST_WAYS]:
        words = SURENESS_WORDS[path.verdict]
        names = "; then ".join(edge.way.name for edge in path.edges)
        end = "" if path.end == path.start else f" → {name(path.end)}"
        yield Fact(f"  {words.glyph} {words.word}", f"{names}{end}", tone=_TONES[path.verdict])


def _takers(found: Paths, arn: str, name: Namer) -> Iterator[Fact]:
    """Who has an edge to it on a path."""
    edges = [edge for edge in found.edges if edge.end == arn and edge.start != arn]
    starts = dict.fromkeys(edge.start for edge in edges)
    sure = {edge.start for edge in edges if edge.verdict == "proven"}
    for start in list(starts)[:LISTED]:
        link = start if ":user/" in start or ":role/" in start else ""
        yield Fact("can become it", name(start), link, "bad" if start in sure else "warn")
