"""Whose tokens a role takes: strangers' (FI63), too many of one's own tenant (FI64), Cognito's guests (FI65).

Each is asked: a request with the token of a witness. Claims that name no tenant are whatever the trust asks for:
whoever gets a token at a shared provider chooses branch, environment and audience himself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.asking.row_requests import keys_row
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found, Unknown
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.evaluation.decide import judge
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, RequestError, Unstated
from iamtui.policy.keys import KeyValue
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.lint.issuers import Issuer, issuer_of
from iamtui.policy.principals import COGNITO, EntryKind
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Role

_ACTION = "sts:AssumeRoleWithWebIdentity"
_GUID = "00000000-0000-0000-0000-000000000000"
_POOL = f"us-east-1:{_GUID}"
_GUEST = "unauthenticated"
_PROVIDER = ":oidc-provider/"
_STRANGER = "iamtui-stranger"

STRANGERS: Mapping[str, Mapping[str, str]] = {
    "token.actions.githubusercontent.com": {
        "sub": f"repo:{_STRANGER}/repository:ref:refs/heads/main",
        "repository": f"{_STRANGER}/repository",
        "repository_id": "1",
        "repository_owner": _STRANGER,
        "repository_owner_id": "1",
        "enterprise_id": "1",
        "job_workflow_ref": f"{_STRANGER}/repository/.github/workflows/deploy.yml@refs/heads/main",
    },
    "vstoken.actions.githubusercontent.com": {"sub": f"repo:{_STRANGER}/repository:ref:refs/heads/main"},
    "oidc-configuration.audit-log.githubusercontent.com": {"sub": f"https://github.com/{_STRANGER}"},
    "gitlab.com": {"sub": f"project_path:{_STRANGER}/project:ref_type:branch:ref:main"},
    "app.terraform.io": {"sub": f"organization:{_STRANGER}:project:p:workspace:w:run_phase:apply"},
    "scalr.io": {"sub": f"account:{_STRANGER}:environment:e:workspace:w"},
    "agent.buildkite.com": {"sub": f"organization:{_STRANGER}:pipeline:p:ref:refs/heads/main:commit:c:step:s"},
    "oidc.codefresh.io": {"sub": f"account:{_STRANGER}:pipeline:p"},
    "studio.datachain.ai/api": {"sub": f"credentials:{_STRANGER}/c"},
    "tokens.cloud.shisho.dev": {"sub": f"job:{_STRANGER}"},
    "proidc.upbound.io": {"sub": f"mcp:{_STRANGER}/c:provider:p"},
    "api.pulumi.com/oidc": {"aud": _STRANGER, "sub": f"pulumi:deploy:org:{_STRANGER}:project:p:stack:s:operation:up"},
    "oidc.vercel.com": {
        "aud": f"https://vercel.com/{_STRANGER}",
        "sub": f"owner:{_STRANGER}:project:p:environment:production",
    },
    "sandboxes.cloud": {"aud": _STRANGER},
}
"""What the claims that name a tenant are in a stranger's token, by provider: those that AWS calls shared (FI63)."""


def stranger_tokens(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that takes tokens which a stranger can get at a shared provider (FI63)."""
    if role.trust is None:
        yield Unknown()
        return
    for provider, statement in _trusted(role):
        url = provider.partition(_PROVIDER)[2]
        issuer, claims = issuer_of(url), STRANGERS.get(url.lower().rstrip("/"))
        if issuer is None or claims is None:
            continue
        for stranger in (claims, *_beginning_alike(url, issuer, statement, claims)):
            context = {**_chosen(url, statement), **_as_keys(url, stranger)}
            if _is_let_in(case, role, provider, context):
                token = next(iter(stranger.values()))
                rows = (_row(provider, role, context), f"statement {statement.label}")
                yield Found(f"takes tokens of {issuer.strangers}, such as {token}", rows)
                return


def wide_subjects(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that takes many subjects of one's own tenant, or a token that was made for somebody else (FI64)."""
    if role.trust is None:
        yield Unknown()
        return
    for provider, statement in _trusted(role):
        url = provider.partition(_PROVIDER)[2]
        if any(isinstance(answer, Found) for answer in stranger_tokens(case, role)):
            return
        yield from _wide(case, role, provider, statement)
        provided = (case.account.providers or {}).get(provider)
        audiences = () if provided is None else provided.audiences
        if len(audiences) > 1 and not _values(url, "aud", statement):
            yield Found(
                f"asks for no audience, and the provider {url} has several: {', '.join(audiences)}", (provider,)
            )


def _wide(case: AccountCase, role: Role, provider: str, statement: Statement) -> Iterator[Answer]:
    """What a provider's tokens of other subjects than one meant are let in by."""
    url = provider.partition(_PROVIDER)[2]
    chosen = _chosen(url, statement)
    patterns = _values(url, "sub", statement)
    others = [(pattern, one) for pattern in patterns for one in _others_of(pattern)]
    others += [] if patterns else [("", one) for one in _any_subjects(url, statement)]
    wide: dict[str, str] = {}
    rows = []
    for pattern, subject in others:
        told = {key: value for key, value in _as_keys(url, _claims_of(subject)).items() if key in chosen}
        context = {**chosen, **told, f"{url}:sub": KeyValue.of(subject)}
        if _is_let_in(case, role, provider, context):
            wide[subject] = pattern
            rows.append(_row(provider, role, context))
    if wide:
        named = ", ".join(dict.fromkeys(wide.values()))
        which = f"any subject like {named}" if named else "any subject, because it asks for none"
        yield Found(f"takes {which}, such as {next(iter(wide))}", tuple(rows))


def _any_subjects(url: str, statement: Statement) -> Iterator[str]:
    """Subjects of a shared provider, or of a cluster, where a trust asks for no subject but maybe for the tenant."""
    issuer = issuer_of(url)
    if issuer is None or "sub" not in issuer.tenants:
        return
    claims = {claim: _plain(values[0]) for claim in issuer.tenants if (values := _values(url, claim, statement))}
    owner, _, repository = claims.get("repository", claims.get("repository_owner", "")).partition("/")
    if owner:
        yield f"repo:{owner}/{repository or FRESH}:ref:refs/heads/{FRESH}"
        yield f"repo:{owner}/{repository or FRESH}:pull_request"
    elif claims.keys() <= {"aud"} and all(one.folded_key == f"{url.lower()}:aud" for one in statement.conditions):
        yield f"system:serviceaccount:{FRESH}:{FRESH}" if "serviceaccount" in issuer.tenants["sub"].pattern else FRESH


def _claims_of(subject: str) -> dict[str, str]:
    """What else a token of GitHub says whose subject is of a branch or a pull request."""
    kind, _, rest = subject.partition(":")
    repository, _, context = rest.partition(":")
    if kind != "repo" or not (context.startswith("ref:") or context == "pull_request"):
        return {}
    ref = context.removeprefix("ref:") if context.startswith("ref:") else "refs/pull/7/merge"
    claims = {"repository": repository, "repository_owner": repository.partition("/")[0], "ref": ref}
    return claims | ({"repository_id": "1"} if FRESH in repository else {})


def guest_role(case: AccountCase, role: Role) -> Iterator[Answer]:
    """A role that Cognito gives to who did not sign in, or to any identity pool (FI65)."""
    if role.trust is None:
        yield Unknown()
        return
    for access in external_access(role.trust, "", PolicyKind.TRUST):
        provider = access.entry.text.lower()
        found = _taken_by_guests(case, role, provider, access.statement) if provider in COGNITO else None
        if found is not None:
            yield found
            return


def _taken_by_guests(case: AccountCase, role: Role, provider: str, statement: Statement) -> Found | None:
    """The first identity that takes it of those that few should be."""
    pools = _values(provider, "aud", statement)
    any_pool = _like(pools, _POOL)
    ways = [
        (any_pool, _GUEST, "is given to identities of any Cognito pool that did not sign in", None),
        (any_pool, "authenticated", "is given to whoever signs in at any Cognito pool", FindingSeverity.WARNING),
    ]
    for pool in pools:
        words = f"is given to identities of the pool {pool} that did not sign in, if it has such"
        ways += [] if _is_wild(pool) else [(pool, _GUEST, words, FindingSeverity.WARNING)]
    for pool, state, words, severity in ways:
        # Who signs in somewhere is told to have signed in there too.
        ways_in = () if state == _GUEST else map(_plain, _values(provider, "amr", statement))
        amr = dict.fromkeys((state, *(one for one in ways_in if one != _GUEST)))
        identity = _like(_values(provider, "sub", statement), _POOL)
        claims = {"amr": KeyValue.listing(tuple(amr)), "aud": KeyValue.of(pool), "sub": KeyValue.of(identity)}
        context = {f"{provider}:{claim}": value for claim, value in claims.items()}
        if _is_let_in(case, role, provider, context):
            fix = f"Ask for {provider}:aud and for amr authenticated."
            return Found(words, (_row(provider, role, context),), severity, fix)
    return None


def _like(patterns: Sequence[str], witness: str) -> str:
    """A text that any of some patterns with wildcards takes: the first of them, filled; a witness if none has one."""
    return next((_plain(one, _GUID) for one in patterns if _is_wild(one)), witness)


def _trusted(role: Role) -> Iterator[tuple[str, Statement]]:
    """The OIDC providers that a trust lets in, each with the statement."""
    if role.trust is not None:
        for access in external_access(role.trust, "", PolicyKind.TRUST):
            if access.entry.kind is EntryKind.PROVIDER and _PROVIDER in access.entry.text:
                yield access.entry.text, access.statement


def _values(url: str, claim: str, statement: Statement) -> list[str]:
    """The values that a statement asks for of a claim."""
    tests = [one for one in statement.conditions if one.folded_key == f"{url.lower()}:{claim}"]
    return [
        value.text for one in tests if one.operator is not None and not one.operator.negated for value in one.values
    ]


def _chosen(url: str, statement: Statement) -> dict[str, KeyValue]:
    """Every claim that a statement tests, as it asks for it."""
    prefix = f"{url.lower()}:"
    names = dict.fromkeys(
        one.folded_key.removeprefix(prefix) for one in statement.conditions if one.folded_key.startswith(prefix)
    )
    found = {name: _values(url, name, statement) for name in names}
    return {f"{url}:{name}": KeyValue.of(_plain(values[0])) for name, values in found.items() if values}


def _beginning_alike(
    url: str, issuer: Issuer, statement: Statement, claims: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """A stranger whose name begins as a pattern does that names no tenant to its end."""
    for claim, form in issuer.tenants.items():
        for pattern in _values(url, claim, statement):
            if _is_wild(pattern) and not form.match(pattern):
                yield {**claims, claim: _plain(pattern, f"-{_STRANGER}/repository:ref")}


def _others_of(pattern: str) -> Iterator[str]:
    """Other subjects that a pattern with wildcards means."""
    if not _is_wild(pattern):
        yield from [pattern] if pattern.startswith("repo:") and pattern.endswith(":pull_request") else ()
        return
    head, star, _ = pattern.partition("*")
    if star and head.startswith("repo:") and head.endswith(":"):
        yield from (f"{head}ref:refs/heads/{FRESH}", f"{head}pull_request")
    elif star and head.startswith("repo:") and head.endswith("/"):
        yield f"{head}{FRESH}:ref:refs/heads/main"
    yield _plain(pattern)


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _plain(pattern: str, filling: str = FRESH) -> str:
    return pattern.replace("*", filling).replace("?", "x")


def _row(provider: str, role: Role, context: Mapping[str, KeyValue]) -> str:
    """The request of a token, with its claims."""
    claims = keys_row({key: value.values[0] for key, value in context.items() if value.values})
    return f"{provider} {_ACTION} {role.arn}{claims}"


def _as_keys(url: str, claims: Mapping[str, str]) -> dict[str, KeyValue]:
    return {f"{url}:{claim}": KeyValue.of(value) for claim, value in claims.items()}


def _is_let_in(case: AccountCase, role: Role, provider: str, context: Mapping[str, KeyValue]) -> bool:
    request = Request(provider, _ACTION, role.arn, context=context, unstated=Unstated.ABSENT, at=case.at)
    try:
        return judge(case.snapshot, request).best.verdict is Verdict.ALLOWED
    except RequestError:
        return False
