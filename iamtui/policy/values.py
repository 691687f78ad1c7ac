"""How the values of conditions are read: numbers, instants, networks, bytes, and texts in any letter case (C31-C44)."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What seconds are counted from (C40)."""

# So many digits that every number can be written out, and the middle between two of them reckoned exactly.
_NUMBER = re.compile(r"[+-]?(?:\d{1,1000}(?:\.\d{1,600})?|\.\d{1,600})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NETWORK = 64
_SECONDS = re.compile(r"\d{1,1000}(?:\.\d{1,600})?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,600})?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?)?)?",
    re.ASCII,
)
_PREFIX_LENGTH = re.compile(r"\d{1,3}", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """An integer or a decimal, also with an exponent as JSON has it (C33)."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def read_instant(text: str) -> Decimal | None:
    """A W3C date, or seconds since 1970, as seconds since 1970; a form without time is its first instant (C40, C41).

    Four digits are a year, as the W3C profile has it; more are seconds, with a fraction or without (C40, UNCONFIRMED).
    """
    written = _read_date(text)
    if written is None and _SECONDS.fullmatch(text):
        return Decimal(text)
    return written


def read_epoch_time(text: str) -> Decimal | None:
    """Seconds since 1970, written as such or as a date: both are taken for `aws:EpochTime` (C42)."""
    written = _read_date(text)
    return read_number(text) if written is None else written


def _read_date(text: str) -> Decimal | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        instant = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    since = instant - EPOCH
    whole = since.days * 86_400 + since.seconds
    if zone is not None and zone != "Z":
        whole -= _offset(zone)
    return Decimal(whole) if fraction is None else _add(whole, fraction)


def _offset(zone: str) -> int:
    """The seconds by which the clocks of a zone are ahead of UTC."""
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def _add(whole: int, fraction: str) -> Decimal:
    """Seconds and their fraction, with all its digits."""
    if whole >= 0:
        return Decimal(f"{whole}{fraction}")
    digits = len(fraction) - 1
    return Decimal(f"{whole * 10**digits + int(fraction[1:])}e-{digits}")


def read_base64(text: str) -> bytes | None:
    """The bytes of a base64 text (C36)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A CIDR range, bits after the mask ignored; a bare address is a range of one (C43, C44)."""
    return _read_network(text) if len(text) <= _LONGEST_NETWORK else None


@lru_cache(maxsize=4_096)
def _read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Kept, because the address of a request is compared with every range of a policy."""
    if "%" in text or ("/" in text and not _PREFIX_LENGTH.fullmatch(text.partition("/")[2])):
        return None  # Python takes zones and masks written as addresses
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def simple_fold(text: str) -> str:
    """Unicode simple case folding: one character stays one character (C31)."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold, text))


def _fold(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character
