"""How AWS's word and ours stand to each other (J2, AT22)."""

from __future__ import annotations

from enum import StrEnum


class Agreement(StrEnum):
    """The classes of J2; none is dropped."""

    AGREES = "agrees"
    AGREES_OTHER_LAYER = "agrees-other-layer"
    FITS = "fits"
    AWS_ALLOWED_WE_DENY = "aws-allowed-we-deny"
    AWS_REFUSED_WE_ALLOW = "aws-refused-we-allow"
    NOT_COMPARABLE = "not-comparable"

    @property
    def word(self) -> str:
        """What it means for the question why a call was refused (AT22)."""
        if self is Agreement.AGREES:
            return "explained"
        return "cannot be told" if self in (Agreement.FITS, Agreement.NOT_COMPARABLE) else "differs"
