"""The refusal of a record: codes, texts in unusual places, rewritten logs (N1-N6)."""

from __future__ import annotations

import pytest

from iamtui.evaluation.decision import Layer
from iamtui.trail.refusals import About, Refusal, Result, refusal_of_record
from tests.tables import every_row

ANA = "arn:aws:iam::111122223333:user/ana"
SENTENCE = (
    f"User: {ANA} is not authorized to perform: eks:ListClusters on resource: arn:aws:eks:us-east-1:111122223333:x"
)


def refused(
    code: str | None, message: str | None = SENTENCE, *, response: object = None, call: str = "Any"
) -> Refusal | None:
    return refusal_of_record(
        error_code=code, error_message=message, response=response, event_name=call, account="111122223333"
    )


@every_row(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "Client.UnauthorizedOperation",
        "UnauthorizedException",
        "UnauthorizedAccess",
        "NotAuthorized",
        "AuthorizationError",
        "Forbidden",
        "ForbiddenException",
        "VpceAccessDenied",
    ],
)
def test_these_codes_are_refusals(code: str) -> None:
    refusal = refused(code)
    assert refusal is not None
    assert refusal.principal == ANA


@pytest.mark.parametrize(
    "code", [None, "ThrottlingException", "InvalidParameterValue", "Client.InvalidVpcID.NotFound", "ExpiredToken"]
)
def test_words_alone_make_no_refusal(code: str | None) -> None:
    assert refused(code, "Access denied. Check the trust relationships for your role") is None


def test_the_message_may_stand_in_the_response() -> None:
    refusal = refused("AccessDenied", None, response={"message": SENTENCE})
    assert refusal is not None
    assert refusal.action == "eks:ListClusters"


@pytest.mark.parametrize("response", [None, "text", {"message": 3}, [SENTENCE]])
def test_without_a_message_the_reason_is_not_known(response: object) -> None:
    refusal = refused("AccessDenied", None, response=response)
    assert refusal is not None
    assert (refusal.result, refusal.layer, refusal.about) == (Result.DENIED, None, About.UNKNOWN)


@pytest.mark.parametrize("call", ["GetSessionToken", "GetCallerIdentity"])
def test_calls_that_no_policy_controls_are_about_credentials(call: str) -> None:
    refusal = refused("AccessDenied", "An unknown error occurred", call=call)
    assert refusal is not None
    assert refusal.about is About.CREDENTIALS


def test_a_network_event_may_be_either_result() -> None:
    refusal = refused("VpceAccessDenied", "The request was denied due to a VPC endpoint policy")
    assert refusal is not None
    assert (refusal.layer, refusal.result) == (Layer.VPC_ENDPOINT, Result.DENIED)


def test_a_text_with_another_account_than_the_records_is_a_rewritten_log() -> None:
    text = SENTENCE.replace("111122223333", "444455556666") + " with an explicit deny in a service control policy: "
    refusal = refused(
        "AccessDenied", text + "arn:aws:organizations::999988887777:policy/o-a/service_control_policy/p-1"
    )
    assert refusal is not None
    assert refusal.principal == ANA
    assert refusal.resource == "arn:aws:eks:us-east-1:111122223333:x"
    assert refusal.policy is not None
    assert "999988887777" in refusal.policy
    assert refusal.notes == ("a rewritten log: its text says 444455556666 where the record says 111122223333 (N6)",)


def test_another_account_of_the_resource_is_not_a_rewritten_log() -> None:
    refusal = refused("AccessDenied", SENTENCE.replace("us-east-1:111122223333", "us-east-1:444455556666"))
    assert refusal is not None
    assert refusal.resource == "arn:aws:eks:us-east-1:444455556666:x"
    assert refusal.notes == ()


def test_a_message_in_another_language_is_named() -> None:
    refusal = refused("AccessDenied", "ユーザーには権限がありません")
    assert refusal is not None
    assert refusal.notes == ("the message is in Japanese",)


def test_n6_a_record_that_tells_no_account_leaves_its_text_as_it_is() -> None:
    refusal = refusal_of_record(
        error_code="AccessDenied", error_message=SENTENCE, response=None, event_name="Any", account=None
    )
    assert refusal is not None
    assert (refusal.principal, refusal.notes) == (ANA, ())
