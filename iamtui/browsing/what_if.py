"""What of a subject can be edited in the mind: as rows to choose from, and documents to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from iamtui.analysis.overlay.laying import Edit, laid_over
from iamtui.analysis.overlay.patches import PatchError, edits_of_patch, patch_of
from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetEndpointPolicy,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
)
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBoundary,
    SetInlinePolicy,
    SetMembership,
    SetTrust,
)
from iamtui.browsing.aws_json.subjects import document_text
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.surroundings import ControlPolicy
from iamtui.policy.document import Document
from iamtui.policy.lint import Finding, PolicyHolder, lint
from iamtui.policy.statement import PolicyKind
from iamtui.reports.serial import json_bytes
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Resource, Role, Snapshot, User, VpcEndpoint

_HOLDERS = {User: PolicyHolder.USER, Group: PolicyHolder.GROUP, Role: PolicyHolder.ROLE}


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is to be written: what it says now, what kind it is, and the edit that it becomes."""

    title: str
    document: Document | None
    kind: PolicyKind
    edit: Callable[[Document], Edit]
    holder: PolicyHolder | None = None

    @property
    def text(self) -> str:
        """What it says now, in characters that are safe to draw and mean the same."""
        return drawable(document_text(self.document)) or '{\n  "Version": "2012-10-17",\n  "Statement": []\n}'

    def findings(self, text: str) -> tuple[Finding, ...]:
        """What lint says of another text."""
        return lint(Document(text.encode("utf-8", "replace")), self.kind, self.holder)


@dataclass(frozen=True, slots=True)
class Choice:
    """A row: an edit that is made at once, a document to be written, or more rows."""

    label: str
    detail: str = ""
    edit: Edit | None = None
    draft: Draft | None = None
    more: tuple[Choice, ...] = ()


class UnfitError(ValueError):
    """Edits that do not fit a picture any more; the message says which and why."""


def with_patch(snapshot: Snapshot, patch: bytes) -> Snapshot:
    """The picture with the edits of a patch laid over it; an empty one changes nothing.

    Raises:
        UnfitError: they do not fit it.
    """
    if not patch:
        return snapshot
    try:
        return laid_over(snapshot, edits_of_patch(snapshot, patch))
    except (PatchError, MissingThingError) as error:
        raise UnfitError(str(error)) from error


def patch_bytes(snapshot: Snapshot, edits: Sequence[Edit]) -> bytes:
    """The edits as a patch; empty where they change nothing."""
    operations = patch_of(snapshot, edits)
    return json_bytes(operations) if operations else b""


def drawable(text: str) -> str:
    """JSON in which every character that a terminal would act on is written as an escape of JSON."""
    return "".join(one if one == "\n" or one.isprintable() else _escape(one) for one in text.replace("\t", "  "))


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))


def choices(snapshot: Snapshot, subject: Subject) -> list[Choice]:
    """What can be edited of a subject; nothing of what the export only names, or of AWS's own policies."""
    match subject:
        case User() | Group() | Role():
            return list(_of_bearer(snapshot, subject))
        case Inline():
            return [
                Choice("Edit the document", draft=_inline(subject.owner, subject.policy.name, subject.policy.document)),
                Choice("Delete it", edit=SetInlinePolicy(subject.owner.arn, subject.policy.name, None)),
            ]
        case ManagedPolicy() if not subject.is_aws_managed:
            return list(_of_policy(subject))
        case ControlPolicy() if not subject.policy.aws_managed:
            return list(_of_control_policy(subject))
        case Resource():
            kind = PolicyKind.KMS_KEY if subject.kind == "kms:key" else PolicyKind.RESOURCE
            draft = Draft(subject.arn, subject.policy, kind, partial(SetResourcePolicy, subject.arn))
            return [
                Choice("Edit its policy", draft=draft),
                Choice("Delete its policy", edit=SetResourcePolicy(subject.arn, None)),
            ]
        case VpcEndpoint():
            make = partial(SetEndpointPolicy, subject.endpoint_id)
            draft = Draft(subject.endpoint_id, subject.policy, PolicyKind.VPC_ENDPOINT, make)
            return [Choice("Edit its policy", draft=draft)]
    return []


def _of_policy(policy: ManagedPolicy) -> Iterator[Choice]:
    held = policy.default
    document = None if held is None else held.document
    make = partial(SetDocument, policy.arn)
    draft = Draft(policy.name, document, PolicyKind.IDENTITY, make, PolicyHolder.MANAGED)
    yield Choice("Edit the document", draft=draft)
    for version in policy.versions:
        if version.version_id != policy.default_version_id:
            edit = SetDefaultVersion(policy.arn, version.version_id)
            yield Choice(f"Put {version.version_id} in force", f"now {policy.default_version_id}", edit)


def _of_control_policy(control: ControlPolicy) -> Iterator[Choice]:
    policy = control.policy
    kind = PolicyKind.SCP if control.kind == "SCP" else PolicyKind.RCP
    make = partial(SetOrganizationDocument, policy.arn)
    yield Choice("Edit the document", draft=Draft(policy.name, policy.document, kind, make))
    attached = {target.target_id for target in control.targets()}
    for target in control.targets():
        edit = SetOrganizationAttachment(policy.arn, target.target_id, attached=False)
        yield Choice(f"Detach from {target.name}", target.target_id, edit)
    more = tuple(
        Choice(target.name, target.target_id, SetOrganizationAttachment(policy.arn, target.target_id, attached=True))
        for target in control.organization.targets.values()
        if target.target_id not in attached
    )
    yield Choice("Attach to …", more=more)


def _of_bearer(snapshot: Snapshot, bearer: User | Group | Role) -> Iterator[Choice]:
    account = snapshot.accounts.get(snapshot.account_of(bearer.arn))
    if isinstance(bearer, Role):
        draft = Draft(f"trust of {bearer.name}", bearer.trust, PolicyKind.TRUST, partial(SetTrust, bearer.arn))
        yield Choice("Edit the trust policy", draft=draft)
    for policy in bearer.inline:
        yield Choice(f"Edit inline policy {policy.name}", draft=_inline(bearer, policy.name, policy.document))
    for policy in bearer.inline:
        yield Choice(f"Delete inline policy {policy.name}", edit=SetInlinePolicy(bearer.arn, policy.name, None))
    for arn in bearer.attached:
        yield Choice(f"Detach {arn.rpartition('/')[2]}", arn, SetAttachment(bearer.arn, arn, attached=False))
    if isinstance(bearer, User):
        yield from _memberships(account, bearer)
    policies = tuple(_policies(snapshot, account))
    if not isinstance(bearer, Group):
        if bearer.boundary is not None:
            yield Choice("Remove the permissions boundary", bearer.boundary, SetBoundary(bearer.arn, None))
        yield Choice("Set the permissions boundary …", more=_each(policies, partial(SetBoundary, bearer.arn)))
    attach = partial(SetAttachment, bearer.arn, attached=True)
    yield Choice("Attach a policy …", more=_each([one for one in policies if one not in bearer.attached], attach))
    yield Choice("Write another inline policy", "called what-if", draft=_inline(bearer, "what-if", None))


def _memberships(account: Account | None, user: User) -> Iterator[Choice]:
    for name in user.groups:
        yield Choice(f"Leave group {name}", edit=SetMembership(user.arn, name, member=False))
    others = (group for group in ((account and account.groups) or {}).values() if group.name not in user.groups)
    more = tuple(Choice(one.name, one.arn, SetMembership(user.arn, one.name, member=True)) for one in others)
    yield Choice("Join a group …", more=more)


def _each(policies: Sequence[str], edit: Callable[[str], Edit]) -> tuple[Choice, ...]:
    return tuple(Choice(arn.rpartition("/")[2], arn, edit(arn)) for arn in policies)


def _policies(snapshot: Snapshot, account: Account | None) -> Iterator[str]:
    """Customer managed policies first, then AWS's."""
    held = () if account is None else tuple(account.policies or {})
    partition = "aws" if account is None else account.partition
    every = dict.fromkeys((*held, *(arn for arn in snapshot.aws_managed if arn.startswith(f"arn:{partition}:"))))
    yield from sorted(every, key=lambda arn: (":aws:policy/" in arn, arn))


def _inline(owner: User | Group | Role, name: str, document: Document | None) -> Draft:
    made = partial(SetInlinePolicy, owner.arn, name)
    return Draft(f"{name} of {owner.name}", document, PolicyKind.IDENTITY, made, _HOLDERS[type(owner)])
