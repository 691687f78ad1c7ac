"""The whole picture, and how things are found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from iamtui.arn import account_of, is_account_id
from iamtui.snapshot.model.account import Account
from iamtui.snapshot.model.organization import Organization
from iamtui.snapshot.model.policies import ManagedPolicy
from iamtui.snapshot.model.principals import Group, Role, User
from iamtui.snapshot.model.resources import Resource, VpcEndpoint
from iamtui.snapshot.model.sources import SourceFile, SourceProblem


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole picture. Never edited: a reload makes a new one."""

    accounts: Mapping[str, Account]
    organizations: Mapping[str, Organization] = field(default_factory=lambda: MappingProxyType({}))
    resources: Mapping[str, Resource] = field(default_factory=lambda: MappingProxyType({}))
    endpoints: Mapping[str, VpcEndpoint] = field(default_factory=lambda: MappingProxyType({}))
    aws_managed: Mapping[str, ManagedPolicy] = field(default_factory=lambda: MappingProxyType({}))  # by ARN
    effective_s3_policies: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))  # by account
    listed: frozenset[tuple[str, str, str]] = frozenset()  # kind, account and region of what was listed whole (EP41)
    files: tuple[SourceFile, ...] = ()
    problems: tuple[SourceProblem, ...] = ()

    def account_of(self, arn: str) -> str:
        """The account of a user, group or role: what its ARN says, or, where that is no account, who holds it (I7)."""
        said = account_of(arn)
        if is_account_id(said):
            return said
        for account_id, account in self.accounts.items():
            for names in (account.users, account.groups, account.roles):
                held = None if names is None else names.get(arn.rpartition("/")[2].lower())
                if held is not None and held.arn == arn:
                    return account_id
        return said

    def user(self, arn: str) -> User | None:
        """The user with exactly this ARN."""
        found = self._named(arn, "user")
        return found if isinstance(found, User) else None

    def role(self, arn: str) -> Role | None:
        """The role with exactly this ARN, path included."""
        found = self._named(arn, "role")
        return found if isinstance(found, Role) else None

    def role_of_session(self, partition: str, account: str, role_name: str) -> Role | None:
        """The role behind `assumed-role/NAME/SESSION`: names are unique regardless of case (E7)."""
        holder = self.accounts.get(account)
        if holder is None or holder.roles is None or holder.partition != partition:
            return None
        return holder.roles.get(role_name.lower())

    def group(self, account: str, name: str) -> Group | None:
        """The group of `account` with this name, regardless of case."""
        holder = self.accounts.get(account)
        return None if holder is None or holder.groups is None else holder.groups.get(name.lower())

    def policy(self, account: str, arn: str) -> ManagedPolicy | None:
        """The managed policy `arn` as `account` exported it.

        One of AWS that it did not export is taken from any other account, else from `aws_managed` (I12).
        """
        holder = self.accounts.get(account)
        if holder is not None and holder.policies is not None and (found := holder.policies.get(arn)):
            return found
        if arn.split(":", 5)[4:5] == ["aws"]:
            for other in self.accounts.values():
                if other.policies is not None and (found := other.policies.get(arn)):
                    return found
        return self.aws_managed.get(arn)

    def key_behind(self, alias: str) -> Resource | None:
        """The KMS key that the ARN of an alias stands for, in its account and Region (S20); None: not exported."""
        place, _, name = alias.rpartition(":")
        keys = f"{place}:key/"
        return next((one for one in self.resources.values() if name in one.aliases and one.arn.startswith(keys)), None)

    def organization_of(self, account: str) -> Organization | None:
        """The exported organization that lists `account` or is managed by it."""
        for organization in self.organizations.values():
            if account in organization.targets or organization.management_account == account:
                return organization
        return None

    def organization_blocks_public_access(self, account: str) -> bool | None:
        """Whether S3 policies turn S3 Block Public Access on for `account` (S10); None: that was not exported.

        What AWS computed for the account (`describe-effective-policy`) takes precedence over the policies.
        """
        effective = self.effective_s3_policies.get(account)
        if effective is not None:
            return effective
        organization = self.organization_of(account)
        if organization is not None:
            return organization.blocks_public_access(account)
        holder = self.accounts.get(account)
        return False if holder is not None and holder.in_organization is False else None

    def restricts_public_buckets(self, account: str, bearer: Resource) -> bool | None:
        """Effective RestrictPublicBuckets of a bucket or access point that is `account`'s (S10).

        On if it, its account or the organization says so. None: nothing that was exported does, but there is an
        organization, and what its S3 policies say was not exported.
        """
        holder = self.accounts.get(account)
        blocks = (bearer.public_access_block, None if holder is None else holder.public_access_block)
        if any(block is not None and block.restrict_public_buckets for block in blocks):
            return True
        by_organization = self.organization_blocks_public_access(account)
        if by_organization is None and self.organization_of(account) is None:
            return False
        return by_organization

    def _named(self, arn: str, kind: str) -> User | Role | None:
        parts = arn.split(":", 5)
        if len(parts) < 6 or not parts[5].startswith(f"{kind}/"):
            return None
        account = self.accounts.get(parts[4])
        holders = (account,) if account is not None else () if is_account_id(parts[4]) else self.accounts.values()
        for holder in holders:
            names = holder.users if kind == "user" else holder.roles
            found = None if names is None else names.get(parts[5].rpartition("/")[2].lower())
            if found is not None and found.arn == arn:
                return found
        return None
