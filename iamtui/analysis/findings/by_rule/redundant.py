"""What can be taken away and nothing is decided otherwise, and how much of it at once (FI97)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.taken_out.differences import Differences
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.part import Part
from iamtui.policy.statement import Statement

_MOST_NAMED = 4
_NOT_PROVED = ("nothing more: not proved, because a limit was met or a document was not exported",)


class Redundancy:
    """Asks of parts of one picture whether anything is decided otherwise without them."""

    def __init__(self, ground: TakenOutGround) -> None:
        self._ground = ground
        self._left = ground.snapshot
        self._together: list[Part] = []
        self.redundant: list[Part] = []

    def of(self, part: Part) -> Iterator[Answer | None]:
        """What is to be said of a part, last, if anything; None before it, where whoever asks may rest."""
        picture = self._ground.snapshot
        if any(listed_nowhere(one) for one in part.statements or ()):
            return  # what AWS does not list, or listed later, is not tried
        asked = Differences(self._ground, part, picture, part.taken_out_of(picture))
        differs: bool | None = False
        for found in self._differs(self._ground, asked, part):
            yield None
            differs = found
        if differs is None or (differs is False and part.is_over_outsiders):
            yield Unknown(_NOT_PROVED)
            return
        if differs:
            return
        self.redundant.append(part)
        yield self._told(part, asked)

    def _differs(self, ground: TakenOutGround, asked: Differences, part: Part) -> Iterator[bool | None]:
        """False until something differs; then True at once, or None at the end where that is not told."""
        is_told = True
        for place in part.holders:
            for found in asked.of(ground.holders.all[place]):
                yield False
                if found is None:
                    continue
                if any(cell.differs for cell in found.cells):
                    yield True
                    return
                is_told &= found.complete and not found.cells
        yield False if is_told else None

    def _told(self, part: Part, asked: Differences) -> Found:
        covering = list(asked.covering)
        more = f" and {len(covering) - _MOST_NAMED:,} more" if len(covering) > _MOST_NAMED else ""
        if covering:
            why = f"{', '.join(covering[:_MOST_NAMED])}{more} decide{'s' if len(covering) == 1 else ''} all of it"
        else:
            why = "nobody is allowed what it takes, with it or without"
        return Found(f"{part.words} changes no decision: {why}", tuple(covering))

    def together(self) -> Iterator[tuple[Part, ...] | None]:
        """As many as can go at once, one after the other (greedy): last; None before it."""
        left, gone = self._ground.snapshot, []
        for part in self.redundant:
            ground = TakenOutGround(left, Holders(left), self._ground.at, self._ground.wanted)
            picture = part.taken_out_of(left)
            differs: bool | None = False
            for found in self._differs(ground, Differences(ground, part, left, picture), part):
                yield None
                differs = found
            if differs is False:
                left = picture
                gone.append(part)
        yield tuple(gone)


def listed_nowhere(statement: Statement) -> bool:
    """Whether an Action names something that AWS does not list."""
    return any(pattern != "*" and not catalog.matching(pattern) for pattern in statement.action.patterns)
