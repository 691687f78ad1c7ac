"""Who is an administrator: by what it is allowed, never by the name of a policy (EP3-EP5)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy
from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.results import Administrator
from iamtui.analysis.paths.requests.asking import FRESH, Asked, Desk, Label, conditions_of, fresh_arn
from iamtui.analysis.paths.requests.holding import Holding, Words
from iamtui.analysis.paths.requests.overlay import ADDED, EVERYTHING
from iamtui.analysis.paths.requests.steps import DOCUMENT, Condition, Need, Sureness
from iamtui.analysis.paths.ways.catalogue import Step, catalogue, control_actions
from iamtui.analysis.queries.index.holders import can_be_named
from iamtui.analysis.requests.context import key_value
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.statement import Effect, PolicyDocument, Statement
from iamtui.snapshot.model import Account, InlinePolicy, Role, Snapshot, User

DOCUMENT_CALL = "iam get-account-authorization-details"


class Judged(NamedTuple):
    """How sure it is that one is an administrator, and what that depends on."""

    verdict: Sureness
    conditions: tuple[Condition, ...] = ()
    needs: tuple[Need, ...] = ()


class Administrators:
    """Judges principals in any picture; which control requests count is found once for each account (EP4)."""

    def __init__(self, desk: Desk, words: Words | None = None, places: Places | None = None) -> None:
        self._desk = desk
        self._words = words or Words()
        self._likeness = Likeness(desk, self._words, places)
        self._of_groups: dict[tuple[str, str], frozenset[str] | None] = {}
        self._given_all: dict[Hashable, Judged | None] = {}
        self._at_most: dict[str, Judged | None] = {}
        self._lacked: dict[Hashable, frozenset[str]] = {}
        self._known: dict[Hashable, Judged | None] = {}
        self._counting: dict[str, tuple[Step, ...]] = {}

    def all(self) -> Iterator[Administrator]:
        """The administrators of the exported accounts, in the order of the export, root of each account first."""
        for account in self._desk.snapshot.accounts.values():
            root = f"arn:{account.partition}:iam::{account.account_id}:root"
            yield Administrator(root, "root", "proven")
            entities: tuple[User | Role, ...] = (*(account.users or {}).values(), *(account.roles or {}).values())
            for entity in filter(can_be_named, entities):
                judged = self.one(account, entity)
                if judged is not None:
                    yield Administrator(entity.arn, kind_of(entity), *judged)
        self._words.forget()

    def let_go(self) -> None:
        """Ask nothing any more (EP58)."""
        self._likeness.let_go()

    def one(self, account: Account, entity: User | Role) -> Judged | None:
        """Whether a principal is an administrator, found once for all who are alike (EP57)."""
        counting = self._counting_in(account)
        if not self._may_be_allowed(entity, counting):
            return None  # what no Allow takes is denied (EP56)
        holding = self._words.holding(self._desk.snapshot, account, entity)
        key = self._likeness.of_control(holding)
        if key not in self._known:
            self._known[key] = self.judge(self._desk.snapshot, entity.arn, account.account_id)
        return self._known[key]

    def _may_be_allowed(self, entity: User | Role, counting: Iterable[Step]) -> bool:
        """Whether each control request is taken by an Allow that does not only name others, or not all are known.

        Most have none for the first of them: no more of their policies is read (EP58).
        """
        documents = [one.document for one in identity_policies(self._desk.snapshot, entity)]
        said = [one.policy for one in documents if one is not None and isinstance(one.policy, PolicyDocument)]
        if len(said) < len(documents):
            return True
        return all(self._is_taken(said, step.ask.lower()) for step in counting)

    def _is_taken(self, said: Iterable[PolicyDocument], folded_action: str) -> bool:
        service = folded_action.partition(":")[0]
        taking = (one for held in said for one in held.taking(folded_action, service))
        return any(one.effect is Effect.ALLOW and self._likeness.is_of_any(one) for one in taking)

    def given_all(self, holding: Holding) -> Judged | None:
        """Whether a principal would be an administrator if one more policy allowed it everything (EP32).

        Found once for all whose Denies and boundary are alike; where not, no Allow that it is given makes it one.
        """
        if holding.arn not in self._at_most:
            key = self._likeness.of_control(holding, denies_only=True)
            if key not in self._given_all:
                picture = laid_over(self._desk.snapshot, (SetInlinePolicy(holding.arn, ADDED, EVERYTHING),))
                self._given_all[key] = self.judge(picture, holding.arn, holding.account.account_id)
            self._at_most[holding.arn] = self._given_all[key]
        return self._at_most[holding.arn]

    def allows_all(self, arn: str, policy: str) -> bool:
        """Whether a managed policy that can be attached to a principal allows everything, and denies nothing."""
        found = self._desk.snapshot.policy(self._desk.snapshot.account_of(arn), policy)
        content = None if found is None or found.default is None else found.default.document.policy
        statements = content.statements if isinstance(content, PolicyDocument) else ()
        return len(statements) == 1 and allows_everything(statements[0])

    def may_join(self, holding: Holding, group: str) -> bool:
        """Whether one might be an administrator as a member of a group: an Allow takes each control request (EP56)."""
        if holding.is_open:
            return True
        key = (holding.account.account_id, group)
        if key not in self._of_groups:
            held = self._desk.snapshot.group(holding.account.account_id, group.rpartition("/")[2])
            policies = [] if held is None else identity_policies(self._desk.snapshot, held)
            said = [self._words.of(one.document) for one in policies if one.document is not None]
            is_open = held is None or any(one.document is None for one in policies)
            taken = (action for action in control_actions() if any(one.takes(action) for one in said))
            self._of_groups[key] = None if is_open else frozenset(taken)
        allowed = self._of_groups[key]
        return allowed is None or (bool(allowed) and self._lacking(holding) <= allowed)

    def _lacking(self, holding: Holding) -> frozenset[str]:
        """The control requests that no Allow of a holder takes, found once for all who carry the same documents."""
        key = (holding.account.account_id, *map(id, holding.said))
        found = self._lacked.get(key)
        if found is None:
            counting = {step.ask for step in self._counting_in(holding.account)}
            found = self._lacked[key] = frozenset(action for action in counting if not holding.takes(action))
        return found

    def judge(self, picture: Snapshot, arn: str, account: str) -> Judged | None:
        """Whether a principal is an administrator in a picture; None if some control request is denied."""
        holder = picture.accounts.get(account)
        counting = () if holder is None else self._counting_in(holder)
        if holder is None or not counting:
            return None
        conditions: list[Condition] = []
        needs: list[Need] = []
        labels: set[Label] = set()
        for step in counting:
            found = self._ask(picture, arn, holder, step)
            labels.add(found.label)
            if found.label == "denied":
                return None
            if found.label == "conditional":
                conditions += [Condition(0, key, when) for key, when in conditions_of(found)]
            elif found.label == "possible":
                needs += [Need(DOCUMENT, text, (DOCUMENT_CALL,)) for text in found.lacking]
        verdict: Sureness = (
            "possible" if "possible" in labels else "conditional" if "conditional" in labels else "proven"
        )
        return Judged(verdict, tuple(dict.fromkeys(conditions)), tuple(dict.fromkeys(needs)))

    def _counting_in(self, account: Account) -> tuple[Step, ...]:
        """The control requests that an ideal principal of the account is allowed.

        Where a document that was not exported decides all of them, those that it may be allowed (EP2).
        """
        found = self._counting.get(account.account_id)
        if found is None:
            picture, arn = with_ideal(self._desk.snapshot, account)
            ideal = picture.accounts[account.account_id]
            labelled = [(step, self._ask(picture, arn, ideal, step).label) for step in catalogue().control]
            allowed = tuple(step for step, label in labelled if label == "allowed")
            found = allowed or tuple(step for step, label in labelled if label == "possible")
            self._counting[account.account_id] = found
        return found

    def _ask(self, picture: Snapshot, arn: str, account: Account, step: Step) -> Asked:
        resource = fresh_arn(account, step.on[0].partition(":")[2])
        return self._desk.ask(picture, arn, step.ask, resource, context_of(step, {"partition": account.partition}))


def with_ideal(snapshot: Snapshot, account: Account) -> tuple[Snapshot, str]:
    """The picture with a role in an account that its own policies allow everything, and that role (EP4)."""
    arn = f"arn:{account.partition}:iam::{account.account_id}:role/{FRESH}-ideal"
    role = Role(arn, f"{FRESH}-ideal", "/", f"AROA{FRESH}", None, (InlinePolicy("ideal", EVERYTHING),))
    changed = replace(account, roles=MappingProxyType({**(account.roles or {}), role.name.lower(): role}))
    accounts = {**snapshot.accounts, account.account_id: changed}
    return replace(snapshot, accounts=MappingProxyType(accounts)), arn


def context_of(step: Step, texts: Mapping[str, str]) -> dict[str, KeyValue]:
    """The keys that a step fixes, with the variables in braces put in; one that is empty then is not sent."""
    found: dict[str, KeyValue] = {}
    for key, values in step.context.items():
        written = tuple(text for value in values if (text := value.format_map(texts)))
        found[key] = key_value(key, written, is_list=len(written) > 1) if written else ABSENT
    return found


def allows_everything(statement: Statement) -> bool:
    """Whether a statement allows every action on everything, whatever the circumstances."""
    resource, action = statement.resource, statement.action
    is_plain = statement.effect is Effect.ALLOW and not statement.conditions and statement.invalid is None
    is_all = not action.negated and "*" in action.patterns
    return is_plain and is_all and resource is not None and not resource.negated and "*" in resource.texts


def kind_of(entity: User | Role) -> str:
    """The word of reports."""
    return "user" if isinstance(entity, User) else "role"
