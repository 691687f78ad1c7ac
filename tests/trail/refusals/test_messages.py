"""Each form in which AWS says no, as a message alone (I81, I82, N3, N4, AT1, AT20)."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.evaluation.decision import Layer
from iamtui.trail.refusals import About, NotARefusalError, Refusal, Result, parse_message, refusal_of_record
from tests.tables import every_row

ANA = "arn:aws:iam::111122223333:user/ana"
OBJECT = "arn:aws:s3:::ledger/2026/q3.csv"
START = f"User: {ANA} is not authorized to perform: s3:GetObject on resource: {OBJECT}"
DENY = "arn:aws:iam::111122223333:policy/Example.Deny-Policy"
ID = "a1b2c3d4e5f6g7h8i9j0"
LINK = f"https://eu-west-1.console.aws.amazon.com/iam/home?region=eu-west-1#/authorization-details/{ID}"
CALL = f"call the GetRequestAuthorizationDetails API with the following authorization id: {ID}"
DETAILS = f". Go to {LINK} for complete details, or {CALL}"
BLOB = "EXAMPLEWodyRNrtlQARDip-eTA6i6DrlUhHhPQrLWB_lAbl5pAKxl9mPDLexYcGBreyIKQC1BGBIpBKr3dFDkwqeO7e2NMk5j_hmzAiChJN"

ENDINGS = (
    ("because no identity-based policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.IDENTITY),
    ("because no resource-based policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.RESOURCE),
    ("because no role trust policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.TRUST),
    (
        "because no permissions boundary allows the s3:GetObject action",
        Result.IMPLICIT_DENY,
        Layer.PERMISSIONS_BOUNDARY,
    ),
    ("because no session policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.SESSION),
    ("because no service control policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.SCP),
    ("because no VPC endpoint policy allows the s3:GetObject action", Result.IMPLICIT_DENY, Layer.VPC_ENDPOINT),
    ("with an explicit deny in an identity-based policy", Result.EXPLICIT_DENY, Layer.IDENTITY),
    ("with an explicit deny in an identity policy", Result.EXPLICIT_DENY, Layer.IDENTITY),
    ("with an explicit deny in a resource-based policy", Result.EXPLICIT_DENY, Layer.RESOURCE),
    ("with an explicit deny in the role trust policy", Result.EXPLICIT_DENY, Layer.TRUST),
    ("with an explicit deny in a permissions boundary", Result.EXPLICIT_DENY, Layer.PERMISSIONS_BOUNDARY),
    ("with an explicit deny in a session policy", Result.EXPLICIT_DENY, Layer.SESSION),
    ("with an explicit deny in a service control policy", Result.EXPLICIT_DENY, Layer.SCP),
    ("with an explicit deny in a resource control policy", Result.EXPLICIT_DENY, Layer.RCP),
    ("with an explicit deny in a VPC endpoint policy", Result.EXPLICIT_DENY, Layer.VPC_ENDPOINT),
    ("with an explicit deny", Result.EXPLICIT_DENY, None),
    (
        "because the resource does not exist in this Region, no resource-based policies allow access, or a "
        "resource-based policy explicitly denies access",
        Result.DENIED,
        Layer.RESOURCE,
    ),
    (
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        Result.DENIED,
        Layer.S3_BLOCK_PUBLIC_ACCESS,
    ),
    (
        "because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public "
        "Access.",
        Result.DENIED,
        Layer.S3_BLOCK_PUBLIC_ACCESS,
    ),
)
TRAILERS = ("", f". Encoded authorization failure message: {BLOB}", DETAILS)


@every_row("trailer", TRAILERS, ids=("alone", "encoded", "details"))
@every_row(("ending", "result", "layer"), ENDINGS, ids=[ending[0][:60] for ending in ENDINGS])
def test_an_ending_names_result_and_layer(ending: str, result: Result, layer: Layer | None, trailer: str) -> None:
    refusal = parse_message(f"{START} {ending}{trailer}")
    assert (refusal.principal, refusal.action, refusal.resource) == (ANA, "s3:GetObject", OBJECT)
    assert (refusal.result, refusal.layer, refusal.about) == (result, layer, About.POLICY)
    assert refusal.notes == ()
    assert refusal.encoded_message == (BLOB if "Encoded" in trailer else None)
    assert (refusal.authorization_id, refusal.region) == ((ID, "eu-west-1") if trailer == DETAILS else (None, None))


def test_without_an_ending_either_result_is_possible() -> None:
    refusal = parse_message(START)
    assert (refusal.resource, refusal.result, refusal.layer) == (OBJECT, Result.DENIED, None)


@pytest.mark.parametrize("trailer", TRAILERS, ids=("alone", "encoded", "details"))
def test_a_policy_is_named_with_its_dots_and_without_the_full_stop(trailer: str) -> None:
    refusal = parse_message(f"{START} with an explicit deny in a service control policy: {DENY}{trailer}")
    assert refusal.policy == DENY
    assert refusal.layer is Layer.SCP


RESOURCES = (
    (" on resource: *", "*"),
    (f" on resource: {OBJECT}", OBJECT),
    (f' on resource: "{OBJECT}"', OBJECT),
    (" on resource: user ana", "user ana"),
    (" on resource: user ", "user"),
    (" on resource: role deploy", "role deploy"),
    (" on resource: group admins", "group admins"),
    (f" on resource: policy {DENY} version v2", f"policy {DENY} version v2"),
    (" on resource: instance profile web", "instance profile web"),
    (" on resource: ledger-password", "ledger-password"),
    (" on resource: ", ""),
    (
        ' on resource: arn:aws:ssm:us-east-1:111122223333:managed-instance/"i-1"',
        'arn:aws:ssm:us-east-1:111122223333:managed-instance/"i-1"',
    ),
    (" on resource: arn:aws:s3:::ledger/a file because of tax.csv", "arn:aws:s3:::ledger/a file because of tax.csv"),
    (" on the specified resource", None),
    (" on this resource", None),
    ("", None),
)


@every_row("ending", ["", " because no identity-based policy allows the iam:GetUser action"])
@every_row(("written", "resource"), RESOURCES, ids=[row[0] or "none" for row in RESOURCES])
def test_a_resource_is_read_as_it_is_written(written: str, resource: str | None, ending: str) -> None:
    refusal = parse_message(f"User: {ANA} is not authorized to perform: iam:GetUser{written}{ending}")
    assert refusal.resource == resource
    assert refusal.action == "iam:GetUser"


def test_a_strangers_name_that_reads_like_an_ending_is_no_ending() -> None:
    name = f"{OBJECT} with an explicit deny in a session policy: {DENY}"
    refusal = parse_message(
        f"User: {ANA} is not authorized to perform: s3:GetObject on resource: {name} "
        "because no identity-based policy allows the s3:GetObject action"
    )
    assert (refusal.resource, refusal.layer, refusal.policy) == (name, Layer.IDENTITY, None)


@every_row(
    ("message", "expected"),
    [
        (
            f"You are not authorized to perform this operation. {START} with an explicit deny in a session policy",
            {"principal": ANA, "layer": Layer.SESSION},
        ),
        (
            f"You are not authorized to perform this operation. Encoded authorization failure message: {BLOB}",
            {"encoded_message": BLOB, "about": About.POLICY},
        ),
        ("You are not authorized to perform this operation.", {"about": About.UNKNOWN}),
        (
            f"User: {ANA} is not authorized to perform: SNS:ListTopics on resource: * because no identity-based "
            "policy allows the SNS:ListTopics action",
            {"action": "SNS:ListTopics", "layer": Layer.IDENTITY},
        ),
        (f"User: {ANA} is not authorized to access this resource", {"principal": ANA, "about": About.POLICY}),
        (
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
            "arn:aws:execute-api:eu-west-1:********3333:a1b2/prod/GET/pets",
            {"principal": "anonymous", "action": "execute-api:Invoke"},
        ),
        (
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            {"action": "sts:AssumeRoleWithWebIdentity", "principal": None},
        ),
        ("Cross-account pass role is not allowed.", {"action": "iam:PassRole", "about": About.POLICY}),
        ("IAM user access not activated", {"about": About.BILLING}),
        ("Access Denied", {"about": About.UNKNOWN, "layer": None}),
        ("The request was denied due to a VPC endpoint policy", {"layer": Layer.VPC_ENDPOINT, "result": Result.DENIED}),
        (
            f"{START} because no fancy policy allows the s3:GetObject action",
            {
                "layer": None,
                "result": Result.IMPLICIT_DENY,
                "notes": ("AWS names a type of policy that iamtui does not know: fancy policy",),
            },
        ),
    ],
)
def test_the_forms_beside_the_usual_one(message: str, expected: dict[str, object]) -> None:
    refusal = parse_message(message)
    assert {name: getattr(refusal, name) for name in expected} == expected


USUAL = f"{START} because no identity-based policy allows the s3:GetObject action"
QUOTED = START.replace(OBJECT, f'"{OBJECT}"') + " because no identity-based policy allows the s3:GetObject action"
ESCAPED = QUOTED.replace('"', '\\"')


@every_row(
    ("pasted", "operation"),
    [
        (f"An error occurred (AccessDenied) when calling the GetObject operation: {USUAL}", "GetObject"),
        (
            f"aws: [ERROR]: An error occurred (AccessDenied) when calling the GetObject operation: {QUOTED}\n",
            "GetObject",
        ),
        (f'{{"errorCode": "AccessDenied", "errorMessage": "{ESCAPED}", "requestID": "x"}}', None),
        (f'2026-11-29,"{QUOTED.replace(chr(34), chr(34) * 2)}",eu-west-1', None),
        (f"> ana wrote:\n> {USUAL}\n", None),
        (f"`{USUAL}`", None),
        (f"“{USUAL}”", None),
        (USUAL.replace(" on resource", "\non resource").replace(" because", "\n    because"), None),
        (f"{USUAL} (Service: AmazonS3; Status Code: 403; Error Code: AccessDenied; Request ID: 1)", None),
        (f"AccessDenied: {USUAL}\n\tstatus code: 403, request id: 8f2c", None),
        (
            "│ Error: reading S3 Object: operation error S3: GetObject, https response error StatusCode: 403, "
            f"RequestID: 1, api error AccessDenied: {USUAL}\n│ \n│   with aws_s3_object.q3,\n│   on main.tf line 3",
            "GetObject",
        ),
        (f"<Error><Code>AccessDenied</Code><Message>{QUOTED.replace(chr(34), '&quot;')}</Message></Error>", None),
    ],
    ids=["cli", "cli 2", "json", "csv", "chat", "code", "typographic", "lines", "java", "go", "terraform", "xml"],
)
def test_what_tools_write_around_a_message_is_left_out(pasted: str, operation: str | None) -> None:
    refusal = parse_message(pasted)
    assert (refusal.principal, refusal.action, refusal.resource) == (ANA, "s3:GetObject", OBJECT)
    assert (refusal.layer, refusal.operation, refusal.notes) == (Layer.IDENTITY, operation, ())


@every_row(
    "pasted",
    [
        f'"{START}"',
        f'{{"message": "{START}", "code": 1}}',
        f"{START} (Service: AmazonS3; Status Code: 403)",
        f"{START}\n\nSomething else",
        f"> {START}\n>\n> more",
        f"botocore.errorfactory.ClientError('An error occurred (AccessDenied) when calling the X operation: {START}')",
        f'Resource handler returned message: "{START}" (RequestToken: 1, HandlerErrorCode: AccessDenied)',
        f'Resource handler returned message: "{START} (Service: S3, Status Code: 403) (SDK Attempt Count: 1)" (X: 1)',
    ],
)
def test_without_an_ending_the_resource_ends_where_the_message_does(pasted: str) -> None:
    assert parse_message(pasted).resource == OBJECT


def test_the_link_alone_names_the_authorization_id() -> None:
    refusal = parse_message(f"{USUAL}. Go to {LINK}.")
    assert (refusal.authorization_id, refusal.region) == (ID, "eu-west-1")


@pytest.mark.parametrize(
    "host",
    [
        "console.aws.amazon.com",
        "eu-west-1.console.aws.amazon.com",
        "console.amazonaws-us-gov.com",
        "console.amazonaws.cn",
    ],
)
def test_the_link_may_lead_to_any_console(host: str) -> None:
    """AT1."""
    link = f"https://{host}/iam/home?region=us-gov-west-1#/authorization-details/{ID}"
    refusal = parse_message(f"{USUAL}. Go to {link} for complete details, or {CALL}")
    assert (refusal.authorization_id, refusal.region) == (ID, "us-gov-west-1")


def test_of_several_refusals_the_first_is_taken_and_that_is_said() -> None:
    refusal = parse_message(f"{START} with an explicit deny in a session policy\n{USUAL}\n")
    assert refusal.layer is Layer.SESSION
    assert refusal.notes == ("the text holds 1 more refusals: the first is taken",)


def test_a_code_without_a_message_that_says_more() -> None:
    refusal = parse_message("An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")
    assert (refusal.operation, refusal.principal, refusal.about) == ("GetObject", None, About.UNKNOWN)


def test_a_network_event_names_its_layer_by_its_code() -> None:
    assert parse_message("VpceAccessDenied: Access denied").layer is Layer.VPC_ENDPOINT


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_errors_about_credentials_ask_no_policy(code: str) -> None:
    refusal = parse_message(f"An error occurred ({code}) when calling the ListUsers operation: it is so")
    assert refusal.about is About.CREDENTIALS
    assert code in refusal.notes[0]


@every_row(
    ("text", "language"),
    [
        (f"ユーザー: {ANA} には、次を実行する権限がありません: iam:ListUsers", "Japanese"),
        (f"사용자: {ANA}은(는) iam:ListUsers 작업을 수행할 권한이 없습니다", "Korean"),
        (f"用户: {ANA} 无权执行: iam:ListUsers", "Chinese"),
        (f"Benutzer: {ANA} ist nicht berechtigt, folgendes auszuführen: iam:ListUsers", "German"),
        (f"L'utilisateur {ANA} n'est pas autorisé à effectuer : iam:ListUsers", "French"),
        (f"El usuario {ANA} no está autorizado para realizar: iam:ListUsers", "Spanish"),
        (f"O usuário {ANA} não está autorizado a executar: iam:ListUsers", "Portuguese"),
        (f"L'utente {ANA} non è autorizzato a eseguire: iam:ListUsers", "Italian"),
        (f"Pengguna: {ANA} tidak diizinkan untuk melakukan: iam:ListUsers", "Indonesian"),
    ],
)
def test_another_language_is_named_and_not_understood(text: str, language: str) -> None:
    with pytest.raises(NotARefusalError, match=f"the message is in {language}"):
        parse_message(text)


@pytest.mark.parametrize("text", ["", "  \n", "The bucket does not exist", ANA, "Rate exceeded"])
def test_what_is_no_refusal_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotARefusalError, match="expected"):
        parse_message(text)


def test_a_role_that_a_service_may_not_use_is_no_refusal_of_the_caller() -> None:
    with pytest.raises(NotARefusalError, match="may not use the role"):
        parse_message("InvalidParameterValue: Access denied. Check the trust relationships for your role")


def _record(message: str) -> Refusal:
    refusal = refusal_of_record(
        error_code="AccessDenied", error_message=message, response=None, event_name="GetObject", account="111122223333"
    )
    assert refusal is not None
    return refusal


PADDING = "2026/" * 200
LONG = START.replace("2026/", PADDING)
WHOLE = [
    *(f"{LONG} {ending}{trailer}" for (ending, _, _) in ENDINGS for trailer in TRAILERS),
    f"{LONG} with an explicit deny in a service control policy: {DENY}{DETAILS}",
    LONG,
]


@given(st.sampled_from(WHOLE), st.data())
def test_of_a_cut_text_every_part_is_whole_or_not_known(whole: str, data: st.DataObject) -> None:
    kept = data.draw(st.integers(1000, len(whole)))
    cut = _record(whole[:kept])
    full = parse_message(whole)
    for name in ("principal", "action", "resource", "layer", "policy", "authorization_id", "region"):
        assert getattr(cut, name) in (None, getattr(full, name)), name
    assert cut.result in (Result.DENIED, full.result)
    assert full.encoded_message is None or full.encoded_message.startswith(cut.encoded_message or "")


NAME = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
TRICKS = [f"Go to {LINK}", "Encoded authorization failure message: AAAA", "for complete details,"]
WORDS = st.lists(
    st.sampled_from(
        ["because", "no", "with", "an", "explicit", "deny", "in", "a", '"x"', ".", "on", "resource:", *TRICKS]
    )
)


@given(NAME, WORDS, st.sampled_from(ENDINGS), st.sampled_from(TRAILERS))
def test_any_resource_is_read_back_whatever_its_words(
    name: str, words: list[str], ending: tuple[str, Result, Layer | None], trailer: str
) -> None:
    resource = " ".join(["arn:aws:s3:::bucket/k", *words, name])
    refusal = parse_message(
        f"User: {ANA} is not authorized to perform: s3:GetObject on resource: {resource} {ending[0]}{trailer}"
    )
    assert (refusal.resource, refusal.result, refusal.layer) == (resource, ending[1], ending[2])


PIECES = [*chain(*(row[0].split(" ") for row in ENDINGS), START.split(" ")), '"', "\\", "\n", ">", "\u202e"]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_text_is_read_or_refused_in_words(words: list[str]) -> None:
    try:
        refusal = parse_message(" ".join(words))
    except NotARefusalError as error:
        assert str(error)
    else:
        assert {field.name for field in fields(refusal)} >= {"principal", "notes"}


@pytest.mark.parametrize("piece", ["<Message>", '"', "{", "operation error x: y, ", " because no", "Go to https://"])
def test_a_long_hostile_text_is_read_in_one_pass(piece: str) -> None:
    """Of a pattern that begins anew at each piece the suite would not see the end."""
    with contextlib.suppress(NotARefusalError):
        parse_message(piece * 20_000)
    assert parse_message(f"{START}{piece * 20_000} with an explicit deny in a session policy").layer is Layer.SESSION
