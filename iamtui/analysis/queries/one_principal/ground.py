"""What the questions of what one can do share, whoever it is asked of: made once for a snapshot, as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, cached_property, lru_cache, partial, reduce
from operator import or_
from threading import RLock
from typing import NamedTuple

from iamtui import catalog
from iamtui.analysis.queries.actions.alike import place_of, types_of
from iamtui.analysis.queries.actions.grouping import Grouping
from iamtui.analysis.queries.actions.traits import in_plain_classes
from iamtui.analysis.queries.deciding.answers import Cell
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.analysis.queries.index.accounts import accounts_told_apart
from iamtui.analysis.queries.index.action_sets import names_in, of_names, of_service, taken_by
from iamtui.analysis.queries.index.taking import own_keys
from iamtui.analysis.queries.resources.cutting import shortest
from iamtui.analysis.queries.resources.known_in_form import KnownInForm
from iamtui.analysis.queries.resources.known_resources import KnownResources, actions_on_known
from iamtui.analysis.queries.resources.resource_forms import Form, forms_of
from iamtui.evaluation.request.caller import Caller
from iamtui.evaluation.request.foreign_resources import may_be_open
from iamtui.evaluation.request.services import ASSUME_ROLE_ACTIONS, RCP_SERVICES
from iamtui.policy.statement import PolicyDocument, Statement
from iamtui.snapshot.model import Snapshot

_ALWAYS_ASKED = ("kms", "sts")
"""Services in which something may be allowed without any policy of the principal: by a key's policy that nobody
knows, by nature (E79, E80), by a trust policy."""


_MOST_PLACES = 65_536
_MOST_STANDINGS = 256


class Standing(NamedTuple):
    """Resources that stand for all of an account, and what counts of them, within a service, if all are taken.

    `by_service` is one of each place and service.
    """

    resources: tuple[str, ...]
    places: tuple[Hashable, ...]
    by_service: tuple[tuple[Hashable, str], ...]


class _Protection:
    """What the RCPs of all organizations say of an action: found once."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._found: dict[str, tuple[Statement, ...]] = {}

    @cached_property
    def rcps(self) -> tuple[PolicyDocument, ...]:
        """The documents."""
        organizations = {} if self._snapshot is None else self._snapshot.organizations
        policies = (policy for one in organizations.values() for policy in one.policies.values())
        documents = (policy.document for policy in policies if policy.kind == "RESOURCE_CONTROL_POLICY")
        contents = (document.policy for document in documents if document is not None)
        return tuple(one for one in contents if isinstance(one, PolicyDocument))

    def of(self, action: str) -> tuple[Statement, ...]:
        """The statements that take an action."""
        service = action.partition(":")[0]
        if not self.rcps or service not in RCP_SERVICES:
            return ()
        if action not in self._found:
            folded = action.lower()
            self._found[action] = tuple(statement for one in self.rcps for statement in one.taking(folded, service))
        return self._found[action]


class Ground:
    """A snapshot, or none for documents alone, with what is found in it for everybody.

    It is in no circle: with the last who holds it goes all that was found, whether or not the collector sees it.
    """

    def __init__(self, snapshot: Snapshot | None, *, knows_resources: bool = True) -> None:
        self.snapshot = snapshot
        self.known = KnownResources(snapshot if knows_resources else None)
        self._protection = _Protection(snapshot)
        self._places = lru_cache(maxsize=_MOST_PLACES)(lambda resource: place_of(resource, snapshot))
        self._trusting: dict[tuple[str, Form], tuple[KnownInForm, ...] | None] = {}
        self._first_of_types: dict[Hashable, str] = {}
        self.beside = lru_cache(maxsize=_MOST_STANDINGS)(_nothing_yet)
        self._own = lru_cache(maxsize=_MOST_PLACES)(partial(_standing, self._places))
        self.grouping = Grouping(self.known, self._protection.of)

    @cached_property
    def without_known(self) -> Ground:
        """The same without the resources that are known: to ask about the others alone."""
        return Ground(self.snapshot, knows_resources=False)

    @cached_property
    def fresh_account(self) -> str:
        """An account that nothing knows."""
        return "" if self.snapshot is None else unused_account(self.snapshot)

    @cached_property
    def told_apart(self) -> tuple[str, ...]:
        """Accounts whose resources decisions tell apart."""
        return () if self.snapshot is None else accounts_told_apart(self.snapshot)

    @cached_property
    def actions_of_known(self) -> int:
        """The actions that take resources of the services of which some are known."""
        return 0 if self.snapshot is None else actions_on_known(self.snapshot)

    @cached_property
    def actions_of_policies(self) -> int:
        """The actions that take something known that may have a policy which they ask."""
        names = names_in(self.actions_of_known | of_service("sts"))
        return of_names(name for name in names if (found := catalog.action(name)) and self.known.have_policies(found))

    @cached_property
    def in_plain_classes(self) -> int:
        """The actions of which nothing counts but their class: nothing is known of their resources, nor protects it."""
        return in_plain_classes() & ~self.actions_of_known & ~self.actions_protected

    @cached_property
    def asked_anyway(self) -> int:
        """Actions that something else than the principal's own policies may allow."""
        return reduce(or_, map(of_service, _ALWAYS_ASKED), self.actions_of_known)

    @cached_property
    def actions_protected(self) -> int:
        """The actions of the services that RCPs can protect, where there are any."""
        return reduce(or_, map(of_service, RCP_SERVICES & set(catalog.services())), 0) if self._rcps else 0

    @cached_property
    def protected_from_some(self) -> int:
        """Those of them of which an RCP may say something else to one than to another of the same kind and account."""
        reading = (one for content in self._rcps for one in content.statements if own_keys(one))
        return reduce(or_, (taken_by(one.action) for one in reading), 0) & self.actions_protected

    @property
    def _rcps(self) -> tuple[PolicyDocument, ...]:
        return self._protection.rcps

    def protecting(self, action: str) -> tuple[Statement, ...]:
        """The statements that take an action in the RCPs of all organizations."""
        return self._protection.of(action)

    def place_of(self, resource: str) -> Hashable:
        """All of a resource that counts where statements take the whole."""
        return self._places(resource)

    def knows_entity(self, arn: str) -> bool:
        """Whether the snapshot holds a user or role of that ARN."""
        snapshot = self.snapshot
        return snapshot is not None and (snapshot.role(arn) is not None or snapshot.user(arn) is not None)

    def is_closed(self, action: catalog.Action, form: Form, caller: Caller) -> bool:
        """Whether all of a form is denied to a caller of another account, as nothing lets it in (E14, E42).

        Where that account is exported whole, no other roles trust anybody than those that are known.
        """
        key = f"{action.service}:{action.name}".lower(), form
        if key not in self._trusting:
            self._trusting[key] = self._trusting_in(action, *key)
        trusting = self._trusting[key]
        return trusting is not None and not any(one.may_let_in(caller, key[0]) for one in trusting)

    def _trusting_in(self, action: catalog.Action, folded: str, form: Form) -> tuple[KnownInForm, ...] | None:
        """The roles on whose trust policies it depends; None where it may depend on more."""
        if not form.account or may_be_open(form.service, folded):
            return None
        if folded not in ASSUME_ROLE_ACTIONS:
            return ()
        account = None if self.snapshot is None else self.snapshot.accounts.get(form.account)
        is_whole = account is not None and account.roles is not None and account.is_complete
        return (self.known.in_form(action, form),) if is_whole else None

    def standing_for_own(self, action: str, partition: str, account: str, regions: tuple[str, ...]) -> Standing:
        """What stands for the resources of an account that an action takes, where nothing is known of them."""
        first = self._first_of_types.setdefault(_types_of(action), action)
        return self._own(first, partition, account, regions)


def _standing(
    place_of: Callable[[str], Hashable], action: str, partition: str, account: str, regions: tuple[str, ...]
) -> Standing:
    found = catalog.action(action)
    forms = () if found is None else forms_of(found, partition, (account,), regions)
    resources = tuple(dict.fromkeys(shortest(form.parts) for form in forms))
    places = [_within_service(place_of(resource)) for resource in resources]
    first = {(place, one.split(":", 3)[2]): one for place, one in reversed([*zip(places, resources, strict=True)])}
    by_service = tuple((place, one) for (place, _), one in reversed(first.items()))
    return Standing(resources, tuple(dict.fromkeys(places)), by_service)


def _within_service(place: Hashable) -> Hashable:
    """The same but for the service."""
    return place[1:] if isinstance(place, tuple) else place


@cache
def _types_of(action: str) -> Hashable:
    return action.partition(":")[0], types_of(action)


def _nothing_yet(_standing: Hashable) -> dict[Hashable, Cell]:
    return {}


class _Latest:
    """The ground of the snapshot that was asked last; whoever uses it has it alone: it learns with each question."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._ground: Ground | None = None

    @contextmanager
    def of(self, snapshot: Snapshot) -> Iterator[Ground]:
        with self._lock:
            if self._ground is None or self._ground.snapshot is not snapshot:
                self._ground = Ground(snapshot)
            yield self._ground


_LATEST = _Latest()


def ground_of(snapshot: Snapshot) -> AbstractContextManager[Ground]:
    """What is found for all in a snapshot, for one thread at a time; that of the one that was asked last is kept."""
    return _LATEST.of(snapshot)
