"""What a changed statement cannot match is decided alike on both sides, but for resources that changed too (CH5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.labels import Asker, Labelled
from iamtui.snapshot.model import Snapshot
from tests.analysis.changes.test_effects import AT, allow, shares_for
from tests.app.exports import arn, export, opened, role, trust, user

ASSUME = "sts:AssumeRole"
ANN = arn("user", "ann")


def test_a_role_that_changed_is_told_though_no_changed_statement_of_hers_matches_it(tmp_path: Path) -> None:
    days = []
    for resource, trusted in (("role/a-*", {"AWS": ANN}), ("role/b-*", {"Service": "ec2.amazonaws.com"})):
        own = allow(ASSUME, resource=arn("role", "")[: -len("role/")] + resource)
        roles = [role("r", trusts=trust(trusted)), role("b-x"), role("a-x")]
        days.append(opened(tmp_path / "company.json", export(users=[user("ann", inline={"own": own})], roles=roles)))
    old, new = days
    changes = with_effects(compare_snapshots(old, new), old, new, at=AT)
    lost = {resource for share in shares_for(changes, ANN, gained=False) for resource in share.resources}
    assert arn("role", "r") in lost


def test_what_no_changed_statement_matches_is_asked_on_one_side_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of eleven tables one may be read no more; and a bucket is named beside actions that take none."""
    tables = [f"arn:aws:dynamodb:us-east-1:111122223333:table/t{place}" for place in range(10)]
    asked: list[tuple[str, int]] = []
    label = Asker.label

    def noting(self: Asker, side: Snapshot, principal: str, action: str, resource: str) -> Labelled:
        asked.append((resource, id(side)))
        return label(self, side, principal, action, resource)

    monkeypatch.setattr(Asker, "label", noting)
    was = {f"own{place}": allow("dynamodb:GetItem", resource=table) for place, table in enumerate(tables)}
    old, new = (
        opened(tmp_path / "company.json", export(users=[user("ann", inline=inline)]))
        for inline in ({**was, "get": allow("dynamodb:GetItem", resource=f"{tables[0]}x")}, was)
    )
    changes = with_effects(compare_snapshots(old, new), old, new, at=AT)
    lost = shares_for(changes, ANN, gained=False)
    assert [(share.action, len(share.resources)) for share in lost] == [("dynamodb:GetItem", 11)], "of who had it"
    on_both = [resource for resource, side in asked if side == id(old)]
    assert on_both == [f"{tables[0]}x"]
    del asked[:]
    none = allow("dynamodb:*", resource="arn:aws:s3:::b")
    useless = opened(tmp_path / "company.json", export(users=[user("ann", inline={**was, "none": none})]))
    assert with_effects(compare_snapshots(new, useless), new, useless, at=AT).effects == ()
    assert asked == []
