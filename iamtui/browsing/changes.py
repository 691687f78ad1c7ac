"""The changes between two loads as sections of a tree, and old and new of one of them as texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from iamtui.analysis.changes.results import Aspect, Change, Changes, Data, summary
from iamtui.browsing.loads import Load, age_of
from iamtui.reports.changes import closing_lines, object_lines
from iamtui.reports.effects import effect_lines
from iamtui.reports.lines import SEPARATOR, Line


def change_sections(
    changes: Changes | None, loads: Sequence[Load], compared: tuple[int, int], words: Sequence[str] = ()
) -> Iterator[Line]:
    """What changed, what that does, what was not compared, and the timeline.

    Of changes and effects only those that hold every one of `words`.
    """
    if changes is None:
        yield Line("objects", "What changed", "comparing …", "muted")
    else:
        said = summary(changes.objects) or "nothing differs"
        yield Line("objects", "What changed", said, open=True, grow=lambda: _holding(object_lines(changes), words))
        yield _effects(changes, words)
        notes = [line for line in closing_lines(changes) if line.key != "summary"]
        if notes:
            yield Line(
                "notes",
                "Beside that",
                f"{len(notes)} note{'' if len(notes) == 1 else 's'}",
                "muted",
                grow=lambda: notes,
            )
    yield Line(
        "loads",
        "Loads of this run",
        "o from this one, n to this one, v views it",
        open=len(loads) > 1,
        grow=partial(_load_lines, loads, compared),
    )


def _holding(lines: Iterable[Line], words: Sequence[str]) -> Iterator[Line]:
    """The lines in which, or directly below which, stands every word."""
    for line in lines:
        below = line.children if words else ()
        text = "\n".join(f"{one.text} {one.detail}" for one in (line, *below)).casefold()
        if all(word in text for word in words):
            yield line


def _effects(changes: Changes, words: Sequence[str]) -> Line:
    if changes.effects is None:
        return Line("effects", "What it does", "asking …", "muted")
    count = len(changes.effects) + len(changes.trust or ())
    nothing = "nothing: nobody can do more or less" if changes.complete else "nothing was found, and not all was proved"
    said = f"{count:,} effect{'' if count == 1 else 's'}" if count else nothing
    return Line(
        "effects",
        "What it does",
        said,
        open=True,
        grow=(lambda: _holding(effect_lines(changes), words)) if count else None,
    )


def _load_lines(loads: Sequence[Load], compared: tuple[int, int]) -> Iterator[Line]:
    for place in range(len(loads) - 1, -1, -1):
        sides = [word for word, side in zip(("old", "new"), compared, strict=True) if side == place]
        marks = f"  ← {' and '.join(sides)}" if sides else ""
        said = f"{age_of(loads, place)}{marks}  {loads[place].said}"
        yield Line(f"load{SEPARATOR}{place}", f"{loads[place].at:%H:%M:%S}", said, "accent" if sides else "plain")


def compared_texts(change: Change, aspect: str | None) -> tuple[str, str]:
    """Old and new of one respect in which a thing differs, or of all, as JSON; empty where it is not there."""
    chosen = [one for one in change.aspects if aspect in (None, one.aspect)]
    if len(chosen) == 1:
        return _text(chosen[0].before), _text(chosen[0].after)
    return _sides(chosen, "before"), _sides(chosen, "after")


def _sides(aspects: Sequence[Aspect], side: str) -> str:
    values: Data = {one.aspect: getattr(one, side) for one in aspects}
    return _text({name: value for name, value in values.items() if value is not None} or None)


def _text(value: Data) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
