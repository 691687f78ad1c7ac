"""When an export was made: no earlier than the newest date that it holds (J5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from iamtui.snapshot.moments import snapshot_moment
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import Json, details, group, policy, role, user, write
from tests.tables import every_row

OLD, NEW = "2026-01-02T03:04:05+00:00", "2026-05-06T07:08:09+00:00"
AWS = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@every_row(
    ("key", "item", "is_newest"),
    [
        ("UserDetailList", user("eve") | {"CreateDate": NEW}, True),
        ("GroupDetailList", group("eve") | {"CreateDate": NEW}, True),
        ("RoleDetailList", role("eve") | {"CreateDate": NEW}, True),
        ("RoleDetailList", role("eve") | {"RoleLastUsed": {"LastUsedDate": NEW, "Region": "eu-west-1"}}, True),
        ("Policies", policy("eve") | {"UpdateDate": NEW}, True),
        ("Policies", policy("eve") | {"Arn": AWS, "UpdateDate": NEW}, False),  # AWS's own hour, not the account's
    ],
)
def test_j5_the_newest_date_is_the_moment(tmp_path: Path, key: str, item: dict[str, Json], is_newest: bool) -> None:
    lists: dict[str, list[Json]] = {"UserDetailList": [user("alice") | {"CreateDate": OLD}]}
    lists.setdefault(key, []).append(item)
    write(tmp_path / "export.json", details(**lists))
    moment = snapshot_moment(open_snapshot([tmp_path]))
    assert (moment == datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)) is is_newest
