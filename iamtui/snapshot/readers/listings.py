"""Which lists of resources are whole, and of which account and Region they are (EP41, EP42, CH8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from iamtui.arn import is_account_id
from iamtui.files.source import Source, says_more_follows
from iamtui.snapshot.facts import ListedFact

REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def listed(kind: str, source: Source, arns: Iterable[str]) -> Iterator[ListedFact]:
    """That all of a kind were listed, where what was found and the file's name say; of a page of several nothing."""
    if says_more_follows(source.members) is None:
        segments = (arn.split(":", 5) for arn in arns)
        places = {(parts[4], parts[3]) for parts in segments if len(parts) == 6}
        own = place_of(source)
        yield from (ListedFact(kind, *place) for place in sorted({*places, *(() if own is None else (own,))}))


def call_of(source: Source) -> str:
    """The call that an answer is of, where its folder says so (EP42)."""
    return source.path.parent.name


def place_of(source: Source) -> tuple[str, str] | None:
    """Account and Region, where the file lies as `ACCOUNT/SERVICE-OPERATION/REGION.json` (EP42)."""
    account, region = source.path.parent.parent.name, source.path.name.partition(".")[0]
    return (account, region) if is_account_id(account) and REGION.fullmatch(region) else None
