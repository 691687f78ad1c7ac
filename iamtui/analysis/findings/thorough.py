"""The thorough rules: what guardrails do, what does nothing, and duties joined by paths (FI91, FI95-FI97).

They ask for every principal and every action, with something and without, so they are asked last, when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.by_rule import guardrail_effects
from iamtui.analysis.findings.by_rule.becoming import MOST_PRINCIPALS, is_asked
from iamtui.analysis.findings.by_rule.duties_by_path import Holdings
from iamtui.analysis.findings.by_rule.redundant import Redundancy
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Limits, Subject, Unknown
from iamtui.analysis.taken_out.effects import GuardEffects
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.guards import boundary_guards, denying_statements, endpoint_guards, organization_guards
from iamtui.analysis.taken_out.part import Part
from iamtui.analysis.taken_out.removable import removable
from iamtui.snapshot.model import Snapshot

THOROUGH = frozenset(("FI91", "FI95", "FI96", "FI97"))
"""The numbers of these rules."""


class Asked(NamedTuple):
    """One rule asked of one subject."""

    rule: str
    subject: Subject
    answers: tuple[Answer, ...]


Progress = Callable[[int, int], None]
_ELSEWHERE = (f"nothing more: paths are looked for among up to {MOST_PRINCIPALS} principals",)


def ask_thoroughly(
    snapshot: Snapshot,
    at: datetime | None,
    rules: Collection[str],
    everybody: Everybody | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Iterator[Asked | None]:
    """Each of these rules of each of its subjects; None between, where whoever asks may rest or stop."""
    wanted = THOROUGH & frozenset(rules)
    if not wanted:
        return
    everybody = everybody or Everybody(snapshot, at)
    ground = TakenOutGround(snapshot, everybody.holders, at)
    if "FI91" in wanted:
        yield from _duties(everybody, limits or Limits())
    guards = list(_guards(ground)) if wanted & {"FI95", "FI96"} else []
    parts = list(removable(ground)) if "FI97" in wanted else []
    done = _Done(progress, len(guards) + len(parts))
    yield from _guardrails(ground, guards, wanted, done)
    yield from _redundant(ground, parts, done)


class _Done:
    """Counts the parts that were asked about, for who waits."""

    def __init__(self, progress: Progress | None, count: int) -> None:
        self._progress, self._count, self._done = progress, count, 0

    def one_more(self) -> None:
        """One more part is asked about."""
        if self._progress is not None:
            self._progress(self._done, self._count)
        self._done += 1


def _guards(ground: TakenOutGround) -> Iterator[Part]:
    yield from organization_guards(ground)
    yield from boundary_guards(ground)
    yield from endpoint_guards(ground)
    yield from denying_statements(ground)


def _duties(everybody: Everybody, limits: Limits) -> Iterator[Asked | None]:
    snapshot, at = everybody.snapshot, everybody.at
    if not is_asked(snapshot):
        for account in snapshot.accounts.values():
            yield Asked(
                "FI91",
                Subject(account.alias or account.account_id, "account", account.account_id),
                (Unknown(_ELSEWHERE),),
            )
        return
    cases = [AccountCase(snapshot, account, at, limits, everybody) for account in snapshot.accounts.values()]
    holdings = Holdings(cases)
    yield from holdings.look()
    for arn in holdings.held:
        yield Asked("FI91", subject_of(snapshot, arn), tuple(holdings.of(arn)))


def _guardrails(
    ground: TakenOutGround, guards: Sequence[Part], wanted: Collection[str], done: _Done
) -> Iterator[Asked | None]:
    effects = GuardEffects(ground)
    for part in guards:
        done.one_more()
        for effect in effects.of(part):
            if effect is None:
                yield None
                continue
            subject = subject_of(ground.snapshot, part.owner)
            for number, tell in (("FI95", guardrail_effects.effect_of), ("FI96", guardrail_effects.idle)):
                if number in wanted:
                    yield Asked(number, subject, tuple(tell(part, effect)))


def _redundant(ground: TakenOutGround, parts: Sequence[Part], done: _Done) -> Iterator[Asked | None]:
    redundancy = Redundancy(ground)
    told: list[tuple[str, tuple[Answer, ...]]] = []
    for part in parts:
        done.one_more()
        answers: list[Answer] = []
        for found in redundancy.of(part):
            yield None
            if found is not None:
                answers.append(found)
        told.append((part.owner, tuple(answers)))
    yield from _with_the_most(ground.snapshot, redundancy, told)


def _with_the_most(
    snapshot: Snapshot, redundancy: Redundancy, told: list[tuple[str, tuple[Answer, ...]]]
) -> Iterator[Asked | None]:
    """What can go alone, each with whether it is among those that can all go at once."""
    gone: tuple[object, ...] = ()
    for found in redundancy.together():
        yield None
        gone = found if found is not None else gone
    words = {(part.owner, part.words) for part in redundancy.redundant if part in gone}
    for owner, answers in told:
        yield Asked(
            "FI97",
            subject_of(snapshot, owner),
            tuple(_marked(owner, one, words, len(redundancy.redundant)) for one in answers),
        )


def _marked(owner: str, answer: Answer, together: Collection[tuple[str, str]], count: int) -> Answer:
    if not isinstance(answer, Found) or count < 2:
        return answer
    is_among = any(whose == owner and answer.message.startswith(words) for whose, words in together)
    kept = len(together)
    said = f"one of {kept:,} that can go at once" if is_among else f"not beside the {kept:,} that can go at once"
    return Found(f"{answer.message}; {said}", answer.rows)


def subject_of(snapshot: Snapshot, owner: str) -> Subject:
    """What a part belongs to, as findings name it."""
    for organization in snapshot.organizations.values():
        for policy in organization.policies.values():
            if policy.arn == owner:
                return Subject(policy.name, "organization policy", owner)
    resource = snapshot.resources.get(owner)
    if resource is not None:
        return Subject(owner.rpartition(":")[2], resource.kind, owner)
    kind = owner.split(":", 5)[5].partition("/")[0] if owner.count(":") >= 5 else "VPC endpoint"
    return Subject(owner.rpartition("/")[2], "managed policy" if kind == "policy" else kind, owner)
