"""Q25: whose tokens a role takes from the providers that serve many (FI63)."""

from __future__ import annotations

import json

import pytest

from iamtui.policy.document import Document
from iamtui.policy.lint import lint
from iamtui.policy.lint.issuers import ISSUERS, issuer_of
from iamtui.policy.statement import PolicyKind
from tests.tables import every_row

EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
CIRCLECI = "oidc.circleci.com/org/0a1b2c3d-0000-1111-2222-333344445555"
BITBUCKET = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
GITHUB = "token.actions.githubusercontent.com"


def messages(provider: str, **conditions: object) -> list[str]:
    arn = f"arn:aws:iam::111122223333:oidc-provider/{provider}"
    action = "sts:AssumeRoleWithWebIdentity"
    statement: dict[str, object] = {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": action}
    if conditions:
        statement["Condition"] = conditions
    document = {"Version": "2012-10-17", "Statement": [statement]}
    found = lint(Document(json.dumps(document).encode()), PolicyKind.TRUST)
    return [finding.message for finding in found if finding.rule == "Q25"]


AUDIENCE_ONLY = [
    (GITHUB, "any repository on GitHub"),
    ("gitlab.com", "any project on GitLab"),
    ("app.terraform.io", "any organization of HCP Terraform"),
    ("agent.buildkite.com", "any organization of Buildkite"),
    ("oidc.codefresh.io", "any account of Codefresh"),
    ("scalr.io", "any account of Scalr"),
    ("login.app.env0.com/", "any organization of env zero"),
    ("vstoken.dev.azure.com/0a1b2c3d", "any service connection of the organization on Azure DevOps"),
    ("studio.datachain.ai/api", "any user of DVC Studio"),
    ("tokens.cloud.shisho.dev", "any organization of Shisho Cloud"),
    ("proidc.upbound.io", "any organization of Upbound"),
    ("oidc-configuration.audit-log.githubusercontent.com", "the audit log of any enterprise on GitHub"),
    ("vstoken.actions.githubusercontent.com", "any repository on GitHub"),
    ("oidc.modal.com", "any workspace of Modal"),
    (EKS, "any pod of the cluster"),
    ("container.googleapis.com/v1/projects/p/locations/europe-west1/clusters/c", "any pod of the cluster"),
    ("eastus.oic.prod-aks.azure.com/tenant/cluster/", "any pod of the cluster"),
    (CIRCLECI, "any project of the organization on CircleCI"),
    (BITBUCKET, "any repository of the workspace on Bitbucket"),
]


@every_row(("provider", "strangers"), AUDIENCE_ONLY)
def test_q25_an_audience_says_not_whose_token_it_is(provider: str, strangers: str) -> None:
    said = [f"{strangers} can assume the role, as far as this policy goes"]
    assert messages(provider, StringEquals={f"{provider.rstrip('/')}:aud": "sts.amazonaws.com"}) == said
    assert messages(provider) == said


@every_row(
    "provider",
    [
        "cognito-identity.amazonaws.com",
        "api.pulumi.com/oidc",
        "oidc.vercel.com",
        "sandboxes.cloud",
        "accounts.google.com",
        "acme.okta.com",
        "gitlab.acme.example",
        "oidc.vercel.com/acme",
    ],
)
def test_an_audience_is_enough_where_each_tenant_has_its_own(provider: str) -> None:
    assert messages(provider, StringEquals={f"{provider}:aud": "https://vercel.com/acme"}) == []
    assert messages(provider) != []


@every_row(
    ("provider", "subject"),
    [
        (GITHUB, "repo:acme*"),
        (GITHUB, "repo:acme-*/app:ref:refs/heads/main"),
        (GITHUB, "repo:*/app:*"),
        (GITHUB, "repo:acm?/app:*"),
        (GITHUB, "repo:acme*@12/app@34:*"),
        (GITHUB, "*"),
        (GITHUB, "environment:prod*"),
        (GITHUB, "repository_owner:acme*"),
        ("gitlab.com", "project_path:*:ref_type:branch:ref:main"),
        ("gitlab.com", "project_path:acme*:ref_type:branch:ref:main"),
        ("app.terraform.io", "organization:acme*"),
        ("app.terraform.io", "organization:*:project:*:workspace:prod:*"),
        ("agent.buildkite.com", "organization:acme*"),
        ("scalr.io", "account:acme*"),
        (EKS, "system:serviceaccount:*"),
        (EKS, "system:serviceaccount:*:*"),
        (EKS, "*"),
        (CIRCLECI, "org/0a1b2c3d-0000-1111-2222-333344445555/*"),
        (BITBUCKET, "*"),
    ],
)
def test_q25_a_subject_that_does_not_end_the_tenants_name_takes_in_strangers(provider: str, subject: str) -> None:
    assert len(messages(provider, StringLike={f"{provider}:sub": subject})) == 1
    pair = [subject, "repo:acme/app:*"]
    assert len(messages(provider, StringLike={f"{provider}:sub": pair})) == 1


def test_q25_says_which_strangers_where_a_pattern_leaves_some_out() -> None:
    said = "can assume the role, as far as this policy goes"
    like = {f"{GITHUB}:sub": ["repo:acme*", "repo:shop/app:*"]}
    strangers = "any repository on GitHub"
    assert messages(GITHUB, StringLike=like) == [f"{strangers} with sub like 'repo:acme*' or 'repo:shop/app:*' {said}"]
    assert messages(GITHUB, StringLike={f"{GITHUB}:sub": ["repo:acme*", "*"]}) == [f"{strangers} {said}"]
    assert messages(GITHUB, StringNotLike=like) == [f"{strangers} {said}"]


@every_row(
    ("provider", "subject"),
    [
        (GITHUB, "repo:acme/*"),
        (GITHUB, "repo:acme@12/app@34:ref:*"),
        (GITHUB, "repo:acme@*/app@*:ref:refs/heads/main"),
        ("login.app.env0.com/", "auth0|0a1b*"),
        ("vstoken.dev.azure.com/0a1b2c3d", "sc://acme/shop/*"),
        (GITHUB, "repo:acme/app*:ref:refs/heads/*"),
        (GITHUB, "repository_owner_id:1234:*"),
        (GITHUB, "repo:acme/app:environment:prod"),
        ("gitlab.com", "project_path:acme/*:ref_type:branch:ref:main"),
        ("app.terraform.io", "organization:acme:*"),
        ("agent.buildkite.com", "organization:acme:pipeline:*"),
        ("scalr.io", "account:acme:*"),
        (EKS, "system:serviceaccount:prod:*"),
        (EKS, "system:serviceaccount:*:app"),
        (CIRCLECI, "org/0a1b2c3d-0000-1111-2222-333344445555/project/4d5e6f70/user/*"),
        (BITBUCKET, "{0a1b2c3d-0000-1111-2222-333344445555}:*"),
        ("api.pulumi.com/oidc", "pulumi:deploy:org:acme:*"),
        ("oidc.vercel.com", "owner:acme:project:*"),
    ],
)
def test_a_subject_that_names_its_tenant_is_left(provider: str, subject: str) -> None:
    assert messages(provider, StringLike={f"{provider}:sub": subject}) == []
    assert messages(provider.upper(), **{"ForAnyValue:StringLike": {f"{provider}:sub": subject}}) == []


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringNotEquals": {"gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main"}},
        {"Null": {"gitlab.com:sub": "false"}},
        {"StringEquals": {"github.com:sub": "project_path:acme/app:ref_type:branch:ref:main"}},
        {"StringLike": {"gitlab.com:sub": []}},
    ],
)
def test_a_condition_that_is_negated_empty_or_on_another_provider_names_nobody(
    conditions: dict[str, dict[str, object]],
) -> None:
    assert messages("gitlab.com", **conditions) == [
        "any project on GitLab can assume the role, as far as this policy goes"
    ]


def test_what_is_compared_letter_by_letter_is_one_whole_subject() -> None:
    assert messages("gitlab.com", StringEquals={"gitlab.com:sub": "project_path:acme*"}) == []


def test_a_claim_that_a_provider_brings_besides_counts_too() -> None:
    assert messages(GITHUB, StringEquals={f"{GITHUB}:repository_owner_id": "1234"}) == []
    assert messages(GITHUB, StringLike={f"{GITHUB}:repository_owner_id": "12*"}) != []
    assert messages(GITHUB, StringLike={f"{GITHUB}:job_workflow_ref": "acme/ci/*"}) == []
    assert messages("agent.buildkite.com", StringEquals={"aws:RequestTag/organization_id": "0a1b"}) == []
    assert messages(CIRCLECI, StringEquals={f"{CIRCLECI}:oidc.circleci.com/project-id": "0a1b"}) == []


def test_what_a_notaction_does_not_name_can_be_called_too() -> None:
    statement = {"Effect": "Allow", "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"}}
    for excluded, told in (("sts:TagSession", 1), ("sts:AssumeRole*", 0)):
        document = {"Version": "2012-10-17", "Statement": [{**statement, "NotAction": excluded}]}
        found = lint(Document(json.dumps(document).encode()), PolicyKind.TRUST)
        assert [finding.rule for finding in found].count("Q25") == told


def test_the_advice_names_the_claim_and_says_whether_it_is_asked_already() -> None:
    def fix(**conditions: object) -> str:
        arn = "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
        allow = {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithWebIdentity"}
        document = {"Version": "2012-10-17", "Statement": [{**allow, "Condition": conditions}]}
        found = lint(Document(json.dumps(document).encode()), PolicyKind.TRUST)
        return next(finding.fix for finding in found if finding.rule == "Q25")

    assert fix(StringEquals={"gitlab.com:aud": "x"}) == "Add a condition on 'gitlab.com:sub'."
    assert fix(StringLike={"gitlab.com:sub": "*"}) == "Let 'gitlab.com:sub' name whom you mean."


def test_every_row_of_the_table_is_reached_and_has_a_claim_to_advise() -> None:
    assert all(issuer.tenants for issuer in ISSUERS)
    assert issuer_of("https.example.com") is None
    assert issuer_of("notgitlab.com") is None
    assert issuer_of("gitlabXcom") is None
    assert issuer_of(f"{GITHUB}/acme") is None
