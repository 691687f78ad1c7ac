"""What can be taken away from accounts: memberships, attachments, and statements that somebody wrote (FI97)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamtui.analysis.overlay.policy_edits import SetOrganizationDocument
from iamtui.analysis.overlay.principal_edits import SetAttachment, SetInlinePolicy, SetMembership
from iamtui.analysis.taken_out.dropping import DropStatement, in_force
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.guards import bound_by, named
from iamtui.analysis.taken_out.part import Part
from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import PolicyKind, Statement
from iamtui.snapshot.model import Account, Group, Role, Snapshot, User

_OF_AWS = ("/aws-service-role/", "/aws-reserved/")


def removable(ground: TakenOutGround) -> Iterator[Part]:
    """Every part that its owner can take away: the greater first, as a membership is more than a statement."""
    for account in ground.snapshot.accounts.values():
        yield from _memberships(ground, account)
        yield from _attachments(ground, account)
        yield from _statements(ground, account)
    for organization in ground.snapshot.organizations.values():
        for policy in organization.policies.values():
            holders, others = bound_by(ground, policy)
            is_scp = policy.kind != "RESOURCE_CONTROL_POLICY"
            if is_scp and policy.document is not None and not policy.aws_managed and holders:
                for one in _sound(policy.document):
                    edit = DropStatement(SetOrganizationDocument(policy.arn, policy.document), one.index)
                    yield Part(
                        policy.arn, named(one), PolicyKind.SCP, (edit,), (), (one,), holders, binds_others=others
                    )


def _memberships(ground: TakenOutGround, account: Account) -> Iterator[Part]:
    for user in (account.users or {}).values():
        for name in user.groups:
            group = ground.snapshot.group(account.account_id, name)
            if group is not None and (group.inline or group.attached):
                edit = SetMembership(user.arn, name, member=False)
                statements = _of_bearer(ground.snapshot, account, group)
                holders = (ground.holders.places[user.arn],)
                words = f"the membership in {group.name}"
                if statements is not None:
                    yield Part(user.arn, words, PolicyKind.IDENTITY, (edit,), (), statements, holders)


def _attachments(ground: TakenOutGround, account: Account) -> Iterator[Part]:
    for bearers in (account.users, account.groups, account.roles):
        for bearer in (bearers or {}).values():
            if any(path in bearer.arn for path in _OF_AWS):
                continue
            for arn in bearer.attached:
                statements = _of_policies(ground.snapshot, account, (arn,))
                holders = _holders_of(ground, account, bearer)
                if statements is not None and holders:
                    edit = SetAttachment(bearer.arn, arn, attached=False)
                    words = f"the attachment of {arn.rpartition('/')[2]}"
                    yield Part(bearer.arn, words, PolicyKind.IDENTITY, (edit,), (), statements, holders)


def _statements(ground: TakenOutGround, account: Account) -> Iterator[Part]:
    touched = ground.touched
    for bearers in (account.users, account.groups, account.roles):
        for bearer in (bearers or {}).values():
            for inline in bearer.inline if not any(path in bearer.arn for path in _OF_AWS) else ():
                holders = touched.by_policy.get((bearer.arn, inline.name), ())
                for one in _sound(inline.document) if holders else ():
                    edit = DropStatement(SetInlinePolicy(bearer.arn, inline.name, inline.document), one.index)
                    words = f"{named(one)} of the inline policy {inline.name}"
                    yield Part(bearer.arn, words, PolicyKind.IDENTITY, (edit,), (), (one,), holders)
    for policy in (account.policies or {}).values():
        places = (account.account_id, policy.arn)
        every = dict.fromkeys((*touched.by_policy.get(places, ()), *touched.by_boundary.get(places, ())))
        if policy.default is not None and not policy.is_aws_managed and every:
            place = in_force(policy, policy.default.document)
            for one in _sound(policy.default.document):
                edit = DropStatement(place, one.index)
                yield Part(policy.arn, named(one), PolicyKind.IDENTITY, (edit,), (), (one,), tuple(every))


def _holders_of(ground: TakenOutGround, account: Account, bearer: User | Group | Role) -> tuple[int, ...]:
    if isinstance(bearer, Group):
        return ground.touched.by_group.get((account.account_id, bearer.name.lower()), ())
    return (ground.holders.places[bearer.arn],)


def _of_bearer(snapshot: Snapshot, account: Account, group: Group) -> tuple[Statement, ...] | None:
    attached = _of_policies(snapshot, account, group.attached)
    if attached is None:
        return None
    return (*(one for policy in group.inline for one in statements_written(policy.document)), *attached)


def _of_policies(snapshot: Snapshot, account: Account, arns: Iterable[str]) -> tuple[Statement, ...] | None:
    """The statements of managed policies; None where one was not exported, so that nothing can be proved of it."""
    found: list[Statement] = []
    for arn in arns:
        policy = snapshot.policy(account.account_id, arn)
        if policy is None or policy.default is None or not statements_written(policy.default.document):
            return None
        found += statements_written(policy.default.document)
    return tuple(found)


def _sound(document: Document) -> Iterator[Statement]:
    """The statements that AWS would take."""
    yield from (one for one in statements_written(document) if one.invalid is None)
