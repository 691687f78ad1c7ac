"""Ways after which somebody is an administrator who was none (EP7, EP30)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from iamtui.analysis.paths.ends.trying import Tried, Trying
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.binding import candidates, policies_of
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.walks.telling import gist_of
from iamtui.analysis.paths.walks.walking import Walk
from iamtui.analysis.paths.ways.catalogue import ACTOR, MAKING, Change, Way

TRIED = frozenset(("managed", "boundary", "version", "inline", "group", "policy"))
"""Variables of which each is tried until the end is an administrator."""

_OF_ONE = frozenset(("inline", "attached", "trust"))
"""Changes after which an end is an administrator as surely as another that is like it."""

_GIVING = frozenset(("inline", "attached", "member", "trust"))
"""Changes by which somebody is allowed more, and nothing that was denied."""

_IN_VAIN = 8
"""After so many choices that fail it is asked whether any does not: that costs more than to try one of them."""


class Making:
    """Tries ways until their end is an administrator."""

    def __init__(self, trying: Trying) -> None:
        """Try with `trying`."""
        self._trying = trying
        self._made: dict[Hashable, Judged | None] = {}

    def walk_to_admin(self, way: Way, holding: Holding, end: str, given: Mapping[str, str]) -> Tried | None:
        """The surest walk after which its end is an administrator; policies that may be used are tried in turn."""
        if end and _only_gives(way) and self._trying.judge.given_all(self._trying.likeness.holding(end)) is None:
            return None
        best: tuple[int, Tried] | None = None
        for bound, walk in self._walks(way, holding, given):
            target = end or walk.binds[way.outcome.becomes or ""]
            judged = self._judge_made(walk, (target, holding.account.account_id), bound)
            if judged is None:
                continue
            level = SURENESS.index(gist_of(way, walk, judged).verdict)
            if best is None or level < best[0]:
                best = (level, Tried(walk, judged))
            if level == 0:
                break
        return None if best is None else best[1]

    def _walks(self, way: Way, holding: Holding, given: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], Walk]]:
        """The walks of a way by which something new is gained, each with the choice of what is tried in turn.

        Where some choices fail it is asked once whether any does not: there may be hundreds, and that is dear (EP58).
        """
        failed: set[Hashable] = set()
        in_vain = 0
        for bound in self.bindings(way, holding, given):
            alike = self._request_on_group(way, holding, bound)
            if alike in failed:
                continue
            walk = self._trying.walker.walk(way, holding, bound)
            if walk is not None and not self._trying.is_nothing_new(holding, gist_of(way, walk, None)):
                yield bound, walk
            elif alike is not None:
                failed.add(alike)
            in_vain += walk is None
            if walk is None and in_vain == _IN_VAIN and self._trying.walker.walk(way, holding, given) is None:
                return

    def walks_to_stronger(
        self, way: Way, holding: Holding, end: str, given: Mapping[str, str]
    ) -> Sequence[tuple[Mapping[str, str], Walk]]:
        """The walks after which an end is no administrator, but may be stronger, each with what it was given (EP7).

        None where another surely makes it an administrator.
        """
        found: list[tuple[Mapping[str, str], Walk]] = []
        for bound in self.bindings(way, holding, given, frees=False):
            is_made = bool(end) and self._is_given_all(way, end, bound)
            walk = None if is_made else self._trying.walker.walk(way, holding, bound)
            if walk is None or self._trying.is_nothing_new(holding, gist_of(way, walk, None)):
                continue
            target = end or walk.binds[way.outcome.becomes or ""]
            judged = self._judge_made(walk, (target, holding.account.account_id), bound)
            if judged is None:
                found.append((bound, walk))
            elif gist_of(way, walk, judged).verdict == "proven":
                return ()
        return found

    def _is_given_all(self, way: Way, end: str, bound: Mapping[str, str]) -> bool:
        """Whether an end is an administrator after a way, because that gives it everything."""
        if not _only_gives(way) or self._trying.judge.given_all(self._trying.likeness.holding(end)) is None:
            return False
        changes = [step.changes.change for step in way.asked() if step.changes is not None]
        policy = bound.get("managed")
        is_all = policy is not None and self._trying.judge.allows_all(end, policy)
        return "group" not in bound and ("inline" in changes or ("attached" in changes and is_all))

    def bindings(
        self, way: Way, holding: Holding, given: Mapping[str, str], *, frees: bool = True
    ) -> Iterator[Mapping[str, str]]:
        """What is given, with every choice of the policies, versions and groups that are tried in turn.

        `frees` says that only those count that may make an administrator of an end that others keep from it.
        """
        name = next((one for one, bind in way.bind.items() if bind.kind in TRIED and one not in given), None)
        if name is None:
            yield given
            return
        bind = way.bind[name]
        texts = list(candidates(way, name, holding, {ACTOR: holding.arn, **given}))
        if bind.kind == "policy":
            texts = self._rewritten(way, holding, texts, given, frees=frees)
        is_any = bind.kind in ("managed", "boundary") and not bind.denies
        if is_any and self._trying.likeness.chooses_freely(way, holding):
            texts = texts[:1]
        if bind.member is False:
            texts = [text for text in texts if self._trying.judge.may_join(holding, text)]
        for text in texts:
            yield from self.bindings(way, holding, {**given, name: text}, frees=frees)

    def _rewritten(
        self, way: Way, holding: Holding, policies: list[str], given: Mapping[str, str], *, frees: bool
    ) -> list[str]:
        """Those of the policies of an end that the actor may rewrite, where that can make an administrator of it."""
        allowed = self._trying.rewriting.policies(way, holding)
        if allowed is None:
            return policies
        end = self._trying.likeness.holding(given[way.outcome.becomes or ""])
        # what another policy denies keeps it from that, or nothing but this one does
        is_kept = frees and self._trying.judge.given_all(end) is None
        return [arn for arn in policies if arn in allowed and (not is_kept or self._may_free(arn, end))]

    def _request_on_group(self, way: Way, holding: Holding, bound: Mapping[str, str]) -> Hashable:
        """Equal for groups on which the only request of a way is decided alike; None for ways of anything else."""
        name = next((one for one, bind in way.bind.items() if bind.kind == "group"), None)
        if name is None or name not in bound or len(way.steps) > 1:
            return None
        return self._trying.likeness.of_request(holding.arn, way.steps[0].ask, bound[name])

    def _judge_made(self, walk: Walk, target: tuple[str, str], bound: Mapping[str, str]) -> Judged | None:
        changes = [taken.step.changes for taken in walk.taken if taken.step.changes is not None]
        giving = [one for one in changes if one.change != "trust"]
        is_there = self._trying.likeness.judges_alike and bool(self._trying.likeness.places.of(target[:1]))
        is_trusted_anew = len(giving) < len(changes)
        if is_there and giving and all(self._gives_all(one, walk, target[0]) for one in giving):
            judged = self._trying.judge.given_all(self._trying.likeness.holding(target[0]))
            if not is_trusted_anew or judged is None or judged.verdict == "proven":
                return judged  # else it may depend on tags of a session, which the new trust need not let in (K14)
        key: Hashable = (target, str(changes), str(sorted(bound.items())))
        if self._trying.likeness.places.of(target[:1]) and all(
            one.change in _OF_ONE and one.without is None for one in changes
        ):
            given = walk.binds.get("managed") if any(one.change == "attached" for one in changes) else None
            made = frozenset(one.change for one in changes if one.change in MAKING)
            seen = self._trying.likeness.of_control(self._trying.likeness.holding(target[0]))
            key = (seen, made, given, is_trusted_anew)
        if key not in self._made:
            self._made[key] = self._trying.judge.judge(walk.picture, *target)
        return self._made[key]

    def _gives_all(self, change: Change, walk: Walk, target: str) -> bool:
        """Whether a change allows its target everything, and takes away nothing that denies it something."""
        if change.without is not None:
            return False
        if change.change == "inline":
            return walk.binds[change.of] == target
        if change.change == "attached":
            return walk.binds[change.of] == target and self._trying.judge.allows_all(target, walk.binds["managed"])
        if change.change != "document":
            return False
        policy, holding = walk.binds[change.of], self._trying.likeness.holding(target)
        return policy in policies_of(holding.account, target) and not self._may_free(policy, holding)

    def _may_free(self, policy: str, holding: Holding) -> bool:
        """Whether a policy of a principal keeps it from something that makes an administrator."""
        is_boundary = policy == holding.entity.boundary
        return is_boundary or self._trying.likeness.carried.denies_control(holding.account, policy)


def _only_gives(way: Way) -> bool:
    """Whether a way changes nothing but that somebody is allowed more."""
    changes = [step.changes for step in way.asked() if step.changes is not None]
    return all(one.change in _GIVING and one.without is None for one in changes)
