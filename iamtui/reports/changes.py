"""What changed between two snapshots, as lines, text, JSON and Markdown (CH1-CH8).

The JSON of `iamtui diff` (version 1):

    objects           [{"kind", "thing", "key", "name", "aspects"}], the weightiest first. kind: added, removed,
                      changed, recreated (the same name, another unique id), rewritten (proved to have no effect)
    objects.aspects   [{"aspect", "before", "after", "differences"}]: before and after are null where there is nothing;
                      differences are the same in words, one for each member; rewritten is true where only the writing
                      differs, null where that was not proved
    effects           with --effect: [{"principals", "gained", "lost", "because"}]: who gained and lost the same by
                      the same changes; because are places in objects. A share of gained and lost is {"action",
                      "extent", "resources", "conditions"}: the action is a pattern that stands for all that it
                      matches; extent is everywhere, somewhere or conditional, of the side that has it.
                      administration is gained or lost where they can, or no longer can, change everybody's
                      permissions. Users are asked with aws:MultiFactorAuthPresent unknown
    trust             with --effect: [{"who", "outside", "what", "change"}]: whom a policy lets in, or no longer does
    paths             with --effect: [{"change", "from", "path", "name", "to", "verdict", "conditions", "why"}]: paths
                      to administrators that are new or surer (gained), or gone or less sure (lost), with the id of
                      their first way; why is there where the source was or is an administrator, or how sure it was
    not_compared      what one of the two did not export
    noise             how many things differ without meaning: last uses, counters, the order of lists
    complete          false where two documents may say the same and it was not proved
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from iamtui.analysis.changes.results import Aspect, Change, ChangeKind, Changes, summary
from iamtui.reports.change_names import ChangeNames
from iamtui.reports.change_words import CHANGE_WORDS, said_of
from iamtui.reports.effects import effect_lines, effects_as_markdown
from iamtui.reports.lines import SEPARATOR, Line
from iamtui.reports.markdown import cell, code
from iamtui.reports.serial import json_bytes
from iamtui.reports.tree_text import plain_text, styled_text
from iamtui.visible import Tone

if TYPE_CHECKING:
    from rich.text import Text


def changes_as_json(changes: Changes) -> bytes:
    """The JSON of `iamtui diff`."""
    return json_bytes(changes.to_dict())


def changes_as_text(changes: Changes) -> str:
    """Each thing with what differs of it, and what was not compared."""
    return plain_text(change_lines(changes))


def changes_as_styled_text(changes: Changes, width: int) -> Text:
    """The same in colours, no wider than `width` cells; nothing is cut off."""
    return styled_text(change_lines(changes), width)


def change_lines(changes: Changes) -> list[Line]:
    """A line for each thing that differs, and those that hold for all."""
    return [*object_lines(changes), *effect_lines(changes), *closing_lines(changes)]


def object_lines(changes: Changes) -> Iterator[Line]:
    """Each thing with its kind; below it, what differs."""
    names = ChangeNames(changes)
    return (_object_line(change, names) for change in changes.objects)


def _object_line(change: Change, names: ChangeNames) -> Line:
    words = CHANGE_WORDS[change.kind]
    key = f"change{SEPARATOR}{change.key}"
    grow = partial(_aspect_lines, key, change) if change.aspects else None
    return Line(key, names.title(change), said_of(change), words.tone, words.glyph, open=_is_open(change), grow=grow)


def _is_open(change: Change) -> bool:
    return change.kind is not ChangeKind.REWRITTEN


def aspect_name(aspect: Aspect) -> str:
    """The attribute in words."""
    return aspect.aspect.replace("_", " ")


_WORDS = {True: "rewritten, no effect", None: "not proved to have no effect", False: ""}


def _aspect_lines(key: str, change: Change) -> Iterator[Line]:
    for aspect in change.aspects:
        below = f"{key}{SEPARATOR}{aspect.aspect}"
        said = _WORDS[aspect.rewritten]
        if len(aspect.lines) == 1 and not said:
            yield Line(below, aspect_name(aspect), aspect.lines[0], _tone(aspect.lines[0]))
        elif _is_swap(aspect):
            before, after = (line[2:] for line in aspect.lines)
            yield Line(below, aspect_name(aspect), f"{before} → {after}", "warn")
        else:
            grow = partial(_member_lines, below, aspect) if aspect.lines else None
            yield Line(below, aspect_name(aspect), said, open=True, grow=grow)


def _is_swap(aspect: Aspect) -> bool:
    """Whether one plain value took the place of another."""
    values = (aspect.before, aspect.after)
    return None not in values and not any(isinstance(value, list | dict) for value in values)


def _member_lines(key: str, aspect: Aspect) -> Iterator[Line]:
    for place, line in enumerate(aspect.lines):
        yield Line(f"{key}{SEPARATOR}{place}", line, tone=_tone(line))


def _tone(line: str) -> Tone:
    """By the sign, which stands first, or after the element of a statement."""
    if line.startswith("+") or ": + " in line:
        return "good"
    if line.startswith("-") or ": - " in line:
        return "bad"
    return "warn"


def change_of_line(changes: Changes, key: str) -> Change | None:
    """The change that a line is about or lies below."""
    kind, _, rest = key.partition(SEPARATOR)
    name = rest.partition(SEPARATOR)[0]
    return next((one for one in changes.objects if kind == "change" and one.key == name), None)


def closing_lines(changes: Changes) -> Iterator[Line]:
    """How many differ, how many of no meaning, and what was not compared."""
    said = summary(changes.objects) or "nothing differs"
    yield Line("summary", said)
    if changes.noise:
        counted = f"{changes.noise:,} more {'differs' if changes.noise == 1 else 'differ'}"
        yield Line("noise", f"{counted} without meaning: last uses, counters, order of lists", "", "muted")
    for text in changes.not_compared:
        yield Line(f"lacking{SEPARATOR}{text}", "not compared", text, "warn", "?")
    if not changes.complete:
        yield Line("incomplete", f"not proved: {_not_proved(changes)}", "", "warn", "?")


def _not_proved(changes: Changes) -> str:
    """What may be otherwise where a limit was met: documents compared, and with effects what was asked about."""
    documents = "some documents may say the same as before"
    return documents if changes.effects is None else f"there may be more effects, or {documents}: a limit was met"


def changes_as_markdown(changes: Changes) -> str:
    """A table of the things that differ, and what was not compared."""
    lines = ["## What changed", "", summary(changes.objects) or "Nothing differs.", ""]
    if changes.objects:
        lines += ["| | what | | differences |", "| --- | --- | --- | --- |"]
    names = ChangeNames(changes)
    for change in changes.objects:
        told = "; ".join(
            f"{aspect_name(aspect)}: {cell(', '.join(aspect.lines))}" for aspect in change.aspects if aspect.lines
        )
        words = CHANGE_WORDS[change.kind]
        lines.append(f"| {words.glyph} | {cell(names.title(change))} | {said_of(change)} | {told} |")
    lines += effects_as_markdown(changes)
    lines += ["", *(f"- not compared: {code(text)}" for text in changes.not_compared)] if changes.not_compared else []
    if changes.noise:
        lines += ["", f"{changes.noise:,} more differ without meaning."]
    lines += [] if changes.complete else ["", f"Not proved: {_not_proved(changes)}."]
    return "\n".join([*lines, ""])
