"""Users, groups, roles and policies of the model, made of the members that exports carry (I15)."""

from __future__ import annotations

from iamtui.arn import Arn, MalformedArnError
from iamtui.files.source import MalformedError
from iamtui.snapshot.model import (
    Group,
    InlinePolicy,
    InstanceProfile,
    LastUsed,
    ManagedPolicy,
    PolicyVersion,
    Role,
    Severity,
    Tags,
    User,
)
from iamtui.snapshot.readers.iam_members import (
    Attached,
    Boundary,
    GroupDetail,
    Inline,
    Member,
    PolicyDetail,
    Profile,
    RoleDetail,
    RoleLastUsed,
    TagMember,
    UserDetail,
    Version,
)
from iamtui.snapshot.readers.reader import Intake


class Entities:
    """Makes the model's entities of decoded members."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._no_document = intake.documents.table.intern(b"")

    def user(self, detail: UserDetail, place: str) -> User:
        """The user; raises `MalformedError` without a usable ARN (as do the others)."""
        arn, name, path = self._principal(detail, detail.user_name, "user", place)
        return User(
            arn=arn,
            name=name,
            path=path,
            unique_id=detail.user_id or "",
            inline=self._inline(detail.user_policy_list, f"{place}/UserPolicyList"),
            attached=_attached(detail.attached_managed_policies),
            groups=tuple(detail.group_list or ()),
            boundary=_boundary(detail.permissions_boundary),
            tags=_tags(detail.tags),
            created=self._intake.date(detail.create_date, place, "/CreateDate"),
        )

    def _principal(self, detail: Member, name: str | None, kind: str, place: str) -> tuple[str, str, str]:
        """ARN, name and path of one who can ask; a name that the ARN does not have is told: no request names it."""
        arn, called, path = _identity(detail, name, kind, place)
        if arn.rpartition("/")[2] != called:
            expected = f"expected an ARN that ends in the name of the {kind}, {called[:100]!r}"
            self._intake.problems.add(f"{place}/Arn", expected, "questions about everybody leave it out")
        return arn, called, path

    def group(self, detail: GroupDetail, place: str) -> Group:
        """The group."""
        arn, name, path = _identity(detail, detail.group_name, "group", place)
        return Group(
            arn=arn,
            name=name,
            path=path,
            unique_id=detail.group_id or "",
            inline=self._inline(detail.group_policy_list, f"{place}/GroupPolicyList"),
            attached=_attached(detail.attached_managed_policies),
            created=self._intake.date(detail.create_date, place, "/CreateDate"),
        )

    def role(self, detail: RoleDetail, place: str) -> Role:
        """The role."""
        arn, name, path = self._principal(detail, detail.role_name, "role", place)
        trust = self._intake.document(detail.assume_role_policy_document, place, "/AssumeRolePolicyDocument")
        if trust is None:
            self._intake.problems.add(
                f"{place}/AssumeRolePolicyDocument",
                "expected a trust policy",
                "who may assume this role is not known",
                Severity.WARNING,
            )
        used = detail.role_last_used
        return Role(
            arn=arn,
            name=name,
            path=path,
            unique_id=detail.role_id or "",
            trust=trust,
            inline=self._inline(detail.role_policy_list, f"{place}/RolePolicyList"),
            attached=_attached(detail.attached_managed_policies),
            boundary=_boundary(detail.permissions_boundary),
            tags=_tags(detail.tags),
            instance_profiles=self._profiles(detail.instance_profile_list, place),
            last_used=None if used is None else self._last_used(used, place),
            created=self._intake.date(detail.create_date, place, "/CreateDate"),
            description=detail.description,
            max_session_seconds=detail.max_session_duration,
        )

    def _last_used(self, used: RoleLastUsed, place: str) -> LastUsed | None:
        """When a role was last used; a date that cannot be read is not "never"."""
        at = self._intake.date(used.last_used_date, place, "/RoleLastUsed")
        return None if at is None and used.last_used_date else LastUsed(at, used.region)

    def policy(self, detail: PolicyDetail, place: str) -> ManagedPolicy:
        """The managed policy with its versions, the newest first; a wrong default is reported (I15)."""
        arn, name, path = _identity(detail, detail.policy_name, "policy", place)
        versions = self._versions(detail.policy_version_list, place)
        marked = [version.version_id for version in versions if version.is_default]
        default = detail.default_version_id or (marked[0] if marked else "")
        self._check_default(default, versions, marked, place)
        return ManagedPolicy(
            arn=arn,
            name=name,
            path=path,
            policy_id=detail.policy_id or "",
            default_version_id=default,
            versions=versions,
            description=detail.description,
            attachment_count=detail.attachment_count,
            boundary_count=detail.permissions_boundary_usage_count,
            is_attachable=detail.is_attachable is not False,
            created=self._intake.date(detail.create_date, place, "/CreateDate"),
            updated=self._intake.date(detail.update_date, place, "/UpdateDate"),
            tags=_tags(detail.tags),
        )

    def _inline(self, items: list[Inline] | None, place: str) -> tuple[InlinePolicy, ...]:
        if not items:
            return ()
        found = []
        for index, item in enumerate(items):
            document = self._intake.document(item.policy_document, place, f"/{index}/PolicyDocument")
            if document is None:
                self._missing_document(f"{place}/{index}/PolicyDocument")
                document = self._no_document
            found.append(InlinePolicy(item.policy_name, document))
        return tuple(found)

    def _versions(self, items: list[Version] | None, place: str) -> tuple[PolicyVersion, ...]:
        found = []
        for index, item in enumerate(items or ()):
            document = self._intake.document(item.document, place, f"/PolicyVersionList/{index}/Document")
            if document is None:
                self._missing_document(f"{place}/PolicyVersionList/{index}/Document")
                document = self._no_document
            created = self._intake.date(item.create_date, place, "/PolicyVersionList")
            found.append(PolicyVersion(item.version_id, document, item.is_default_version is True, created))
        return tuple(sorted(found, key=_version_number, reverse=True))

    def _check_default(self, default: str, versions: tuple[PolicyVersion, ...], marked: list[str], place: str) -> None:
        if default and marked and marked != [default]:
            said = " and ".join(marked)
            expected = f"expected {default}, as DefaultVersionId says, to be the version marked default, got {said}"
            consequence = f"{default} is taken for the version in force"
        elif not any(version.version_id == default for version in versions):
            expected = f"expected the document of the default version {default or ''}".rstrip()
            consequence = "what this policy says is not known"
        else:
            return
        self._intake.problems.add(f"{place}/PolicyVersionList", expected, consequence, Severity.WARNING)

    def _missing_document(self, place: str) -> None:
        self._intake.problems.add(
            place, "expected a policy document", "what this policy says is not known", Severity.WARNING
        )

    def _profiles(self, items: list[Profile] | None, place: str) -> tuple[InstanceProfile, ...]:
        if not items:
            return ()
        return tuple(
            InstanceProfile(
                arn=item.arn or "",
                name=item.instance_profile_name or (item.arn or "").rpartition("/")[2],
                path=item.path or "/",
                profile_id=item.instance_profile_id or "",
                created=self._intake.date(item.create_date, place, "/InstanceProfileList"),
            )
            for item in items
        )


def _identity(detail: Member, name: str | None, kind: str, place: str) -> tuple[str, str, str]:
    """ARN, name and path; what an export leaves out of name and path comes from the ARN (I7)."""
    text = detail.arn
    if text is None:
        raise MalformedError(f"{place}/Arn", f"expected the ARN of a {kind}")
    parts = text.split(":", 5)
    is_of_iam = len(parts) == 6 and parts[0] == "arn" and parts[1] and parts[2] == "iam" and parts[4]
    if not is_of_iam or not parts[5].startswith(f"{kind}/") or parts[5].endswith("/"):
        raise MalformedError(f"{place}/Arn", f"expected the ARN of a {kind}, got {text[:200]!r}")
    if name is None or detail.path is None:
        try:
            arn = Arn.parse(text)
        except MalformedArnError as error:
            raise MalformedError(f"{place}/Arn", str(error)) from error
        return text, name or arn.name, detail.path or arn.path
    return text, name, detail.path


def _attached(items: list[Attached] | Attached | None) -> tuple[str, ...]:
    if isinstance(items, Attached):
        return (items.policy_arn,)
    return tuple([item.policy_arn for item in items]) if items else ()


def _boundary(item: Boundary | None) -> str | None:
    return None if item is None else item.permissions_boundary_arn or None


def _tags(items: list[TagMember] | None) -> Tags:
    return tuple([(item.key, item.value or "") for item in items]) if items else ()


def _version_number(version: PolicyVersion) -> int:
    digits = version.version_id[1:]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else -1
