"""How surely somebody may do something, and what is known of how they signed in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue

Label = Literal["allowed", "conditional", "possible"]
"""Possible is what only something that was not exported could deny or allow."""

RANKS: tuple[Label, ...] = ("possible", "conditional", "allowed")
"""The surest last."""
NO_KEYS: Mapping[str, KeyValue] = MappingProxyType({})
WITHOUT_MFA: Mapping[str, KeyValue] = MappingProxyType(
    {"aws:MultiFactorAuthPresent": ABSENT, "aws:MultiFactorAuthAge": ABSENT}
)
"""As access keys ask that no session with MFA stands behind."""
MFA_UNKNOWN: Mapping[str, KeyValue] = MappingProxyType(dict.fromkeys(WITHOUT_MFA, UNKNOWN))
"""As a user asks of whom nobody knows whether he signed in with MFA."""
MFA_KEYS = frozenset(key.lower() for key in WITHOUT_MFA)
SIGN_IN_KEYS = MFA_KEYS | {"aws:tokenissuetime"}
"""What one chooses by signing in anew, with MFA."""


class Able(NamedTuple):
    """That somebody may do an action, how surely, on what, and whether only by signing in with MFA."""

    label: Label
    resource: str
    by_sign_in: bool = False

    def row(self, principal: str, action: str) -> str:
        """The request that proves it."""
        signed_in = " aws:MultiFactorAuthPresent true" if self.by_sign_in else ""
        return f"{principal} {action} {self.resource}{signed_in}"
