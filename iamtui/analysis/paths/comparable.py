"""Two snapshots without what only one of them exported: its arrival changes no path (EP55, CH8)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.snapshot.model import Snapshot


def comparable(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot, tuple[str, ...]]:
    """Both without what only one of them exported, which is no change, and what that is (CH8)."""
    sides = (old, new)
    lacking: list[str] = []
    accounts = [number for number in old.accounts if number in new.accounts]
    if any(len(one.accounts) > len(accounts) for one in sides):
        lacking.append("paths of accounts that one of the two did not export")
    guarded = [all(one.organization_of(number) is not None for number in accounts) for one in sides]
    if guarded[0] != guarded[1]:
        lacking.append("what SCPs and RCPs do to paths: one of the two did not export the organization")
    pictures = [
        replace(
            one,
            accounts={number: one.accounts[number] for number in accounts},
            organizations=one.organizations if all(guarded) else {},
        )
        for one in sides
    ]
    return pictures[0], pictures[1], tuple(lacking)
