"""Who is decided alike, so that a way is tried once for all of them (EP57).

Beside actors these are ends, of which no statement in play tells one from the other and what the way needs is equal,
and requests.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property

from iamtui.analysis.paths.alike.actors import Actors
from iamtui.analysis.paths.alike.alike_ends import AlikeEnds, Group, Kind
from iamtui.analysis.paths.alike.alike_policies import PoliciesCarried
from iamtui.analysis.paths.alike.alike_requests import AlikeRequests
from iamtui.analysis.paths.alike.trusted_ends import TrustedEnds
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.ways.catalogue import Way


class Likeness(Actors):
    """Tells actors, ends and requests of one snapshot apart."""

    def groups(self, way: Way, holding: Holding, ends: int, kind: Kind) -> Iterable[Group]:
        """The ends, those together that an actor's requests do not tell apart."""
        return self._alike_ends.groups(way, holding, ends, kind)

    def asked_alike(self, action: str, holding: Holding, ends: int) -> Iterator[int]:
        """The ends, those together on which one request of an actor is decided alike."""
        return self._alike_ends.asked(action, holding, ends)

    @cached_property
    def _alike_ends(self) -> AlikeEnds:
        return AlikeEnds(self, self.trusted, self.carried)

    def of_request(self, principal: str, action: str, resource: str) -> Hashable:
        """Equal for requests that are decided alike, whoever asks; None where that is not told."""
        return self._alike_requests.key(principal, action, resource)

    def of_let_in(self, principal: str, role: str) -> Hashable:
        """Equal for actors who assume roles alike that trust them by name; None where that is not told."""
        return self._alike_requests.let_in(principal, role)

    @cached_property
    def _alike_requests(self) -> AlikeRequests:
        return AlikeRequests(self, self.trusted)

    @cached_property
    def carried(self) -> PoliciesCarried:
        """Principals told apart by the customer managed policies that they carry."""
        return PoliciesCarried(self)

    @cached_property
    def trusted(self) -> TrustedEnds:
        """Roles told apart by whom they trust."""
        return TrustedEnds(self)

    def forget_all(self) -> None:
        """Let go of what tells ends and requests apart, where no answer is kept that was told by it (EP58)."""
        for name in ("_alike_ends", "_alike_requests", "carried", "trusted"):
            vars(self).pop(name, None)  # made anew where somebody asks again
        super().forget_all()

    def let_go(self) -> None:
        """Tell nothing any more: its parts know it, so that it would not die before they are gone (EP58)."""
        vars(self).clear()
