"""AWS's word to a recorded call (J1)."""

from __future__ import annotations

from iamtui.analysis.replay.model import AwsWord
from iamtui.trail.records import Record, text_at
from iamtui.trail.views.denials import refusal_of

_BEFORE_AUTHORIZATION = (
    "Validation",
    "Invalid",
    "Malformed",
    "Throttl",
    "Missing",
    "RequestLimitExceeded",
    "TooManyRequests",
    "SlowDown",
    "Internal",
    "ServiceUnavailable",
    "Unavailable",
    "AuthFailure",
    "Expired",
    "IncompleteSignature",
    "OptInRequired",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
)
"""How the codes of errors begin that may come before a call is authorized: of them AWS's word is not known."""


def word_of(record: Record) -> AwsWord:
    """Whether the call was refused, authorized, or neither can be told."""
    code = text_at(record, "errorCode")
    if code is None:
        return AwsWord()
    refusal = refusal_of(record)
    if refusal is not None:
        return AwsWord(refusal)
    plain = code.removeprefix("Client.").removeprefix("Server.")
    if plain.startswith(_BEFORE_AUTHORIZATION):
        return AwsWord(open_because=f"{code} may come before a call is authorized")
    return AwsWord()
