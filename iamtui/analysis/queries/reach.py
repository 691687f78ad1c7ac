"""What one principal can do: which actions can matter at all, and the cells of the resources of each (WP1, WP5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache

from iamtui import catalog
from iamtui.analysis.queries.accounts import accounts_told_apart
from iamtui.analysis.queries.alike import Alike, listed_of, place_of, takes_whole, tells_all_apart, types_of
from iamtui.analysis.queries.answers import Cell
from iamtui.analysis.queries.cutting import Parts, Witnesses, cut, patterns_in_play
from iamtui.analysis.queries.holders import keys_named
from iamtui.analysis.queries.known_resources import Known, is_of, known_resources
from iamtui.analysis.queries.outside import unused_account
from iamtui.analysis.queries.resource_forms import Form, forms_of, regions_told_apart
from iamtui.analysis.queries.statements import statements_of
from iamtui.analysis.queries.written import accounts_written, regions_of
from iamtui.evaluation.applicable.policies import AppliedLayer
from iamtui.evaluation.decision import Layer, Verdict
from iamtui.evaluation.keys.resource_keys import sends_resource_account
from iamtui.evaluation.preparing import PreparedRequest
from iamtui.evaluation.request.action_rules import has_rule_of_its_own
from iamtui.evaluation.request.services import RCP_SERVICES, takes_no_resource
from iamtui.policy.cells import ANYTHING, cells_of, may_meet
from iamtui.policy.elements import ANY_RESOURCE, ActionElement
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Snapshot

Prepare = Callable[[str, str], PreparedRequest]
"""Makes the principal's request for an action on a resource ready."""

Decide = Callable[[PreparedRequest, str], Cell]
"""The answer to it."""

_ALWAYS_ASKED = ("kms", "sts")
"""Services in which something may be allowed without any policy of the principal: by a key's policy that nobody
knows, by nature (E79, E80), by a trust policy."""


@cache
def _meant(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(action for pattern in patterns for action in catalog.matching(pattern))


@cache
def _everything() -> tuple[str, ...]:
    return catalog.matching("*")


def actions_of(element: ActionElement) -> frozenset[str]:
    """The actions of the catalogue that an Action or NotAction element takes."""
    meant = _meant(element.patterns)
    return frozenset(_everything()) - meant if element.negated else meant


class Reach:
    """The actions of one principal, and their cells."""

    def __init__(self, snapshot: Snapshot | None, prepare: Prepare, decide: Decide) -> None:
        self._snapshot = snapshot
        self._prepare = prepare
        self._decide = decide
        self._known: dict[str, tuple[Known, ...]] = {}
        self._fresh = "" if snapshot is None else unused_account(snapshot)
        self._told_apart = () if snapshot is None else accounts_told_apart(snapshot)
        self.complete = True
        self._tested: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._cells: dict[Hashable, Cell] = {}
        self._cutting: dict[Hashable, tuple[Parts, ...]] = {}
        base = prepare("sts:GetCallerIdentity", "*")
        self._tells_all_apart = tells_all_apart(base)
        self._account = base.subject.caller.account or ""
        self._partition = base.subject.caller.partition or "aws"
        applicable = base.applicable
        self._layers: tuple[AppliedLayer, ...] = (applicable.identity, applicable.permissions_boundary, applicable.scp)

    def groups(self, wanted: Callable[[str], bool]) -> Iterator[Alike]:
        """The actions that may be allowed, of those that are wanted, by what tells them apart."""
        takers: dict[str, list[Statement]] = defaultdict(list)
        may_be_allowed: set[str] = set()
        if self._layers[0].unknown:
            may_be_allowed.update(_everything())
        for number, layer in enumerate(self._layers):
            for level in layer.levels:
                for policy in level.policies:
                    content = None if policy.document is None else policy.document.policy
                    if not isinstance(content, PolicyDocument):
                        may_be_allowed.update(_everything() if number == 0 else ())
                        continue
                    for statement in content.statements:
                        taken = actions_of(statement.action)
                        if number == 0 and statement.effect is Effect.ALLOW:
                            may_be_allowed |= taken
                        for action in taken:
                            takers[action].append(statement)
        groups: dict[Hashable, list[str]] = defaultdict(list)
        kinds: dict[str, Hashable] = {}
        for action in sorted({*may_be_allowed, *self._asked_anyway()}):
            if wanted(action):
                kind = kinds[action] = self._kind_of(action, takers.get(action, ()))
                groups[action if kind is None else (kind, types_of(action))].append(action)
        for actions in groups.values():
            first, kind = actions[0], kinds[actions[0]]
            statements = tuple(takers.get(first, ()))
            is_whole = kind is not None and takes_whole(first, (*statements, *self._protecting(first)))
            yield Alike(tuple(actions), statements, kind, is_whole)

    def _asked_anyway(self) -> Iterator[str]:
        """Actions that something else than the principal's own policies may allow."""
        for service in _ALWAYS_ASKED:
            yield from (f"{service}:{name}" for name in catalog.actions(service))
        resources = {} if self._snapshot is None else self._snapshot.resources
        for service in {arn.split(":", 3)[2] for arn in resources}:
            yield from (f"{service}:{name}" for name in catalog.actions(service))

    def _kind_of(self, action: str, statements: Sequence[Statement]) -> Hashable:
        """All by which decisions tell an action from others on the same resource; None where it is asked for itself."""
        found = catalog.action(action)
        if found is None or self._tells_all_apart or has_rule_of_its_own(action) or self._known_of(action):
            return None
        service = found.service
        every = (*statements, *self._protecting(action))
        key = _ids(every)
        if key not in self._tested:
            self._tested[key] = tuple({named for statement in every for named in keys_named(statement)})
        listed = listed_of(action, self._tested[key])
        return service, key, bool(found.resource_types), sends_resource_account(action), listed

    def _protecting(self, action: str) -> tuple[Statement, ...]:
        """The statements that take the action in the RCPs of all organizations."""
        service, folded = action.partition(":")[0], action.lower()
        if service not in RCP_SERVICES:
            return ()
        organizations = {} if self._snapshot is None else self._snapshot.organizations
        policies = (policy for one in organizations.values() for policy in one.policies.values())
        documents = (policy.document for policy in policies if policy.kind == "RESOURCE_CONTROL_POLICY")
        contents = (document.policy for document in documents if document is not None)
        drafts = (draft for one in contents if isinstance(one, PolicyDocument) for draft in one.drafts)
        return tuple(draft.statement for draft in drafts if draft.action.matches(folded, service))

    def _known_of(self, action: str) -> tuple[Known, ...]:
        found = catalog.action(action)
        if self._snapshot is None or found is None:
            return ()
        key = f"{found.service} {','.join(one.name for one in found.resource_types)}"
        if key not in self._known:
            self._known[key] = known_resources(self._snapshot, found)
        return self._known[key]

    def cells(self, alike: Alike, resource: str | None = None) -> tuple[list[Cell], list[Cell]]:
        """The answers for the first of some actions: on what is the principal's account's or nobody's, and on others.

        What is other accounts' is asked only where the rest is not allowed already.
        """
        action = alike.actions[0]
        if resource is not None or takes_no_resource(action):
            return [self._cell(alike, "*" if takes_no_resource(action) else resource or "*")], []
        found = catalog.action(action)
        if found is None:
            return [self._cell(alike, "*")], []
        known = self._known_of(action)
        own = self._cells_in(found, alike, known, (self._account,))
        if any(cell.answer.label == "allowed" for cell in own) or (own and self._is_denied_anywhere(alike, own)):
            return own, []
        accounts = dict.fromkeys(one.account for one in known)
        if not any(cell.answer.label == "conditional" for cell in own):
            # a resource of which nothing was exported is at best conditional: it adds nothing to what is so already
            further = (*self._told_apart, *accounts_written(alike.statements), self._fresh)
            accounts.update(dict.fromkeys(filter(None, further)))
        others = tuple(account for account in accounts if account != self._account)
        return own, [cell for cell in self._cells_in(found, alike, known, others) if cell not in own]

    def label(self, alike: Alike) -> str:
        """`allowed` if some cell is, else `conditional` if some cell is, else `denied`."""
        found = catalog.action(alike.actions[0])
        if found is not None and found.resource_types:
            for witnesses in self._witnesses(found, alike, self._known_of(alike.actions[0]), (self._account,)):
                resources = (*witnesses.known, *witnesses.others)
                if any(self._cell(alike, resource).answer.label == "allowed" for resource in resources):
                    return "allowed"  # as in most, without looking at the rest
        own, others = self.cells(alike)
        labels = {cell.answer.label for cell in (*own, *others)}
        return next((one for one in ("allowed", "conditional") if one in labels), "denied")

    def _is_denied_anywhere(self, alike: Alike, own: Sequence[Cell]) -> bool:
        """Whether what the principal's own side denies on its account's resources, it denies on all others' too."""
        if not alike.takes_whole or any(
            key.startswith(_OF_OWNERS) for key in self._tested.get(_ids(alike.statements), _OF_OWNERS)
        ):
            return False
        best = (cell.answer.situation.settled.best for cell in own if cell.answer.situation is not None)
        return all(one.verdict is Verdict.EXPLICIT_DENY and one.decided_by in _OWN_SIDE for one in best)

    def _cells_in(
        self, action: catalog.Action, alike: Alike, known: Sequence[Known], accounts: tuple[str, ...]
    ) -> list[Cell]:
        """The answers on the resources of some accounts, and on those that are of none."""
        found: dict[str, None] = {}
        others: dict[str, None] = {}
        for witnesses in self._witnesses(action, alike, known, accounts):
            found.update(witnesses.known)
            others.update(witnesses.others)
        return [self._cell(alike, resource) for resource in (*found, *others)]

    def _witnesses(
        self, action: catalog.Action, alike: Alike, known: Sequence[Known], accounts: tuple[str, ...]
    ) -> Iterator[Witnesses]:
        """What stands for the resources of some accounts, form by form."""
        written = [text for statement in alike.statements for text in regions_of(statement)]
        regions = regions_told_apart(self._partition, written)
        places = dict.fromkeys((*(one.region for one in known if one.region), *regions))
        patterns: dict[str, tuple[Parts, ...]] = {}
        for form in forms_of(action, self._partition, accounts, tuple(places)):
            if form.account == "" and accounts != (self._account,):
                continue  # what is of no account has been asked with the principal's own
            if form.account not in patterns:
                patterns[form.account] = self._patterns(form, alike)
            meeting = tuple(one for one in patterns[form.account] if may_meet(one, form.parts))
            witnesses = cut(form, ANYTHING, meeting, [one for one in known if is_of(form, one)])
            self.complete &= witnesses.complete
            yield witnesses

    def _patterns(self, form: Form, alike: Alike) -> tuple[Parts, ...]:
        """The patterns that cut the resources of an account: those of all statements in play."""
        key = (alike.key, form.account)
        if key not in self._cutting:
            self._cutting[key] = self._patterns_anew(form, alike)
        return self._cutting[key]

    def _patterns_anew(self, form: Form, alike: Alike) -> tuple[Parts, ...]:
        some = cells_of((form.parts, ANYTHING), ()).cells
        if not some:
            return ()
        question = self._prepare(alike.actions[0], some[0].witness)
        statements = [statement for _, statement in statements_of(question.applicable.identity, question)]
        return tuple(dict.fromkeys(patterns_in_play(question, statements)))

    def _cell(self, alike: Alike, resource: str) -> Cell:
        """The answer on one resource; once for all that no pattern, no key and no policy tells apart."""
        is_whole = alike.takes_whole and resource != ANY_RESOURCE
        place = place_of(resource, self._snapshot) if is_whole else resource
        key = (alike.key, place)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = self._decide(self._prepare(alike.actions[0], resource), resource)
        return found._replace(resource=resource)


_OF_OWNERS = ("aws:resource", "s3:resource")
"""How the keys begin that tell the owners of resources apart."""

_OWN_SIDE = (Layer.SCP, Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY)


def _ids(statements: Sequence[Statement]) -> tuple[int, ...]:
    return tuple(map(id, statements))
