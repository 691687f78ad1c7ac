"""What only a whole account can tell, beside its documents (Q26, Q41, Q44-Q50, Q53, Q54, I15, I16, I18, S31)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from iamtui.analysis.findings.linting.names import check_inline_names, check_name, check_tags, names_twice
from iamtui.analysis.findings.linting.organizations import check_organization
from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.findings.linting.trust import TrustChecker
from iamtui.analysis.quotas import (
    GROUPS,
    VERSIONS,
    CountQuota,
    attached_quota,
    inline_total,
    over_quota,
)
from iamtui.policy.document import Document
from iamtui.policy.lint import Finding
from iamtui.policy.lint.finding import error, info, quoted, suggestion, warning
from iamtui.policy.lint.quotas import size_without_white_space
from iamtui.snapshot.merging.account_checks import references
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, Snapshot, User

_ATTACHED = "/AttachedManagedPolicies"
_INLINE = {User: "UserPolicyList", Group: "GroupPolicyList", Role: "RolePolicyList"}
_EXPORT_IT = "Export the account again with managed policies; until then this is not known."


def account_findings(snapshot: Snapshot) -> Iterator[Reviewed]:
    """Every account, user, group, role, managed policy, resource with tags and organization target, with its findings.

    AWS managed policies are left out: nobody else can mend them.
    """
    for account in snapshot.accounts.values():
        yield from _AccountChecker(snapshot, account).check()
    for resource in snapshot.resources.values():
        if resource.tags:
            yield Reviewed(
                resource.arn.rpartition(":")[2], resource.kind, resource.arn, tuple(check_tags(resource.tags))
            )
    for organization in snapshot.organizations.values():
        yield from check_organization(organization)


class _AccountChecker:
    """One pass over an account; what many entities share is looked up once."""

    def __init__(self, snapshot: Snapshot, account: Account) -> None:
        self._snapshot = snapshot
        self._account = account
        self._trust = TrustChecker(snapshot)
        self._sizes: dict[Document, int] = {}
        self._documented: dict[str, bool] = {}

    def check(self) -> Iterator[Reviewed]:
        account = self._account
        members = {name.lower() for user in (account.users or {}).values() for name in user.groups}
        yield Reviewed(account.alias or account.account_id, "account", account.account_id, tuple(self._of_account()))
        for user in (account.users or {}).values():
            yield Reviewed(user.name, "user", user.arn, tuple(self._of_user(user)))
        for group in (account.groups or {}).values():
            is_empty = account.users is not None and account.is_complete and group.name.lower() not in members
            yield Reviewed(group.name, "group", group.arn, tuple(self._of_group(group, is_empty=is_empty)))
        for role in (account.roles or {}).values():
            yield Reviewed(role.name, "role", role.arn, tuple(self._of_role(role)))
        for policy in (account.policies or {}).values():
            if not policy.is_aws_managed:
                yield Reviewed(policy.name, "managed policy", policy.arn, tuple(self._of_policy(policy)))

    def _of_account(self) -> Iterator[Finding]:
        if self._account.policies is None:
            message = "managed policies were not exported: what those without bundled document allow is not known (I12)"
            yield warning("I18", "/Policies", message, _EXPORT_IT)
        for arns in names_twice((self._account.policies or {}).values()):
            yield error(
                "Q54",
                "/Policies",
                f"the names of {', '.join(arns)} differ at most in case, which IAM does not allow",
                "Rename one; if the export was edited, export it again.",
            )

    def _of_user(self, user: User) -> Iterator[Finding]:
        yield from check_name("UserName", user.name, user.path)
        yield from check_tags(user.tags)
        yield from self._groups_of(user)
        yield from self._policies_of(user)
        yield from self._boundary_of(user)

    def _of_group(self, group: Group, *, is_empty: bool) -> Iterator[Finding]:
        yield from check_name("GroupName", group.name, group.path)
        yield from self._policies_of(group)
        if is_empty:
            yield suggestion("I18", "", "no user is a member of the group", "Delete the group, or add its users.")

    def _of_role(self, role: Role) -> Iterator[Finding]:
        yield from check_name("RoleName", role.name, role.path)
        yield from check_tags(role.tags)
        yield from self._policies_of(role)
        yield from self._boundary_of(role)
        if role.trust is not None:
            yield from self._trust.check(role.trust)

    def _groups_of(self, user: User) -> Iterator[Finding]:
        """Groups that are missing (I18), and how many there are (Q46)."""
        held = self._account.groups
        for index, name in enumerate(user.groups):
            if held is not None and name.lower() not in held:
                yield warning(
                    "I18",
                    f"/GroupList/{index}",
                    f"the group {quoted(name)} is not in the export: what it allows or denies is not known",
                    "Export the account again with its groups.",
                )
        yield from self._too_many(GROUPS, "/GroupList", len(user.groups), "groups", "Take the user out of some groups.")

    def _policies_of(self, entity: User | Group | Role) -> Iterator[Finding]:
        """Documents that are missing (I18), how many are attached (Q44), how long the inline ones are (Q41)."""
        member = _INLINE[type(entity)]
        for index, arn in enumerate(entity.attached):
            if not self._has_document(arn):
                message = f"the document of {arn} is not in the export: what it allows or denies is not known"
                yield warning("I18", f"{_ATTACHED}/{index}", message, _EXPORT_IT)
        quota = attached_quota(entity)
        yield from self._too_many(
            quota, _ATTACHED, len(entity.attached), "managed policies attached", "Join policies, or detach some."
        )
        yield from check_inline_names(member, entity.inline)
        yield from self._inline_size(entity, f"/{member}")

    def _inline_size(self, entity: User | Group | Role, pointer: str) -> Iterator[Finding]:
        """The inline policies together (Q41); of a single one its document's own finding tells."""
        if len(entity.inline) < 2:
            return
        total = sum(self._size(policy.document) for policy in entity.inline)
        limit = inline_total(self._account, entity)
        if total > limit:
            yield warning(
                "Q41",
                pointer,
                f"the inline policies have {total:,} characters without white space together; the quota is {limit:,}",
                "Move some into managed policies.",
            )

    def _boundary_of(self, principal: User | Role) -> Iterator[Finding]:
        if principal.boundary is not None and not self._has_document(principal.boundary):
            message = (
                f"the document of the boundary {principal.boundary} is not in the export: its limits are not known"
            )
            yield warning("I18", "/PermissionsBoundary", message, _EXPORT_IT)

    def _of_policy(self, policy: ManagedPolicy) -> Iterator[Finding]:
        yield from check_name("PolicyName", policy.name, policy.path)
        yield from check_tags(policy.tags)
        yield from self._too_many(
            VERSIONS, "/PolicyVersionList", len(policy.versions), "versions", "Delete versions that are not in force."
        )
        marked = [version.version_id for version in policy.versions if version.is_default]
        if marked and marked != [policy.default_version_id]:
            yield warning(
                "I15",
                "/DefaultVersionId",
                f"{policy.default_version_id} is named as the default version, and {', '.join(marked)} marked as such: "
                f"{policy.default_version_id} is taken for the version in force",
                "Export the policy again: it may have changed while it was exported.",
            )
        yield from self._counts_of(policy)
        if policy.default is None:
            message = f"the document of the default version {policy.default_version_id} is not in the export"
            yield warning("I18", "/PolicyVersionList", message, _EXPORT_IT)

    def _counts_of(self, policy: ManagedPolicy) -> Iterator[Finding]:
        """Whether the policy is used as often as IAM counts (I16)."""
        if self._uses is None:
            return
        attached, bounding = self._uses
        for member, said, seen, word in (
            ("AttachmentCount", policy.attachment_count, attached[policy.arn], "attachments"),
            ("PermissionsBoundaryUsageCount", policy.boundary_count, bounding[policy.arn], "uses as a boundary"),
        ):
            if said is not None and said != seen:
                message = f"IAM counts {said:,} {word}, and the export shows {seen:,}: it may not be whole"
                yield info("I16", f"/{member}", message, "Export the account again, with every kind of entity.")

    @cached_property
    def _uses(self) -> tuple[Counter[str], Counter[str]] | None:
        """How often each policy is attached and a boundary; None unless all that could use it was exported (I12)."""
        account = self._account
        if not account.is_complete or None in (account.users, account.groups, account.roles):
            return None
        return references(account)

    def _too_many(self, quota: CountQuota, pointer: str, count: int, what: str, fix: str) -> Iterator[Finding]:
        said = over_quota(self._account, quota, count)
        if said is not None:
            yield warning(quota.rule, pointer, f"{count:,} {what}; {said}", fix)

    def _size(self, document: Document) -> int:
        if document not in self._sizes:
            self._sizes[document] = size_without_white_space(document)
        return self._sizes[document]

    def _has_document(self, arn: str) -> bool:
        """Whether the document is there; of an account without managed policies that is said once."""
        if self._account.policies is None:
            return True
        if arn not in self._documented:
            self._documented[arn] = self._snapshot.policy(self._account.account_id, arn) is not None
        return self._documented[arn]
