"""What the options of several commands mean: context keys and instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from iamtui.analysis.requests.context import key_value
from iamtui.cli.errors import InputError
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue


def context_of(stated: Iterable[str]) -> dict[str, KeyValue]:
    """The context keys of `--context KEY=VALUE`; a key that is repeated has several values (C20).

    `@absent` and `@unknown` are states; `@@` is a value that begins with `@`.

    Raises:
        InputError: no `=`, an unknown state, a state beside values, or several values of a key that has one.
    """
    states: dict[str, KeyValue] = {}
    values: dict[str, list[str]] = {}
    spellings: dict[str, str] = {}
    for text in stated:
        written, sign, value = text.partition("=")
        if not written or not sign:
            raise InputError(f"--context {text}: expected KEY=VALUE; nothing is decided")
        key = spellings.setdefault(written.lower(), written)
        state = _state(text, value)
        if key in states or (state is not None and key in values):
            raise InputError(f"--context {text}: the key is stated twice, as a state and otherwise")
        if state is not None:
            states[key] = state
        else:
            values.setdefault(key, []).append(value.removeprefix("@"))
    try:
        context = {key: key_value(key, tuple(given), is_list=len(given) > 1) for key, given in values.items()}
    except RequestError as error:
        raise InputError(f"--context: {error}; nothing is decided") from error
    return {key: states.get(key) or context[key] for key in spellings.values()}


def _state(text: str, value: str) -> KeyValue | None:
    """The state that a value stands for; None for a value."""
    if not value.startswith("@") or value.startswith("@@"):
        return None
    states = {"@absent": ABSENT, "@unknown": UNKNOWN}
    if value not in states:
        raise InputError(f"--context {text}: expected @absent or @unknown; a value that begins with @ is written @@")
    return states[value]


def instant(text: str | None) -> datetime | None:
    """The instant of `--at`: ISO 8601, in UTC, also where no offset is given.

    Raises:
        InputError: no instant.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InputError(f"--at {text}: expected a date and time such as 2026-11-23T14:00:00Z") from None
