"""What one guardrail turns: alone, so that it flips when it is taken out, and beside others that deny it too (FI95)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.taken_out.differences import Cell, Differences
from iamtui.analysis.taken_out.exempt import exempting
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.part import Part
from iamtui.analysis.taken_out.pictures import unguarded
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.request.request import Request
from iamtui.policy.elements import ANY_RESOURCE


class Turned(NamedTuple):
    """What a guardrail turns of one principal: the actions, and a cell of each class of them."""

    principal: str
    actions: int
    cells: tuple[Cell, ...]


class GuardEffect(NamedTuple):
    """What a guardrail does today.

    Attributes:
        alone: what is decided otherwise without it.
        with_others: what it would turn if it were the only guardrail, and others turn too.
        exempt: whom it leaves out, each with the condition that does.
        is_told: False where a limit was met: there may be more.
        cannot_hold: the condition for which it matches nobody, whatever is asked; empty where it may.
    """

    alone: tuple[Turned, ...]
    with_others: tuple[Turned, ...]
    exempt: tuple[tuple[str, str], ...]
    is_told: bool
    cannot_hold: str


class GuardEffects:
    """Asks about the guardrails of one picture."""

    def __init__(self, ground: TakenOutGround) -> None:
        self.ground = ground

    @cached_property
    def _bare(self) -> TakenOutGround:
        bare = unguarded(self.ground.snapshot)
        return TakenOutGround(bare, Holders(bare), self.ground.at, self.ground.wanted)

    def of(self, part: Part) -> Iterator[GuardEffect | None]:
        """The effect, last; None before it, where whoever asks may rest."""
        picture = self.ground.snapshot
        alone: dict[str, Turned] = {}
        others: dict[str, Turned] = {}
        is_told = True
        asked = Differences(self.ground, part, picture, part.taken_out_of(picture), widens=True)
        bare = self._bare.snapshot
        beside = Differences(self._bare, part, part.added_to(bare), bare, widens=True)
        for place in part.holders:
            holder = self.ground.holders.all[place]
            told = 0  # what it turns alone it need not be asked about beside others
            for differences, ground, found in ((asked, self.ground, alone), (beside, self._bare, others)):
                actions, cells = 0, []
                for answered in differences.of(ground.holders.all[ground.holders.places[holder.arn]], told=told):
                    yield None
                    if answered is None:
                        continue
                    is_told &= answered.complete and all(cell.differs is not None for cell in answered.cells)
                    new = [cell for cell in answered.cells if cell.differs]
                    cells += new
                    for cell in new:
                        actions |= of_names(cell.actions)
                if actions:
                    found[holder.arn] = Turned(holder.arn, actions, tuple(cells))
                told |= actions
        exempt = tuple(self._exempt(part))
        yield GuardEffect(
            tuple(alone.values()),
            tuple(others.values()),
            exempt,
            is_told,
            exempt[0][1] if exempt and len(exempt) == len(part.holders) else "",
        )

    def _exempt(self, part: Part) -> Iterator[tuple[str, str]]:
        for place in part.holders if part.statements else ():
            holder = self.ground.holders.all[place]
            request = self.ground.request(holder.arn, part.stated)
            context = prepare_for(self.ground.snapshot, _asking(request)).asked.context
            tests = [exempting(one, context) for one in part.statements or ()]
            found = [one for one in tests if one is not None]
            if len(found) == len(tests):
                yield holder.arn, f"{found[0].spelling} {found[0].key}"


def _asking(request: Request) -> Request:
    return Request(request.principal, "sts:GetCallerIdentity", ANY_RESOURCE, context=request.context, at=request.at)
