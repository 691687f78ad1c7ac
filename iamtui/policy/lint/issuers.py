"""The identity providers that serve more than one tenant, and the claims that name the tenant (Q25, FI63).

Sources: IAM User Guide, "Identity-provider controls for shared OIDC providers", for those that AWS itself calls shared
(FI63; 2026-11); for the others what each provider says of the claims of its tokens (2026-11). A provider that is in no
row is one's own: audience or subject say enough. Seen again on 2026-11-29:

- GitHub: docs.github.com, "OpenID Connect reference"
- GitLab: docs.gitlab.com/ci/secrets/id_token_authentication
- Buildkite: buildkite.com/docs/pipelines/security/oidc/aws
- Bitbucket: support.atlassian.com, "Integrate Pipelines with resource servers using OIDC"
- CircleCI: circleci.com/docs/openid-connect-tokens
- GitHub's subjects with ids (`repo:owner@1/name@2:…`, usual since 2026-07-15): github/docs#45221 and
  learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects
- env zero: docs.envzero.com/guides/integrations/oidc-integrations/oidc-with-aws; all customers have one audience
- Vercel: vercel.com/docs/oidc/api; an issuer for each team, or one for all, whose default audience names the team
- Pulumi: www.pulumi.com/docs/deployments/deployments/oidc/aws; the audience is the organization

Looked for on that day and not found, so still from memory: HCP Terraform, Scalr, Azure DevOps. Codefresh, Modal and
those that only the list of AWS names were not looked for. Spacelift has an issuer for each account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamtui.policy.principals import COGNITO


@dataclass(frozen=True, slots=True)
class Issuer:
    """A provider, or a family of them.

    Attributes:
        url: an expression for the provider as trust policies name it, in lower case.
        strangers: who can take the role where no claim names a tenant.
        tenants: for each claim, in lower case, how a value with wildcards must begin to name a tenant; where the
            expression is empty none does. The first claim is the one to advise.
        keys: other condition keys, in lower case, that name a tenant too.
    """

    url: re.Pattern[str]
    strangers: str
    tenants: Mapping[str, re.Pattern[str]]
    keys: frozenset[str] = frozenset()


def _issuer(url: str, strangers: str, tenants: Mapping[str, str], *keys: str) -> Issuer:
    forms = {claim: re.compile(form, re.IGNORECASE | re.DOTALL) for claim, form in tenants.items()}
    return Issuer(re.compile(url), strangers, MappingProxyType(forms), frozenset(keys))


def _plain(url: str, strangers: str, tenants: Mapping[str, str], *keys: str) -> Issuer:
    return _issuer(re.escape(url), strangers, tenants, *keys)


_ANY = "[^*?]"
_NAME = r"[^:/*?]+"
_GITHUB = {
    # A subject can be made of other claims, of which these name the owner.
    "sub": rf"(repo|repository|job_workflow_ref):{_NAME}/|repo:[^:/@*?]+@"
    rf"|(repository_owner|repository_owner_id|repository_id|enterprise|enterprise_id):{_NAME}:",
    "repository": f"{_NAME}/",
    "repository_id": "",
    "repository_owner": "",
    "repository_owner_id": "",
    "enterprise_id": "",
    "job_workflow_ref": f"{_NAME}/",
}
_POD = "any pod of the cluster"
_POD_SUBJECT = {"sub": "system:serviceaccount:[*?:]*[^*?:]"}

ISSUERS = (
    _plain("token.actions.githubusercontent.com", "any repository on GitHub", _GITHUB),
    _plain("vstoken.actions.githubusercontent.com", "any repository on GitHub", _GITHUB),
    _plain(
        "oidc-configuration.audit-log.githubusercontent.com",
        "the audit log of any enterprise on GitHub",
        {"sub": "https://github.com/[^*?]"},
    ),
    _plain("gitlab.com", "any project on GitLab", {"sub": f"project_path:{_NAME}/"}),
    _plain("app.terraform.io", "any organization of HCP Terraform", {"sub": f"organization:{_NAME}:"}),
    _plain("login.app.env0.com", "any organization of env zero", {"sub": _ANY}),
    _issuer(
        r"vstoken\.dev\.azure\.com/[^/]+",
        "any service connection of the organization on Azure DevOps",
        {"sub": "sc://[^/*?]+/[^/*?]+/"},
    ),
    _plain("scalr.io", "any account of Scalr", {"sub": f"account:{_NAME}:"}),
    _plain(
        "agent.buildkite.com",
        "any organization of Buildkite",
        {"sub": f"organization:{_NAME}:"},
        "aws:requesttag/organization_id",
        "aws:requesttag/organization_slug",
    ),
    _plain("oidc.codefresh.io", "any account of Codefresh", {"sub": f"account:{_NAME}:"}),
    _plain("oidc.modal.com", "any workspace of Modal", {"sub": f"modal:workspace_id:{_NAME}:"}),
    _plain("studio.datachain.ai/api", "any user of DVC Studio", {"sub": _ANY}),
    _plain("tokens.cloud.shisho.dev", "any organization of Shisho Cloud", {"sub": _ANY}),
    _plain("proidc.upbound.io", "any organization of Upbound", {"sub": _ANY}),
    _plain("api.pulumi.com/oidc", "any organization of Pulumi", {"aud": "", "sub": f"pulumi:[^*?]*org:{_NAME}:"}),
    _plain("sandboxes.cloud", "any customer of sandboxes.cloud", {"aud": ""}),
    _plain("oidc.vercel.com", "any team of Vercel", {"aud": "", "sub": f"owner:{_NAME}:"}),
    *(_plain(name, "any identity pool of Amazon Cognito", {"aud": "", "sub": ""}) for name in COGNITO),
    _plain("accounts.google.com", "any account of Google", dict.fromkeys(("aud", "sub", "oaud", "azp", "email"), "")),
    _plain("www.amazon.com", "any user of Login with Amazon", dict.fromkeys(("app_id", "user_id", "aud", "sub"), "")),
    _plain("graph.facebook.com", "any user of Facebook", dict.fromkeys(("app_id", "id", "aud", "sub"), "")),
    _plain(
        "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d",
        "any workspace of Microsoft Sentinel",
        {"sub": _ANY},
        "sts:rolesessionname",
    ),
    _issuer(r"oidc\.eks\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|api\.aws)/id/.+", _POD, _POD_SUBJECT),
    _issuer(r"container\.googleapis\.com/v1/projects/.+", _POD, _POD_SUBJECT),
    _issuer(r"([a-z0-9-]+\.)*oic\.[a-z0-9-]+\.azure\.com/.+", _POD, _POD_SUBJECT),
    _issuer(r"rh-oidc\.s3\..+|oidc\.op1\.openshiftapps\.com/.+", _POD, {"sub": _ANY}),
    _issuer(
        r"oidc\.circleci\.com/org/[^/]+",
        "any project of the organization on CircleCI",
        {"sub": "org/[^/*?]+/project/[^/*?]+/|org/[^/*?]+/user/", "oidc.circleci.com/project-id": ""},
    ),
    _issuer(
        r"api\.bitbucket\.org/2\.0/workspaces/[^/]+/pipelines-config/identity/oidc",
        "any repository of the workspace on Bitbucket",
        {"sub": r"\{[^*?]+|[0-9a-f-]+"},
    ),
)
"""The first that fits counts."""


def issuer_of(provider: str) -> Issuer | None:
    """The row of a provider, as a trust policy names it without `https://`; None for one's own provider."""
    folded = provider.lower().rstrip("/")
    return next((issuer for issuer in ISSUERS if issuer.url.fullmatch(folded)), None)
