"""Who called: each type of identity as the principal of a request (U1-U9)."""

from __future__ import annotations

import pytest

from iamtui.reports.trail.event_data import caller_data
from iamtui.trail.callers import Caller, CallerKind, caller_of, is_console
from tests.tables import every_row
from tests.trail.events import ACCOUNT, Record, session, user

ROWS: dict[str, tuple[Record, CallerKind, str | None]] = {
    "U1 root": (
        {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT, "userName": "acme-prod"},
        CallerKind.ROOT,
        f"arn:aws:iam::{ACCOUNT}:root",
    ),
    "U1 root without ARN": ({"type": "Root", "accountId": ACCOUNT}, CallerKind.ROOT, f"arn:aws:iam::{ACCOUNT}:root"),
    "U2 user": (user(), CallerKind.USER, f"arn:aws:iam::{ACCOUNT}:user/dana"),
    "U3 role session": (session(), CallerKind.ROLE_SESSION, f"arn:aws:sts::{ACCOUNT}:assumed-role/backup/nightly"),
    "U4 role": (
        {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/x", "accountId": ACCOUNT},
        CallerKind.ROLE,
        f"arn:aws:iam::{ACCOUNT}:role/x",
    ),
    "U5 federated user": (
        {"type": "FederatedUser", "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/eve", "accountId": ACCOUNT},
        CallerKind.FEDERATED,
        f"arn:aws:sts::{ACCOUNT}:federated-user/eve",
    ),
    "U6 SAML": ({"type": "SAMLUser", "identityProvider": "idp", "userName": "u"}, CallerKind.EXTERNAL, "idp"),
    "U7 service": ({"type": "AWSService", "invokedBy": "s3.amazonaws.com"}, CallerKind.SERVICE, "s3.amazonaws.com"),
    "U7 service without type": (
        {"accountId": ACCOUNT, "invokedBy": "secretsmanager.amazonaws.com"},
        CallerKind.SERVICE,
        "secretsmanager.amazonaws.com",
    ),
    "U8 another account": (
        {"type": "AWSAccount", "accountId": "444455556666", "principalId": "AIDAQGH5DJSQ7DANA0000"},
        CallerKind.ACCOUNT,
        None,
    ),
    "U8 anonymous by account": ({"type": "AWSAccount", "accountId": "anonymous"}, CallerKind.ANONYMOUS, "anonymous"),
    "U8 anonymous by id": (
        {"type": "AWSAccount", "accountId": "", "principalId": "ANONYMOUS_PRINCIPAL"},
        CallerKind.ANONYMOUS,
        "anonymous",
    ),
    "U9 no type, an ARN": ({"arn": user()["arn"]}, CallerKind.USER, user()["arn"]),
    "U9 Identity Center": (
        {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "9067"}},
        CallerKind.IDENTITY_CENTER,
        None,
    ),
    "U9 nothing": ({}, CallerKind.UNKNOWN, None),
    "U9 hidden": ({"type": "Unknown", "accountId": ACCOUNT, "principalId": ""}, CallerKind.UNKNOWN, None),
}


@every_row("rule", ROWS)
def test_each_type_of_identity(rule: str) -> None:
    identity, kind, principal = ROWS[rule]
    caller = caller_of(identity)
    assert (caller.kind, caller.principal) == (kind, principal)


def test_a_session_names_its_role_with_the_path() -> None:
    caller = caller_of(session("service/orders-fn", "i-0a1b"))
    assert (caller.role, caller.session) == (f"arn:aws:iam::{ACCOUNT}:role/service/orders-fn", "i-0a1b")
    assert caller.has_session


def test_a_vendor_that_acted_for_somebody_is_told() -> None:
    """U15."""
    caller = caller_of({**user(), "invokedByDelegate": {"accountId": "999988887777"}})
    assert caller_data(caller)["delegate"] == "999988887777"
    assert "delegate" not in caller_data(caller_of(user()))


def test_a_hidden_user_name_is_no_principal() -> None:
    caller = caller_of({"type": "IAMUser", "accountId": ACCOUNT, "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"})
    assert (caller.principal, caller.name, caller.label) == (None, None, ACCOUNT)


@pytest.mark.parametrize(
    ("said", "agent", "expected"),
    [("true", None, True), (None, "Mozilla/5.0", True), (None, "aws-cli/2", False), ("false", None, False)],
)
def test_the_console_is_told_by_the_record_or_by_its_agent(said: str | None, agent: str | None, expected: bool) -> None:
    assert is_console(said, agent) is expected


def test_a_caller_of_nothing_has_a_label() -> None:
    assert Caller(kind=CallerKind.UNKNOWN).label == "unknown caller"
