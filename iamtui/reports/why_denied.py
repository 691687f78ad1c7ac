"""Why a call was refused, as text, JSON and Markdown: AWS's word beside our decision (AT22-AT24).

The form of `--format json` is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    denial            AWS's word: principal, action, resource, result (implicitDeny, explicitDeny, denied), layer (a
                      word of decided_by, or null), policy, authorization_id, encoded (true, false), about (policy,
                      credentials, billing, unknown)
    request           what was decided, as in a decision; null where the input does not say enough
    decision          our decision with its trace; null without an export
    aws               {"result", "layer", "policy", "trace"}: trace is null, or AWS's own checks
                      [{"layer", "target", "effect", "policies"}]
    class             agrees, agrees-other-layer, fits, aws-allowed-we-deny, aws-refused-we-allow, not-comparable
    causes            [{"cause", "evidence"}]: why the two differ, or why it cannot be told
    smallest_change   [{"layer", "text", "statements"}]: the least that would have let the call through
    notes             what of the input is not certain
    parts             the same members for each part of the call, where there are several
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.comparing import CheckRow
from iamtui.analysis.denials.explaining import ExplainedPart, WhyDenied
from iamtui.evaluation.decision import Decision, Layer, LayerEffect
from iamtui.reports.decision_data import decision_data, request_data
from iamtui.reports.lines import Keys, Line
from iamtui.reports.markdown import block
from iamtui.reports.outline import outline
from iamtui.reports.requests import fact_lines
from iamtui.reports.serial import Data, json_bytes
from iamtui.reports.trail.event_data import denial_data
from iamtui.reports.tree_text import plain_text
from iamtui.reports.words import LAYERS, Words, reason, sentence
from iamtui.trail.refusals import Refusal, Result
from iamtui.trail.refusals.details import Check

VERSION = 1

_CLASSES = {
    "explained": Words("EXPLAINED", "✔", "good"),
    "differs": Words("DIFFERS", "≠", "bad"),
    "cannot be told": Words("CANNOT BE TOLD", "?", "warn"),
}


def why_data(why: WhyDenied) -> dict[str, Data]:
    """Version 1 of the form that this module describes."""
    data: dict[str, Data] = {"version": VERSION, **_part_data(why.first)}
    if len(why.parts) > 1:
        data["parts"] = [_part_data(part) for part in why.parts]
    return data


def why_as_json(why: WhyDenied) -> bytes:
    """The same as bytes."""
    return json_bytes(why_data(why))


def _part_data(part: ExplainedPart) -> dict[str, Data]:
    refusal, checks = part.refusal, None if part.evaluation is None else part.evaluation.checks
    blockers = () if part.decision is None else part.decision.blockers
    return {
        "denial": denial_data(refusal),
        "request": None if part.request is None else request_data(part.request),
        "decision": None if part.decision is None else decision_data(part.decision),
        "aws": {
            "result": "allowed" if part.is_allowed else refusal.result.value,
            "layer": None if refusal.layer is None else refusal.layer.value,
            "policy": refusal.policy,
            "trace": None if checks is None else [_check_data(check) for check in checks],
        },
        "class": part.agreement.value,
        "causes": [{"cause": cause.kind.value, "evidence": cause.evidence} for cause in part.causes],
        "smallest_change": [
            {"layer": blocker.layer.value, "text": blocker.text, "statements": blocker.statements}
            for blocker in blockers
        ],
        "notes": part.notes,
    }


def _check_data(check: Check) -> dict[str, Data]:
    return {
        "layer": check.type,
        "target": check.target,
        "effect": check.effect,
        "policies": [
            {"uri": policy.uri, "statements": [{"sid": one.sid, "effect": one.effect} for one in policy.statements]}
            for policy in check.matched
        ],
    }


def why_lines(why: WhyDenied) -> Iterator[tuple[Sequence[Line], Sequence[Line]]]:
    """For each part the facts of AWS's word, and the tree of what iamtui says to it."""
    for number, part in enumerate(why.parts):
        unknown = () if why.details is None or number else why.details.unknown
        yield fact_lines(list(_facts(part))), [*_answer(part, Keys(f"part{number}"), unknown)]


def why_as_plain_text(why: WhyDenied, *, full: bool = False) -> str:
    """The parts without colours; with `full` everything is unfolded."""
    return "\n".join(f"{plain_text(facts)}\n{plain_text(tree, full=full)}" for facts, tree in why_lines(why))


def why_as_markdown(why: WhyDenied, *, full: bool = False) -> str:
    """For an incident ticket."""
    words = _CLASSES[why.first.agreement.word]
    return f"## {words.glyph} {words.word}\n\n{block(why_as_plain_text(why, full=full))}"


def _facts(part: ExplainedPart) -> Iterator[tuple[str, str]]:
    refusal = part.refusal
    for name, value in (
        ("principal", refusal.principal),
        ("action", refusal.action or refusal.operation),
        ("resource", refusal.resource),
        ("AWS says", _aws_says(part)),
        ("policy", refusal.policy),
    ):
        if value:
            yield name, value


def _aws_says(part: ExplainedPart) -> str:
    if part.is_allowed:
        return "allowed"
    refusal = part.refusal
    layer = "" if refusal.layer is None else f" by {_KINDS.get(refusal.layer, refusal.layer.value)}"
    words = {
        Result.EXPLICIT_DENY: f"explicit deny{layer}",
        Result.IMPLICIT_DENY: f"not allowed{layer}",
        Result.DENIED: f"denied{layer}, explicitly or not",
    }
    return words[refusal.result]


_KINDS = {
    Layer.RCP: "resource control policies",
    Layer.SCP: "service control policies",
    Layer.VPC_ENDPOINT: "the VPC endpoint policy",
    Layer.RESOURCE: "the resource-based policy",
    Layer.TRUST: "the role trust policy",
    Layer.IDENTITY: "identity-based policies",
    Layer.PERMISSIONS_BOUNDARY: "the permissions boundary",
    Layer.SESSION: "session policies",
    Layer.S3_BLOCK_PUBLIC_ACCESS: "S3 Block Public Access",
}


def _answer(part: ExplainedPart, keys: Keys, unknown: Sequence[str]) -> Iterator[Line]:
    words = _CLASSES[part.agreement.word]
    lines = [*_below(part, Keys(keys.of("answer")), unknown)]
    yield Line(
        keys.of("class"),
        words.word,
        _why(part),
        words.tone,
        words.glyph,
        open=True,
        grow=(lambda: lines) if lines else None,
    )
    if part.decision is not None:
        yield from outline(part.decision)


def _why(part: ExplainedPart) -> str:
    """One sentence on how the two stand."""
    decision = part.decision
    if decision is None:
        asked = "no export to decide it by was given" if part.request is not None and not part.causes else ""
        return asked or "the request cannot be decided"
    match part.agreement:
        case Agreement.AGREES:
            return f"the export says so too: {_ours(decision)}"
        case Agreement.AGREES_OTHER_LAYER:
            return f"by the export it is denied as well, but otherwise: {_ours(decision)}"
        case Agreement.FITS:
            return f"by the export it {sentence(decision)}"
        case Agreement.AWS_REFUSED_WE_ALLOW:
            return f"by the export it is allowed: {_ours(decision)}"
        case Agreement.AWS_ALLOWED_WE_DENY:
            return f"by the export it is denied: {_ours(decision)}"
        case _:
            return "what AWS says is about no policy"


def _ours(decision: Decision) -> str:
    return reason(decision.outcome) if decision.outcome is not None else sentence(decision)


def _below(part: ExplainedPart, keys: Keys, unknown: Sequence[str]) -> Iterator[Line]:
    for cause in part.causes:
        yield Line(keys.of("cause", cause.evidence), cause.kind.value, cause.evidence, "warn", "≠")
    if part.rows:
        key = keys.of("checks")
        rows = part.rows
        differing = sum(row.differs for row in rows)
        said = f"{differing} of {len(rows)} differ" if differing else "alike"
        yield Line(
            key, "AWS's checks beside ours", said, "accent", "●", open=True, grow=lambda: _row_lines(rows, Keys(key))
        )
    yield from _holders(part.decision, keys)
    yield from _further(part.refusal, keys)
    for note in part.notes:
        yield Line(keys.of("note", note), "note", note, "muted", "·")
    for place in unknown:
        yield Line(keys.of("unknown", place), "not known to iamtui", place, "muted", "·")


def _holders(decision: Decision | None, keys: Keys) -> Iterator[Line]:
    """Where the control policies that deny are attached, and who can change them (AT24)."""
    if decision is None or not decision.is_denied:
        return
    for trace in decision.layers:
        if trace.layer not in (Layer.SCP, Layer.RCP):
            continue
        blocking = LayerEffect.DENIES if trace.effect is LayerEffect.DENIES else LayerEffect.SILENT
        for level in trace.levels:
            if level.effect is blocking:
                named = ", ".join(policy.name for policy in level.policies if policy.effect is blocking)
                said = (
                    f"{named or 'no policy'} at {level.name or level.target_id}: the management account can change it"
                )
                yield Line(keys.of("holder", trace.layer.value, level.target_id), LAYERS[trace.layer], said, "bad", "→")


def _further(refusal: Refusal, keys: Keys) -> Iterator[Line]:
    """What AWS would tell besides, by the command that asks for it (N8)."""
    if refusal.authorization_id is not None:
        region = f" --region {refusal.region}" if refusal.region is not None else ""
        command = (
            f"aws iam-toolbox get-request-authorization-details --authorization-id {refusal.authorization_id}{region}"
        )
        yield Line(keys.of("id"), "AWS tells more for a day", command, "accent", "●")
    if refusal.encoded_message is not None:
        command = "aws sts decode-authorization-message --encoded-message … > decoded.json"
        yield Line(keys.of("encoded"), "the encoded message tells more", command, "accent", "●")


def _row_lines(rows: Sequence[CheckRow], keys: Keys) -> Iterator[Line]:
    for row in rows:
        check = row.aws or row.ours
        if check is None:
            continue
        target = f" {check.place[1]}" if check.place[1] else ""
        said = f"AWS {_effect(row.aws)} · iamtui {_effect(row.ours)}{_sids(row.aws)}"
        glyph = "≠" if row.differs else "="
        yield Line(keys.of(*check.place), f"{check.type}{target}", said, "bad" if row.differs else "plain", glyph)


def _effect(check: Check | None) -> str:
    return "–" if check is None else check.effect


def _sids(check: Check | None) -> str:
    if check is None or not check.matched:
        return ""
    named = [f"{policy.uri.rpartition('/')[2]}#{one.sid}" for policy in check.matched for one in policy.statements]
    return f" · {', '.join(named)}"
