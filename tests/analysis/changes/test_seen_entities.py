"""Users and roles that look alike to a request are asked about once, each with the label of its own (WC17)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.changes.both_sides import BothSides
from iamtui.analysis.changes.labels import Asker
from iamtui.analysis.changes.seen_entities import KnownEntities
from iamtui.analysis.queries.resources.known_resources import KnownResources
from iamtui.policy.parsing import parse_policy
from iamtui.policy.statement import PolicyDocument
from tests.app.exports import arn, export, opened, policy, role, trust, user

AT = datetime(2026, 1, 1, tzinfo=UTC)
ANN = arn("user", "ann")
OF_TEAM = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
OWN = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["iam:PassRole", "sts:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": arn("role", "apart*")},
        {"Effect": "Allow", "Action": "iam:*AccessKey", "Resource": arn("user", "${aws:username}")},
        {
            "Effect": "Allow",
            "Action": "iam:UpdateRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
        },
        {
            "Effect": "Allow",
            "Action": "iam:TagRole",
            "Resource": "*",
            "Condition": {"ArnEquals": {"iam:PermissionsBoundary": arn("policy", "Limit")}},
        },
    ],
}


def _day(team: str, trusts: dict[str, Any], **own: Any) -> dict[str, Any]:
    """A day on which the roles differ by what decisions read, and many by nothing but their names."""
    roles = [role(f"plain{number}") for number in range(6)]
    roles += [role(f"blue{number}", tags={"team": "blue", "cost": str(number)}) for number in range(3)]
    roles += [role(f"apart{number}") for number in range(2)]
    roles += [role("changed", trusts=trusts), role("named", trusts=trust({"AWS": ANN}))]
    roles += [role(f"team{number}", trusts=trust({"AWS": "*"}, Condition=OF_TEAM)) for number in range(2)]
    roles += [role("limited", boundary=arn("policy", "Limit")), role("retagged", tags={"team": team})]
    roles.append(role("AWSServiceRoleForSupport", path="/aws-service-role/support.amazonaws.com/"))
    users = [user("ann", tags={"team": team}, **own), user("ben"), user("cat")]
    return export(users=users, roles=roles, policies=[policy("Limit", OWN)])


@pytest.mark.parametrize("action", ["PassRole", "UpdateRole", "TagRole", "CreateAccessKey", "AssumeRole", "TagSession"])
def test_those_that_look_alike_have_the_label_of_each_alone(tmp_path: Path, action: str) -> None:
    """WC17: by name, tag, boundary, trust, and on either side; and far fewer are asked about than there are."""
    path, name = tmp_path / "company.json", f"{'sts' if action in ('AssumeRole', 'TagSession') else 'iam'}:{action}"
    days = _day("red", trust({"AWS": ANN})), _day("blue", trust({"Service": "ec2.amazonaws.com"}), inline={"own": OWN})
    old, new = (opened(path, day) for day in days)
    asker = Counting(AT)
    ann = BothSides(asker, (old, new), ANN, KnownEntities([KnownResources(side) for side in (old, new)]))
    read = parse_policy(json.dumps(OWN).encode())
    assert isinstance(read, PolicyDocument)
    taking = read.taking(name.lower(), name.partition(":")[0])
    resources = [one["Arn"] for one in days[0]["UserDetailList" if action == "CreateAccessKey" else "RoleDetailList"]]
    asked = list(ann.labelled(ann.prepared(name, "*"), resources, taking))
    assert asker.count < len(resources) or action == "CreateAccessKey"
    for one in asked:
        alone = tuple(asker.label(side, ANN, name, one.resource) for side in (old, new))
        assert (one.old.label, one.new.label) == (alone[0].label, alone[1].label), one.resource


class Counting(Asker):
    count = 0

    def label(self, *asked: Any) -> Any:
        self.count += 1
        return super().label(*asked)
