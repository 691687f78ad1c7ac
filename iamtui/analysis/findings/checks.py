"""Which checks there are, by rule and by what they are about: a check yields answers to its rule of the table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType

from iamtui.analysis.findings.asking.everybody import Everybody
from iamtui.analysis.findings.by_rule import (
    account_settings,
    all_but,
    becoming,
    boundaries,
    carriers,
    deputies,
    duties,
    equal_policies,
    federated,
    foreign_accounts,
    gone,
    grants,
    guardrails,
    mfa,
    outsiders,
    passing,
    powers,
    root_user,
    unused,
    user_credentials,
)
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Resource, Role, Snapshot, User

ACCOUNT: Mapping[str, Callable[[AccountCase], Iterator[Answer | None]]] = MappingProxyType(
    {
        "FI31": account_settings.expired_certificates,
        "FI32": account_settings.password_policy,
        "FI44": powers.support_and_audit,
        "FI60": foreign_accounts.foreign_accounts,
        "FI71": account_settings.federation,
        "FI80": guardrails.guarded,
        "FI81": guardrails.free_root,
        "FI82": guardrails.leaving,
        "FI83": guardrails.any_region,
        "FI84": guardrails.stopping,
        "FI85": guardrails.open_to_strangers,
    }
)
ROOT: Mapping[str, Callable[[AccountCase], Iterator[Answer]]] = MappingProxyType(
    {"FI10": root_user.root_key, "FI11": root_user.root_mfa, "FI12": root_user.virtual_mfa, "FI13": root_user.root_use}
)
PRINCIPAL: Mapping[str, Callable[[AccountCase, User | Role], Iterator[Answer]]] = MappingProxyType(
    {
        "FI24": mfa.administrator_without_mfa,
        "FI40": grants.administrator,
        "FI41": becoming.can_become,
        "FI42": powers.whole_service,
        "FI43": powers.sensitive_powers,
        "FI45": passing.wild_assumption,
        "FI46": passing.wild_passing,
        "FI48": grants.inline_policy,
        "FI49": boundaries.boundless,
        "FI55": unused.unused_services,
        "FI68": all_but.everything_but,
        "FI90": duties.both_halves,
        "FI98": equal_policies.undone,
    }
)
USER: Mapping[str, Callable[[AccountCase, User], Iterator[Answer]]] = MappingProxyType(
    {
        "FI21": mfa.without_mfa,
        "FI23": user_credentials.machine_with_password,
        "FI20": user_credentials.password_without_mfa,
        "FI22": user_credentials.password_and_keys,
        "FI25": user_credentials.two_keys,
        "FI26": user_credentials.old_key,
        "FI27": user_credentials.unused_key,
        "FI28": user_credentials.unused_password,
        "FI29": user_credentials.key_by_habit,
        "FI30": user_credentials.long_term_key,
        "FI31": user_credentials.left_credentials,
        "FI47": grants.own_policies,
        "FI51": user_credentials.unused_user,
        **PRINCIPAL,
    }
)
GROUP: Mapping[str, Callable[[AccountCase, Group], Iterator[Answer]]] = MappingProxyType(
    {"FI48": grants.inline_policy, "FI52": grants.idle_group}
)
ROLE: Mapping[str, Callable[[AccountCase, Role], Iterator[Answer]]] = MappingProxyType(
    {
        "FI50": grants.unused_role,
        "FI61": outsiders.free_role,
        "FI62": outsiders.public_role,
        "FI63": federated.stranger_tokens,
        "FI64": federated.wide_subjects,
        "FI65": federated.guest_role,
        "FI67": deputies.taken_for_anybody,
        "FI70": outsiders.saml_audience,
        **PRINCIPAL,
    }
)
POLICY: Mapping[str, Callable[[AccountCase, ManagedPolicy], Iterator[Answer]]] = MappingProxyType(
    {"FI53": grants.unattached_policy, "FI54": grants.dangerous_unattached, "FI98": equal_policies.said_twice}
)
CARRIER: Mapping[str, Callable[[AccountCase, Resource], Iterator[Answer]]] = MappingProxyType(
    {"FI72": carriers.run_by_outsiders}
)
"""Of what runs with a role."""
RESOURCE: Mapping[str, Callable[[Everybody, Resource], Iterator[Answer]]] = MappingProxyType(
    {"FI62": outsiders.public_resource, "FI66": outsiders.deputy, "FI69": gone.names_nobody}
)
RULES = frozenset((*ACCOUNT, *ROOT, *USER, *GROUP, *ROLE, *POLICY, *CARRIER, *RESOURCE, "FI14", "FI86"))
"""The numbers of all rules that are looked for."""
DEAR = frozenset(("FI98",))
"""Those of them that are asked last."""


def is_carrier(snapshot: Snapshot, resource: Resource) -> bool:
    """Whether something runs with a role of an exported account."""
    return resource.role is not None and resource.account in snapshot.accounts


def count_questions(snapshot: Snapshot, rules: Collection[str]) -> int:
    """How often one of these rules is asked of one subject."""
    asked = frozenset(rules)
    count = len(snapshot.resources) * len(asked & RESOURCE.keys())
    count += sum(is_carrier(snapshot, one) for one in snapshot.resources.values()) * len(asked & CARRIER.keys())
    count += len(snapshot.organizations) * ("FI14" in asked)
    if "FI86" in asked:
        count += sum(len(organization.policies) for organization in snapshot.organizations.values())
    return count + sum(_count_of_account(account, asked) for account in snapshot.accounts.values())


def _count_of_account(account: Account, asked: frozenset[str]) -> int:
    own = sum(not policy.is_aws_managed for policy in (account.policies or {}).values())
    subjects = (
        (1, ROOT),
        (1, ACCOUNT),
        (len(account.users or ()), USER),
        (len(account.groups or ()), GROUP),
        (len(account.roles or ()), ROLE),
        (own, POLICY),
    )
    return sum(count * len(asked & checks.keys()) for count, checks in subjects)
