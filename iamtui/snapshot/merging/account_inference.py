"""Which account a file belongs to that does not say so: the one that the files around it name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(slots=True)
class _Folders:
    """The accounts that the files in a folder name, and those below it too."""

    here: dict[Path, set[str]] = field(default_factory=dict)
    below: dict[Path, set[str]] = field(default_factory=dict)

    def add(self, path: Path, account: str) -> None:
        self.here.setdefault(path.parent, set()).add(account)
        for folder in path.parents:
            self.below.setdefault(folder, set()).add(account)

    def only(self, folder: Path) -> str | None:
        for accounts in (self.here.get(folder), self.below.get(folder)):
            if accounts is not None and len(accounts) == 1:
                return next(iter(accounts))
        return None


class Neighbours:
    """The accounts that files in each folder, and below it, name.

    `exports` are lists of IAM entities, each with its account; `others` any other file that names one. The former count
    first: a folder of exports of one account may well name others.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        exports: Iterable[tuple[Path, str]],
        others: Iterable[tuple[Path, str]] = (),
    ) -> None:
        self._roots = roots
        self._exports, self._others = _Folders(), _Folders()
        self._all: set[str] = set()
        for path, account in exports:
            self._exports.add(path, account)
            self._all.add(account)
        for path, account in dict.fromkeys(others):
            self._others.add(path, account)
        self._known: dict[Path, tuple[str | None, bool]] = {}

    def account_of(self, path: Path) -> tuple[str | None, bool]:
        """The account of a file and whether that is certain.

        Certain: the files beside it, or in the nearest folder above with any, are of one account; or the name of the
        file or of a folder holds its number. Not certain: it is the only account of the snapshot.
        """
        for folder in (path.parent, *self._folders_above(path)):
            known = self._known.get(folder)
            if known is None:
                known = self._known[folder] = self._of_folder(folder)
            account, is_ambiguous = known
            if account is not None:
                return account, True
            if is_ambiguous:
                break
        numbers = set(_ACCOUNT.findall(str(path)))
        named = numbers & self._all or numbers
        if len(named) == 1:
            return next(iter(named)), True
        if len(self._all) == 1:
            return next(iter(self._all)), False
        return None, False

    def _folders_above(self, path: Path) -> list[Path]:
        """The folders above that of the file, up to the folder that was opened."""
        root = next((root for root in self._roots if root in path.parents), None)
        return [] if root is None else [folder for folder in path.parents if folder == root or root in folder.parents]

    def _of_folder(self, folder: Path) -> tuple[str | None, bool]:
        account = self._exports.only(folder)
        has_exports = folder in self._exports.below
        if account is None and not has_exports:
            account = self._others.only(folder)
        return account, account is None and (has_exports or folder in self._others.below)
