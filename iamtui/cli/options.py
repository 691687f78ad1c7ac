"""What the options of several commands mean: context keys and instants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import click

from iamtui.analysis.requests.context import key_value
from iamtui.cli.errors import InputError
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue


class OnceEach(click.Command):
    """A command that refuses an option twice where one value counts: otherwise the last would silently win."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click reads them, or an error that names the option."""
        given = self.make_parser(ctx).parse_args(list(args))[2]
        for option in given:
            if isinstance(option, click.Option) and not (option.multiple or option.is_flag) and given.count(option) > 1:
                raise click.UsageError(f"Option '{option.opts[0]}' takes one value, and is given twice.", ctx)
        return super().parse_args(ctx, args)


class SeveralValues(OnceEach):
    """Lets `--action A B` say what `--action A --action B` says.

    `several` are the options that take values for as long as what follows looks like one of theirs.
    """

    several: ClassVar[Mapping[str, Callable[[str], bool]]] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with the option written before each of its values."""
        return super().parse_args(ctx, list(self._spread(args)))

    def _spread(self, args: Sequence[str]) -> Iterator[str]:
        option, taken = "", 0
        for arg in args:
            if arg.startswith("-"):
                option, taken = (arg, 0) if arg in self.several else ("", 0)
            elif option:
                taken += 1
                if taken > 1 and self.several[option](arg):
                    yield option
            yield arg


def looks_like_action(text: str) -> bool:
    """Whether it is an action or a pattern of actions rather than a path."""
    return text == "*" or (":" in text and "/" not in text and "\\" not in text)


def looks_like_arn(text: str) -> bool:
    """Whether it is an ARN, or a pattern of ARNs, rather than a path."""
    return text.startswith(("arn:", "*"))


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
