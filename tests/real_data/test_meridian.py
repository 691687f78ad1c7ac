"""The exports of emulator-meridian, where they lie beside the checkout, decided as their policies say."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.model import Exported, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.real_data.expectations import ALICE, BACKUP, CI, PROD, ROWS, SUPPORT, Context, Row, role, s3
from tests.real_data.place import MANAGED_POLICIES, MERIDIAN, require
from tests.tables import every_row

require(MERIDIAN)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@cache
def meridian(day: str) -> Snapshot:
    """Production on one of the days, with the organization of the first and AWS's own documents."""
    paths = [MERIDIAN / "day1" / "management", MERIDIAN / day / "prod", MANAGED_POLICIES]
    return open_snapshot(paths)


def stated(context: Context) -> dict[str, KeyValue]:
    found: dict[str, KeyValue] = {}
    for name, value in context.items():
        if value is None:
            found[name] = ABSENT
        elif isinstance(value, list):
            found[name] = KeyValue.listing(tuple(value))
        else:
            found[name] = KeyValue.of(str(value).lower() if isinstance(value, bool) else str(value))
    return found


def decided(day: str, row: Row) -> Decision:
    request = Request(
        row.principal, row.action, row.resource, context=stated(row.context), unstated=Unstated.ABSENT, at=NOON
    )
    return decide(meridian(day), request)


def cases() -> list[object]:
    return [
        pytest.param(day, row, expected or row.day1, id=f"{day}: {row.why}")
        for row in ROWS
        for day, expected in (("day1", row.day1), ("day2", row.day2))
        if expected is not None
    ]


@every_row(("day", "row", "expected"), cases())
def test_a_request_is_decided_as_the_policies_say(day: str, row: Row, expected: str) -> None:
    decision = decided(day, row)
    if expected in ("conditional", "denied"):
        assert (decision.word, decision.unknown_data != ()) == (expected, True)
        return
    verdict, decided_by, *statements = expected.split()
    assert decision.outcome is not None, (decision.unknown_data, decision.unknown_keys)
    assert decision.unknown_data == ()
    assert (decision.word, decision.outcome.decided_by.value) == (verdict, decided_by), decision.matched
    cited = [
        statement
        for layer in decision.layers
        for applied in layer.policies
        for statement in applied.statements
        if statement.decisive
    ]
    for reference in statements:
        assert any(statement.is_cited_by(reference) for statement in cited), decision.matched


def test_credentials_changed_as_the_incident_says() -> None:
    """Changes 1, 3, 5 and 6."""
    days = (meridian("day1"), meridian("day2"))
    alice, backup, deployer = ([day.user(arn) for day in days] for arn in (ALICE, BACKUP, CI))
    assert [user and user.credentials and user.credentials.mfa for user in alice] == [True, False]
    assert [user and user.credentials and user.credentials.console_password for user in backup] == [False, True]
    states = [
        {key.key_id: key.active for key in (user and user.credentials and user.credentials.access_keys) or ()}
        for user in deployer
    ]
    assert states == [
        {"AKIAVEEXTKJPDPAGLEZZ": False, "AKIAVEEXTKJPJLP7BRJX": True},
        {"AKIAVEEXTKJPJLP7BRJX": False, "AKIAVEEXTKJPMVPMSQFW": True},
    ]
    intruder = days[1].user(SUPPORT)
    assert days[0].user(SUPPORT) is None
    assert intruder is not None
    assert intruder.credentials is not None
    assert (intruder.credentials.console_password, len(intruder.credentials.access_keys or ())) == (True, 1)


def test_what_was_made_again_or_only_rewritten_is_the_same_but_for_its_id() -> None:
    """Changes 11 and 12."""
    first, second = (meridian(day).role(role("anyone-in-org")) for day in ("day1", "day2"))
    assert first is not None
    assert second is not None
    assert first.unique_id != second.unique_id
    assert (first.trust, first.inline, first.attached) == (second.trust, second.inline, second.attached)


def test_settings_changed_as_the_incident_says() -> None:
    """Changes 13 and 15."""
    policies = [meridian(day).accounts[PROD].password_policy or {} for day in ("day1", "day2")]
    assert [policy["MinimumPasswordLength"] for policy in policies] == [14, 8]
    assert [policy["RequireSymbols"] for policy in policies] == [True, False]
    buckets = [meridian(day).resources[s3("backup")] for day in ("day1", "day2")]
    assert [bucket.policy_state for bucket in buckets] == [Exported.PRESENT, Exported.NONE]
    assert [bucket.public_access_block is not None for bucket in buckets] == [True, False]


def test_what_is_there_is_not_missing() -> None:
    found = inventory(open_snapshot([MERIDIAN / "day1"]))
    documents, block, policies = [item.what for item in found.missing if item.account == "352505254494"]
    aws = "arn:aws:iam::aws:policy"
    assert documents == (
        f"the documents of attached managed policies {aws}/AmazonAthenaFullAccess, {aws}/AmazonEC2ReadOnlyAccess, "
        f"{aws}/AmazonSSMManagedInstanceCore and 7 more"
    )
    assert block == "S3 public access block of the account"
    assert policies.startswith("the policies of resources arn:aws:s3:::meridian-app-payments, ")
    assert policies.endswith(" and 1 more")
    (organization,) = found.organizations
    assert (organization.accounts, organization.units, organization.scps, organization.rcps) == (5, 6, 9, 3)
    assert [account.organization for account in found.accounts] == [organization.organization_id] * 2


def test_two_days_of_an_account_are_not_mixed() -> None:
    day2 = open_snapshot([MERIDIAN / "day2"])
    both = open_snapshot([MERIDIAN])
    assert both.resources["arn:aws:s3:::meridian-backup"].policy is None
    assert {arn: item.policy for arn, item in both.resources.items()} == {
        arn: item.policy for arn, item in day2.resources.items()
    }
    assert "nor what the files beside it say" in "\n".join(map(str, both.problems))


def test_the_emulators_organization_is_whole() -> None:
    snapshot = open_snapshot([MERIDIAN / "day1" / "management"])
    (organization,) = snapshot.organizations.values()
    assert organization.management_account == "123456789012"
    assert (organization.scps_enabled, organization.rcps_enabled) == (True, True)
    levels = organization.levels("352505254494")
    assert levels is not None
    assert [level.name for level in levels] == ["Root", "Workloads", "Prod", "meridian-prod"]
    for account in (target for target in organization.targets.values() if target.kind == "ACCOUNT"):
        way = organization.levels(account.target_id)
        assert way is not None
        assert all(level.scps is not None and level.rcps is not None for level in way)
    assert all(policy.document is not None for policy in organization.policies.values())
    own = [policy for policy in organization.policies.values() if not policy.aws_managed]
    assert sorted(policy.kind for policy in own) == ["RESOURCE_CONTROL_POLICY"] * 2 + ["SERVICE_CONTROL_POLICY"] * 8
