"""The KMS key of an alias that no export resolves: of its ARN all is known but the id (S20)."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.arn import Arn
from iamtui.patterns import Part, Wild
from iamtui.policy.elements import ResourcePattern
from iamtui.policy.keys import Context
from iamtui.policy.meeting import may_meet
from iamtui.policy.truth import Truth

_IN_NO_ID = "\ue000"


@dataclass(frozen=True, slots=True)
class UnnamedKey:
    """What is known of the key that an alias stands for: it has the alias's account and Region.

    Attributes:
        alias: the ARN that the request names.
        beginning: the key's ARN up to its id.
        is_open: whether what is not known is unknown; scenarios take it as something that no policy names.
    """

    alias: str
    beginning: str
    is_open: bool

    @classmethod
    def of(cls, alias: Arn, *, is_open: bool) -> UnnamedKey:
        """The key of an alias."""
        return cls(str(alias), f"arn:{alias.partition}:kms:{alias.region}:{alias.account}:key/", is_open)

    @property
    def words(self) -> str:
        """What is not known."""
        return f"the key that {self.alias} stands for was not exported (S20)"

    @property
    def note(self) -> str:
        """Why a pattern that names keys can neither be said to match nor not to."""
        return f"which key {self.alias} stands for was not exported (S20)"

    def match(self, pattern: ResourcePattern, context: Context, *, completes_short: bool) -> Truth:
        """Compare a pattern other than `*` with all that the key's ARN can be.

        What matches ids of one and of many characters that no policy writes has a star for them, and matches every id.
        """
        ids = (_IN_NO_ID, _IN_NO_ID * 64)
        found = [pattern.match(self.beginning + one, context, completes_short=completes_short) for one in ids]
        if min(found) is Truth.TRUE or not self.is_open:
            return min(found)
        parts = pattern.bare if pattern.short and not completes_short else pattern.widest
        every: tuple[Part, ...] = (self.beginning, Wild.ONE_IN_PART, Wild.ANY_IN_PART)
        return Truth.UNKNOWN if parts and may_meet(parts, every) else Truth.FALSE
