"""What the user says about the context keys of a request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from iamtui.content.requests import ContextField, ContextOffer, KeyDescriber

EMPTY: Final = '""'
"""How the empty string is written in a value line; an empty line says nothing about the key."""


class ContextFields:
    """The keys on offer and what was said about them. Key names are the same in any letter case (IAM's rule).

    A key that is no longer offered stays as long as something was said about it.
    """

    def __init__(self) -> None:
        self._offers: tuple[ContextOffer, ...] = ()
        self._said: dict[str, ContextField] = {}
        self._remembered: dict[str, tuple[str, ...]] = {}
        self.rows: tuple[ContextOffer, ...] = ()
        self.describe: KeyDescriber = ContextOffer
        """Says what is known of a key that is not on offer; the owner sets it."""

    def offer(self, offers: Iterable[ContextOffer]) -> None:
        """Take other offers."""
        self._offers = tuple(offers)
        self._arrange()

    def fill(self, fields: Iterable[ContextField]) -> None:
        """Replace all that was said."""
        self._said = {field.name.casefold(): field for field in fields}
        self._remembered = {key: field.values for key, field in self._said.items() if field.state == "value"}
        self._arrange()

    def _arrange(self) -> None:
        offered = {offer.name.casefold() for offer in self._offers}
        others = (self.describe(field.name) for key, field in self._said.items() if key not in offered)
        relevant = (offer for offer in self._offers if offer.relevant)
        irrelevant = (offer for offer in self._offers if not offer.relevant)
        self.rows = (*relevant, *(replace(offer, relevant=False) for offer in others), *irrelevant)

    @property
    def said(self) -> tuple[ContextField, ...]:
        """All that was said, in the order in which it was."""
        return tuple(self._said.values())

    def of(self, name: str) -> ContextField | None:
        """Give what was said about a key."""
        return self._said.get(name.casefold())

    def say(self, field: ContextField) -> None:
        """Say something about a key."""
        key = field.name.casefold()
        self._said[key] = field
        if field.state == "value":
            self._remembered[key] = field.values
        self._arrange()

    def clear(self, name: str) -> None:
        """Take back what was said about a key."""
        self._said.pop(name.casefold(), None)
        self._arrange()

    def cycle(self, offer: ContextOffer) -> None:
        """Go on to the next state: each possible value or the last one given, absent, unknown; then nothing."""
        remembered = self._remembered.get(offer.name.casefold())
        values: list[tuple[str, ...]] = [(value,) for value in offer.values]
        if remembered is not None and not values:
            values = [remembered]
        states = [
            *(ContextField(offer.name, "value", value) for value in values),
            ContextField(offer.name, "absent"),
            ContextField(offer.name, "unknown"),
        ]
        field = self.of(offer.name)
        here = next((place for place, state in enumerate(states) if field is not None and _same(state, field)), None)
        if field is not None and here is None:  # a value that is none of those
            here = len(values) - 1
        after = 0 if here is None else here + 1
        if after < len(states) or (not offer.values and values):
            self.say(states[after % len(states)])
        else:
            self.clear(offer.name)

    def line_of(self, offer: ContextOffer) -> str:
        """Give the value line that stands for a key's last values."""
        values = self._remembered.get(offer.name.casefold(), ())
        return line_of(values, multivalued=offer.multivalued)


def _same(one: ContextField, other: ContextField) -> bool:
    return (one.state, one.values) == (other.state, other.values)


def line_of(values: tuple[str, ...], *, multivalued: bool) -> str:
    """Write values as a line that `values_of` reads back."""
    if not multivalued:
        return EMPTY if values == ("",) else ", ".join(values)
    return ", ".join(re.sub(r"([\\,])", r"\\\1", value) if value else EMPTY for value in values)


def values_of(line: str, *, multivalued: bool) -> tuple[str, ...]:
    r"""Read a value line: one value as it stands, or values between commas (`\,` is a comma, `""` the empty string)."""
    if not line:
        return ()
    if not multivalued:
        return ("" if line == EMPTY else line,)
    parts = (part.strip() for part in re.findall(r"(?:\\[\\,]|[^,])+", line))
    return tuple("" if part == EMPTY else re.sub(r"\\([\\,])", r"\1", part) for part in parts if part)
