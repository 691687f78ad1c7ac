"""What need not be asked is not: who cannot be an administrator, and choices none of which does (EP56, EP58)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.privileges.administrators import Administrators, Judged
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.searching import search
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.walks.walker import Walker
from iamtui.analysis.paths.walks.walking import Walk
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.snapshot.model import Snapshot
from tests.analysis.paths.accounts import EVERYTHING, allow
from tests.analysis.paths.test_administrators import HOME, account, administrators, user


def test_ep58_who_is_allowed_what_is_named_alone_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control requests are asked on fresh names (EP3): an Allow of all actions on one name grants none of them."""
    judged: list[str] = []
    judge = Administrators.judge

    def noted(self: Administrators, picture: Snapshot, arn: str, account_id: str) -> Judged | None:
        judged.append(arn.rpartition("/")[2])
        return judge(self, picture, arn, account_id)

    monkeypatch.setattr(Administrators, "judge", noted)
    people = (user("all", allow("*")), user("named", allow("*", f"{HOME}:user/one")), user("reader", allow("s3:*")))
    assert administrators(account(*people)) == {"all": "proven"}
    assert judged == ["all"]


def test_ep58_choices_are_not_tried_in_turn_where_none_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy may be attached that is strong: when some have failed, it is asked once whether any could do."""
    walks: list[Mapping[str, str]] = []
    walk = Walker.walk

    def noted(self: Walker, way: Way, holding: Holding, given: Mapping[str, str]) -> Walk | None:
        walks.append(given)
        return walk(self, way, holding, given)

    monkeypatch.setattr(Walker, "walk", noted)
    monkeypatch.setattr(search, "MOST_SOURCES", 0)  # else it is asked whether the new role would be stronger
    harmless: dict[str, Any] = {"ArnEquals": {"iam:PolicyARN": f"{HOME}:policy/harmless"}}
    may = {**allow("iam:AttachRolePolicy", f"{HOME}:role/new"), "Condition": harmless}
    dana = user("dana", allow(["iam:CreateRole", "sts:AssumeRole"], f"{HOME}:role/new"), may)
    strong = {f"strong{place}": EVERYTHING for place in range(30)}
    assert not find_paths(account(dana, **strong), PathQuestion(ways=("own-iam-010",))).paths
    assert [len(given) for given in walks] == [*[2] * 8, 0]
