"""The thorough rules for the list of findings: asked behind the others, when somebody wants them (FI91, FI95-FI97)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from iamtui.browsing.descriptions import key_of
from iamtui.browsing.findings import Findings, Looking, rearranged
from iamtui.browsing.pauses import Pauses
from iamtui.browsing.subjects import find_subject
from iamtui.policy.lint import Finding
from iamtui.snapshot.model import Snapshot

_SLICE = 0.004
"""Seconds of work between two rests."""


def look_thoroughly(
    snapshot: Snapshot, before: Findings, stop: Callable[[], bool], rest: Callable[[], object], looking: Looking
) -> Findings | None:
    """What was found before, with what the thorough rules say; None if `stop` returned true.

    `rest` is called after each slice of work, so that the thread that draws gets its turn.
    """
    from iamtui.analysis.findings.hygiene_with_lint import thoroughly  # noqa: PLC0415 - the first frame does not wait
    from iamtui.analysis.findings.thorough import THOROUGH  # noqa: PLC0415 - as above

    pauses = Pauses(stop, rest, _SLICE)
    found: dict[str, tuple[Finding, ...]] = {
        key: tuple(one for one in held if one.rule not in THOROUGH) for key, held in before.by_key.items()
    }
    looked_at = before.looked_at

    def tell(done: int, count: int) -> None:
        looking.tell(100 * done // max(count, 1))

    for checked in pauses.between(thoroughly(snapshot, tell)):
        if checked is not None:
            looked_at += 1
            key = key_of(find_subject(snapshot, checked.owner or checked.name))
            if checked.findings:
                found[key] = (*found.get(key, ()), *checked.findings)
    if pauses.stopped:
        return None
    told = replace(before, by_key=MappingProxyType({key: held for key, held in found.items() if held}))
    return rearranged(snapshot, replace(told, looked_at=looked_at), stop, rest, looking)
