"""What can be done with a text that is pasted: what it is taken for, and what is offered (AT20, Y1-Y5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iamtui.browsing.pasted import Pasted, read_pasted
from iamtui.reports.why_denied import why_as_plain_text
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import arn, company, write

ALICE = arn("user", "alice", "/staff/")
KEY = "AKIAY34FZKBOKMUTVV7A"


def refusal(caller: str, action: str = "s3:DeleteObject", resource: str = "arn:aws:s3:::b/k") -> str:
    return (
        f"An error occurred (AccessDenied) when calling the DeleteObject operation: User: {caller} is not authorized "
        f"to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    )


def record(**members: object) -> dict[str, Any]:
    return {
        "eventTime": "2026-11-29T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "DeleteObject",
        "eventType": "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userIdentity": {"type": "IAMUser", "arn": ALICE, "accountId": "111122223333"},
        "errorCode": "AccessDenied",
        "errorMessage": refusal(ALICE).partition("operation: ")[2],
        **members,
    }


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("export")
    write(folder / "company.json", company())
    keys = [{"UserName": "bob", "AccessKeyId": KEY, "Status": "Active"}]
    write(folder / "keys.json", {"AccessKeyMetadata": keys})
    return open_snapshot([folder])


def labels(pasted: Pasted) -> list[str]:
    return [offer.node.label for offer in pasted.offers]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (f"  {ALICE}\n", ["Open user alice", "Ask what alice may do"]),
        (f'"{arn("role", "app")}"', ["Open role app", "Ask what app may do"]),
        ("arn:aws:sts::111122223333:assumed-role/app/s1", ["Open role app", "Ask what app may do"]),
        (arn("policy", "Reading"), ["Open customer managed policy Reading"]),
        ("arn:aws:iam::111122223333:root", ["Open root user root user", "Ask what root user may do"]),
        (arn("user", "nobody"), [f"{arn('user', 'nobody')} is not in the export"]),
        ("111122223333", ["Open account 111122223333"]),
        ("999999999999", ["account 999999999999 is not in the export"]),
        (KEY, ["Card of the key", "Open user bob", "Ask what bob may do", "account 609629065308 is not in the export"]),
        (
            "ASIAQNZGKIQY56JQ7WML",
            ["Card of the key", "nobody in the export bears it", "account 029608264753 is not in the export"],
        ),
        ("AKIAIOSFODNN7EXAMPLE", ["Card of the key", "nobody in the export bears it"]),
        (f"see {ALICE}, {arn('role', 'app')}!", ["Open user alice", "Ask what alice may do", "Open role app"]),
    ],
)
def test_a_text_offers_what_it_means_in_the_export(export: Snapshot, text: str, offered: list[str]) -> None:
    assert labels(read_pasted(text, export))[: len(offered)] == offered


def test_a_refusal_offers_its_explanation_its_request_and_whom_it_names(export: Snapshot) -> None:
    bob = arn("user", "bob")
    pasted = read_pasted(refusal(bob), export)
    assert pasted.heading == "A refusal of s3:DeleteObject"
    assert labels(pasted) == ["Why it was refused: explained", "Simulate this request", "Open user bob"]
    why, ask, user = pasted.offers
    assert why.why is not None
    assert ask.fields is not None
    assert (ask.fields.principal, ask.fields.action, ask.fields.resource) == (
        bob,
        "s3:DeleteObject",
        "arn:aws:s3:::b/k",
    )
    assert user.go_to == bob


def test_an_event_brings_its_context_along(export: Snapshot) -> None:
    (fields,) = [offer.fields for offer in read_pasted(json.dumps(record()), export).offers if offer.fields is not None]
    assert {field.name: field.values for field in fields.context}["aws:SourceIp"] == ("203.0.113.9",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "expected a refusal of AWS"),
        ("", "found an empty one"),
        ("ユーザーには権限がありません", "the message is in Japanese"),
        ("ABSKQmVkcm9ja0FQSUtleS1", "A secret was pasted: it is not shown"),
    ],
)
def test_what_means_nothing_here_is_said_in_one_sentence(export: Snapshot, text: str, said: str) -> None:
    pasted = read_pasted(text, export)
    assert pasted.offers == ()
    assert said in pasted.heading


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::bucket/IQoJb3JpZ2luX2VjEPlanted",
        refusal(ALICE, resource="arn:aws:s3:::bucket/IQoJb3JpZ2luX2VjEPlanted"),
        "see arn:aws:s3:::bucket/IQoJb3JpZ2luX2VjEPlanted",
        json.dumps(record(requestParameters={"sessionToken": "IQoJb3JpZ2luX2VjEPlanted"})),
    ],
)
def test_no_secret_that_is_pasted_is_shown(export: Snapshot, text: str) -> None:
    """M1, M2."""
    pasted = read_pasted(text, export)
    shown = [pasted.heading, *(f"{offer.node} {offer.fields} {offer.go_to}" for offer in pasted.offers)]
    shown += [why_as_plain_text(offer.why, full=True) for offer in pasted.offers if offer.why is not None]
    assert "Planted" not in " ".join(shown)
