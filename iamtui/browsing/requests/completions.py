"""What the form offers while a principal, an action or a resource is typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from iamtui import catalog
from iamtui.arn import Arn, MalformedArnError
from iamtui.browsing.subjects import find_entity
from iamtui.browsing.trees.principals import PrincipalTree
from iamtui.browsing.workspace import Workspace
from iamtui.catalog import Action
from iamtui.content.requests import Suggestion
from iamtui.snapshot.model import Group, Resource, Snapshot

_MOST = 50
_LOOKED_AT = 2000


def principals(workspace: Workspace, typed: str) -> list[Suggestion]:
    """Users and roles whose name, ARN, id or tags match what was typed; those whose name begins with it first."""
    index = workspace.filters.get(PrincipalTree.LABEL)
    if index is None:
        return []
    some = islice(index.matches(typed), _LOOKED_AT)
    found = [entry for entry in some if not isinstance(find_entity(workspace.snapshot, entry.key), Group)]
    folded = typed.casefold()
    found.sort(key=lambda entry: not entry.label.casefold().startswith(folded))
    return [Suggestion(entry.key, f"{entry.label} · {entry.detail}") for entry in found[:_MOST]]


def actions(typed: str) -> list[Suggestion]:
    """Services until there is a colon, then the actions of the service with access level and description."""
    service, colon, name = typed.strip().casefold().rstrip("*?").partition(":")
    if not colon:
        named = [known for known in catalog.services() if known.startswith(service)]
        titled = [known for known in catalog.services() if service in catalog.service_title(known).casefold()]
        found = dict.fromkeys((*named, *titled))
        return [Suggestion(f"{known}:", catalog.service_title(known)) for known in islice(found, _MOST)]
    names = sorted(catalog.actions(service))
    begins = (known for known in names if known.casefold().startswith(name))
    holds = (known for known in names if name in known.casefold())
    found = dict.fromkeys(chain(begins, holds))
    return [Suggestion(f"{service}:{known}", _about(f"{service}:{known}")) for known in islice(found, _MOST)]


def _about(action: str) -> str:
    known = catalog.action(action)
    return "" if known is None else f"{known.access_level}: {known.description}"


def resources(snapshot: Snapshot, action: str, principal: str, typed: str) -> list[Suggestion]:
    """ARN templates of the action's resource types, then ARNs of the snapshot that fit, then `*`."""
    known = catalog.action(action.strip())
    folded = typed.strip().casefold()
    offers = chain(_templates(known, principal), _known_arns(snapshot, known), [Suggestion("*", "no resource, or any")])
    return list(islice((offer for offer in offers if folded in offer.value.casefold()), _MOST))


def _templates(action: Action | None, principal: str) -> Iterator[Suggestion]:
    """Templates with partition and account of the principal filled in; what must be chosen stays `${Name}`."""
    if action is None:
        return
    partition, account = _home(principal)
    for taken in action.resource_types:
        found = catalog.resource_type(action.service, taken.name)
        if found is not None:
            template = found.arn_template.replace("${Partition}", partition).replace("${Account}", account)
            yield Suggestion(
                template, f"{found.name}{', required' if taken.required else ''}: fill in what is in ${{}}"
            )


def _home(principal: str) -> tuple[str, str]:
    try:
        arn = Arn.parse(principal)
    except MalformedArnError:
        return "aws", "${Account}"
    return arn.partition, arn.account or "${Account}"


def _resource_offers(snapshot: Snapshot, resource: Resource, wanted: set[str]) -> Iterator[Suggestion]:
    """A resource with its kind, alias and account; of a bucket its objects too, where the action takes them."""
    account = snapshot.accounts.get(resource.account)
    whose = account.alias or resource.account if account is not None else resource.account
    about = " · ".join(filter(None, (resource.kind.replace(":", " "), *resource.aliases, whose, "in the export")))
    if resource.kind == "s3:bucket" and "object" in wanted:
        yield Suggestion(f"{resource.arn}/${{ObjectName}}", f"objects of the {about}: fill in what is in ${{}}")
    if resource.kind != "s3:bucket" or not wanted or "bucket" in wanted:
        yield Suggestion(resource.arn, about)


def _known_arns(snapshot: Snapshot, action: Action | None) -> Iterator[Suggestion]:
    """Resources of the action's service in the snapshot; for IAM and STS its principals and policies."""
    service = "" if action is None else action.service
    wanted = set() if action is None else {taken.name.casefold() for taken in action.resource_types}
    for resource in snapshot.resources.values():
        if not service or resource.arn.split(":", 3)[2:3] == [service]:
            yield from _resource_offers(snapshot, resource, wanted)
    if action is None or service not in ("iam", "sts"):
        return
    for account in snapshot.accounts.values():
        kinds = {"role": account.roles, "user": account.users, "group": account.groups, "policy": account.policies}
        for kind, entities in kinds.items():
            if kind in wanted:
                yield from (Suggestion(entity.arn, f"{kind} in the export") for entity in (entities or {}).values())
