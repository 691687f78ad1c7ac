"""Containment as JSON, lines and Markdown: `iamtui contain` (incident.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.containment import Check, Containment, State, Way
from iamtui.content.numbers import number_of
from iamtui.reports.lines import Keys, Line
from iamtui.reports.markdown import block, cell, code
from iamtui.reports.serial import Data
from iamtui.reports.trail.event_data import masked
from iamtui.reports.trail.masked_lines import masked_lines
from iamtui.reports.trail.rows import short
from iamtui.trail.masking import mask_text
from iamtui.trail.times import written
from iamtui.visible import Tone

_WORDS: dict[State, tuple[str, Tone]] = {
    State.OPEN: ("✖", "bad"),
    State.UNKNOWN: ("?", "warn"),
    State.DONE: ("✔", "good"),
    State.NOT_APPLICABLE: ("–", "muted"),
}


def containment_data(found: Containment) -> dict[str, Data]:
    """`{"version", "subject", "at", "contained", "proved", "rules", "ways"}`."""
    return masked(
        {
            "version": 1,
            "subject": {
                "kind": found.subject.kind.value,
                "principal": found.subject.principal,
                "account": found.subject.account,
                "key": found.subject.key,
                "session": found.subject.session,
            },
            "at": written(found.at),
            "contained": found.contained,
            "proved": found.proved,
            "rules": [
                {
                    "rule": check.rule,
                    "state": check.state.value,
                    "text": check.text,
                    "evidence": list(check.evidence),
                    "remedy": [remedy.command for remedy in check.remedies],
                }
                for check in found.checks
            ],
            "ways": [_way_data(way) for way in found.ways],
        }
    )


def _way_data(way: Way) -> dict[str, Data]:
    return {
        "rule": way.rule,
        "kind": way.kind,
        "principal": way.principal,
        "key": way.key,
        "until": written(way.until) if way.until is not None else None,
        "actions": way.actions,
        "examples": list(way.examples),
    }


def verdict(found: Containment) -> str:
    """The answer in a few words."""
    if not found.contained:
        return "NOT CONTAINED"
    return "CONTAINED" if found.proved else "NOT PROVED"


def containment_lines(found: Containment) -> list[Line]:
    """The rules as a checklist, open ones first, then the ways that are left and what closes them."""
    keys = Keys("containment")
    tone: Tone = "bad" if not found.contained else "good" if found.proved else "warn"
    one = f"session {found.subject.key} of " if (found.subject.key or "").startswith("ASIA") else ""
    at = f"{one}{found.subject.kind.value} {found.subject.principal} at {short(written(found.at))} UTC"
    lines = [Line(keys.of("verdict"), verdict(found), at, tone, "●")]
    for state in _WORDS:
        lines += [_check(check, keys) for check in found.checks if check.state is state]
    if found.ways:
        ways = tuple(_way(way, keys) for way in found.ways)
        lines.append(Line(keys.of("ways"), "Ways that are left", f"{len(ways):,}", grow=lambda: ways, open=True))
    commands = tuple(Line(keys.of("remedy", one.command), one.command) for one in found.remedies)
    if commands:
        text = "to copy, in this order; iamtui runs nothing"
        lines.append(Line(keys.of("remedies"), "To close them", text, grow=lambda: commands, open=True))
    return masked_lines(lines)


def _check(check: Check, keys: Keys) -> Line:
    glyph, tone = _WORDS[check.state]
    below = tuple(Line(keys.of(check.rule, text), text, tone="muted") for text in check.evidence)
    return Line(
        keys.of(check.rule),
        f"{check.rule} {check.state.value}",
        check.text,
        tone,
        glyph,
        open=check.state is State.OPEN,
        grow=(lambda: below) if below else None,
    )


def _way(way: Way, keys: Keys) -> Line:
    facts = [way.principal or "unknown principal", *([way.key] if way.key else [])]
    facts += [f"until {short(written(way.until))}"] if way.until is not None else []
    facts += [number_of(way.actions, "action")] if way.actions is not None else []
    facts += [f"such as {', '.join(way.examples[:3])}"] if way.examples else []
    return Line(keys.of("way", way.rule, way.kind, *facts), f"{way.rule} {way.kind}", " · ".join(facts))


def containment_markdown(found: Containment) -> str:
    """The same for a ticket."""
    return mask_text("\n".join(_markdown(found)))


def _markdown(found: Containment) -> Iterator[str]:
    yield f"## {verdict(found)}: {code(found.subject.principal)}"
    yield ""
    yield f"At {written(found.at)}."
    yield ""
    yield "| rule | state | why |"
    yield "| --- | --- | --- |"
    for check in found.checks:
        yield f"| {check.rule} | {_WORDS[check.state][0]} {check.state.value} | {cell(check.text)} |"
    if found.remedies:
        yield ""
        yield "To close what is open, in this order:"
        yield ""
        yield block("\n".join(remedy.command for remedy in found.remedies))
    yield ""
