"""The refusal of a recorded call: its code and its text, checked against the rest of the record (N1, N2, N5, N6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.decision import Layer
from iamtui.trail.refusals.codes import VPCE_ACCESS_DENIED, is_denial
from iamtui.trail.refusals.languages import language_of
from iamtui.trail.refusals.message import parse_sentence
from iamtui.trail.refusals.pasted import one_line
from iamtui.trail.refusals.refusal import About, Refusal

_CUT_AT = 1000
"""The bytes from which a text may have been cut: CloudTrail cuts at 1 KB (R11), UNCONFIRMED whether 1000 or 1024."""

_WITHOUT_POLICIES = ("GetSessionToken", "GetCallerIdentity")
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")


def refusal_of_record(
    *,
    error_code: str | None,
    error_message: str | None,
    response: object,
    event_name: str,
    account: str | None,
) -> Refusal | None:
    """The refusal that a record tells of; None where its call was not refused (N1).

    Args:
        error_code: `errorCode`.
        error_message: `errorMessage`.
        response: `responseElements`, where some services put the message (N2).
        event_name: `eventName`, the name of the call.
        account: the account of the caller as the record's own members say.
    """
    if error_code is None or not is_denial(error_code):
        return None
    text = error_message or _message_of(response)
    refusal = _read(text, event_name)
    if error_code == VPCE_ACCESS_DENIED:
        refusal = replace(refusal, layer=Layer.VPC_ENDPOINT, about=About.POLICY)
    if event_name in _WITHOUT_POLICIES:
        note = f"no policy controls {event_name}: the refusal is about the credentials or their MFA (E79, E80)"
        refusal = replace(refusal, about=About.CREDENTIALS, notes=(*refusal.notes, note))
    return _with_account(refusal, account)


def _message_of(response: object) -> str | None:
    if not isinstance(response, Mapping):
        return None
    text = response.get("message") or response.get("Message")
    return text if isinstance(text, str) else None


def _read(text: str | None, event_name: str) -> Refusal:
    if text is None:
        return Refusal(operation=event_name, notes=("the record has no message: who denied is not known (N2)",))
    refusal = parse_sentence(one_line(text), may_be_cut=len(text.encode()) >= _CUT_AT)
    if refusal is not None:
        return replace(refusal, operation=event_name)
    language = language_of(text)
    note = "the message says nothing that iamtui understands" if language is None else f"the message is in {language}"
    return Refusal(operation=event_name, notes=(note,))


def _with_account(refusal: Refusal, account: str | None) -> Refusal:
    """Believe the record where its text was rewritten: its caller's account stands for the text's caller's (N6)."""
    if refusal.principal is None or account is None:
        return refusal
    try:
        written = Arn.parse(refusal.principal).account
    except MalformedArnError:
        return refusal
    if not written or written == account:
        return refusal
    return replace(
        refusal,
        principal=_in_account(refusal.principal, written, account),
        resource=_in_account(refusal.resource, written, account),
        policy=_in_account(refusal.policy, written, account),
        notes=(*refusal.notes, f"a rewritten log: its text says {written} where the record says {account} (N6)"),
    )


def _in_account(text: str | None, written: str, account: str) -> str | None:
    return None if text is None else _ACCOUNT.sub(lambda found: account if found[0] == written else found[0], text)
