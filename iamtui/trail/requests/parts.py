"""The parts of a recorded call: each action that had to be allowed, with the resource that it was on (A5-A7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamtui import catalog
from iamtui.arn import Arn, MalformedArnError, is_account_id
from iamtui.snapshot.model import Snapshot
from iamtui.trail.records import Members, Record, items_at, members_at, text_at
from iamtui.trail.refusals import Refusal
from iamtui.trail.requests.actions import How, actions_of
from iamtui.trail.requests.parameters import ActionCall, Named, copy_source, iam_arn, named_by_parameters
from iamtui.trail.requests.places import Where, where_of

_NO_RESOURCE = "the record names no resource that the action takes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One authorization of a call.

    Attributes:
        action: in AWS's spelling; None where no action of the call is known (A3).
        resource: an ARN, possibly with wildcards, or `*`.
        owner: the account that owns the resource, where it is known.
        how: how the action was found.
        note: what of the resource is not certain; None where all is.
        passed_to: the service that a role is handed to, for `iam:PassRole` (A5).
    """

    action: str | None
    resource: str
    owner: str | None
    how: How
    note: str | None = None
    passed_to: str | None = None


def parts_of(record: Record, snapshot: Snapshot | None = None, refusal: Refusal | None = None) -> tuple[Part, ...]:
    """The parts of a call, in the order of its actions and resources, each once.

    Args:
        record: the whole record.
        snapshot: knows the paths of entities and the keys behind aliases.
        refusal: what AWS says it refused; its resource is taken where the record has no parameters (R11).
    """
    where, parameters = where_of(record), members_at(record, "requestParameters")
    found: dict[Part, None] = {}
    for named in actions_of(record):
        action = catalog.action(named.action) if named.action is not None else None
        if action is None:
            found[Part(action=None, resource="*", owner=None, how=How.NONE, note="no IAM action is known")] = None
            continue
        call = ActionCall(action, parameters, where, _user_name(record), snapshot)
        for resource in _resources(record, call, refusal):
            part = Part(
                action=str(action),
                resource=resource.arn,
                owner=resource.owner or _owner(resource.arn, where, snapshot),
                how=named.how,
                note=resource.note,
            )
            found[part] = None
    found.update(dict.fromkeys(_further(record, tuple(found), where, parameters, snapshot)))
    return tuple(found)


def _user_name(record: Record) -> str | None:
    return text_at(record, "userIdentity", "userName") if text_at(record, "userIdentity", "type") == "IAMUser" else None


def _resources(record: Record, call: ActionCall, refusal: Refusal | None) -> list[Named]:
    """The resources of an action, from the first place that names some (A6)."""
    if not call.action.resource_types:
        return [Named("*")]
    for found in (_listed(record, call), named_by_parameters(call), _refused(call, refusal)):
        if found:
            return found
    return [Named("*", _NO_RESOURCE)]


def _listed(record: Record, call: ActionCall) -> list[Named]:
    """What `resources` lists of types that the action takes; an `ARNPrefix` is a listing of its bucket."""
    found: dict[Named, None] = {}
    owners = [text_at(entry, "accountId") for entry in items_at(record, "resources") if isinstance(entry, dict)]
    for entry in items_at(record, "resources"):
        if not isinstance(entry, dict):
            continue
        arn = text_at(entry, "ARN") or text_at(entry, "arn")
        prefix = text_at(entry, "ARNPrefix")
        if arn is None and prefix is not None:
            arn = prefix.partition("/")[0]
        if arn is None or not arn.startswith("arn:") or not catalog.fits(call.action, arn):
            continue
        owner = text_at(entry, "accountId")
        if owner is None and arn.split(":", 3)[2] == "s3":
            owner = next(filter(None, owners), None)  # the bucket's entry says whose it is
        found[Named(arn, None, owner)] = None
    return _most_exact(list(found), call)


def _most_exact(found: list[Named], call: ActionCall) -> list[Named]:
    """An object and its bucket both fit some patterns of S3: the object is what was called on."""
    if call.action.service == "s3" and any(kind.name == "object" for kind in call.action.resource_types):
        return [named for named in found if "/" in named.arn] or found
    return found


def _refused(call: ActionCall, refusal: Refusal | None) -> list[Named]:
    if refusal is None or not refusal.resource or refusal.resource == "*":
        return []
    if refusal.action is not None and refusal.action.lower() != str(call.action).lower():
        return []
    kind, _, name = refusal.resource.partition(" ")
    if kind in ("user", "role", "group") and name:
        return [iam_arn(call, kind, name)]
    return [Named(refusal.resource)] if refusal.resource.startswith("arn:") else []


def _owner(arn: str, where: Where, snapshot: Snapshot | None) -> str | None:
    """Who owns a resource: as its ARN says, else as the snapshot knows, else whose trail has the event (A7)."""
    try:
        parsed = Arn.parse(arn)
    except MalformedArnError:
        return where.account or None
    if is_account_id(parsed.account):
        return parsed.account
    bucket = f"arn:{parsed.partition}:s3:::{parsed.resource.partition('/')[0]}"
    known = snapshot.resources.get(bucket) if snapshot is not None else None
    return known.account if known is not None else (where.account or None)


def _further(
    record: Record, parts: tuple[Part, ...], where: Where, parameters: Members, snapshot: Snapshot | None
) -> Iterator[Part]:
    """What the call needed besides (A5, E70): tags and source identity of a session, a copied object, a passed role."""
    if not parts or parts[0].action is None:
        return
    first, event = parts[0], text_at(record, "eventName")
    if first.action == "sts:AssumeRole":
        if parameters.get("tags"):
            yield _beside(first, "sts:TagSession")
        if text_at(parameters, "sourceIdentity") is not None:
            yield _beside(first, "sts:SetSourceIdentity")
    source = copy_source(parameters, where.partition) if event in ("CopyObject", "UploadPartCopy") else None
    if source is not None:
        yield Part(action="s3:GetObject", resource=source, owner=_owner(source, where, snapshot), how=How.TABLE)
    if event == "BatchGetSecretValue":
        call = ActionCall(_action("secretsmanager:GetSecretValue"), parameters, where, None, snapshot)
        for secret in named_by_parameters(call):
            yield Part(
                action="secretsmanager:GetSecretValue",
                resource=secret.arn,
                owner=_owner(secret.arn, where, snapshot),
                how=How.TABLE,
                note=secret.note,
            )
    yield from _passed_roles(record, parameters, where, snapshot)


def _beside(part: Part, action: str) -> Part:
    return Part(action=action, resource=part.resource, owner=part.owner, how=How.TABLE, note=part.note)


def _action(text: str) -> catalog.Action:
    found = catalog.action(text)
    if found is None:
        raise catalog.CatalogMissingError(f"the catalogue lacks {text}")
    return found


def _passed_roles(record: Record, parameters: Members, where: Where, snapshot: Snapshot | None) -> Iterator[Part]:
    """A role that a call hands to its service: `iam:PassRole` on it (A5, I103)."""
    service = text_at(record, "eventSource") or ""
    if service in ("sts.amazonaws.com", "signin.amazonaws.com") or record.get("readOnly") is True:
        return
    if text_at(record, "eventName") == "AddRoleToInstanceProfile" and (role := text_at(parameters, "roleName")):
        call = ActionCall(_action("iam:PassRole"), parameters, where, None, snapshot)
        named = iam_arn(call, "role", role)
        yield _passed(named.arn, named.note, "ec2.amazonaws.com", where, snapshot)
        return
    for name, value in parameters.items():
        is_role = name in ("role", "serviceRole") or name.lower().endswith("rolearn")
        if is_role and isinstance(value, str) and ":role/" in value and value.startswith("arn:"):
            yield _passed(value, None, service, where, snapshot)
    profile = members_at(parameters, "iamInstanceProfile")
    held = text_at(profile, "name") or (text_at(profile, "arn") or "").rpartition("/")[2]
    if held:
        yield from _role_of_profile(held, where, snapshot)


def _role_of_profile(name: str, where: Where, snapshot: Snapshot | None) -> Iterator[Part]:
    account = snapshot.accounts.get(where.account) if snapshot is not None else None
    for role in (account.roles or {}).values() if account is not None else ():
        if any(profile.name == name for profile in role.instance_profiles):
            yield _passed(role.arn, None, "ec2.amazonaws.com", where, snapshot)
            return
    unknown = where.arn("iam", "role/*", region=False)
    yield _passed(unknown, f"which role instance profile {name} holds is not known", "ec2.amazonaws.com", where, None)


def _passed(arn: str, note: str | None, service: str, where: Where, snapshot: Snapshot | None) -> Part:
    return Part(
        action="iam:PassRole",
        resource=arn,
        owner=_owner(arn, where, snapshot),
        how=How.TABLE,
        note=note,
        passed_to=service,
    )
