"""Which account a file belongs to that does not say so: the one that the files around it name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


class Neighbours:
    """The accounts that files in each folder, and below it, name with certainty."""

    def __init__(self, named: Iterable[tuple[Path, Iterable[str]]]) -> None:
        self._here: dict[Path, set[str]] = {}
        self._below: dict[Path, set[str]] = {}
        self._all: set[str] = set()
        for path, accounts in named:
            known = set(accounts)
            self._all |= known
            self._here.setdefault(path.parent, set()).update(known)
            for folder in path.parents:
                self._below.setdefault(folder, set()).update(known)

    def account_of(self, path: Path) -> tuple[str | None, bool]:
        """The account of a file and whether that is certain.

        Certain: the files beside it, or in the nearest folder above with any, are of one account; or the file's name
        or a folder's holds its number. Not certain: it is the only account of the snapshot.
        """
        for folder in path.parents:
            for accounts in (self._here.get(folder), self._below.get(folder)):
                if accounts and len(accounts) == 1:
                    return next(iter(accounts)), True
            if self._below.get(folder):
                break
        numbers = set(_ACCOUNT.findall(str(path)))
        if len(numbers & self._all or numbers) == 1:
            return next(iter(numbers & self._all or numbers)), True
        if len(self._all) == 1:
            return next(iter(self._all)), False
        return None, False
