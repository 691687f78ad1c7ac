"""What a shell completes: principals of the export that the line names, and actions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from iamtui.visible import visible

_MOST = 200
_PLAIN = re.compile(r"[\w+=,.@:/-]+", re.ASCII)
"""Names as IAM takes them (Q54): only these are put on a command line."""


def complete_principals(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Users and roles of the export on the line whose name or ARN begins as typed; names that several have as ARNs."""
    return _principals(context, typed, are_arns=typed.startswith("arn:"))


def complete_arns(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """The same, as ARNs."""
    return _principals(context, typed, are_arns=True)


def _principals(context: click.Context, typed: str, *, are_arns: bool) -> list[CompletionItem]:
    from iamtui.snapshot.opening import SnapshotError, open_snapshot  # noqa: PLC0415 - only to complete

    given = context.params
    named = given.get("exports") or given.get("paths") or _paths_of([*context.args, given.get("principal") or ""])
    try:
        snapshot = open_snapshot([Path(path) for path in named])
    except (SnapshotError, OSError):
        return []
    arns: dict[str, list[str]] = {}
    for account in snapshot.accounts.values():
        for entities in (account.users, account.roles):
            for entity in (entities or {}).values():
                arns.setdefault(entity.name, []).append(entity.arn)
    offers = ((name, arn) for name, found in arns.items() for arn in found)
    spelled = ((arn if are_arns or len(arns[name]) > 1 else name, arn) for name, arn in offers)
    fitting = ((value, arn) for value, arn in spelled if _fits(value, arn, typed))
    return [CompletionItem(value, help=visible(arn)) for value, arn in islice(fitting, _MOST)]


def _paths_of(words: Sequence[str]) -> list[Path]:
    """The files among words; of `can` the only one stands where the principal will."""
    return [Path(word) for word in words if word and Path(word).exists()]


def complete_principals_after_paths(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Principals where one stands after the files, files where none fits."""
    return complete_principals(context, parameter, typed) or [CompletionItem(typed, type="file")]


def _fits(value: str, arn: str, typed: str) -> bool:
    begins = value.lower().startswith(typed.lower()) or (value == arn and arn.rpartition("/")[2].startswith(typed))
    return begins and _PLAIN.fullmatch(value) is not None


def complete_actions(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    """Services until there is a colon, then the actions of the service."""
    from iamtui import catalog  # noqa: PLC0415 - only to complete

    service, colon, name = typed.partition(":")
    if not colon:
        found = (known for known in catalog.services() if known.startswith(service.lower()))
        return [CompletionItem(f"{known}:", help=catalog.service_title(known)) for known in found]
    names = (known for known in catalog.actions(service) if known.lower().startswith(name.lower()))
    return [CompletionItem(f"{service}:{known}") for known in names]


class _Bash(BashComplete):
    """Bash cuts words at colons and equals signs, and completes only what follows the last one."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words of the line, put together again, and the one to complete."""
        words = os.environ["COMP_WORDS"].split("\n")[: int(os.environ["COMP_CWORD"]) + 1]
        whole = list(_joined(words[1:]))
        self._begun = whole[-1] if whole else ""
        return whole[:-1], self._begun

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """The item without what stands before the last colon already."""
        kept = self._begun.rpartition("=")[2].rpartition(":")[0]
        value = str(item.value)
        return f"{item.type},{value[len(kept) + 1 :] if kept and value.startswith(kept) else value}"


def _joined(words: Sequence[str]) -> Iterator[str]:
    whole: str | None = None
    for word in words:
        if whole is not None and (word in (":", "=") or whole.endswith((":", "="))):
            whole += word
            continue
        if whole is not None:
            yield whole
        whole = word
    if whole is not None:
        yield whole


def register() -> None:
    """Let click complete in Bash by our rules."""
    add_completion_class(_Bash)
