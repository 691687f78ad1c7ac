"""What is new between two answers about paths: administrators, and sure paths to one (EP63)."""

from __future__ import annotations

from typing import NamedTuple

from iamtui.analysis.paths.answer.results import PathKey, Paths

_MOST_NAMED = 3


class News(NamedTuple):
    """ARNs of administrators, and keys of paths, that were not there before."""

    administrators: tuple[str, ...] = ()
    paths: tuple[PathKey, ...] = ()
    sure: tuple[PathKey, ...] = ()
    """Those of the paths for which nothing that was not exported is needed."""

    @classmethod
    def of(cls, before: Paths | None, after: Paths) -> News:
        """What came; nothing where there is nothing to compare with."""
        if before is None:
            return cls()
        known, were = {path.key for path in before.paths}, {one.arn for one in before.administrators}
        new = {path.key: path for path in after.paths if path.key not in known}
        return cls(
            tuple(one.arn for one in after.administrators if one.arn not in were and one.kind != "root"),
            tuple(new),
            tuple(key for key, path in new.items() if path.verdict != "possible"),
        )

    @property
    def said(self) -> str:
        """Who can do everything now, and who can become able to; empty where nobody new is sure to."""
        starts = tuple(dict.fromkeys(start for start, _, _ in self.sure))
        told = (
            _counted(self.administrators, "a new administrator", "new administrators"),
            _counted(starts, "a new way to become one", "new ways to become one"),
        )
        return "; ".join(text for text in told if text)


def _counted(arns: tuple[str, ...], one: str, many: str) -> str:
    names = ", ".join(arn.rpartition("/")[2] for arn in arns[:_MOST_NAMED])
    more = " and more" if len(arns) > _MOST_NAMED else ""
    return f"{one if len(arns) == 1 else f'{len(arns):,} {many}'}: {names}{more}" if arns else ""
