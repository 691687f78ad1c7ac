"""Adds to accounts what files beside the authorization details say: credentials, settings, providers, last use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from iamtui.arn import is_account_id
from iamtui.snapshot.facts import (
    AccountFact,
    CredentialsFact,
    ProviderFact,
    RoleFact,
    ServiceAccessFact,
    ServiceAccessJob,
)
from iamtui.snapshot.merging.account_inference import Neighbours
from iamtui.snapshot.model import (
    AccessKey,
    Account,
    Credentials,
    Exported,
    IdentityProvider,
    Role,
    ServiceAccess,
    Severity,
    SigningCertificate,
    SourceProblem,
    User,
)
from iamtui.snapshot.wording import listed_names

SettingsFact: TypeAlias = AccountFact | CredentialsFact | ProviderFact | RoleFact | ServiceAccessFact | ServiceAccessJob
_ROOT = ""


@dataclass(slots=True)
class _Settings:
    """What is said of one account, the newest first."""

    facts: list[AccountFact] = field(default_factory=list)
    credentials: dict[str, list[tuple[Path, Credentials]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by user in lower case
    providers: dict[str, IdentityProvider] = field(default_factory=dict)
    told_by_url: list[IdentityProvider] = field(default_factory=list)
    roles: dict[str, RoleFact] = field(default_factory=dict)
    roles_in: dict[Path, None] = field(default_factory=dict)  # the files that say something of roles
    services: dict[str, tuple[ServiceAccess, ...]] = field(default_factory=dict)


class SettingsBuilder:
    """Takes facts, the newest first, and completes accounts with them."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.problems: list[SourceProblem] = []
        self._neighbours = neighbours
        self._settings: dict[str, _Settings] = {}
        self._jobs: dict[str, str] = {}
        self._answers: list[tuple[Path, ServiceAccessFact]] = []

    def add(self, path: Path, fact: SettingsFact) -> None:
        """Add one fact from the file at `path`."""
        match fact:
            case AccountFact():
                if (settings := self._of(fact.account, path)) is not None:
                    settings.facts.append(fact)
            case CredentialsFact():
                self._add_credentials(path, fact)
            case ProviderFact():
                if (settings := self._of(_account_in(fact.provider.arn), path)) is None:
                    return
                if fact.provider.arn:
                    settings.providers.setdefault(fact.provider.arn, fact.provider)
                else:
                    settings.told_by_url.append(fact.provider)
            case RoleFact():
                if (settings := self._of(_account_in(fact.arn), path)) is not None:
                    settings.roles.setdefault(fact.arn, fact)
                    settings.roles_in[path] = None
            case ServiceAccessJob():
                self._jobs.setdefault(fact.job_id, fact.arn)
            case ServiceAccessFact():
                self._answers.append((path, fact))

    def _add_credentials(self, path: Path, fact: CredentialsFact) -> None:
        if (settings := self._of(_account_in(fact.arn), path)) is None:
            return
        resource = "" if fact.arn is None else fact.arn.split(":", 5)[5]
        name = (fact.user or "") if fact.arn is None else _ROOT if resource == "root" else resource.rpartition("/")[2]
        settings.credentials[name.lower()].append((path, fact.credentials))

    def _of(self, account: str | None, path: Path) -> _Settings | None:
        if account is not None and not is_account_id(account):
            home, is_certain = self._neighbours.account_of(path)
            account = home if is_certain and home is not None else account  # it is no account that the ARN says (I7)
        if account is None:
            account, is_certain = self._neighbours.account_of(path)
            if account is None:
                self._note(path, "expected to learn which account this is of", "the file adds nothing")
                return None
            if not is_certain:
                self._note(path, "expected to learn which account this is of", f"{account} is taken, the only one")
        return self._settings.setdefault(account, _Settings())

    def complete(self, accounts: Mapping[str, Account]) -> dict[str, Account]:
        """All accounts with what was said of them; one that no IAM export shows is added."""
        for path, answer in self._answers:
            self._add_answer(path, answer)
        found = dict(accounts)
        for account_id, settings in self._settings.items():
            known = found.get(account_id) or Account(account_id, "aws", None, None, None, None)
            found[account_id] = self._completed(known, settings)
            for path in settings.roles_in if known.roles is None else ():
                self._note(
                    path,
                    f"expected get-account-authorization-details of account {account_id} beside it",
                    "only descriptions and session lengths are read: the roles and their trust policies are not used",
                )
        return {account_id: found[account_id] for account_id in sorted(found)}

    def _add_answer(self, path: Path, answer: ServiceAccessFact) -> None:
        """Find out whom an answer is about: by the job, else by the one entity that it names (a role names itself)."""
        arn = answer.arn or self._jobs.get(answer.job_id or "")
        if arn is None:
            named = {service.by for service in answer.services if service.by is not None}
            arn = named.pop() if len(named) == 1 else None
        settings = None if arn is None else self._of(_account_in(arn), path)
        if arn is None or settings is None:
            self._note(path, "expected to learn whom this is about, from the job or the file's name", "it is not shown")
            return
        settings.services.setdefault(arn, answer.services)

    def _completed(self, account: Account, settings: _Settings) -> Account:
        facts = settings.facts
        policy = next((fact for fact in facts if fact.password_policy_state is not Exported.UNKNOWN), None)
        return replace(
            account,
            users=self._users(account, settings),
            roles=_roles(account, settings.roles),
            alias=next((fact.alias for fact in facts if fact.alias is not None), account.alias),
            root=_joined([said for _, said in settings.credentials[_ROOT]])
            if settings.credentials.get(_ROOT)
            else account.root,
            summary=next((fact.summary for fact in facts if fact.summary is not None), account.summary),
            password_policy=account.password_policy if policy is None else policy.password_policy,
            password_policy_state=account.password_policy_state if policy is None else policy.password_policy_state,
            providers=_providers(account, settings),
            listed_providers=_listed_providers(settings),
            server_certificates=next(
                (fact.server_certificates for fact in facts if fact.server_certificates is not None), None
            ),
            public_access_block=next((fact.public_access_block for fact in facts if fact.public_access_block), None),
            in_organization=next((fact.in_organization for fact in facts if fact.in_organization is not None), None),
            service_access=MappingProxyType(settings.services) if settings.services else None,
        )

    def _users(self, account: Account, settings: _Settings) -> Mapping[str, User] | None:
        if account.users is None or not settings.credentials:
            return account.users
        users = dict(account.users)
        unknown = []
        for name, said in settings.credentials.items():
            if name in users:
                users[name] = replace(users[name], credentials=_joined([credentials for _, credentials in said]))
            elif name != _ROOT:
                unknown.append((name, said[0][0]))
        if unknown:
            names = listed_names(sorted(name for name, _ in unknown), "user")
            self._note(
                unknown[0][1],
                f"account {account.account_id}: no {names} in the export, though credentials",
                "they are not shown",
            )
        return MappingProxyType(users)

    def _note(self, path: Path, expected: str, consequence: str) -> None:
        self.problems.append(SourceProblem(path, "", expected, consequence, Severity.WARNING))


def _account_in(arn: str | None) -> str | None:
    parts = (arn or "").split(":", 5)
    return parts[4] or None if len(parts) == 6 else None


def _roles(account: Account, said: Mapping[str, RoleFact]) -> Mapping[str, Role] | None:
    if account.roles is None or not said:
        return account.roles
    return MappingProxyType(
        {
            name: role
            if (fact := said.get(role.arn)) is None
            else replace(
                role,
                description=role.description or fact.description,
                max_session_seconds=role.max_session_seconds or fact.max_session_seconds,
            )
            for name, role in account.roles.items()
        }
    )


def _providers(account: Account, settings: _Settings) -> Mapping[str, IdentityProvider] | None:
    """Known only if both kinds were listed, or at least one provider is (I25, I26)."""
    for provider in settings.told_by_url:
        arn = f"arn:{account.partition}:iam::{account.account_id}:oidc-provider/{provider.url}"
        settings.providers.setdefault(arn, replace(provider, arn=arn))
    saml = next((fact.saml_providers for fact in settings.facts if fact.saml_providers is not None), None)
    oidc = next((fact.oidc_providers for fact in settings.facts if fact.oidc_providers is not None), None)
    found = {provider.arn: provider for provider in (*(saml or ()), *(oidc or ()))} | settings.providers
    return MappingProxyType(found) if found or (saml is not None and oidc is not None) else None


def _listed_providers(settings: _Settings) -> frozenset[str]:
    """The kinds of identity provider of which a whole list was exported (I25, I26)."""
    saml = any(fact.saml_providers is not None for fact in settings.facts)
    oidc = any(fact.oidc_providers is not None for fact in settings.facts)
    return frozenset([*(["saml-provider"] if saml else ()), *(["oidc-provider"] if oidc else ())])


def _joined(said: Sequence[Credentials]) -> Credentials:
    """Field by field the newest word; devices are gathered from all."""
    devices = [item.mfa_devices for item in said if item.mfa_devices is not None]
    mfa = [item.mfa for item in said if item.mfa is not None]
    return Credentials(
        console_password=next((item.console_password for item in said if item.console_password is not None), None),
        password_last_used=next((item.password_last_used for item in said if item.password_last_used), None),
        password_changed=next((item.password_changed for item in said if item.password_changed), None),
        mfa=None if not mfa else any(mfa),
        mfa_devices=tuple(dict.fromkeys(serial for serials in devices for serial in serials)) if devices else None,
        access_keys=_joined_keys([item.access_keys for item in said if item.access_keys is not None]),
        certificates=_named_first([item.certificates for item in said if item.certificates is not None]),
        made=next((item.made for item in said if item.made is not None), None),
        tells_password_use=any(item.tells_password_use for item in said),
    )


def _named_first(lists: Sequence[tuple[SigningCertificate, ...]]) -> tuple[SigningCertificate, ...] | None:
    """Certificates as they were listed with their ids, else as a report counts them."""
    listed = (held for held in lists if any(one.certificate_id for one in held))
    return next(listed, lists[0] if lists else None)


def _joined_keys(lists: Sequence[tuple[AccessKey, ...]]) -> tuple[AccessKey, ...] | None:
    """Keys with their ids as listed, each with the last use that a report says of the key made at the same second."""
    if not lists:
        return None
    listed = next((keys for keys in lists if any(key.key_id for key in keys)), None)
    if listed is None:
        return lists[0]
    reported = [key for keys in lists for key in keys if key.key_id is None]
    return tuple(_with_last_use(key, reported) for key in listed)


def _with_last_use(key: AccessKey, reported: Iterable[AccessKey]) -> AccessKey:
    if key.last_used is not None or key.created is None:
        return key
    for other in reported:
        if other.created is not None and abs((other.created - key.created).total_seconds()) < 1:
            return replace(key, last_used=other.last_used)
    return key
