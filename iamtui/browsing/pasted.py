"""What can be done with a text that was pasted: an ARN, an id, an account, an error of AWS in any form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from iamtui.analysis.denials.explaining import WhyDenied, explain_denial
from iamtui.analysis.denials.inputs import Denial, read_denial
from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import Arn, MalformedArnError, is_account_id
from iamtui.browsing.descriptions import describe
from iamtui.browsing.requests.fields import consulted
from iamtui.browsing.subjects import ExternalEntity, Root, find_subject
from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyState
from iamtui.snapshot.model import Resource, Role, Snapshot, User
from iamtui.trail.key_ids import read_key_id
from iamtui.trail.masking import mask_text
from iamtui.trail.refusals import NotARefusalError

_ID = re.compile(r"ABSK\S+|A[A-Z]{3}[A-Z0-9*]{8,}")
_ARN = re.compile(r"arn:aws[a-z-]*:[^\s\"'`,;<>()]+")
_MOST = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done: open a subject, ask a request, show why a call was refused, or what events say.

    `card` is what to show and about whom: `key`, `containment`, or `events` with a filter. None of all: the row only
    says something.
    """

    node: Node
    go_to: str | None = None
    fields: RequestFields | None = None
    why: WhyDenied | None = None
    card: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text was taken for, and what can be done with it; nothing where it means nothing."""

    heading: str
    offers: tuple[Offer, ...] = ()


def read_pasted(text: str, snapshot: Snapshot, *, has_events: bool = False) -> Pasted:
    """What can be done with a text that was pasted; reads policies and decides, so not on the event loop.

    `has_events` says whether events lie beside the exports, so that they can be asked.
    """
    plain = text.strip().strip("\"'`").strip()
    if _ID.fullmatch(plain):
        pasted = _of_id(plain, snapshot)
        cards = tuple(_cards(plain, has_events=has_events))
        is_key = plain.startswith(("AKIA", "ASIA"))
        return replace(pasted, offers=(*cards, *pasted.offers) if is_key else (*pasted.offers, *cards))
    text, plain = mask_text(text), mask_text(plain)
    if is_account_id(plain):
        return Pasted(f"Account {plain}", tuple(_account(plain, snapshot)))
    if _ARN.fullmatch(plain):
        offers = list(_arn(plain, snapshot))
        return Pasted(plain, (*offers, *(_recorded(plain) if has_events else ())))
    try:
        return _of_denial(read_denial(text), snapshot)
    except NotARefusalError as error:
        named = list(dict.fromkeys(found.rstrip(".!?:") for found in _ARN.findall(text)))[:_MOST]
        offers = [offer for arn in named for offer in _arn(arn, snapshot)]
        return Pasted("ARNs in what was pasted" if offers else str(error), tuple(offers))


def _of_id(text: str, snapshot: Snapshot) -> Pasted:
    """A key or an entity: who bears it in the export, and what it says by itself (Y1-Y5)."""
    key = read_key_id(text)
    if key.is_secret:
        return Pasted("A secret was pasted: it is not shown", ())
    offers = [offer for arn in _bearers(text, snapshot) for offer in _arn(arn, snapshot)]
    if not offers:
        offers.append(Offer(Node("nobody", "nobody in the export bears it", key.why or "", "muted", "·")))
    if key.account is not None:
        offers += _account(key.account, snapshot)
    return Pasted(f"{text} · {key.kind or 'no id of AWS'}", tuple(offers))


def _cards(key: str, *, has_events: bool) -> Iterator[Offer]:
    """What is known of a key or unique id; nothing of a text that is a secret or no id (B13)."""
    read = read_key_id(key)
    if read.is_secret or read.kind is None:
        return
    if key.startswith(("AKIA", "ASIA", "AIDA", "AROA")):
        detail = "whose, what it can do, what came of it"
        label = f"Card of the {'key' if key[1] in 'KS' else 'id'}"
        yield Offer(Node("card", label, detail, "accent", "●"), card=("key", key))
    if has_events:
        yield from _recorded(key)


def _recorded(who: str) -> Iterator[Offer]:
    """What events say of somebody, or of a resource."""
    is_somebody = not who.startswith("arn:") or who.split(":", 3)[2] in ("iam", "sts")
    text = f"who={who}" if is_somebody else f"resource={who} resource={who}/*"
    label = "Its events" if is_somebody else "What was done to it"
    yield Offer(Node("events", label, "the timeline", "accent", "→"), card=("events", text))
    if is_somebody and ":policy/" not in who and ":group/" not in who:
        detail = "whether whoever took it over is contained"
        yield Offer(Node("containment", "Containment", detail, "accent", "●"), card=("containment", who))


def _bearers(text: str, snapshot: Snapshot) -> Iterator[str]:
    for account in snapshot.accounts.values():
        for user in (account.users or {}).values():
            keys = (user.credentials.access_keys if user.credentials is not None else None) or ()
            if user.unique_id == text or any(key.key_id == text for key in keys):
                yield user.arn
        for role in (account.roles or {}).values():
            if role.unique_id == text:
                yield role.arn


def _account(account_id: str, snapshot: Snapshot) -> Iterator[Offer]:
    key = SubjectKey.account(account_id)
    if account_id in snapshot.accounts:
        yield Offer(Node(f"open {key}", f"Open account {account_id}", "", "accent", "→"), go_to=key)
    else:
        yield Offer(Node(key, f"account {account_id} is not in the export", "", "muted", "·"))


def _arn(arn: str, snapshot: Snapshot) -> Iterator[Offer]:
    """Open what bears an ARN, of a session its role, of an object its bucket; ask what it may do, or about it."""
    for key in _keys(arn):
        subject = find_subject(snapshot, key)
        if isinstance(subject, ExternalEntity):
            continue
        described = describe(subject)
        label = f"Open {described.kind} {described.name}"
        yield Offer(Node(f"open {described.key}", label, "", "accent", "→"), go_to=described.key)
        if isinstance(subject, User | Role | Root):
            fields = RequestFields(principal=arn)
            yield Offer(Node(f"ask {arn}", f"Ask what {described.name} may do", "", "accent", "?"), fields=fields)
        elif isinstance(subject, Resource):
            fields = RequestFields(resource=arn)
            yield Offer(Node(f"ask {arn}", f"Ask about {described.name}", "", "accent", "?"), fields=fields)
        return
    yield Offer(Node(arn, f"{arn} is not in the export", "", "muted", "·"))


def _keys(arn: str) -> Iterator[str]:
    """The keys under which an ARN may be found: its own, of a session the role's, of an object the bucket's."""
    yield arn
    try:
        parsed = Arn.parse(arn)
    except MalformedArnError:
        return
    if parsed.resource_type == "assumed-role":
        yield f"arn:{parsed.partition}:iam::{parsed.account}:role/{parsed.resource.split('/')[1]}"
    if parsed.service == "s3":
        yield f"arn:{parsed.partition}:s3:::{parsed.resource.partition('/')[0]}"


def _of_denial(denial: Denial, snapshot: Snapshot) -> Pasted:
    why = explain_denial(denial, snapshot)
    first = why.first
    refusal = first.refusal
    word = first.agreement.word
    offers = [Offer(Node("why", f"Why it was refused: {word}", "AWS's word beside ours", "accent", "●"), why=why)]
    if first.request is not None:
        fields = fields_of(first.request, first.decision)
        offers.append(Offer(Node("ask", "Simulate this request", refusal.action or "", "accent", "?"), fields=fields))
    named = (refusal.principal, refusal.policy, None if first.request is None else first.request.resource)
    for arn in dict.fromkeys(filter(None, named)):
        if arn.startswith("arn:"):
            offers += [offer for offer in _arn(arn, snapshot) if offer.go_to is not None]
    return Pasted(f"A refusal of {refusal.action or refusal.operation or 'a call'}", tuple(offers))


def fields_of(request: Request, decision: Decision | None) -> RequestFields:
    """A request as the form holds it: the values of its keys, and those that are absent and were consulted."""
    asked = {(one.key or "").lower() for one in consulted(decision)} if decision is not None else set()
    context = [
        ContextField(name, "absent" if value.state is KeyState.ABSENT else "value", value.values)
        for name, value in request.context.items()
        if value.state is KeyState.PRESENT or (value.state is KeyState.ABSENT and name.lower() in asked)
    ]
    resource = "" if request.resource == "*" else request.resource
    return RequestFields(request.principal, request.action, resource, tuple(context))
