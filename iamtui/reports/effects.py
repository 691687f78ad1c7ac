"""What changes do, in lines and Markdown: who gained and lost what, and because of which changes (CH5, CH6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from iamtui.analysis.changes.effect_results import Effect, PathChange, Share, Trust
from iamtui.analysis.changes.results import Changes
from iamtui.reports.change_names import ChangeNames
from iamtui.reports.lines import SEPARATOR, Line
from iamtui.reports.markdown import cell, code
from iamtui.visible import Tone

_MOST_NAMED = 3
_VERDICTS = ("proven", "conditional", "possible")
_SIGNS: dict[str, tuple[str, Tone]] = {"gained": ("+", "warn"), "lost": ("-", "muted")}


def effect_lines(changes: Changes) -> Iterator[Line]:
    """A line for each effect, for everybody who is let in or no longer, and for each path that is new or gone."""
    names = ChangeNames(changes)
    for place, effect in enumerate(changes.effects or ()):
        yield _effect_line(f"effect{place}", effect, changes, names)
    for one in changes.trust or ():
        yield _trust_line(one)
    for place, alike in enumerate(_alike(changes.paths or ())):
        yield _path_line(f"path{place}", alike, names)


def _effect_line(key: str, effect: Effect, changes: Changes, names: ChangeNames) -> Line:
    """Who, in what way; below it what was gained, what was lost, and why."""
    said = "gained" if effect.gained and not effect.lost else "lost" if not effect.gained else "gained and lost"
    if effect.administration is not None:
        said = {"gained": "administrator now", "lost": "administrator no more"}[effect.administration]
    tone: Tone = "bad" if effect.administration == "gained" else "warn" if effect.gained else "muted"
    glyph = "▲" if effect.gained else "▼"
    grow = partial(_effect_children, key, effect, changes, names)
    return Line(key, names.who(effect.principals), said, tone, glyph, open=True, grow=grow)


def _effect_children(key: str, effect: Effect, changes: Changes, names: ChangeNames) -> Iterator[Line]:
    for word, shares in (("gained", effect.gained), ("lost", effect.lost)):
        for place, (said, alike) in enumerate(groups_of(shares)):
            below = f"{key}{SEPARATOR}{word}{place}"
            sign, tone = _SIGNS[word]
            is_told = len(alike) <= _MOST_NAMED and len({share.resources for share in alike}) == 1
            grow = None if is_told else partial(_share_lines, below, alike)
            yield Line(below, f"{sign} {some([share.action for share in alike])}", said, tone, grow=grow)
    for place in effect.because:
        yield Line(f"{key}{SEPARATOR}because{place}", "because", names.title(changes.objects[place]), "accent")
    if len(effect.principals) > _MOST_NAMED:
        grow = partial(_principal_lines, f"{key}{SEPARATOR}who", effect.principals)
        yield Line(f"{key}{SEPARATOR}who", f"all {len(effect.principals):,} principals", grow=grow)


def groups_of(shares: Sequence[Share]) -> list[tuple[str, list[Share]]]:
    """Shares that reach as far, under the same conditions, with what is said of them."""
    found: dict[tuple[object, ...], list[Share]] = {}
    for share in shares:
        keys = tuple(dict.fromkeys(condition.key for condition in share.conditions))
        found.setdefault((share.extent, share.resources == ("*",), keys), []).append(share)
    return [(share_words(alike), alike) for alike in found.values()]


def share_words(alike: Sequence[Share]) -> str:
    """How far shares that are alike reach, on what, and under which conditions."""
    share = alike[0]
    resources = {one.resources for one in alike}
    if share.resources == ("*",):
        on = "everywhere"
    else:
        on = f"on {some(share.resources)}" if len(resources) == 1 else "on some resources"
    if share.extent != "conditional":
        return on
    keys = dict.fromkeys(condition.key for condition in share.conditions)
    return f"{on}, depends on {', '.join(keys) or 'more than one thing that is not known'}"


def _share_lines(key: str, alike: Sequence[Share]) -> Iterator[Line]:
    for share in alike:
        on = "everywhere" if share.resources == ("*",) else f"on {some(share.resources)}"
        yield Line(f"{key}{SEPARATOR}{share.action}{share.resources}", share.action, on)


def _principal_lines(key: str, principals: Sequence[str]) -> Iterator[Line]:
    yield from (Line(f"{key}{SEPARATOR}{arn}", arn) for arn in principals)


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} and {len(names) - _MOST_NAMED:,} more"


def _trust_line(one: Trust) -> Line:
    said = f"{'let in' if one.change == 'gained' else 'no longer let in'}: {one.what}"
    outside = " from outside" if one.outside else ""
    tone: Tone = "bad" if one.outside and one.change == "gained" else "plain"
    glyph = "▲" if one.change == "gained" else "▼"
    return Line(f"trust{SEPARATOR}{one.who}{SEPARATOR}{one.what}", f"{one.who}{outside}", said, tone, glyph)


def _alike(paths: Sequence[PathChange]) -> list[list[PathChange]]:
    """Paths of one source that are new, or gone, as surely, together; the surest first."""
    found: dict[tuple[str, ...], list[PathChange]] = {}
    for one in paths:
        found.setdefault((one.change, one.who, one.verdict, one.why), []).append(one)
    return sorted(found.values(), key=lambda alike: (alike[0].change, _VERDICTS.index(alike[0].verdict)))


def _path_line(key: str, alike: Sequence[PathChange], names: ChangeNames) -> Line:
    """Who can become an administrator now, or no longer, how, and what became of it."""
    one = alike[0]
    is_gained = one.change == "gained"
    tone: Tone = "muted" if not is_gained else "bad" if one.verdict == "proven" else "warn"
    ways = list(dict.fromkeys(_way(each) for each in alike))
    grow = partial(_way_lines, key, ways) if len(ways) > 1 else None
    said = f"{_verb(one)}: {ways[0] if len(ways) == 1 else f'{len(ways)} ways'}"
    return Line(
        key, names.who([one.who]), said, tone, "▲" if is_gained else "▼", open=len(ways) <= _MOST_NAMED, grow=grow
    )


def _way_lines(key: str, ways: Sequence[str]) -> Iterator[Line]:
    yield from (Line(f"{key}{SEPARATOR}{place}", way) for place, way in enumerate(ways))


def _verb(one: PathChange) -> str:
    sure = {"proven": "", "conditional": " under conditions", "possible": " possibly"}[one.verdict]
    why = f" ({one.why})" if one.why else ""
    if one.change == "gained":
        return f"can{sure} become an administrator{why}"
    return f"could{sure} become an administrator, and no longer that way{why}"


def _way(one: PathChange) -> str:
    conditions = f", if {'; '.join(one.conditions)}" if one.conditions and one.change == "gained" else ""
    return f"{one.name} [{one.path}]{conditions}"


def effects_as_markdown(changes: Changes) -> list[str]:
    """A table of effects, and whom policies let in."""
    lines: list[str] = []
    names = ChangeNames(changes)
    if changes.effects:
        lines += ["", "## What it does", "", "| who | gained | lost | because |", "| --- | --- | --- | --- |"]
    for effect in changes.effects or ():
        both = [_cells(shares) for shares in (effect.gained, effect.lost)]
        because = ", ".join(cell(names.title(changes.objects[place])) for place in effect.because)
        lines.append(f"| {cell(names.who(effect.principals))} | {both[0]} | {both[1]} | {because} |")
    lines += [""] if changes.trust else []
    for one in changes.trust or ():
        lines.append(f"- {one.change}: {code(one.who)}{' (outside)' if one.outside else ''} {code(one.what)}")
    lines += [""] if changes.paths else []
    for alike in _alike(changes.paths or ()):
        ways = dict.fromkeys(_way(each) for each in alike)
        lines.append(f"- {alike[0].change}: {code(alike[0].who)} {_verb(alike[0])}: {cell('; '.join(ways))}")
    return lines


def _cells(shares: Sequence[Share]) -> str:
    return "; ".join(f"{cell(some([one.action for one in alike]))} {cell(said)}" for said, alike in groups_of(shares))
