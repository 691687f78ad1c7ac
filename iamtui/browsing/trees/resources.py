"""The tree of resources: account, then service, then what the export says of each resource; VPC endpoints last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from iamtui import catalog
from iamtui.analysis.external_access import external_access
from iamtui.analysis.relations import Relations
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.descriptions import name_of
from iamtui.browsing.trees.tree_source import Entry, Marks, folder, haystack
from iamtui.content.nodes import Node
from iamtui.policy.document import Document
from iamtui.snapshot.model import Exported, Resource, Snapshot, VpcEndpoint
from iamtui.visible import Tone

_ENDPOINTS = folder("endpoints")
_NOWHERE = folder("no account")


class ResourceTree:
    """Resources by account and service."""

    LABEL: ClassVar[str] = "Resources"
    EMPTY: ClassVar[str] = "no resources in what was read: export their policies to see who they let in"

    def __init__(self, snapshot: Snapshot, relations: Relations | None, changed: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._marks = Marks(changed, self.path_to)

    def updated(self, relations: Relations | None, changed: frozenset[str]) -> ResourceTree:
        """The tree of the same snapshot with other relations and changes."""
        return ResourceTree(self._snapshot, relations, changed)

    # The tree

    def roots(self) -> Sequence[Node]:
        """One node an account that has resources, and one for the VPC endpoints."""
        nodes = [self._account_node(account) for account in self._accounts]
        if self._snapshot.endpoints:
            count = len(self._snapshot.endpoints)
            mark = self._marks.of(_ENDPOINTS)
            nodes.append(Node(_ENDPOINTS, "VPC endpoints", f"{count:,}", has_children=True, mark=mark))
        return nodes

    def open_at_first(self) -> frozenset[str]:
        """The account if there is one, and its services if its resources are few."""
        if len(self._accounts) != 1:
            return frozenset()
        (account,) = self._accounts
        services = self._accounts[account]
        few = sum(map(len, services.values())) <= 40
        return frozenset((_account_node_key(account), *(_service_key(account, name) for name in services if few)))

    def children(self, key: str) -> Sequence[Node]:
        """The services of an account, the resources of a service, or the endpoints."""
        if key == _ENDPOINTS:
            return [self._endpoint_node(endpoint) for endpoint in self._snapshot.endpoints.values()]
        account = SubjectKey(key).account_id
        services = self._accounts.get(account) if account or key == _NOWHERE else None
        if services is not None:
            return [self._service_node(account, service) for service in services]
        return [self._resource_node(resource) for resource in self._services.get(key, ())]

    def path_to(self, subject: str) -> Sequence[str]:
        """Account, service and resource; or the endpoint."""
        if subject in self._snapshot.endpoints:
            return (_ENDPOINTS, subject)
        resource = self._snapshot.resources.get(subject)
        if resource is None:
            account = SubjectKey(subject).account_id
            return (subject,) if account and account in self._accounts else ()
        return (_account_node_key(resource.account), _service_key(resource.account, _service(resource)), subject)

    # What is where

    @cached_property
    def _accounts(self) -> Mapping[str, Mapping[str, tuple[Resource, ...]]]:
        """Account → service → resources, each sorted by name; the resources of no known account last."""
        found: defaultdict[str, defaultdict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
        for resource in self._snapshot.resources.values():
            found[resource.account][_service(resource)].append(resource)
        names = sorted(found, key=lambda account: (not account, self._account_name(account).casefold()))
        return {
            account: {service: _by_name(found[account][service]) for service in sorted(found[account])}
            for account in names
        }

    @cached_property
    def _services(self) -> Mapping[str, tuple[Resource, ...]]:
        return {
            _service_key(account, service): resources
            for account, services in self._accounts.items()
            for service, resources in services.items()
        }

    def _account_name(self, account_id: str) -> str:
        account = self._snapshot.accounts.get(account_id)
        return account.alias or account_id if account is not None else account_id

    # Nodes

    def _account_node(self, account: str) -> Node:
        key = _account_node_key(account)
        name = self._account_name(account) or "account not known"
        known = account in self._snapshot.accounts
        detail = (account if name != account else "") if known else "nothing else of it was exported" if account else ""
        tone: Tone = "plain" if known else "warn"
        return Node(key, name, detail, tone, "◆", has_children=True, mark=self._marks.of(key))

    def _service_node(self, account: str, service: str) -> Node:
        key = _service_key(account, service)
        count = len(self._accounts[account][service])
        title = catalog.service_title(service) or service
        return Node(key, title, f"{count:,}", has_children=True, mark=self._marks.of(key))

    def _resource_node(self, resource: Resource) -> Node:
        detail, tone = self._state(resource)
        return Node(resource.arn, name_of(resource), detail, tone, mark=self._marks.of(resource.arn))

    def _state(self, resource: Resource) -> tuple[str, Tone]:
        """What is to be said in a line: whether its policy is known, and whether it is open to everybody."""
        if resource.policy_state is Exported.UNKNOWN:
            return "policy not exported", "warn"
        if resource.policy is None or resource.policy_state is Exported.NONE:
            return "no policy", "plain"
        if not (resource.is_public or _is_for_everybody(resource.policy, resource.account)):
            return "", "plain"
        if resource.kind == "s3:bucket" and self._snapshot.restricts_public_buckets(resource.account, resource):
            return "public by its policy, but restricted", "plain"
        return "⚠ public" if resource.is_public else "⚠ lets everybody in", "plain"

    def _endpoint_node(self, endpoint: VpcEndpoint) -> Node:
        policy = "its own policy" if endpoint.policy is not None else "default policy, which allows all"
        detail = f"{endpoint.service_name} · {policy}"
        return Node(endpoint.endpoint_id, endpoint.endpoint_id, detail, mark=self._marks.of(endpoint.endpoint_id))

    # The filter

    def entries(self) -> Iterator[Entry]:
        """Every resource and endpoint."""
        for resource in self._snapshot.resources.values():
            tags = resource.tags or ()
            text = haystack(resource.arn, f"{resource.kind} {' '.join(resource.aliases)}", tags)
            detail = f"{resource.kind.replace(':', ' ')} · {self._account_name(resource.account)}"
            yield Entry(resource.arn, text, name_of(resource), detail, tags)
        for endpoint in self._snapshot.endpoints.values():
            text = haystack(endpoint.endpoint_id, f"{endpoint.service_name} {endpoint.vpc_id or ''}")
            yield Entry(endpoint.endpoint_id, text, endpoint.endpoint_id, f"VPC endpoint · {endpoint.service_name}")


def _account_node_key(account: str) -> str:
    return SubjectKey.account(account) if account else _NOWHERE


def _service_key(account: str, service: str) -> str:
    return folder("resources", account, service)


def _service(resource: Resource) -> str:
    return resource.kind.partition(":")[0]


def _by_name(resources: list[Resource]) -> tuple[Resource, ...]:
    return tuple(sorted(resources, key=lambda resource: name_of(resource).casefold()))


def _is_for_everybody(policy: Document, account: str) -> bool:
    """Whether an Allow without conditions names everybody.

    A tree of ten thousand resources compiles only the policies in which there is a star.
    """
    return b"*" in policy.source and any(
        found.is_everybody and not found.statement.conditions for found in external_access(policy, account)
    )
