"""A replay as text and data: how the logs and the exported policies agree (J2-J5).

As data, within `iamtui trail --format json`:

    comparable      distinct requests of which both AWS and the export say something
    distinct        all distinct requests, each with AWS's word to it
    agreement       the share of the comparable ones that agree or fit, from 0 to 1; null where none is comparable
    scores          {"by": {"name": {"comparable", "agreement"}}} by `result` (refused, allowed), `layer` and `caller`
    classes         {class: how many distinct requests}
    snapshot_time   the moment of the snapshot; older: how many of the events are older than that
    history         how many events are no authorizations and were not replayed
    rows            [{"event", "events", "class", "aws": {"result", "layer"}, "parts", "causes"}], one a distinct
                    request; event is the id of the first
    parts           [{"action", "resource", "decision", "decided_by", "leans_on"}]
    causes          [{"cause", "evidence"}], in the order of J3
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.replay import AwsWord, DecidedPart, Replay, ReplayedCall, Score
from iamtui.content.numbers import number_of
from iamtui.reports.lines import Keys, Line
from iamtui.reports.serial import Data
from iamtui.visible import Tone

_WORDS: Mapping[Agreement, tuple[str, Tone, str]] = {
    Agreement.AGREES: ("agree", "good", "="),
    Agreement.AGREES_OTHER_LAYER: ("agree, by another layer", "warn", "≈"),
    Agreement.FITS: ("fit: the export leaves it open", "accent", "~"),
    Agreement.AWS_ALLOWED_WE_DENY: ("AWS allowed, the export denies", "bad", "≠"),
    Agreement.AWS_REFUSED_WE_ALLOW: ("AWS refused, the export allows", "bad", "≠"),
    Agreement.NOT_COMPARABLE: ("not comparable", "muted", "·"),
}
_GROUPS: Mapping[str, Callable[[ReplayedCall], str]] = {
    "result": lambda call: "allowed" if call.aws.is_allowed else "refused",
    "layer": lambda call: _layer(call.aws) or "none named",
    "caller": lambda call: call.event.caller.entity or call.event.caller.label,
}


def replay_data(replay: Replay) -> dict[str, Data]:
    """The form that this module describes."""
    score = replay.score
    return {
        "comparable": score.comparable,
        "distinct": len(replay.calls),
        "agreement": score.share,
        "scores": {by: {name: _score_data(found) for name, found in _scores(replay, by)} for by in _GROUPS},
        "classes": {agreement.value: count for agreement, count in replay.classes.items()},
        "snapshot_time": None if replay.snapshot_time is None else replay.snapshot_time.isoformat(),
        "older": replay.older,
        "history": replay.history,
        "rows": [_call_data(call) for call in replay.calls],
    }


def _scores(replay: Replay, by: str) -> list[tuple[str, Score]]:
    return [(name, score) for name, score in replay.scores(_GROUPS[by]).items() if score.comparable]


def _score_data(score: Score) -> dict[str, Data]:
    return {"comparable": score.comparable, "agreement": score.share}


def _call_data(call: ReplayedCall) -> dict[str, Data]:
    return {
        "event": call.event.event_id,
        "events": call.events,
        "class": call.agreement.value,
        "aws": {"result": _result(call.aws), "layer": _layer(call.aws)},
        "parts": [_part_data(part) for part in call.parts],
        "causes": [{"cause": cause.kind.value, "evidence": cause.evidence} for cause in call.causes],
    }


def _part_data(part: DecidedPart) -> dict[str, Data]:
    return {
        "action": part.part.action,
        "resource": part.part.resource,
        "decision": part.word,
        "decided_by": None if part.decided_by is None else part.decided_by.value,
        "leans_on": part.leans_on,
    }


def _result(aws: AwsWord) -> str | None:
    if aws.open_because is not None:
        return None
    return "allowed" if aws.refusal is None else aws.refusal.result.value


def _layer(aws: AwsWord) -> str | None:
    return None if aws.refusal is None or aws.refusal.layer is None else aws.refusal.layer.value


def replay_lines(replay: Replay, *, limit: int = 50) -> Iterator[Line]:
    """The score, the classes, and below each class its requests, at most `limit` of them (0: all)."""
    score, keys = replay.score, Keys("replay")
    share = "nothing can be compared" if score.share is None else f"{score.share:.1%} agree or fit"
    counted = f"{score.agreeing:,} of {score.comparable:,} distinct requests"
    yield Line(keys.of("score"), f"Replay  {share}", counted, "accent", "●", open=True, grow=lambda: _below(replay))
    for agreement, count in replay.classes.items():
        if count:
            text, tone, glyph = _WORDS[agreement]
            calls = [call for call in replay.calls if call.agreement is agreement]
            key = keys.of("class", agreement.value)
            yield Line(
                key,
                f"{count:,} {text}",
                "",
                tone,
                glyph,
                open=agreement not in (Agreement.AGREES, Agreement.NOT_COMPARABLE),
                grow=partial(_calls, calls, key, limit),
            )


def _below(replay: Replay) -> Iterator[Line]:
    keys = Keys("replay-score")
    for by in ("result", "layer"):
        for name, score in _scores(replay, by):
            said = f"{score.agreeing:,} of {score.comparable:,}"
            yield Line(keys.of(by, name), f"{by} {name}", said, "plain", "·")
    if replay.snapshot_time is None:
        yield Line(keys.of("time"), "the export holds no date", "state it with --snapshot-time", "warn", "?")
    elif replay.older:
        text = f"{number_of(replay.older, 'event')} older than the export"
        said = f"of {replay.snapshot_time:%Y-%m-%d %H:%M:%S} UTC: judged by policies of another day"
        yield Line(keys.of("time"), text, said, "warn", "⚠")
    if replay.history:
        text = f"{number_of(replay.history, 'event')} without an authorization"
        yield Line(keys.of("history"), text, "not replayed", "muted", "·")


def _calls(calls: list[ReplayedCall], above: str, limit: int) -> Iterator[Line]:
    keys = Keys(above)
    for call in calls[: limit or None]:
        key = keys.of(call.event.event_id)
        times = "" if call.events == 1 else f" · {call.events:,} events"
        said = f"{call.event.caller.label} · {_said(call)}{times}"
        name = next((part.part.action for part in call.parts if part.part.action), call.event.call.name)
        yield Line(
            key,
            f"{call.event.time.isoformat(' ', 'seconds')[:19]} {name}",
            said,
            grow=partial(_call, call, key),
            open=bool(call.causes) and call.agreement is not Agreement.NOT_COMPARABLE,
        )
    if limit and len(calls) > limit:
        yield Line(keys.of("more"), f"{len(calls) - limit:,} more", "--limit 0 shows all", "muted", "…")


def _said(call: ReplayedCall) -> str:
    ours = ", ".join(dict.fromkeys(part.word or "not decided" for part in call.parts)) or "not decided"
    layer = _layer(call.aws)
    return f"AWS {_result(call.aws) or 'not told'}{f' ({layer})' if layer else ''} · iamtui {ours}"


def _call(call: ReplayedCall, above: str) -> Iterator[Line]:
    keys = Keys(above)
    yield Line(keys.of("event"), "event", call.event.event_id, "muted", "·")
    for cause in call.causes:
        yield Line(keys.of("cause", cause.evidence), cause.kind.value, cause.evidence, "warn", "≠")
    for part in call.parts:
        decided = "" if part.decided_by is None else f" · {part.decided_by.value}"
        yield Line(
            keys.of("part", part.part.action, part.part.resource),
            part.part.action or "no action known",
            f"{part.part.resource} · {part.word or 'not decided'}{decided}",
            "plain",
            "·",
        )
