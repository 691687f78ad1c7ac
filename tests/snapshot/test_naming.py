"""What the name of a file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamtui.snapshot.readers.file_names import Naming
from tests.tables import every_row


@every_row(
    ("path", "service", "call", "subject"),
    [
        ("s3api-get-bucket-policy/orders.json", "s3api", "get-bucket-policy", "orders"),
        ("s3api-get-bucket-policy/my.orders.json.gz", "s3api", "get-bucket-policy", "my.orders"),
        ("s3api-get-bucket-policy/orders.csv.json", "s3api", "get-bucket-policy", "orders.csv"),
        ("s3api-get-bucket-policy/get-orders.json", "s3api", "get-bucket-policy", "get-orders"),
        ("s3api-get-bucket-policy/orders.json.err", "s3api", "get-bucket-policy", "orders"),
        ("s3api-get-bucket-policy-orders.json", "s3api", "get-bucket-policy", "orders"),
        ("get-bucket-policy-status_orders.json", None, "get-bucket-policy-status", "orders"),
        ("list-accounts-for-parent.r-ab12.json", None, "list-accounts-for-parent", "r-ab12"),
        ("r-ab12/list-accounts-for-parent.json", None, "list-accounts-for-parent", "r-ab12"),
        ("123456789012/organizations-list-accounts.json", "organizations", "list-accounts", None),
        ("iam-get-policy-version.json", "iam", "get-policy-version", None),
        ("get-account-authorization-details.json", None, "get-account-authorization-details", None),
        ("sqs-get-queue-attributes/https%3A%2F%2Fx%2Fq", "sqs", "get-queue-attributes", "https://x/q"),
        ("orders.json", None, None, "orders"),
    ],
)
def test_call_and_subject(path: str, service: str | None, call: str | None, subject: str | None) -> None:
    naming = Naming.of(Path(path))
    assert (naming.service, naming.call, naming.subject) == (service, call, subject)


@pytest.mark.parametrize(
    "path",
    [
        "list-policies-for-target/RESOURCE_CONTROL_POLICY/ou-ab12-12345678.json",
        "list-policies-for-target-ou-ab12-12345678-RESOURCE_CONTROL_POLICY.json",
        "organizations-list-policies-for-target/RESOURCE_CONTROL_POLICY_ou-ab12-12345678.json",
    ],
)
def test_target_and_kind_of_policy(path: str) -> None:
    naming = Naming.of(Path(path))
    assert (naming.target, naming.policy_kind) == ("ou-ab12-12345678", "RESOURCE_CONTROL_POLICY")
