"""What a call is, and a part: calls that are made together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How a call is made: the name of the shell function that makes it."""

    ASK = "ask"  # once
    LIST = "list"  # once, and its answer names what the calls after it are about
    DESCEND = "descend"  # for each name, and for all names found below it, level by level
    EACH = "each"  # for each name
    EACH_BY_ARN = "each_by_arn"  # for each name, told by its ARN
    LIST_WITHIN = "list_within"  # for each name; the names in the answers are told with the one that they are in
    EACH_WITHIN = "each_within"  # for each name, and the one that it is in
    START = "start"  # once, for its effect: nothing is kept
    AWAIT = "await"  # until the answer is ready


@dataclass(frozen=True, slots=True)
class Call:
    """One `aws SERVICE OPERATION`.

    Attributes:
        action: the permission that it takes, None for a call that everybody may make.
        options: further words, the same for every subject.
        option: the option that takes the subject.
        within: the option that takes what the subject is in.
        seldom: the service is not in every region, so that no answer is likely.
        names: JMESPath of the names in the answer: rows of the name, and of the ARN where it differs.
        keep: JMESPath of what is kept of the answer; None: everything.
        none: the error codes that say that there is nothing (I8), or for `AWAIT` that it is not ready.
        file: what the answer is named after, beside the call: `$account`, `$region` or a word.
    """

    how: How
    service: str
    operation: str
    action: str | None
    options: tuple[str, ...] = ()
    option: str | None = None
    names: str | None = None
    keep: str | None = None
    none: tuple[str, ...] = ()
    file: str | None = None
    within: str | None = None
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Calls that are made together, in their order.

    Attributes:
        regional: they are made in every region.
        word: what chooses them, if it is not their name.
    """

    name: str
    calls: tuple[Call, ...]
    regional: bool = False
    word: str | None = None

    @property
    def chosen_by(self) -> str:
        """The word of `--resources` that chooses them."""
        return self.word or self.name


def ask(service: str, operation: str, action: str, *, keep: str | None = None, none: tuple[str, ...] = ()) -> Call:
    """A call that is made once."""
    return Call(How.ASK, service, operation, action, keep=keep, none=none)


def listing(
    service: str,
    operation: str,
    action: str,
    names: str,
    *,
    keep: str | None = None,
    none: tuple[str, ...] = (),
    file: str | None = "$region",
    seldom: bool = False,
) -> Call:
    """A call that lists what the calls after it are about."""
    return Call(How.LIST, service, operation, action, names=names, keep=keep, none=none, file=file, seldom=seldom)


def each(
    service: str,
    operation: str,
    action: str,
    option: str,
    *options: str,
    keep: str | None = None,
    none: tuple[str, ...] = (),
) -> Call:
    """A call about each name that was listed."""
    return Call(How.EACH, service, operation, action, options, option, keep=keep, none=none)
