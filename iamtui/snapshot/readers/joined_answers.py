"""Answers of several calls of AWS Organizations in one file, or a tree of it: no form of AWS's, and refused.

A reader of one answer would take its own member and drop the rest in silence: the accounts would stand without their
SCPs, and nothing would say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.files.source import MalformedError, Source
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.readers.reader import Intake, Reader

_HEADS = frozenset(("Organization", "Root", "Roots"))
_PARTS = _HEADS | {"OrganizationalUnits", "Accounts", "Policies", "Targets", "Children", "Parents"}


def _recognises(source: Source) -> bool:
    return bool(source.keys & _HEADS) and len(source.keys & _PARTS) > 1


def _refuse(source: Source, _: Intake) -> Iterator[Fact]:
    named = ", ".join(sorted(source.keys & _PARTS))
    raise MalformedError("", f"expected the answer of one call of AWS Organizations, got {named} together")


READER = Reader("organization", _recognises, _refuse)
