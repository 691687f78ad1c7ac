"""Keys, variables, ARNs and actions that no request of AWS brings (Q6, Q7, Q9, Q20), and near ones that it does."""

from __future__ import annotations

import json

import pytest

from iamtui.catalog import service_title
from iamtui.policy.document import Document
from iamtui.policy.lint import Finding, lint
from iamtui.policy.statement import PolicyKind
from tests.tables import every_row


def found(rule: str, kind: PolicyKind = PolicyKind.IDENTITY, **elements: object) -> list[Finding]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return [one for one in lint(Document(json.dumps(document).encode()), kind) if one.rule == rule]


def keys(action: object, key: str, operator: str = "StringEquals") -> list[str]:
    return [one.message for one in found("Q9", Action=action, Condition={operator: {key: "x"}})]


# Condition keys


@pytest.mark.parametrize(
    ("action", "key", "message", "fix"),
    [
        ("rds:CreateDBInstance", "rds:DatabaseEngin", "rds lists no condition key", "Write rds:DatabaseEngine,"),
        ("s3:ListBucket", "s3:prefiks", "s3 lists no condition key", "Write s3:prefix,"),
        ("s3:ListBucket", "s4:prefix", "no service is called 's4'", "Write s3:prefix,"),
        ("s3:ListBucket", "aws:PrincipalOrgId2", "no global condition key is called", "Write aws:PrincipalOrgID,"),
        ("s3:ListBucket", "s3:qqqqqqqqqqqqqqqqq", "s3 lists no condition key", "Correct the key."),
    ],
)
def test_q9_a_key_that_nobody_lists_is_told_with_the_nearest(action: str, key: str, message: str, fix: str) -> None:
    (finding,) = found("Q9", Action=action, Condition={"StringEquals": {key: "x"}})
    assert finding.message.startswith(message)
    assert finding.fix.startswith(fix)
    assert finding.pointer == f"/Statement/0/Condition/StringEquals/{key}"


@every_row(
    ("action", "key"),
    [
        ("s3:GetObject", "s3:prefix"),
        (["s3:GetObject", "s3:PutObject"], "s3:prefix"),
        ("s3:Get*Tagging", "s3:max-keys"),
        ("s3:PutObject", "iam:PassedToService"),
        ("sts:AssumeRole", "iam:PassedToService"),
        ("ec2:DescribeInstances", "ec2:InstanceType"),
        ("ec2:DescribeInstances", "aws:ResourceTag/team"),
        ("s3:GetObject", "aws:RequestTag/team"),
        ("kms:CreateGrant", "aws:TagKeys"),
    ],
)
def test_k90_a_key_that_no_action_of_the_statement_sends_is_told(action: object, key: str) -> None:
    message = f"no action of the statement sends {key!r}: it is always absent"
    (finding,) = (one for one in found("Q9", Action=action, Condition={"StringEquals": {key: "x"}}))
    assert finding.message == message
    assert finding.severity.value == ("suggestion" if key.startswith("aws:") else "warning")


@every_row(
    ("action", "key"),
    [
        ("s3:ListBucket", "s3:prefix"),
        (["s3:GetObject", "s3:ListBucket"], "s3:prefix"),
        ("s3:*", "s3:prefix"),
        ("s3:List*", "s3:prefix"),
        ("*", "s3:prefix"),
        ("s3:GetObject", "s3:ExistingObjectTag/team"),
        ("s3:GetObject", "aws:ResourceTag/team"),
        ("s3:GetObject", "aws:PrincipalTag/team"),
        ("sts:AssumeRole", "aws:RequestTag/team"),
        ("sts:AssumeRole", "aws:TagKeys"),
        (["ec2:DescribeInstances", "ec2:StartInstances"], "aws:ResourceTag/team"),
        ("aws-marketplace:Subscribe", "aws-marketplace:ProductId"),
        ("s3:GetObject", "cognito-identity.amazonaws.com:sub"),
        ("s3:GetObject", "saml:aud"),
        ("s3:GetObject", "ec2:SourceInstanceARN"),
        ("kms:Decrypt", "kms:ViaService"),
        ("kms:Decrypt", "kms:EncryptionContext:app"),
        ("iam:PassRole", "iam:PassedToService"),
        ("sqs:NoSuchAction", "sqs:anything"),
        ("codestar:CreateProject", "codestar:anything"),
        ("states:InvokeHTTPEndpoint", "states:HTTPEndpoint"),
    ],
)
def test_a_key_that_some_action_may_send_is_left(action: object, key: str) -> None:
    told = [message for message in keys(action, key) if "sends" in message]
    assert told == []


def test_what_the_other_actions_of_a_notaction_send_is_not_known() -> None:
    statement = {"NotAction": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "x"}}}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    assert [one for one in lint(Document(json.dumps(document).encode()), PolicyKind.IDENTITY) if one.rule == "Q9"] == []


# ARNs


@every_row(
    ("arn", "words"),
    [
        ("arn:aws:s3::111122223333:files/*", "have no account"),
        ("arn:aws:s3:eu-west-1::files/*", "have no Region"),
        ("arn:aws:s3:eu-west-1:111122223333:files", "have no Region"),
        ("arn:aws:iam:us-east-1:111122223333:role/app", "have no Region"),
        ("arn:aws:route53::111122223333:hostedzone/Z1", "have no account"),
        ("arn:aws:iam:::role/app", "lacks the account"),
        ("arn:aws:sqs:eu-west-1::jobs", "lacks the account"),
        ("arn:aws:sqs::111122223333:jobs", "lacks the Region"),
        ("arn:aws:iam::111122223333:roles/app", "Write role/ there."),
        ("arn:aws:lambda:eu-west-1:111122223333:function/app", "Write function: there."),
        ("arn:aws:states:eu-west-1:111122223333:statemachine:app", "Write stateMachine: there."),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table:Orders", "Write table/ there."),
    ],
)
def test_q7_an_arn_that_no_resource_has_is_told(arn: str, words: str) -> None:
    (finding,) = found("Q7", Action="*", Resource=arn)
    assert words in f"{finding.message} {finding.fix}"
    assert finding.pointer == "/Statement/0/Resource"


@every_row(
    "arn",
    [
        "arn:aws:s3:::files/*",
        "arn:aws:s3:::files",
        "arn:aws:s3:*:*:files/*",
        "arn:aws:s3:::${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::*/${aws:username}/*",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/web",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/web/object/*",
        "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:ec2:*::image/ami-*",
        "arn:aws:ec2:*:*:instance/*",
        "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript",
        "arn:aws:ssm:*:*:parameter/app/*",
        "arn:aws:lambda:*:*:function:*",
        "arn:aws:sqs:*:*:*",
        "arn:aws:logs:*:*:*",
        "arn:aws:logs:*:*:log-group:/aws/lambda/*:*",
        "arn:aws:cloudfront::111122223333:distribution/E1",
        "arn:aws:route53:::hostedzone/Z1",
        "arn:aws:nosuch:eu-west-1:111122223333:thing/x",
        "arn:aws:backup:*:*:recovery-point:*",
        "arn:aws:apigateway:eu-west-1::/restapis/*",
        "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*/GET/pets",
    ],
)
def test_an_arn_that_some_resource_has_is_left(arn: str) -> None:
    assert found("Q7", Action="*", Resource=arn) == []


def test_the_policy_of_an_api_may_name_its_own_stages_in_short() -> None:
    everybody = {
        "Action": "execute-api:Invoke",
        "Principal": "*",
        "Resource": ["execute-api:/*", "execute-api:/prod/*"],
    }
    assert found("Q7", PolicyKind.RESOURCE, **everybody) == []
    assert len(found("Q7", PolicyKind.IDENTITY, Action="execute-api:Invoke", Resource="execute-api:/*")) == 1
    assert len(found("Q7", PolicyKind.RESOURCE, Action="s3:GetObject", Principal="*", Resource="s3:/x")) == 1


# Variables


@every_row(
    ("written", "severity"),
    [
        ("${AWS::AccountId}", "error"),
        ("${AWS::Region}", "error"),
        ("${var.bucket}", "error"),
        ("${ACCOUNT_ID}", "error"),
        ("${self:custom.stage}", "error"),
        ("${aws:usernam}", "error"),
        ("${s3:prefiks}", "warning"),
        ("{{ account }}", "warning"),
        ("#{name}", "warning"),
        ("%{name}", "warning"),
        ("$(NAME)", "warning"),
        ("<account-id>", "warning"),
        ("[ROLE_NAME]", "warning"),
    ],
)
def test_q20_what_a_template_should_have_filled_in_is_told(written: str, severity: str) -> None:
    (finding,) = found("Q20", Resource=f"arn:aws:s3:::files-{written}/*")
    assert (finding.severity.value, finding.pointer) == (severity, "/Statement/0/Resource")


def test_q20_a_misspelt_variable_is_told_with_the_nearest() -> None:
    (finding,) = found("Q20", Resource="arn:aws:s3:::home/${aws:usernam}/*")
    assert finding.fix == "Write ${aws:username}, if that is meant."
    condition = {"StringLike": {"s3:prefix": "home/${aws:usernam}/*"}}
    (finding,) = found("Q20", Action="s3:ListBucket", Condition=condition)
    assert finding.fix == "Write ${aws:username}, if that is meant."


@every_row(
    "written",
    [
        "${aws:username}",
        "${aws:PrincipalTag/team}",
        "${aws:PrincipalTag/team, 'none'}",
        "${cognito-identity.amazonaws.com:sub}",
        "${saml:sub}",
        "${www.amazon.com:user_id}",
        "${oidc.example.com/realm:sub}",
        "${transfer:UserName}",
        "${s3:prefix}",
        "${*}${?}${$}",
        "[a-z]",
        "a<b",
        "100%",
    ],
)
def test_a_variable_that_a_request_has_is_left(written: str) -> None:
    assert found("Q20", Resource=f"arn:aws:s3:::files/{written}/*") == []


# Actions


@pytest.mark.parametrize(
    ("action", "message", "fix"),
    [
        ("s3:GetObjekt", "Amazon S3 has no action 's3:GetObjekt'", "Write s3:GetObject, if that is meant."),
        ("s4:GetObject", "no service is called 's4'", "Write s3:GetObject, if that is meant."),
        ("s3:Xyzzy*", "Amazon S3 has no action 's3:Xyzzy*'", "Correct or remove the action."),
        ("cloudformation:Preview*", "AWS CloudFormation has no action 'cloudformation:Preview*'", "Correct or remove"),
    ],
)
def test_q6_an_action_that_there_is_not_is_told_with_the_nearest(action: str, message: str, fix: str) -> None:
    (finding,) = found("Q6", Action=action)
    assert finding.message == message
    assert finding.fix.startswith(fix)


@pytest.mark.parametrize(
    ("prefix", "title"),
    [
        ("cloudformation", "AWS CloudFormation"),
        ("apigateway", "Amazon API Gateway"),
        ("elasticloadbalancing", "Elastic Load Balancing"),
        ("lex", "Amazon Lex"),
        ("ses", "Amazon SES"),
        ("S3", "Amazon S3"),
        ("nosuch", "nosuch"),
    ],
)
def test_a_prefix_that_several_services_share_is_not_called_by_one_of_them(prefix: str, title: str) -> None:
    assert service_title(prefix) == title


# Prefixes that take in strangers


@every_row(
    ("operator", "key", "value", "is_narrow"),
    [
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::acme*", False),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:orders", False),
        ("ArnLike", "aws:SourceArn", "*", False),
        ("StringLike", "aws:SourceAccount", "*", False),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::acme-ledger", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudfront::111122223333:distribution/*", True),
        ("StringEquals", "aws:SourceAccount", "111122223333", True),
        ("ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-a1b2c3d4e5/*", True),
    ],
)
def test_q16_a_source_that_strangers_can_have_narrows_no_service(
    operator: str, key: str, value: str, is_narrow: bool
) -> None:
    principal, condition = {"Service": "sns.amazonaws.com"}, {operator: {key: value}}
    told = found("Q16", PolicyKind.RESOURCE, Principal=principal, Action="sqs:SendMessage", Condition=condition)
    assert (told == []) is is_narrow


# Values


@every_row(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "acme"),
        ("StringNotEquals", "aws:PrincipalAccount", "1111-2222-3333"),
        ("StringEquals", "aws:SourceAccount", "11112222333"),
        ("StringLike", "aws:RequestedRegion", "eu-west"),
        ("StringEquals", "aws:PrincipalType", "Role"),
        ("StringEquals", "iam:PassedToService", "lambda"),
        ("ForAnyValue:StringEquals", "aws:CalledVia", "cloudformation"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "r-ab12/ou-ab12-11111111/"),
    ],
)
def test_q18_a_value_that_the_key_never_has_is_told(operator: str, key: str, value: str) -> None:
    (finding,) = found("Q18", Action="iam:PassRole", Condition={operator: {key: value}})
    assert finding.message.startswith(f"{key!r} is never {value!r}: expected ")
    assert finding.pointer == f"/Statement/0/Condition/{operator}/{key}"


@every_row(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
        ("StringLike", "aws:RequestedRegion", "eu-*"),
        ("StringEquals", "aws:RequestedRegion", "us-gov-west-1"),
        ("StringEquals", "aws:PrincipalType", "AssumedRole"),
        ("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*/ou-ab12-*"),
        ("StringEquals", "aws:PrincipalTag/account", "acme"),
        ("Null", "aws:PrincipalOrgID", "true"),
    ],
)
def test_a_value_that_the_key_can_have_is_left(operator: str, key: str, value: str) -> None:
    assert found("Q18", Action="iam:PassRole", Condition={operator: {key: value}}) == []


def test_a_policy_of_thousands_of_slips_is_linted_whole_and_advised_on_at_first() -> None:
    slips = {f"ec2:InstanceTyp{number}": "x" for number in range(3_000)}
    actions = [f"ec2:DescribeInstancez{number}" for number in range(3_000)]
    resources = [f"arn:aws:s3:::${{aws:usernam{number}}}" for number in range(3_000)]
    for rule in ("Q6", "Q9", "Q20"):
        told = found(rule, Action=actions, Resource=resources, Condition={"StringEquals": slips})
        assert len(told) == 3_000
        assert 0 < sum(finding.fix.startswith("Write ") and "if that is meant" in finding.fix for finding in told) < 20


# Actions without an applicable resource

BUCKET, OBJECTS = "arn:aws:s3:::b", "arn:aws:s3:::b/*"
ALIAS = "arn:aws:kms:eu-west-1:111122223333:alias/a"


@every_row(
    ("action", "resource", "told"),
    [
        ("s3:GetObject", BUCKET, ["/Statement/0/Action"]),
        ("s3:*Object", BUCKET, ["/Statement/0/Action"]),
        (["s3:ListBucket", "s3:GetObject"], OBJECTS, ["/Statement/0/Action/0"]),
        (["s3:ListBucket", "s3:GetObject"], [BUCKET, OBJECTS], []),
        (["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::b*", []),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}", []),
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", []),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/*", []),
        ("s3:*", BUCKET, []),
        ("s3:ListAllMyBuckets", BUCKET, []),
        ("s3:GetObject", "*", []),
        ("s3:GetObject", ["*", BUCKET], []),
        ("kms:Decrypt", ALIAS, ["/Statement/0/Action"]),
        ("kms:CreateAlias", ALIAS, []),
        ("iam:PassRole", "arn:aws:iam::111122223333:user/u", ["/Statement/0/Action"]),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/*", []),
        ("ssm:SendCommand", BUCKET, []),  # not of a service whose list is all there is
    ],
)
@every_row("effect", ["Allow", "Deny"])
def test_q7_an_action_without_an_applicable_resource_is_told(
    action: object, resource: object, told: list[str], effect: str
) -> None:
    kind = PolicyKind.IDENTITY
    findings = found("Q7", kind, Effect=effect, Action=action, Resource=resource)
    assert [one.pointer for one in findings if "is authorized on" in one.message] == told
