"""Who outside is let in, asked in other words: Denies, dates, partitions, names, and what makes a role powerful."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.review.hygiene_results import HygieneReview
from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Organization, OrganizationPolicy, OrganizationTarget
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.test_hygiene import (
    INLINE_ADMIN,
    LAMBDA,
    PASSWORD,
    TOPIC,
    WEB,
    answer,
    one_role,
    report,
    reviewed,
    topic,
    trusting,
)
from tests.analysis.test_hygiene_of_powers import FUNCTION, alice, allowing, trusted_by
from tests.snapshot.exports import ACCOUNT, OTHER, Json, details, user, write
from tests.tables import every_row

THEIRS = f"arn:aws:iam::{OTHER}:root"
ADMINISTRATORS = f"arn:aws:iam::{OTHER}:role/admins/*"


def saying(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def allow(principal: Json, action: Json = "sts:AssumeRole", **more: Json) -> Json:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def deny(principal: Json, action: Json = "sts:AssumeRole", **more: Json) -> Json:
    return {"Effect": "Deny", "Principal": principal, "Action": action, **more}


def called(pattern: Json, operator: str = "ArnNotLike") -> dict[str, Json]:
    return {"Condition": {operator: {"aws:PrincipalArn": pattern}}}


def within(operator: str, key: str, value: Json) -> dict[str, Json]:
    return {"Condition": {operator: {key: value}}}


MAY = allow({"AWS": OTHER})
MAY_AS_ADMINISTRATOR = allow({"AWS": OTHER}, **called(ADMINISTRATORS, "ArnLike"))
ONE_OF_THEM = {"AWS": f"arn:aws:iam::{OTHER}:user/somebody"}
IN_THEIR_ACCOUNT = within("StringEquals", "aws:PrincipalAccount", OTHER)
IN_NO_ACCOUNT_OF_OURS = within("StringNotEquals", "aws:PrincipalOrgID", "o-ours")
LONG_OVER = within("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")


@every_row(
    ("trust", "expected"),
    [
        (saying(MAY), "found"),
        (saying(MAY, deny({"AWS": OTHER})), "unknown"),
        (saying(MAY, deny("*", **IN_THEIR_ACCOUNT)), "unknown"),
        (saying(MAY, deny("*", **IN_NO_ACCOUNT_OF_OURS)), "found"),
        # Some of the account are spared, and one of these is asked.
        (saying(MAY_AS_ADMINISTRATOR, deny("*", **called(ADMINISTRATORS))), "found"),
        (saying(MAY, deny(ONE_OF_THEM)), "found"),
        (saying(allow(ONE_OF_THEM), deny(ONE_OF_THEM)), "unknown"),
        (saying(allow({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/x/y"})), "found"),
        (saying(allow({"AWS": OTHER}, "sts:TagSession")), "unknown"),  # nobody takes it by that
        (saying(allow({"AWS": OTHER}, "sts:*")), "found"),
        (saying(allow({"AWS": OTHER}, **LONG_OVER)), "unknown"),
        (saying(allow("*", Condition={"StringLike": {"aws:PrincipalAccount": [OTHER]}})), "found"),
        (saying(allow("*", Condition={"StringNotEquals": {"aws:PrincipalAccount": OTHER}})), "unknown"),
    ],
)
def test_fi60_an_account_that_a_deny_keeps_out_is_not_let_in(tmp_path: Path, trust: Json, expected: str) -> None:
    assert answer(reviewed(tmp_path, one_role(trust), rules=("FI60",)), "FI60") == expected


@pytest.mark.parametrize(("name", "expected"), [("keep out", "unknown"), ("other", "found")])
def test_fi60_an_account_that_an_rcp_keeps_out_is_not_let_in(tmp_path: Path, name: str, expected: str) -> None:
    account = OTHER if name == "keep out" else "777788889999"
    write(tmp_path / "0.json", one_role(trusting({"AWS": OTHER})))
    statement = deny("*", "sts:*", Resource="*", Condition={"StringEquals": {"aws:PrincipalAccount": account}})
    arn = "arn:aws:organizations::999900001111:policy/o-abc/resource_control_policy/p-1"
    rcp = OrganizationPolicy(
        "p-1", arn, name, "RESOURCE_CONTROL_POLICY", Document(json.dumps(saying(statement)).encode()), aws_managed=False
    )
    targets = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, (), ("p-1",)),
        ACCOUNT: OrganizationTarget(ACCOUNT, "ours", "ACCOUNT", "r-1", (), ()),
    }
    organization = Organization(
        "o-abc", "999900001111", "r-1", targets, {"p-1": rcp}, scps_enabled=False, rcps_enabled=True
    )
    snapshot = replace(open_snapshot([tmp_path]), organizations={"o-abc": organization})
    assert answer(review(snapshot, rules=("FI60",)), "FI60") == expected


@pytest.mark.parametrize("is_whole", [True, False], ids=["all accounts", "some accounts"])
def test_fi61_an_account_may_be_ones_own_where_not_all_were_listed(tmp_path: Path, is_whole: bool) -> None:
    """T22: a list of accounts that is cut off does not say who is foreign."""
    write(tmp_path / "0.json", one_role(trusting({"AWS": OTHER})))
    targets = {
        "r-1": OrganizationTarget("r-1", "Root", "ROOT", None, (), ()),
        ACCOUNT: OrganizationTarget(ACCOUNT, "ours", "ACCOUNT", "r-1", (), ()),
    }
    listed = frozenset([("ACCOUNT", "")]) if is_whole else frozenset[tuple[str, str]]()
    organization = Organization(
        "o-abc", "999900001111", "r-1", targets, scps_enabled=False, rcps_enabled=False, listed=listed
    )
    snapshot = replace(open_snapshot([tmp_path]), organizations={"o-abc": organization})
    (finding,) = review(snapshot, rules=("FI61",)).findings
    assert finding.message.endswith("one's own organization was not exported") is not is_whole


@every_row(
    ("statements", "expected"),
    [
        ([allow({"AWS": OTHER}, "sns:Publish")], "found"),
        ([allow({"AWS": OTHER}, "sns:Publish"), deny({"AWS": OTHER}, "sns:*")], "clear"),
        ([allow({"AWS": OTHER}, ["sns:Publish", "sns:Subscribe"]), deny({"AWS": OTHER}, "sns:Publish")], "found"),
        ([allow({"AWS": OTHER}, "sns:SomethingNew")], "found"),  # of which AWS may know more than the lists here
    ],
)
def test_fi60_a_resource_lets_an_account_in_that_may_do_something(
    tmp_path: Path, statements: list[Json], expected: str
) -> None:
    written = saying(*({**one, "Resource": TOPIC} for one in statements if isinstance(one, dict)))
    whole = {"Attributes": {"TopicArn": TOPIC, "Owner": ACCOUNT, "Policy": json.dumps(written)}}
    found = reviewed(tmp_path, alice([]), files={"sns_get_topic_attributes": whole}, rules=("FI60",))
    assert answer(found, "FI60") == expected


GOV, GOV_EAST = "cognito-identity-us-gov.amazonaws.com", "cognito-identity.us-gov-east-1.amazonaws.com"
CHINA = "cognito-identity.cn-north-1.amazonaws.com.cn"
USUAL = "cognito-identity.amazonaws.com"


def cognito(provider: str, *tests: tuple[str, str, Json]) -> Json:
    condition: dict[str, dict[str, Json]] = {}
    for operator, claim, wanted in tests:
        condition.setdefault(operator, {})[f"{provider}:{claim}"] = wanted
    return trusting({"Federated": provider}, condition or None, WEB)


SIGNED_IN = ("ForAnyValue:StringLike", "amr", "authenticated")
NOT_SIGNED_IN = ("ForAnyValue:StringLike", "amr", "unauthenticated")
OURS = ("StringEquals", "aud", "us-gov-west-1:12345678-corner-cafe-123456790ab")
ANY_OF_REGION = ("StringLike", "aud", "us-gov-west-1:*")
S, W = FindingSeverity.SECURITY, FindingSeverity.WARNING


@pytest.mark.parametrize("provider", [USUAL, GOV, GOV_EAST, CHINA])
@every_row(
    ("tests", "expected"),
    [
        ((), S),
        ((OURS,), W),
        ((OURS, NOT_SIGNED_IN), W),
        ((OURS, SIGNED_IN), None),
        ((SIGNED_IN,), W),
        ((NOT_SIGNED_IN,), S),
        ((ANY_OF_REGION,), S),
        ((ANY_OF_REGION, SIGNED_IN), W),
        ((("StringLike", "sub", "us-gov-west-1:*"),), S),
        ((("StringEquals", "sub", "us-gov-west-1:one"),), None),
        ((("ForAnyValue:StringLike", "amr", "graph.facebook.com"),), W),
        ((OURS, ("ForAnyValue:StringLike", "amr", "graph.facebook.com")), None),
        ((("StringNotEquals", "aud", "us-gov-west-1:one"),), S),
        ((("Null", "aud", "false"),), S),
        ((("ForAllValues:StringEquals", "amr", ["authenticated"]),), W),
    ],
)
def test_fi65_in_each_partition_guests_and_other_pools_are_asked_as_cognito_writes_their_tokens(
    tmp_path: Path, provider: str, tests: tuple[tuple[str, str, Json], ...], expected: FindingSeverity | None
) -> None:
    found = reviewed(tmp_path, one_role(cognito(provider, *tests)), rules=("FI65",))
    assert [one.severity for one in found.findings] == ([] if expected is None else [expected])
    assert all(provider in one.fix for one in found.findings)


def function(*statements: Json) -> dict[str, Json]:
    held = {
        "Policy": json.dumps(saying(*({**one, "Resource": FUNCTION} for one in statements if isinstance(one, dict))))
    }
    role = f"arn:aws:iam::{ACCOUNT}:role/job"
    listed = {"Functions": [{"FunctionName": "f", "FunctionArn": FUNCTION, "Role": role}]}
    return {"lambda_list_functions": listed, "lambda_get_policy.f": held}


INVOKE = "lambda:InvokeFunction"
OPEN = allow("*", INVOKE)
CALLED_CI = called("arn:aws:iam::*:role/ci", "ArnLike")
CALLED_OUR_CI = called(f"arn:aws:iam::{ACCOUNT}:role/ci", "ArnLike")
URL = {"Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}
UNREAD = [{"PolicyName": "X", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/X"}]
TAGGED = {"StringEquals": {"aws:PrincipalTag/team": "x"}}
BOUNDARY = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/unread"}
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@every_row(
    ("held", "more", "statement", "expected"),
    [
        (INLINE_ADMIN, {}, OPEN, S),
        (INLINE_ADMIN, {"PermissionsBoundary": BOUNDARY}, OPEN, "unknown"),
        (INLINE_ADMIN, {"PermissionsBoundary": BOUNDARY}, allow({"AWS": ACCOUNT}, INVOKE), None),
        (allowing("*", condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), {}, OPEN, W),
        (allowing("iam:PutRolePolicy"), {}, OPEN, S),  # becomes one
        (allowing("s3:*"), {}, OPEN, None),
        (INLINE_ADMIN, {}, allow("*", "lambda:InvokeFunctionUrl", **URL), S),
        (INLINE_ADMIN, {}, allow({"AWS": OTHER}, "lambda:*"), S),
        (INLINE_ADMIN, {}, allow({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/x/y"}, INVOKE), S),
        (INLINE_ADMIN, {}, allow("*", INVOKE, Condition=WITH_MFA), None),
        (INLINE_ADMIN, {}, allow("*", "lambda:GetFunction"), None),
        (INLINE_ADMIN, {}, allow("*", INVOKE, **CALLED_CI), S),
        (INLINE_ADMIN, {}, allow("*", INVOKE, **CALLED_OUR_CI), None),
        (INLINE_ADMIN, {}, allow("*", INVOKE, **LONG_OVER), None),
    ],
)
def test_fi72_says_how_surely_the_role_of_what_outsiders_run_is_an_administrator(
    tmp_path: Path, held: Json, more: dict[str, Json], statement: Json, expected: FindingSeverity | str | None
) -> None:
    account = details(RoleDetailList=[trusted_by("job", LAMBDA, RolePolicyList=held, **more)])
    found = reviewed(tmp_path, account, files=function(statement), rules=("FI72",))
    told: list[object] = [one.severity for one in found.findings]
    assert (told or ["unknown" for _ in found.unknown] or [None]) == [expected]


def test_fi62_a_function_is_open_to_everybody_by_its_url(tmp_path: Path) -> None:
    account = details(RoleDetailList=[trusted_by("job", LAMBDA)])
    found = reviewed(tmp_path, account, files=function(allow("*", "lambda:InvokeFunctionUrl", **URL)), rules=("FI62",))
    (told,) = (one for one in found.findings if one.subject.arn == FUNCTION)
    assert told.message == "f lets anybody do lambda:InvokeFunctionUrl by its URL, if it has one of that type"
    assert told.rows[0].endswith(f"lambda:InvokeFunctionUrl {FUNCTION} lambda:functionurlauthtype NONE")


def test_fi62_every_action_is_tried_that_a_statement_gives(tmp_path: Path) -> None:
    bucket = "arn:aws:s3:::b"
    both = [bucket, f"{bucket}/*"]
    but_writing = {"Effect": "Deny", "Principal": "*", "NotAction": "s3:PutObject", "Resource": both}
    written = saying(allow("*", "s3:*", Resource=both), but_writing)
    files: dict[str, Json] = {
        "s3api_list_buckets": {"Buckets": [{"Name": "b"}], "Owner": {"ID": "x"}},
        "s3api_get_bucket_policy.b": {"Policy": json.dumps(written)},
        "s3api_get_public_access_block.b": {"PublicAccessBlockConfiguration": {}},
    }
    found = reviewed(tmp_path, alice([]), files=files, rules=("FI62",))
    assert [one.message for one in found.findings] == ["b lets anybody do s3:PutObject"]


UNTIL_THE_28TH = {"DateLessThan": {"aws:CurrentTime": "2020-03-28T00:00:00Z"}}


@every_row(
    ("rule", "account"),
    [
        ("FI60", one_role(trusting({"AWS": OTHER}, UNTIL_THE_28TH))),
        ("FI61", one_role(trusting({"AWS": OTHER}, UNTIL_THE_28TH))),
        ("FI62", one_role(trusting("*", UNTIL_THE_28TH))),
        ("FI65", one_role(trusting({"Federated": USUAL}, UNTIL_THE_28TH, WEB))),
        ("FI67", one_role(trusting({"Service": "comprehend.amazonaws.com"}, UNTIL_THE_28TH))),
        ("FI24", one_role(trusting({"AWS": ACCOUNT}, UNTIL_THE_28TH), RolePolicyList=INLINE_ADMIN)),
        (
            "FI70",
            one_role(
                trusting(
                    {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/x"}, UNTIL_THE_28TH, "sts:AssumeRoleWithSAML"
                )
            ),
        ),
    ],
)
def test_fi4_what_is_let_in_is_asked_on_the_day_of_the_review(tmp_path: Path, rule: str, account: Json) -> None:
    write(tmp_path / "0.json", account)
    snapshot = open_snapshot([tmp_path])

    def on_day(number: int) -> HygieneReview:
        return review(snapshot, at=datetime(2020, 3, number, tzinfo=UTC), rules=(rule,))

    assert [bool(on_day(day).findings) for day in (27, 29)] == [True, False]


GONE = f"arn:aws:iam::{ACCOUNT}:user/gone"
HERE = f"arn:aws:iam::{ACCOUNT}:user/alice"
PUBLISH = "sns:Publish"


@every_row(
    ("statements", "expected"),
    [
        ([allow({"AWS": GONE}, PUBLISH)], "found"),
        ([allow({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app/gone"}, PUBLISH)], "found"),
        ([allow({"AWS": [HERE, GONE]}, PUBLISH)], "found"),
        ([allow({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/gone/session"}, PUBLISH)], "found"),
        ([allow("*", PUBLISH, **within("ArnEquals", "aws:PrincipalArn", GONE))], "found"),  # a condition is a name
        ([allow("*", PUBLISH, **within("ArnNotEquals", "aws:PrincipalArn", GONE))], "clear"),
        ([allow("*", PUBLISH, **within("ArnLike", "aws:PrincipalArn", f"{GONE}*"))], "clear"),
        ([allow({"AWS": HERE}, PUBLISH)], "clear"),
        # Nobody can be made whose name somebody has, whatever the path and the case.
        ([allow({"AWS": f"arn:aws:iam::{ACCOUNT}:user/Alice"}, PUBLISH)], "clear"),
        ([allow({"AWS": f"arn:aws:iam::{ACCOUNT}:user/x/alice"}, PUBLISH)], "clear"),
        ([allow({"AWS": GONE.replace("aws", "aws-us-gov", 1)}, PUBLISH)], "clear"),
        ([allow({"AWS": f"arn:aws:iam::{OTHER}:user/gone"}, PUBLISH)], "clear"),
        ([deny({"AWS": GONE}, PUBLISH)], "clear"),
        ([allow({"AWS": GONE}, PUBLISH), deny("*", PUBLISH)], "clear"),
        ([allow({"AWS": GONE}, PUBLISH), deny({"AWS": GONE}, PUBLISH)], "clear"),
        ([allow({"AWS": GONE}, PUBLISH, **LONG_OVER)], "clear"),
        ([allow({"AWS": GONE}, [])], "clear"),
    ],
)
def test_fi69_whoever_would_be_let_in_is_told(tmp_path: Path, statements: list[Json], expected: str) -> None:
    written = saying(*({**one, "Resource": TOPIC} for one in statements if isinstance(one, dict)))
    whole = {"Attributes": {"TopicArn": TOPIC, "Owner": ACCOUNT, "Policy": json.dumps(written)}}
    found = reviewed(tmp_path, alice([]), files={"sns_get_topic_attributes": whole}, rules=("FI69",))
    assert answer(found, "FI69") == expected


def test_fi69_whether_somebody_is_gone_is_unknown_where_not_all_were_exported(tmp_path: Path) -> None:
    whole = topic({"AWS": f"arn:aws:iam::{ACCOUNT}:role/gone"})
    account = {"UserDetailList": [user("alice")]}
    found = reviewed(tmp_path, account, files={"sns_get_topic_attributes": whole}, rules=("FI69",))
    assert answer(found, "FI69") == "unknown"


PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/x"
OF_IDENTITY_CENTER = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_1234567890abcdef_DO_NOT_DELETE"
PEOPLE = [f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in "abcd"]


def providers(*listed: dict[str, Json]) -> dict[str, Json]:
    return {
        "iam_list_saml_providers": {"SAMLProviderList": [*listed]},
        "iam_list_open_id_connect_providers": {"OpenIDConnectProviderList": []},
    }


@every_row(
    ("count", "listed", "expected"),
    [
        (3, [], "found"),
        (2, [], "unknown"),  # of the others it is not known whether they have passwords
        (0, [{"Arn": PROVIDER, "ValidUntil": "2025-01-01T00:00:00Z"}], "found"),
        (0, [{"Arn": PROVIDER, "ValidUntil": "2027-01-01T00:00:00Z"}], "found"),  # no role trusts it
        (0, [{"Arn": OF_IDENTITY_CENTER, "ValidUntil": "2027-01-01T00:00:00Z"}], "clear"),
    ],
)
def test_fi71_counts_people_and_providers(
    tmp_path: Path, count: int, listed: list[dict[str, Json]], expected: str
) -> None:
    account = details(UserDetailList=[user(arn.rpartition("/")[2]) for arn in PEOPLE])
    rows = [report(arn, **PASSWORD).split("\n", 1) for arn in PEOPLE[:count]]
    credentials = None if not rows else "\n".join((rows[0][0], *(row[1].strip() for row in rows))) + "\n"
    found = reviewed(tmp_path, account, credentials=credentials, files=providers(*listed), rules=("FI71",))
    assert answer(found, "FI71") == expected


@every_row(
    ("action", "expected"),
    [
        ("sts:AssumeRoleWithSAML", "clear"),
        (["sts:TagSession", "sts:assumerolewithSAML"], "clear"),
        ("sts:AssumeRoleWith*", "clear"),
        ("sts:*", "clear"),
        ("sts:TagSession", "found"),
        ("sts:AssumeRole", "found"),
        ("sts:AssumeRoleWithWebIdentity", "found"),
    ],
)
def test_fi71_a_provider_is_used_by_roles_that_it_can_take(
    tmp_path: Path, action: str | list[str], expected: str
) -> None:
    trusted = one_role(trusting({"Federated": PROVIDER}, action=action))
    listed: dict[str, Json] = {"Arn": PROVIDER, "ValidUntil": "2027-01-01T00:00:00Z"}
    found = reviewed(tmp_path, trusted, files=providers(listed), rules=("FI71",))
    assert answer(found, "FI71") == expected


@every_row("trust", (None, "{", "[]"))
def test_fi71_whether_a_trust_that_cannot_be_read_names_a_provider_is_unknown(tmp_path: Path, trust: Json) -> None:
    listed: dict[str, Json] = {"Arn": PROVIDER, "ValidUntil": "2027-01-01T00:00:00Z"}
    found = reviewed(tmp_path, one_role(trust), files=providers(listed), rules=("FI71",))
    assert answer(found, "FI71") == "unknown"


def test_fi71_a_date_that_nobody_can_read_is_unknown(tmp_path: Path) -> None:
    trusted = one_role(trusting({"Federated": PROVIDER}, action="sts:AssumeRoleWithSAML"))
    found = reviewed(tmp_path, trusted, files=providers({"Arn": PROVIDER, "ValidUntil": "soon"}), rules=("FI71",))
    assert answer(found, "FI71") == "unknown"
