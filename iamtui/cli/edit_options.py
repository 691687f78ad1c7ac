"""Edits of a picture as options: WHAT=VALUE, each read against the export that it is laid over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.naming import bearer_named, organization_policy_named, policy_named
from iamtui.analysis.overlay.patches import PatchError, edits_of_patch
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
from iamtui.cli.errors import InputError
from iamtui.cli.policy_files import LARGEST, policy_file
from iamtui.files.reading import UnreadableError, read_named
from iamtui.policy.document import Document
from iamtui.snapshot.model import Snapshot

Read = Callable[[Snapshot, str, str], Edit]


@dataclass(frozen=True, slots=True)
class _Option:
    """An option that states edits: how its value is written, what it does, and how it becomes an edit."""

    name: str
    metavar: str
    help: str
    read: Read

    @property
    def key(self) -> str:
        """The name of its parameter."""
        return f"edit_{self.name.removeprefix('--').replace('-', '_')}"


def _document(file: str) -> Document:
    return policy_file(Path(file)).document


def _policy(snapshot: Snapshot, name: str, file: str) -> Edit:
    organization_policy = organization_policy_named(snapshot, name)
    if organization_policy is not None:
        return SetOrganizationDocument(organization_policy, _document(file))
    return SetDocument(policy_named(snapshot, name), _document(file))


def _version(snapshot: Snapshot, name: str, version: str) -> Edit:
    return SetDefaultVersion(policy_named(snapshot, name), version)


def _attachment(snapshot: Snapshot, target: str, policy: str, *, attached: bool) -> Edit:
    if any(target in organization.targets for organization in snapshot.organizations.values()):
        found = organization_policy_named(snapshot, policy)
        if found is None:
            raise MissingThingError(f"the export has no organization policy {policy}")
        return SetOrganizationAttachment(found, target, attached=attached)
    bearer = bearer_named(snapshot, target)
    return SetAttachment(bearer, policy_named(snapshot, policy, snapshot.account_of(bearer)), attached=attached)


def _attached(snapshot: Snapshot, target: str, policy: str) -> Edit:
    return _attachment(snapshot, target, policy, attached=True)


def _detached(snapshot: Snapshot, target: str, policy: str) -> Edit:
    return _attachment(snapshot, target, policy, attached=False)


def _inline(snapshot: Snapshot, place: str, file: str) -> Edit:
    owner, _, name = place.rpartition("/")
    return SetInlinePolicy(bearer_named(snapshot, owner), name, _document(file))


def _no_inline(snapshot: Snapshot, place: str, _: str) -> Edit:
    owner, _, name = place.rpartition("/")
    return SetInlinePolicy(bearer_named(snapshot, owner), name, None)


def _boundary(snapshot: Snapshot, principal: str, policy: str) -> Edit:
    arn = bearer_named(snapshot, principal)
    return SetBoundary(arn, policy_named(snapshot, policy, snapshot.account_of(arn)))


def _no_boundary(snapshot: Snapshot, principal: str, _: str) -> Edit:
    return SetBoundary(bearer_named(snapshot, principal), None)


def _trust(snapshot: Snapshot, role: str, file: str) -> Edit:
    return SetTrust(bearer_named(snapshot, role), _document(file))


def _joined(snapshot: Snapshot, user: str, group: str) -> Edit:
    return SetMembership(bearer_named(snapshot, user), _group(snapshot, user, group), member=True)


def _left(snapshot: Snapshot, user: str, group: str) -> Edit:
    return SetMembership(bearer_named(snapshot, user), _group(snapshot, user, group), member=False)


def _group(snapshot: Snapshot, user: str, name: str) -> str:
    account = snapshot.account_of(bearer_named(snapshot, user))
    held = snapshot.group(account, name.removeprefix("group/"))
    if held is None:
        raise MissingThingError(f"account {account} has no group {name}")
    return held.name


def _resource_policy(_: Snapshot, arn: str, file: str) -> Edit:
    return SetResourcePolicy(arn, _document(file))


def _no_resource_policy(_: Snapshot, arn: str, __: str) -> Edit:
    return SetResourcePolicy(arn, None)


def _endpoint_policy(_: Snapshot, endpoint: str, file: str) -> Edit:
    return SetEndpointPolicy(endpoint, _document(file))


_OPTIONS = (
    _Option("--policy", "POLICY=FILE", "This managed policy, SCP or RCP says what FILE says.", _policy),
    _Option("--default-version", "POLICY=VERSION", "Another version of a managed policy is in force.", _version),
    _Option("--attach", "WHO=POLICY", "A policy is attached; an SCP or RCP to a root, unit or account.", _attached),
    _Option("--detach", "WHO=POLICY", "It is not.", _detached),
    _Option("--inline", "WHO/NAME=FILE", "This inline policy says what FILE says.", _inline),
    _Option("--no-inline", "WHO/NAME", "It is deleted.", _no_inline),
    _Option("--boundary", "WHO=POLICY", "This policy is the permissions boundary.", _boundary),
    _Option("--no-boundary", "WHO", "There is no permissions boundary.", _no_boundary),
    _Option("--trust", "ROLE=FILE", "The trust policy of a role says what FILE says.", _trust),
    _Option("--add-to-group", "USER=GROUP", "A user is a member of a group.", _joined),
    _Option("--remove-from-group", "USER=GROUP", "A user is not.", _left),
    _Option("--resource-policy", "ARN=FILE", "The policy of a resource says what FILE says.", _resource_policy),
    _Option("--no-resource-policy", "ARN", "It has none.", _no_resource_policy),
    _Option("--endpoint-policy", "ID=FILE", "The policy of a VPC endpoint says what FILE says.", _endpoint_policy),
)
"""In the order in which their edits are laid over the picture, after those of patches."""


def edit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that state edits."""
    for one in reversed(_OPTIONS):
        command = click.option(one.name, one.key, multiple=True, metavar=one.metavar, help=one.help)(command)
    return click.option("--patch", multiple=True, metavar="FILE", help="The edits of a saved JSON Patch.")(command)


def edits_of(
    snapshot: Snapshot, patches: tuple[str, ...], given: dict[str, tuple[str, ...]], *before: Edit
) -> tuple[Edit, ...]:
    """The edits that the options state, after those before.

    Raises:
        InputError: one is not of this export, or a file cannot be used.
    """
    edits = [*before, *(edit for file in patches for edit in _patched(snapshot, file))]
    edits += [_edit(snapshot, one, text) for one in _OPTIONS for text in given[one.key]]
    if not edits:
        raise InputError("expected an edit, such as --detach dana=AdministratorAccess; nothing is decided")
    return tuple(edits)


def _patched(snapshot: Snapshot, file: str) -> tuple[Edit, ...]:
    try:
        return edits_of_patch(snapshot, read_named(Path(file), LARGEST))
    except UnreadableError as error:
        raise InputError(f"{file}: expected a JSON Patch: {error}; nothing is decided") from error
    except PatchError as error:
        raise InputError(f"{file}: {error}; nothing is decided") from error


def _edit(snapshot: Snapshot, option: _Option, text: str) -> Edit:
    """The edit; names may hold `=`, so the first way to cut the text in which both sides are known counts."""
    if "=" not in option.metavar:
        ways = [(text, "")]
    else:
        ways = list(_cuts(text))
        if not ways:
            raise InputError(f"{option.name} {text}: expected {option.metavar}; nothing is decided")
    told: MissingThingError | None = None
    for left, right in ways:
        try:
            edit = option.read(snapshot, left, right)
            edit.laid_over(snapshot)
        except MissingThingError as error:
            told = told or error
        else:
            return edit
    raise InputError(f"{option.name} {text}: {told}; nothing is decided") from told


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    for place, character in enumerate(text):
        if character == "=" and 0 < place < len(text) - 1:
            yield text[:place], text[place + 1 :]
