"""How commands read their words: each option once, no empty ones, several values behind one option."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

import click


class OnceEach(click.Command):
    """A command that refuses an option twice where one value counts: otherwise the last would silently win.

    It refuses empty words too, as an unset variable of a shell leaves them.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click reads them, or an error that names the option."""
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        for option in given:
            if isinstance(option, click.Option) and not (option.multiple or option.is_flag) and given.count(option) > 1:
                raise click.UsageError(f"Option '{option.opts[0]}' takes one value, and is given twice.", ctx)
            if _has_empty_word(values.get(option.name)):
                expected = "a path" if isinstance(option.type, click.Path) else "a value"
                raise click.BadParameter(f"expected {expected}, got an empty word", ctx, option)
        return super().parse_args(ctx, args)


def _has_empty_word(value: object) -> bool:
    words = value if isinstance(value, list | tuple) else (value,)
    return any(isinstance(word, str) and not word.strip() for word in words)


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
