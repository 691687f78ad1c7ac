"""The numbers of rules: the letters of a family, a number, at times a letter."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"([A-Z]{1,2})([0-9]{1,3})([A-Z]?)", re.IGNORECASE | re.ASCII)


class RuleNumberError(ValueError):
    """A text that has not the form of a rule's number."""


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """A number such as `E41` or `D201b`; that a rule has it is not said."""

    letters: str
    digits: int
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.letters}{self.digits}{self.suffix}"

    @classmethod
    def of(cls, text: str) -> RuleNumber:
        """The number that a text spells, in whatever case.

        Raises:
            RuleNumberError: it spells none.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise RuleNumberError(f"{text}: expected the number of a rule, such as E41")
        return cls(match[1].upper(), int(match[2]), match[3].lower())
