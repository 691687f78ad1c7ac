"""What the subject can still do: come back, act, and what only seems to hold it (Z5-Z11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from iamtui.analysis.containment.case import Case, few, telling
from iamtui.analysis.containment.credentials import Found, deny_subject, holding, is_denied_everything
from iamtui.analysis.containment.results import Check, State, Way
from iamtui.analysis.containment.subjects import SubjectKind
from iamtui.analysis.power import assumable_roles
from iamtui.content.numbers import number_of
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.principals import EntryKind
from iamtui.policy.statement import Effect, InvalidDocument
from iamtui.snapshot.model import Resource, Role, Snapshot, User

_QUARANTINE = "AWSCompromisedKeyQuarantine"


def coming_back(case: Case) -> Found:
    """Z5: roles that the subject may assume with whatever it still holds."""
    if case.subject.kind is SubjectKind.ROOT:
        return Check(rule="Z5", state=State.NOT_APPLICABLE, text="root cannot assume roles (E61)"), []
    if case.snapshot is None or (case.entity is None and not case.is_gone):
        return Check(rule="Z5", state=State.UNKNOWN, text="no export says which roles it may assume"), []
    if case.is_gone or is_denied_everything(case):
        return Check(rule="Z5", state=State.DONE, text="nothing is left to it that could assume a role"), []
    held = holding(case)
    if held is State.DONE:
        return Check(rule="Z5", state=State.DONE, text="it holds no credential that could assume a role"), []
    try:
        roles = list(dict.fromkeys(role for issued in case.issues for role in _roles(case, case.snapshot, issued)))
    except RequestError as error:
        return Check(rule="Z5", state=State.UNKNOWN, text=str(error)), []
    if not roles:
        return Check(rule="Z5", state=State.DONE, text="it may assume no role of the exported accounts"), []
    ways = [Way(rule="Z5", kind="role", principal=role) for role in roles]
    text = f"with what it {_holds(held)} it may assume {number_of(len(roles), 'role')}"
    check = Check(rule="Z5", state=held, text=text, evidence=few(roles), remedies=(deny_subject(case),))
    return check, ways if held is State.OPEN else []


def _roles(case: Case, snapshot: Snapshot, issued: datetime | None) -> Sequence[str]:
    """The roles that credentials of a time of issue may assume."""
    return assumable_roles(snapshot, case.request(case.subject.principal, issued))


def _left(case: Case) -> tuple[str, ...]:
    """The actions that are left to the credentials that the subject may hold."""
    powers = [case.power(case.subject.principal, issued) for issued in case.issues]
    return tuple(dict.fromkeys(action for power in powers if power is not None for action in power.left))


def _left_over(actions: Sequence[str]) -> str:
    return f"{number_of(len(actions), 'action')} {'is' if len(actions) == 1 else 'are'} left"


def _holds(held: State) -> str:
    return "holds" if held is State.OPEN else "may hold"


def role_trust(case: Case) -> Found:
    """Z6: a role comes back to whoever may assume it; a Deny by time stops no host that fetches new credentials."""
    if case.subject.kind is not SubjectKind.ROLE:
        return Check(rule="Z6", state=State.NOT_APPLICABLE, text="the subject is no role"), []
    if case.is_gone:
        return Check(rule="Z6", state=State.DONE, text="the role is deleted"), []
    if case.is_one_session:
        text = "the subject is one session: who made it, and the role, are subjects of their own"
        return Check(rule="Z6", state=State.NOT_APPLICABLE, text=text), []
    role = case.entity
    if not isinstance(role, Role) or role.trust is None:
        return Check(rule="Z6", state=State.UNKNOWN, text="the role's trust policy was not exported"), []
    if is_denied_everything(case):
        return Check(rule="Z6", state=State.DONE, text="whoever assumes it, everything is denied"), []
    trusted = tuple(_trusted(role))
    text = f"it may be assumed by {', '.join(few(trusted)) or 'nobody that its trust policy names'}"
    check = Check(rule="Z6", state=State.OPEN, text=text, evidence=few(trusted), remedies=(deny_subject(case),))
    return check, [Way(rule="Z6", kind="role", principal=role.arn)]


def _trusted(role: Role) -> Iterator[str]:
    if role.trust is None or isinstance(role.trust.policy, InvalidDocument):
        return
    for statement in role.trust.policy.statements:
        if statement.effect is Effect.ALLOW and statement.principal is not None:
            yield from (entry.text for entry in statement.principal.entries)


def everything_denied(case: Case) -> Found:
    """Z7: an explicit Deny of every action of the catalogue on every resource."""
    if case.subject.kind is SubjectKind.ROOT:
        return Check(rule="Z7", state=State.NOT_APPLICABLE, text="no policy of the account binds root"), []
    if case.is_gone:
        return Check(rule="Z7", state=State.DONE, text="the subject is deleted"), []
    power = case.power(case.subject.principal, case.issued)
    if power is None:
        return Check(rule="Z7", state=State.UNKNOWN, text="no export says what is denied to it"), []
    if power.is_closed:
        return Check(rule="Z7", state=State.DONE, text="everything is explicitly denied"), []
    held = holding(case)
    if held is State.DONE:
        text = "not everything is denied, but it holds no credential"
        return Check(rule="Z7", state=State.NOT_APPLICABLE, text=text), []
    left = _left(case)
    text = f"{_left_over(left)} to what it {_holds(held)}"
    return Check(rule="Z7", state=held, text=text, evidence=telling(left), remedies=(deny_subject(case),)), []


def quarantine(case: Case) -> Found:
    """Z8: AWS's quarantine policies are no containment."""
    entity = case.entity
    attached = [arn for arn in entity.attached if _QUARANTINE in arn] if entity is not None else []
    if not attached:
        return Check(rule="Z8", state=State.NOT_APPLICABLE, text="no quarantine policy of AWS is attached"), []
    name = attached[0].rpartition("/")[2]
    held = holding(case)
    if is_denied_everything(case) or held is State.DONE:
        return Check(rule="Z8", state=State.DONE, text=f"{name} is attached, and not relied on"), []
    left = _left(case)
    text = f"{name} is no containment: {_left_over(left)}"
    return Check(rule="Z8", state=held, text=text, evidence=telling(left), remedies=(deny_subject(case),)), []


def boundary(case: Case) -> Found:
    """Z9: a boundary does not stop grants of resource policies; only an explicit Deny counts."""
    entity = case.entity
    if not isinstance(entity, (User, Role)) or entity.boundary is None:
        return Check(rule="Z9", state=State.NOT_APPLICABLE, text="it has no permissions boundary"), []
    held = holding(case)
    if is_denied_everything(case) or held is State.DONE:
        return Check(rule="Z9", state=State.DONE, text="the boundary is not relied on"), []
    text = f"the boundary {entity.boundary} limits it, but stops no grant of a resource policy"
    return Check(rule="Z9", state=held, text=text, remedies=(deny_subject(case),)), []


def resource_policies(case: Case) -> Found:
    """Z10: grants of resource policies that name the subject."""
    held = holding(case)
    if case.is_gone or is_denied_everything(case) or held is State.DONE:
        return Check(rule="Z10", state=State.DONE, text="no grant of a resource policy is of use to it"), []
    if case.snapshot is None or not case.snapshot.resources:
        return Check(rule="Z10", state=State.UNKNOWN, text="no resource policy was exported"), []
    naming = [resource for resource in case.snapshot.resources.values() if _names(case, resource)]
    if not naming:
        return Check(rule="Z10", state=State.DONE, text="no exported resource policy names it"), []
    ways = [Way(rule="Z10", kind="policy", principal=case.subject.principal, examples=(one.arn,)) for one in naming]
    text = f"{len(naming)} resource policies name it"
    evidence = few(resource.arn for resource in naming)
    check = Check(rule="Z10", state=held, text=text, evidence=evidence, remedies=(deny_subject(case),))
    return check, ways if held is State.OPEN else []


def _names(case: Case, resource: Resource) -> bool:
    document = resource.policy
    if document is None or isinstance(document.policy, InvalidDocument):
        return False
    wanted = {case.subject.principal, case.entity.unique_id if case.entity is not None else ""}
    return any(
        entry.text in wanted or (entry.kind is EntryKind.ROLE_SESSION and f"/{case.subject.name}/" in entry.text)
        for statement in document.policy.statements
        if statement.effect is Effect.ALLOW and statement.principal is not None
        for entry in statement.principal.entries
    )
