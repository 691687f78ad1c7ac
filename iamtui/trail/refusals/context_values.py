"""Context values between AWS's JSON and the evaluator's states (AT8)."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from iamtui import catalog
from iamtui.policy.keys import KeyValue

_EPOCH = "aws:epochtime"


def key_value(key: str, written: object) -> KeyValue | None:
    """What a value of AWS's context means for the key; None if it is no value."""
    if isinstance(written, list):
        members = [_text(member) for member in written]
        return None if None in members else KeyValue.listing(tuple(member for member in members if member is not None))
    text = _text(written)
    if text is None:
        return None
    if key.lower() == _EPOCH and not text.isdigit() and (at := instant_of(text)) is not None:
        return KeyValue.of(str(int(at.timestamp())))  # AWS writes a date, and compares seconds as well (K78)
    known = catalog.condition_key(key)
    if known is not None and known.multivalued:
        return KeyValue.listing(_members(text))
    if known is not None and known.type is catalog.KeyType.IP_ADDRESS:
        return KeyValue.of(_address(text))
    return KeyValue.of(text)


def written_value(key: str, value: KeyValue) -> object:
    """The value as AWS writes it: lists in one text, addresses with the length of their prefix.

    A list that one text would not give back as it is is written as a JSON list.
    """
    known = catalog.condition_key(key)
    if value.is_list:
        text = f"[{','.join(value.values)}]"
        found = key_value(key, text)
        return text if found is not None and found.is_list and found.values == value.values else list(value.values)
    text = value.values[0]
    if key.lower() == _EPOCH and text.isdigit() and (at := instant_of(text)) is not None:
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if known is not None and known.type is catalog.KeyType.IP_ADDRESS:
        return _with_prefix(text)
    if known is not None and known.multivalued:
        return [text]
    return text


def instant_of(written: object) -> datetime | None:
    """The instant of `aws:EpochTime` or `aws:CurrentTime`, a date or seconds; None if it is neither."""
    text = _text(written)
    if text is None:
        return None
    try:
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _text(written: object) -> str | None:
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, int | float):
        return str(written)
    return written if isinstance(written, str) else None


def _members(text: str) -> tuple[str, ...]:
    if not (text.startswith("[") and text.endswith("]")):
        return (text,)
    inner = text[1:-1]
    return tuple(member.strip() for member in inner.split(",")) if inner else ()


def _address(text: str) -> str:
    """One address, where it is written as a range of one."""
    try:
        network = ip_network(text)
    except ValueError:
        return text
    return str(network.network_address) if network.num_addresses == 1 and "/" in text else text


def _with_prefix(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return f"{text}/{address.max_prefixlen}" if str(address) == text else text
