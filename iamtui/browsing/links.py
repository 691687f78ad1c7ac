"""Where a line of a card leads: to a subject, or to a statement of its document."""

from __future__ import annotations

from iamtui.browsing.policies_in_force import STATEMENT


def statement_link(key: str, statement: int | None) -> str:
    """The link to a statement; to the subject itself where no statement is known."""
    return key if statement is None else f"{key}{STATEMENT}{statement}"


def split_link(link: str) -> tuple[str, int | None]:
    """The subject and the statement to which a link leads."""
    key, found, index = link.rpartition(STATEMENT)
    return (key, int(index)) if found and index.isdecimal() else (link, None)
