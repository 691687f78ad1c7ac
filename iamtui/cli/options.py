"""What the options of several commands mean: context keys and instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from iamtui.cli.errors import InputError
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue


class OnceEach(click.Command):
    """A command that refuses an option twice where one value counts: otherwise the last would silently win."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click reads them, or an error that names the option."""
        given = self.make_parser(ctx).parse_args(list(args))[2]
        for option in given:
            if isinstance(option, click.Option) and not (option.multiple or option.is_flag) and given.count(option) > 1:
                raise click.UsageError(f"Option '{option.opts[0]}' takes one value, and is given twice.", ctx)
        return super().parse_args(ctx, args)


def context_of(stated: Iterable[str]) -> dict[str, KeyValue]:
    """The context keys of `--context KEY=VALUE`: a key that is repeated is multivalued (C20).

    `@absent` and `@unknown` are states; `@@` is a value that begins with `@`.

    Raises:
        InputError: no `=`, an unknown state, or a state beside values.
    """
    spelled: dict[str, str] = {}
    context: dict[str, KeyValue] = {}
    for text in stated:
        key, sign, written = text.partition("=")
        if not key or not sign:
            raise InputError(f"--context {text}: expected KEY=VALUE; nothing is decided")
        key = spelled.setdefault(key.lower(), key)
        value = _key_value(text, written)
        before = context.get(key)
        if before is not None:
            if KeyState.PRESENT is not before.state or KeyState.PRESENT is not value.state:
                raise InputError(f"--context {text}: the key is stated twice, as a state and otherwise")
            value = KeyValue.listing(before.values + value.values)
        context[key] = value
    return context


def _key_value(text: str, written: str) -> KeyValue:
    if written == "@absent":
        return ABSENT
    if written == "@unknown":
        return UNKNOWN
    if written.startswith("@@"):
        return KeyValue.of(written[1:])
    if written.startswith("@"):
        raise InputError(f"--context {text}: expected @absent or @unknown; a value that begins with @ is written @@")
    return KeyValue.of(written)


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
