"""Paths that begin outside: whom the trust policies of targets let in that no exported account holds (EP9, EP44)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.teller import Teller
from iamtui.analysis.paths.ends.trying import outcome_of
from iamtui.analysis.paths.privileges.administrators import Judged
from iamtui.analysis.paths.requests.asking import FRESH, Asked, Desk, conditions_of, turning_keys
from iamtui.analysis.paths.requests.steps import Condition, StepTaken, Sureness, Told, worst
from iamtui.analysis.paths.walks.telling import rests_of
from iamtui.analysis.paths.ways.catalogue import Way, catalogue
from iamtui.analysis.queries.everybody.outside import Outsider, let_in
from iamtui.analysis.queries.everybody.strangers import unused_account
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.policy.principals import EntryKind, PrincipalEntry
from iamtui.policy.statement import Effect, PolicyDocument
from iamtui.snapshot.model import Role, Snapshot

_OUTSIDE = "the outside account"
_KINDS = {"account": "outside-account", "user": "outside-account", "role": "outside-account", "everyone": "anyone"}


def edges_from_outside(desk: Desk, role: str, judged: Judged | None) -> Iterator[Edge]:
    """The edges into a role from everybody outside whom its trust policy lets in.

    `judged` says how sure it is that the role is an administrator: an edge to it is no surer (EP5).
    """
    found = desk.snapshot.role(role)
    if found is None or not _may_let_in(desk.snapshot, found):
        return
    for way in catalogue().ways:
        if way.kind == "trust":
            request = Request("anonymous", way.steps[0].ask, role, at=desk.at)
            for outsider in let_in(desk.snapshot, request)[0]:
                if _kind(outsider) in way.actor:
                    edge = _edge(desk, way, outsider, judged)
                    if edge is not None:
                        yield edge


def _may_let_in(snapshot: Snapshot, role: Role) -> bool:
    """Whether a trust policy has a word for anybody who is in no exported account (EP56)."""
    content = None if role.trust is None else role.trust.policy
    if not isinstance(content, PolicyDocument):
        return True
    elements = [one.principal for one in content.statements if one.effect is Effect.ALLOW and one.principal is not None]
    return any(one.negated or not all(_is_inside(snapshot, entry) for entry in one.entries) for one in elements)


def _is_inside(snapshot: Snapshot, entry: PrincipalEntry) -> bool:
    """Whether a principal entry names a service, an exported account, or somebody of one."""
    if entry.kind is EntryKind.ACCOUNT:
        return entry.account in snapshot.accounts
    if entry.kind in (EntryKind.USER, EntryKind.ROLE):
        return (snapshot.user(entry.text) or snapshot.role(entry.text)) is not None
    return entry.kind is EntryKind.SERVICE


def _kind(outsider: Outsider) -> str:
    if outsider.kind == "provider":
        return "saml-provider" if ":saml-provider/" in outsider.arn else "oidc-provider"
    return _KINDS.get(outsider.kind, "")


def _edge(desk: Desk, way: Way, outsider: Outsider, judged: Judged | None) -> Edge | None:
    """The edge of one outsider; what its own account says of it is taken as allowing.

    That an outside account does so is a condition; of everyone it is none, for anybody has an account that does, or
    makes a principal there of the name that is asked for.
    """
    request, kind = outsider.request, _kind(outsider)
    is_of_any = kind == "anyone" or (kind == "outside-account" and outsider.account is None)
    if kind == "anyone":  # no role is taken without a signature
        partition = request.resource.split(":", 2)[1]
        request = replace(request, principal=f"arn:{partition}:iam::{unused_account(desk.snapshot)}:user/{FRESH}")
    try:
        question = prepare_for(desk.snapshot, request)
        settled = settle_question(question)
    except RequestError:
        return None
    if settled.is_denied:
        return None
    asked = Asked("conditional", request, turning_keys(question, settled))
    conditions = [Condition(1, *one) for one in conditions_of(asked)]
    if kind == "outside-account" and not is_of_any:
        conditions.append(Condition(1, _OUTSIDE, f"{outsider.account} lets it"))
    is_open = not settled.is_allowed and not is_of_any
    verdict: Sureness = "conditional" if conditions or is_open else "proven"
    rests = rests_of(desk.snapshot, request)
    step = StepTaken(
        request.principal,
        request.action,
        request.resource,
        {key: value.values for key, value in request.context.items()},
        "allowed" if settled.is_allowed and not conditions else "conditional",
        settled.best.decided_by.value,
        rests.matched,
        tuple((one.key, one.when) for one in conditions)
        or (() if settled.is_allowed else (("an outside account", "lets it, as one's own does"),)),
        grants=rests.grants,
        request=request,
    )
    binds = {"role": request.resource}
    start = outsider.account if outsider.kind == "account" and outsider.account else outsider.arn
    own = judged or Judged("proven")
    told = Told(binds, (step,), (), (*conditions, *(one._replace(step=1) for one in own.conditions)), own.needs)
    return Edge(
        way, start, request.resource, outcome_of(judged), worst(verdict, own.verdict), Teller(lambda start, end: told)
    )
