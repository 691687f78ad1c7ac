"""What changes and those whom they touch are called: with the account, where changes touch several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iamtui.analysis.changes.results import Change, Changes
from iamtui.reports.change_words import title_of

_MOST_NAMED = 3


class ChangeNames:
    """Names for all that one comparison tells: two accounts may each have a role of the same name."""

    def __init__(self, changes: Changes) -> None:
        self._has_several = len(set(filter(None, map(_account, _arns(changes))))) > 1

    def title(self, change: Change) -> str:
        """What a thing is and what it is called."""
        account = _account(change.owner or change.key)
        is_told = not self._has_several or not account or account in change.name
        return title_of(change) if is_told else f"{title_of(change)} in {account}"

    def who(self, principals: Sequence[str]) -> str:
        """The principals by kind and name, or how many there are."""
        names = [self._name(arn) for arn in principals[:_MOST_NAMED]]
        if len(principals) <= _MOST_NAMED:
            return ", ".join(names)
        return f"{len(principals):,} principals: {', '.join(names)} …"

    def _name(self, arn: str) -> str:
        name, account = arn.split(":", 5)[-1], _account(arn)
        return f"{name} in {account}" if self._has_several and account else name


def _arns(changes: Changes) -> Iterator[str]:
    """Whatever differs, and everybody whom that touches."""
    yield from (change.owner or change.key for change in changes.objects)
    for effect in changes.effects or ():
        yield from effect.principals
    yield from (one.who for one in changes.paths or ())


def _account(arn: str) -> str:
    """The account of an ARN; empty where it names none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
