"""Each rule with a document that has the finding and a near one that has not."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamtui.policy.document import Document
from iamtui.policy.lint import Finding, FindingSeverity, PolicyHolder, lint
from iamtui.policy.statement import PolicyDocument, PolicyKind, forbidden_element
from tests.tables import every_row
from tests.work import calls_of

ERROR, SECURITY, WARNING = FindingSeverity.ERROR, FindingSeverity.SECURITY, FindingSeverity.WARNING
SUGGESTION, INFO = FindingSeverity.SUGGESTION, FindingSeverity.INFO
IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST
SCP, RCP, SESSION, ENDPOINT = PolicyKind.SCP, PolicyKind.RCP, PolicyKind.SESSION, PolicyKind.VPC_ENDPOINT


def findings(document: object, kind: PolicyKind = IDENTITY, holder: PolicyHolder | None = None) -> tuple[Finding, ...]:
    source = document if isinstance(document, bytes) else json.dumps(document).encode()
    return lint(Document(source), kind, holder)


def policy(*statements: object, version: str | None = "2012-10-17", **more: object) -> dict[str, object]:
    head = {} if version is None else {"Version": version}
    return {**head, **more, "Statement": list(statements)}


def statement(**elements: object) -> dict[str, object]:
    return {name: value for name, value in {**ALLOW, **elements}.items() if value is not None}


ALLOW: dict[str, object] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
GITHUB = "token.actions.githubusercontent.com"
OIDC = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"}
SAML = {"Federated": "arn:aws:iam::111122223333:saml-provider/okta"}


def identity(**elements: object) -> dict[str, object]:
    return policy(statement(**elements))


def resource(**elements: object) -> dict[str, object]:
    return policy(statement(**{"Principal": ACCOUNT, **elements}))


def trust(principal: object, action: object = "sts:AssumeRole", **elements: object) -> dict[str, object]:
    return policy(statement(Principal=principal, Action=action, Resource=None, **elements))


def rcp(**elements: object) -> dict[str, object]:
    return policy(statement(**{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", **elements}))


def when(operator: str, key: str, value: object, **elements: object) -> dict[str, object]:
    return identity(Condition={operator: {key: value}}, **elements)


class Row(NamedTuple):
    rule: str
    severity: FindingSeverity
    case: str
    document: object
    near: object
    pointer: str
    kind: PolicyKind = IDENTITY


S = "/Statement/0"
C = f"{S}/Condition"
ROWS = [
    Row("Q1", ERROR, "not JSON", b'{"Version": }', policy(ALLOW), ""),
    Row("Q1", ERROR, "key twice", b'{"Version": "2012-10-17", "Version": "2012-10-17"}', policy(ALLOW), "/Version"),
    Row("Q1", ERROR, "no Statement", {"Version": "2012-10-17"}, policy(ALLOW), ""),
    Row("Q1", ERROR, "no object", [], policy(ALLOW), ""),
    Row("Q1", ERROR, "empty Statement", policy(), {"Version": "2012-10-17", "Statement": ALLOW}, "/Statement"),
    Row("Q1", ERROR, "Statement is text", {"Version": "2012-10-17", "Statement": "x"}, policy(ALLOW), "/Statement"),
    Row("Q1", ERROR, "statement is text", policy("x"), policy(ALLOW), S),
    Row("Q1", ERROR, "Action is a number", identity(Action=1), identity(Action=["s3:GetObject"]), f"{S}/Action"),
    Row("Q1", ERROR, "Sid is a number", identity(Sid=1), identity(Sid="1"), f"{S}/Sid"),
    Row("Q1", ERROR, "Condition is text", identity(Condition="x"), identity(), C),
    Row("Q1", ERROR, "operator holds text", identity(Condition={"Bool": "x"}), identity(), f"{C}/Bool"),
    Row("Q1", ERROR, "value is null", when("StringEquals", "aws:userid", None), when("StringEquals", "aws:userid", 1),
        f"{C}/StringEquals/aws:userid"),
    Row("Q1", ERROR, "value is an object", when("Bool", "aws:SecureTransport", [{}]),
        when("Bool", "aws:SecureTransport", [True]), f"{C}/Bool/aws:SecureTransport"),
    Row("Q1", ERROR, "account as a number", resource(Principal={"AWS": 111122223333}),
        resource(Principal={"AWS": "111122223333"}), f"{S}/Principal/AWS", RESOURCE),
    Row("Q1", ERROR, "Id is a number", policy({**ALLOW, "Principal": "*"}, Id=1),
        policy({**ALLOW, "Principal": "*"}, Id="1"), "/Id", RESOURCE),
    Row("Q2", ERROR, "Version", policy(ALLOW, version="2012-10-18"), policy(ALLOW), "/Version"),
    Row("Q2", ERROR, "null", policy(ALLOW, version=None, Version=None), policy(ALLOW), "/Version"),
    Row("Q2", ERROR, "Effect", identity(Effect="allow"), identity(Effect="Allow"), f"{S}/Effect"),
    Row("Q2", ERROR, "element of the document", policy(ALLOW, version_="x"), policy(ALLOW), "/version_"),
    Row("Q2", ERROR, "element of a statement", identity(action="x"), identity(), f"{S}/action"),
    Row("Q2", ERROR, "old SCP", policy(ALLOW, version="2008-10-17"), policy(ALLOW), "/Version", SCP),
    Row("Q2", ERROR, "SCP without Version", policy(ALLOW, version=None), policy(ALLOW), "", SCP),
    Row("Q3", ERROR, "no Action", identity(Action=None), identity(), S),
    Row("Q3", ERROR, "no Resource", identity(Resource=None), identity(), S),
    Row("Q3", ERROR, "no Effect", identity(Effect=None), identity(), S),
    Row("Q3", ERROR, "no Principal", identity(), resource(), S, RESOURCE),
    Row("Q3", ERROR, "no Resource for an endpoint", resource(Resource=None), resource(), S, ENDPOINT),
    Row("Q3", ERROR, "no Resource for a key", resource(Resource=None), resource(), S, PolicyKind.KMS_KEY),
    Row("Q4", ERROR, "both actions", identity(NotAction="s3:PutObject"), identity(), f"{S}/NotAction"),
    Row("Q4", ERROR, "both resources", identity(NotResource="*"), identity(), f"{S}/NotResource"),
    Row("Q4", ERROR, "both principals", resource(NotPrincipal="*"), resource(), f"{S}/NotPrincipal", RESOURCE),
    Row("Q5", ERROR, "Principal for identity", resource(), identity(), f"{S}/Principal"),
    Row("Q5", ERROR, "Id for identity", policy(ALLOW, Id="x"), policy(ALLOW), "/Id"),
    Row("Q5", ERROR, "Principal for SCP", resource(), identity(), f"{S}/Principal", SCP),
    Row("Q5", ERROR, "Resource for trust", trust(ACCOUNT) | resource(Action="sts:AssumeRole"), trust(ACCOUNT),
        f"{S}/Resource", TRUST),
    Row("Q5", ERROR, "NotAction for RCP", rcp(Action=None, NotAction="s3:*"), rcp(), f"{S}/NotAction", RCP),
    Row("Q5", ERROR, "Allow for RCP", rcp(Effect="Allow"), rcp(), f"{S}/Effect", RCP),
    Row("Q5", ERROR, "star for RCP", rcp(Action="*"), rcp(), f"{S}/Action", RCP),
    Row("Q5", ERROR, "principal for RCP", rcp(Principal=ACCOUNT), rcp(), f"{S}/Principal", RCP),
    Row("Q6", ERROR, "unknown service", identity(Action="s4:GetObject"), identity(), f"{S}/Action"),
    Row("Q6", ERROR, "unknown action", identity(Action=["s3:*", "iam:GetUsr"]),
        identity(Action=["s3:*", "iam:getuser"]), f"{S}/Action/1"),
    Row("Q6", ERROR, "pattern for nothing", identity(Action="s3:Fetch*"), identity(Action="s3:Get*"), f"{S}/Action"),
    Row("Q6", ERROR, "no colon", identity(Action="GetObject"), identity(Action="*"), f"{S}/Action"),
    Row("Q6", ERROR, "wild service", identity(Action="s?:GetObject"), identity(), f"{S}/Action"),
    Row("Q6", SUGGESTION, "action that only AWS writes", identity(Action="SNS:Receive"),
        identity(Action="SNS:Publish"), f"{S}/Action"),
    Row("Q6", WARNING, "service shut down", identity(Action="deeplens:*"), identity(), f"{S}/Action"),
    Row("Q7", ERROR, "no ARN", identity(Resource="bucket"), identity(Resource="*"), f"{S}/Resource"),
    Row("Q7", ERROR, "partition", identity(Resource="arn:amazon:s3:::b"), identity(Resource="arn:aws-cn:s3:::b"),
        f"{S}/Resource"),
    Row("Q7", ERROR, "service in capitals", identity(Resource="arn:aws:S3:::b"), identity(Resource="arn:aws:s3:::B"),
        f"{S}/Resource"),
    Row("Q7", ERROR, "wild service", identity(Resource="arn:aws:s*:::b"), identity(Resource="arn:aws:s3:*:*:b"),
        f"{S}/Resource"),
    Row("Q7", ERROR, "region", identity(Resource="arn:aws:sqs:europe:111122223333:q"),
        identity(Resource="arn:aws:sqs:eu-west-1:111122223333:q"), f"{S}/Resource"),
    Row("Q7", ERROR, "account", identity(Resource="arn:aws:sqs:*:1234:q"), identity(Resource="arn:aws:sqs:*:*:q"),
        f"{S}/Resource"),
    Row("Q7", ERROR, "no service", identity(Resource="arn:aws::::b"), identity(Resource="arn:aws"), f"{S}/Resource"),
    Row("Q7", WARNING, "no resource", identity(Resource="arn:aws:s3:::"), identity(Resource="arn:aws:s3:::*"),
        f"{S}/Resource"),
    Row("Q7", ERROR, "short in a session policy", identity(Resource="arn:aws:sqs:eu-west-1"),
        identity(Resource="arn:aws:sqs:eu-west-1:*"), f"{S}/Resource", SESSION),
    Row("Q8", ERROR, "key", resource(Principal={"Aws": "*"}), resource(), f"{S}/Principal/Aws", RESOURCE),
    Row("Q8", ERROR, "text", resource(Principal="alice"), resource(Principal="*"), f"{S}/Principal", RESOURCE),
    Row("Q8", ERROR, "wild role", resource(Principal={"AWS": "arn:aws:iam::111122223333:role/*"}),
        resource(Principal={"AWS": "arn:aws:iam::111122223333:role/x"}), f"{S}/Principal/AWS", RESOURCE),
    Row("Q8", ERROR, "group", resource(Principal={"AWS": ["*", "arn:aws:iam::111122223333:group/x"]}),
        resource(Principal={"AWS": ["*"]}), f"{S}/Principal/AWS/1", RESOURCE),
    Row("Q8", ERROR, "wild service", trust({"Service": "*"}), trust({"Service": "ec2.amazonaws.com"}),
        f"{S}/Principal/Service", TRUST),
    Row("Q8", ERROR, "federated", resource(Principal=SAML), resource(), f"{S}/Principal/Federated", RESOURCE),
    Row("Q8", ERROR, "null", policy({**ALLOW, "Principal": None}), resource(), f"{S}/Principal", RESOURCE),
    Row("Q8", ERROR, "no service", trust({"Service": "lambda"}), trust({"Service": "lambda.amazonaws.com"}),
        f"{S}/Principal/Service", TRUST),
    Row("Q8", ERROR, "no provider", trust({"Federated": "okta"}, "sts:AssumeRoleWithSAML"),
        trust(SAML, "sts:AssumeRoleWithSAML"), f"{S}/Principal/Federated", TRUST),
    Row("Q8", ERROR, "role for a provider", trust({"Federated": "arn:aws:iam::111122223333:role/x"}),
        trust(SAML, "sts:AssumeRoleWithSAML"), f"{S}/Principal/Federated", TRUST),
    Row("Q8", ERROR, "session without name", resource(Principal={"AWS": "arn:aws:sts::111122223333:assumed-role/r"}),
        resource(Principal={"AWS": "arn:aws:sts::111122223333:assumed-role/r/s"}), f"{S}/Principal/AWS", RESOURCE),
    Row("Q8", ERROR, "canonical id", resource(Principal={"CanonicalUser": "7" * 63}),
        resource(Principal={"CanonicalUser": "7" * 64}), f"{S}/Principal/CanonicalUser", RESOURCE),
    Row("Q9", ERROR, "operator", when("StringEqual", "aws:userid", "x"), when("StringEquals", "aws:userid", "x"),
        f"{C}/StringEqual/aws:userid"),
    Row("Q9", ERROR, "Null with IfExists", when("NullIfExists", "aws:userid", "true"),
        when("Null", "aws:userid", "true"), f"{C}/NullIfExists/aws:userid"),
    Row("Q9", ERROR, "key without prefix", when("StringEquals", "userid", "x"),
        when("StringEquals", "AWS:UserId", "x"), f"{C}/StringEquals/userid"),
    Row("Q9", ERROR, "unknown global key", when("StringEquals", "aws:PrincipalTeam", "x"),
        when("StringEquals", "aws:PrincipalTag/Team", "x"), f"{C}/StringEquals/aws:PrincipalTeam"),
    Row("Q9", WARNING, "spelling", when("foranyvalue:stringequalsifexists", "aws:TagKeys", "x"),
        when("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "x"),
        f"{C}/foranyvalue:stringequalsifexists/aws:TagKeys"),
    Row("Q9", WARNING, "deprecated key", when("StringEquals", "aws:SourceOwner", "111122223333"),
        when("StringEquals", "aws:SourceAccount", "111122223333"), f"{C}/StringEquals/aws:SourceOwner"),
    Row("Q9", ERROR, "one key twice", identity(Condition={"StringEquals": {"aws:userid": "x", "aws:UserId": "y"}}),
        identity(Condition={"StringEquals": {"aws:userid": ["x", "y"]}}), f"{C}/StringEquals/aws:UserId"),
    Row("Q10", ERROR, "Sid twice", policy(statement(Sid="A"), statement(Sid="A", Action="s3:PutObject")),
        policy(statement(Sid="A"), statement(Sid="a", Action="s3:PutObject")), "/Statement/1/Sid"),
    Row("Q10", ERROR, "bad Sid", identity(Sid="a b"), identity(Sid="aB1"), f"{S}/Sid"),
    Row("Q10", SUGGESTION, "empty Sid", identity(Sid=""), identity(Sid="A"), f"{S}/Sid"),
    Row("Q11", WARNING, "star in StringEquals", when("StringEquals", "s3:prefix", "home/*"),
        when("StringEquals", "s3:prefix", "home/${*}"), f"{C}/StringEquals/s3:prefix"),
    Row("Q12", ERROR, "list without set operator", when("StringEquals", "aws:TagKeys", "a"),
        when("ForAnyValue:StringEquals", "aws:TagKeys", "a"), f"{C}/StringEquals/aws:TagKeys"),
    Row("Q13", SECURITY, "set operator on one value", when("ForAnyValue:StringEquals", "aws:userid", "a"),
        when("StringEquals", "aws:userid", "a"), f"{C}/ForAnyValue:StringEquals/aws:userid"),
    Row("Q13", SECURITY, "ForAllValues without Null", when("ForAllValues:StringEquals", "aws:TagKeys", "a"),
        identity(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}}),
        f"{C}/ForAllValues:StringEquals/aws:TagKeys"),
    Row("Q13", SECURITY, "ForAllValues with the wrong Null",
        identity(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "true"}}),
        identity(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:tagkeys": False}}),
        f"{C}/ForAllValues:StringEquals/aws:TagKeys"),
    Row("Q14", SECURITY, "Allow with NotPrincipal", resource(Principal=None, NotPrincipal=ACCOUNT),
        resource(Principal=None, NotPrincipal=ACCOUNT, Effect="Deny"), f"{S}/NotPrincipal", RESOURCE),
    Row("Q15", SECURITY, "PassRole", identity(Action=["s3:*", "iam:Pass*"], Resource="*"),
        when("StringEquals", "iam:PassedToService", "x", Action="iam:PassRole", Resource="*"), f"{S}/Action/1"),
    Row("Q15", SECURITY, "PassRole by NotResource",
        identity(Action="iam:PassRole", Resource=None, NotResource="arn:aws:iam::111122223333:role/a"),
        identity(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:role/a"), f"{S}/Action"),
    Row("Q15", SECURITY, "service-linked roles", identity(Action="iam:CreateServiceLinkedRole", Resource="*"),
        when("StringEquals", "iam:AWSServiceName", "x", Action="iam:CreateServiceLinkedRole", Resource="*"),
        f"{S}/Action"),
    Row("Q15", SECURITY, "Allow with NotAction", identity(Action=None, NotAction="iam:*", Resource="*"),
        identity(Action=None, NotAction="iam:*", Resource="*", Effect="Deny"), f"{S}/NotAction"),
    Row("Q16", SECURITY, "service", resource(Principal={"Service": "sns.amazonaws.com"}),
        resource(Principal={"Service": "sns.amazonaws.com"},
                 Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}),
        f"{S}/Principal/Service", RESOURCE),
    Row("Q16", SECURITY, "service for all other accounts",
        resource(Principal={"Service": "sns.amazonaws.com"},
                 Condition={"StringNotEquals": {"aws:SourceAccount": "111122223333"}}),
        resource(Principal={"Service": "sns.amazonaws.com"},
                 Condition={"ArnLike": {"AWS:SourceArn": "arn:aws:sns:*:111122223333:*"}}),
        f"{S}/Principal/Service", RESOURCE),
    Row("Q17", WARNING, "no Version", policy(ALLOW, version=None), policy(ALLOW), ""),
    Row("Q17", WARNING, "old variables",
        policy(statement(Resource="arn:aws:s3:::b/${aws:userid}"), version="2008-10-17"),
        policy(ALLOW, version="2008-10-17"), f"{S}/Resource"),
    Row("Q18", WARNING, "type", when("StringEquals", "aws:SecureTransport", "true"),
        when("Bool", "aws:SecureTransport", "true"), f"{C}/StringEquals/aws:SecureTransport"),
    Row("Q18", WARNING, "number", when("NumericLessThan", "s3:max-keys", "ten"),
        when("NumericLessThan", "s3:max-keys", 10), f"{C}/NumericLessThan/s3:max-keys"),
    Row("Q18", WARNING, "date", when("DateLessThan", "aws:CurrentTime", "tomorrow"),
        when("DateLessThan", "aws:CurrentTime", "2026-01-01"), f"{C}/DateLessThan/aws:CurrentTime"),
    Row("Q18", WARNING, "network", when("IpAddress", "aws:SourceIp", "203.0.113.0/33"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), f"{C}/IpAddress/aws:SourceIp"),
    Row("Q18", WARNING, "text as ARN", when("ArnLike", "aws:ResourceTag/owner", "alice"),
        when("ArnLike", "aws:ResourceTag/owner", "arn:aws:iam::*:user/alice"), f"{C}/ArnLike/aws:ResourceTag~1owner"),
    Row("Q18", WARNING, "Null", when("Null", "aws:userid", "no"), when("Null", "aws:userid", True),
        f"{C}/Null/aws:userid"),
    Row("Q19", ERROR, "SAML with web identity", trust(SAML, "sts:AssumeRoleWithWebIdentity"),
        trust(SAML, ["sts:AssumeRoleWithSAML", "sts:TagSession"]), f"{S}/Action", TRUST),
    Row("Q19", ERROR, "OIDC with AssumeRole", trust(OIDC, "sts:AssumeRole"), trust(ACCOUNT, "sts:AssumeRole"),
        f"{S}/Action", TRUST),
    Row("Q19", ERROR, "other service", trust(ACCOUNT, "s3:GetObject"), trust(ACCOUNT), f"{S}/Action", TRUST),
    Row("Q19", ERROR, "no such action", trust(ACCOUNT, "sts:AssumeRolle"), trust(ACCOUNT, "sts:AssumeRole*"),
        f"{S}/Action", TRUST),
    Row("Q20", ERROR, "in Action", identity(Action="s3:${aws:userid}"), identity(), f"{S}/Action"),
    Row("Q20", ERROR, "in the account", identity(Resource="arn:aws:sqs:*:${aws:PrincipalAccount}:q"),
        identity(Resource="arn:aws:sqs:*:*:${aws:PrincipalAccount}"), f"{S}/Resource"),
    Row("Q20", ERROR, "in a number", when("NumericEquals", "s3:max-keys", "${s3:max-keys}"),
        when("StringEquals", "s3:prefix", "${aws:userid}"), f"{C}/NumericEquals/s3:max-keys"),
    Row("Q20", ERROR, "in a key", when("StringEquals", "aws:ResourceTag/${aws:userid}", "x"),
        when("StringEquals", "aws:ResourceTag/x", "x"), f"{C}/StringEquals/aws:ResourceTag~1${{aws:userid}}"),
    Row("Q20", ERROR, "open", identity(Resource="arn:aws:s3:::b/${aws:userid"),
        identity(Resource="arn:aws:s3:::b/${aws:userid}"), f"{S}/Resource"),
    Row("Q20", ERROR, "default without quotes", identity(Resource="arn:aws:s3:::b/${aws:userid, x}"),
        identity(Resource="arn:aws:s3:::b/${aws:userid, 'x'}"), f"{S}/Resource"),
    Row("Q20", ERROR, "one in another", when("StringEquals", "s3:prefix", "${aws:PrincipalTag/${aws:userid}}"),
        when("StringEquals", "s3:prefix", "${aws:PrincipalTag/a, '}'}"), f"{C}/StringEquals/s3:prefix"),
    Row("Q20", ERROR, "in a Sid", resource(Sid="${aws:userid}"),
        resource(Sid="a $ {"), f"{S}/Sid", RESOURCE),
    Row("Q20", ERROR, "many values", identity(Resource="arn:aws:s3:::b/${aws:TagKeys}"),
        identity(Resource="arn:aws:s3:::b/${aws:userid}"), f"{S}/Resource"),
    Row("Q20", WARNING, "in Bool", when("Bool", "aws:SecureTransport", "${aws:SecureTransport}"),
        when("Bool", "aws:SecureTransport", "true"), f"{C}/Bool/aws:SecureTransport"),
    Row("Q21", SUGGESTION, "empty Action", identity(Action=[]), identity(), f"{S}/Action"),
    Row("Q21", SUGGESTION, "empty Condition", identity(Condition={}), identity(), C),
    Row("Q21", SUGGESTION, "empty operator", identity(Condition={"Bool": {}}), identity(), f"{C}/Bool"),
    Row("Q21", SUGGESTION, "empty values", when("StringEquals", "aws:userid", []),
        when("StringEquals", "aws:userid", [""]), f"{C}/StringEquals/aws:userid"),
    Row("Q21", SUGGESTION, "empty Principal", resource(Principal={}), resource(), f"{S}/Principal", RESOURCE),
    Row("Q21", SUGGESTION, "Principal of nobody", resource(Principal={"AWS": []}), resource(), f"{S}/Principal",
        RESOURCE),
    Row("Q21", SUGGESTION, "covered action", identity(Action=["s3:Get*", "s3:getobject"]),
        identity(Action=["s3:Get*", "s3:PutObject"]), f"{S}/Action/1"),
    Row("Q21", SUGGESTION, "covered resource", identity(Resource=["arn:aws:s3:::b/x", "arn:aws:s3:::b/*"]),
        identity(Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"]), f"{S}/Resource/0"),
    Row("Q21", SUGGESTION, "covered by a star",
        identity(Resource=["arn:aws:s3:::b/${aws:userid}", "arn:aws:s3:::b/$*}"]),
        identity(Resource=["arn:aws:s3:::b/${aws:userid}", "arn:aws:s3:::b/${*}"]), f"{S}/Resource/0"),
    Row("Q21", SUGGESTION, "statement twice", policy(statement(Sid="A"), statement(Sid="B")),
        policy(statement(Sid="A"), statement(Sid="B", Effect="Deny")), "/Statement/1"),
    Row("Q21", SUGGESTION, "Null with set operator", when("ForAnyValue:Null", "aws:TagKeys", "true"),
        when("Null", "aws:TagKeys", "true"), f"{C}/ForAnyValue:Null/aws:TagKeys"),
    Row("Q21", SUGGESTION, "host bits", when("IpAddress", "aws:SourceIp", "203.0.113.9/24"),
        when("IpAddress", "aws:SourceIp", "203.0.113.9/32"), f"{C}/IpAddress/aws:SourceIp"),
    Row("Q22", ERROR, "private network", when("IpAddress", "aws:SourceIp", "10.1.0.0/16"),
        when("IpAddress", "aws:VpcSourceIp", "10.1.0.0/16"), f"{C}/IpAddress/aws:SourceIp"),
    Row("Q22", SUGGESTION, "private network excepted", when("NotIpAddress", "aws:SourceIp", "fd00::/8"),
        when("NotIpAddress", "aws:SourceIp", "2001:db8::/32"), f"{C}/NotIpAddress/aws:SourceIp"),
    Row("Q22", ERROR, "endpoint id", when("StringEquals", "aws:SourceVpce", "vpc-0123456789abcdef0"),
        when("StringEquals", "aws:SourceVpce", "vpce-0123456789abcdef0"), f"{C}/StringEquals/aws:SourceVpce"),
    Row("Q24", SECURITY, "wild organization", when("StringLike", "aws:PrincipalOrgID", "o-*"),
        when("StringLike", "aws:PrincipalArn", "arn:*"), f"{C}/StringLike/aws:PrincipalOrgID"),
    Row("Q25", WARNING, "GitHub without sub",
        trust(OIDC, "sts:AssumeRoleWithWebIdentity",
              Condition={"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}),
        trust(OIDC, "sts:AssumeRoleWithWebIdentity", Condition={"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}),
        f"{S}/Principal/Federated", TRUST),
    Row("Q25", WARNING, "GitHub of any repository",
        trust(OIDC, "sts:AssumeRoleWithWebIdentity", Condition={"StringLike": {f"{GITHUB}:environment": "prod"}}),
        trust(OIDC, "sts:AssumeRoleWithWebIdentity", Condition={"StringEquals": {f"{GITHUB}:repository_id": "7"}}),
        f"{S}/Principal/Federated", TRUST),
    Row("Q25", WARNING, "GitHub with any owner",
        trust(OIDC, "sts:AssumeRoleWithWebIdentity", Condition={"StringLike": {f"{GITHUB}:sub": "repo:*"}}),
        trust(OIDC, "sts:AssumeRoleWithWebIdentity", Condition={"StringEquals": {f"{GITHUB}:sub": "repo:acme/a:x"}}),
        f"{S}/Principal/Federated", TRUST),
    Row("Q25", WARNING, "provider without audience",
        trust({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity"),
        trust({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity",
              Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:x"}}),
        f"{S}/Principal/Federated", TRUST),
    Row("Q26", INFO, "unique id", trust({"AWS": "AROAEXAMPLEEXAMPLEEXA"}), trust(ACCOUNT), f"{S}/Principal/AWS", TRUST),
    Row("Q27", INFO, "network", when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", Effect="Deny"),
        identity(Effect="Deny", Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
                                           "Bool": {"aws:ViaAWSService": "false"}}), f"{C}/NotIpAddress/aws:SourceIp"),
    Row("Q27", INFO, "no network", when("Null", "aws:SourceVpc", "true", Effect="Deny"),
        when("Null", "aws:SourceVpc", "false", Effect="Deny"), f"{C}/Null/aws:SourceVpc"),
    Row("Q27", INFO, "network if it exists", when("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", Effect="Deny"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24", Effect="Deny"), f"{C}/IpAddressIfExists/aws:SourceIp"),
    Row("Q27", INFO, "network that may be absent",
        when("StringNotEquals", "aws:SourceVpc", "vpc-0123456789abcdef0", Effect="Deny"),
        identity(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"},
                                           "Null": {"aws:SourceVpc": "false"}}), f"{C}/StringNotEquals/aws:SourceVpc"),
]  # fmt: skip


@every_row("row", ROWS, ids=lambda row: f"{row.rule} {row.case}")
def test_a_finding_and_its_near_miss(row: Row) -> None:
    found = {(finding.rule, finding.severity, finding.pointer) for finding in findings(row.document, row.kind)}
    assert (row.rule, row.severity, row.pointer) in found
    near = {(finding.rule, finding.severity) for finding in findings(row.near, row.kind)}
    assert (row.rule, row.severity) not in near


@every_row("row", ROWS, ids=lambda row: f"{row.rule} {row.case}")
def test_every_finding_has_a_place_a_message_and_advice(row: Row) -> None:
    for finding in findings(row.document, row.kind):
        assert finding.line is not None
        assert finding.column is not None
        assert finding.message
        assert finding.fix
        assert not finding.pointer.startswith("/Statement/") or finding.statement is not None or finding.rule == "Q1"


def test_every_rule_of_a_document_has_rows() -> None:
    covered = {row.rule for row in ROWS} | {"Q23"}
    assert covered == {f"Q{number}" for number in range(1, 28)}


def sized(characters: int) -> dict[str, object]:
    empty = len(json.dumps(identity(Sid="")).replace(" ", ""))
    return identity(Sid="a" * (characters - empty))


@every_row(
    ("rule", "kind", "holder", "limit"),
    [
        ("Q40", IDENTITY, PolicyHolder.MANAGED, 6_144),
        ("Q40", PolicyKind.BOUNDARY, None, 6_144),
        ("Q41", IDENTITY, PolicyHolder.USER, 2_048),
        ("Q41", IDENTITY, PolicyHolder.GROUP, 5_120),
        ("Q41", IDENTITY, PolicyHolder.ROLE, 10_240),
        ("Q40", IDENTITY, None, 6_144),
        ("Q42", TRUST, None, 2_048),
        ("Q43", SESSION, None, 2_048),
        ("Q47", SCP, None, 10_240),
        ("Q49", RCP, None, 5_120),
        ("Q51", ENDPOINT, None, 20_480),
        ("Q52", RESOURCE, None, 20_480),
        ("Q52", PolicyKind.KMS_KEY, None, 32_768),
    ],
)
def test_q23_a_document_of_the_quota_s_size_fits(
    rule: str, kind: PolicyKind, holder: PolicyHolder | None, limit: int
) -> None:
    def over(size: int) -> list[str]:
        source = json.dumps(sized(size), separators=(",", ":")).encode()
        return [finding.message for finding in findings(source, kind, holder) if finding.rule == "Q23"]

    assert over(limit) == []
    assert f"{limit + 1:,}" in over(limit + 1)[0]
    assert rule in over(limit + 1)[0]


def test_q40_white_space_does_not_count_and_in_an_scp_it_does() -> None:
    text = json.dumps(sized(6_144), indent=40).encode()
    assert not [finding for finding in findings(text, IDENTITY, PolicyHolder.MANAGED) if finding.rule == "Q23"]
    padded = json.dumps(identity()).encode() + b" " * 10_240
    assert [finding for finding in findings(padded, SCP) if finding.rule == "Q23"]


def test_q23_aws_s_own_policies_may_be_longer() -> None:
    assert findings(sized(20_000), IDENTITY, PolicyHolder.AWS) == ()


def test_rcp_full_aws_access_is_in_order() -> None:
    """E32: AWS attaches it everywhere."""
    assert findings(rcp(Effect="Allow", Action="*"), RCP) == ()


def test_q5_an_scp_may_have_an_id() -> None:
    """L7, UNCONFIRMED."""
    assert findings(policy(ALLOW, Id="x"), SCP) == ()


def test_q19_what_a_trust_policy_excludes_need_not_fit_its_principal() -> None:
    document = trust(ACCOUNT, None, NotAction="sts:AssumeRoleWithSAML")
    assert findings(document, TRUST) == ()


def test_the_trust_policy_that_cognito_documents_has_no_findings() -> None:
    """K114: amr is a list."""
    cognito = "cognito-identity.amazonaws.com"
    document = trust(
        {"Federated": cognito},
        "sts:AssumeRoleWithWebIdentity",
        Condition={
            "StringEquals": {f"{cognito}:aud": "eu-west-1:x"},
            "ForAnyValue:StringLike": {f"{cognito}:amr": "authenticated"},
        },
    )
    assert findings(document, TRUST) == ()


def test_a_finding_of_an_identity_policy_is_said_in_english() -> None:
    assert [found.message for found in findings(identity(Sid="a b"))] == ["an identity-based policy takes no Sid 'a b'"]


@pytest.mark.parametrize(
    ("character", "refused"), [("\u0100", True), ("\xff", False), ("\t", False), ("\U0001f600", True)]
)
def test_l10_iam_takes_no_character_beyond_latin_1_as_it_stands(character: str, *, refused: bool) -> None:
    document = identity(Resource=f"arn:aws:s3:::b/{character}")
    text = json.dumps(document, ensure_ascii=False, indent=1).encode()
    places = [(found.severity, found.line, found.column) for found in findings(text) if found.rule == "Q1"]
    assert places == ([(WARNING, 7, 32)] if refused else [])
    assert [found for found in findings(json.dumps(document).encode()) if found.rule == "Q1"] == []
    assert [found for found in findings(text, SCP) if found.rule == "Q1"] == []


def test_a_pointer_into_megabytes_is_cut() -> None:
    (found,) = (found for found in findings(identity(**{"x" * 1_000_000: 1})) if found.rule == "Q2")
    assert len(found.pointer) < 1_100
    assert (found.line, found.statement) == (1, 0)


def test_a_good_policy_has_no_findings() -> None:
    assert findings(identity()) == ()
    assert findings(resource(), RESOURCE) == ()
    assert findings(trust(ACCOUNT), TRUST) == ()
    assert findings(rcp(), RCP) == ()


@pytest.mark.parametrize("kind", [PolicyKind.BOUNDARY, SCP, RESOURCE])
def test_q15_a_policy_that_limits_or_is_a_resource_s_hands_nothing_on(kind: PolicyKind) -> None:
    document = identity(Action="iam:PassRole", Resource="*")
    assert "Q15" in {finding.rule for finding in findings(document)}
    assert "Q15" not in {finding.rule for finding in findings(document, kind)}


def test_findings_come_in_the_order_of_the_text() -> None:
    document = policy(statement(Sid="a b", Action="s4:x"), statement(Effect="deny"), version="1999")
    places = [(finding.line, finding.column) for finding in findings(json.dumps(document, indent=2).encode())]
    assert places == sorted(places)
    assert len(places) == 4


def test_a_finding_points_into_the_text() -> None:
    text = b'{\n "Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "s4:x", "Resource": "*"}\n}'
    (finding,) = findings(text)
    assert (finding.line, finding.pointer, finding.statement) == (3, "/Statement/Action", 0)


@every_row(
    "source",
    [b"", b"\xff", b"null", b"1", b'"x"', b"[" * 100_000, b'{"Statement": NaN}', b'{"Statement": [[[]]]}', b"{}{}"],
    ids=range(9),
)
def test_hostile_text_gives_findings_and_never_an_exception(source: bytes) -> None:
    for kind in PolicyKind:
        assert findings(source, kind)


def test_linting_twice_as_many_patterns_is_about_twice_the_work() -> None:
    def work(count: int, letter: str) -> int:
        document = identity(Action=[f"s3:G*{letter}{number}*" for number in range(count)])
        return calls_of(lambda: findings(document))

    work(10, "a")  # what is kept for good, such as the catalogue, is no part of the measure
    assert work(1_000, "b") < 3 * work(500, "c")


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": "s3:" + "*a" * 300_000},
        {"Action": ["s3:" + "*" * 300_000 + "a", "s3:" + "*" * 300_000 + "ab"]},
        {"Resource": ["arn:aws:s3:::" + "*b" * 300_000, "arn:aws:s3:::*" + "?" * 300_000]},
        {"Resource": "arn:aws:s3:::" + "${" * 300_000},
        {"Condition": {"StringEquals": {"s3:prefix": "${" * 300_000}}},
        {"Condition": {"StringEquals": {"a.b" * 300_000 + "!:c": "x"}}},
    ],
    ids=["action", "actions", "resources", "variables", "value", "key"],
)
def test_hostile_patterns_are_linted_without_backtracking_and_shown_short(elements: dict[str, object]) -> None:
    found = findings(identity(**elements))
    assert all(len(finding.message) < 600 for finding in found)


SCALARS = st.sampled_from(["*", "Allow", "Deny", "s3:Get*", "${aws:userid}", "${", "arn:aws:s3:::b", "", 1, True, None])
NAMES = st.sampled_from(
    ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
     "NotResource", "Condition", "AWS", "Service", "Federated", "StringLike", "Null", "IpAddress", "aws:SourceIp", "x"]
)  # fmt: skip
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=30
)


@settings(max_examples=150)
@given(ANY_JSON, st.sampled_from(list(PolicyKind)))
def test_law_lint_never_fails_and_every_finding_has_a_place(value: Any, kind: PolicyKind) -> None:
    for finding in findings({"Version": "2012-10-17", "Statement": value}, kind):
        assert finding.line is not None


ELEMENTS = st.sampled_from(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition", "x"]
)


@settings(max_examples=150)
@given(st.dictionaries(ELEMENTS, ANY_JSON, max_size=3), st.sampled_from(list(PolicyKind)))
def test_law_a_statement_that_is_never_matched_has_an_error(elements: Any, kind: PolicyKind) -> None:
    """L6, L7."""
    document = policy({"Principal": "*", **ALLOW, **elements})
    read = Document(json.dumps(document).encode()).policy
    assert isinstance(read, PolicyDocument)
    if forbidden_element(read.statements[0], kind) is not None:
        assert ERROR in {finding.severity for finding in findings(document, kind)}


@every_row(
    ("condition", "whom"),
    [
        ({}, "everyone else, anonymous requests too,"),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}, "everyone else, who meets its conditions,"),
    ],
)
def test_q14_says_no_more_than_the_statement_does(condition: object, whom: str) -> None:
    """No anonymous request has an organization."""
    document = resource(Principal=None, NotPrincipal=ACCOUNT, Condition=condition)
    assert [whom in one.message for one in findings(document, RESOURCE) if one.rule == "Q14"] == [True]
