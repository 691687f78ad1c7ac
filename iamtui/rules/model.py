"""What a rule is: a number, what it says, and where AWS says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class RuleKind(Enum):
    """Who made a rule."""

    AWS = "aws"
    """AWS decides so."""
    CONVENTION = "convention"
    """AWS specifies nothing here; iamtui chose (an order, a wording, how a file is taken)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of documentation on which a rule rests."""

    guide: str
    """The book that the page belongs to: `IAM User Guide`."""
    title: str
    address: str
    """Its URL, shown and never opened; empty where the title is all that is known."""
    read: str
    """When it was read, as precisely as that is known (`2025-2026`); empty: the rule is from general knowledge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule."""

    number: str
    """Letters of the family, a number, at times a letter: `E41`, `D201b`."""
    family: str
    """What the family of the number is about: `The decision`."""
    sentence: str
    """What it says: one to three sentences."""
    consequence: str
    """What that means for an answer; may be empty."""
    kind: RuleKind
    pages: tuple[Page, ...]
    """Where it stands, the most telling page first; none for most conventions."""
    date: str
    """Of what the rule says, where it is more precise than when its pages were read; may be empty."""
    unconfirmed: str
    """What of it is judgement because AWS does not say, or says two things; empty where AWS confirms all."""
    tests: tuple[str, ...]
    """Test files that hold it without citing its number, from the top of the checkout."""
    untested: str
    """Why no test can hold it; mostly empty."""

    @property
    def confirmed(self) -> bool:
        """Whether AWS says all of it."""
        return not self.unconfirmed
