"""Any form of a denial as one input: a message, an event, a decoded message, AWS's own account (AT20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from iamtui.trail.forms import NoEventsError, cut_records, may_hold_events
from iamtui.trail.masking import mask_record, mask_text
from iamtui.trail.records import NotARecordError, Record, decode_record, index_record, text_at
from iamtui.trail.refusals import NotARefusalError, Refusal, parse_message
from iamtui.trail.refusals.decoded import DecodedDenial, is_decoded, read_decoded
from iamtui.trail.refusals.details import AuthorizationDetails
from iamtui.trail.refusals.reading_details import is_details, read_details
from iamtui.trail.requests.recorded import FindIssuing
from iamtui.trail.times import parse_time
from iamtui.trail.views.denials import refusal_of

_LONGEST = 4 * 1024 * 1024
"""The characters of the longest input that is read: authorization details of a large request."""


@dataclass(frozen=True, slots=True)
class MessageDenial:
    """An error line as a terminal, a log or a chat shows it."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class RecordedDenial:
    """A CloudTrail event of a refused call; `find_issuing` looks into the trail that it is of (U14)."""

    refusal: Refusal
    record: Record
    find_issuing: FindIssuing | None = None


@dataclass(frozen=True, slots=True)
class DetailedDenial:
    """AWS's own account."""

    details: AuthorizationDetails


Denial: TypeAlias = MessageDenial | RecordedDenial | DecodedDenial | DetailedDenial


def read_denial(text: str) -> Denial:
    """Read a denial in whatever form it has.

    Raises:
        NotARefusalError: it has none of the forms; the message says what was expected.
    """
    if len(text) > _LONGEST:
        raise NotARefusalError(f"expected one denial, found a text of {len(text):,} characters")
    text = mask_text(text.removeprefix("\ufeff"))
    values = _json_values(text)
    if values and all(is_details(value) for value in values):
        return DetailedDenial(read_details(values))
    if len(values) == 1 and is_decoded(values[0]):
        return read_decoded(values[0])
    if values and may_hold_events(text.encode("utf-8", "replace")):
        return _one_event(text)
    return MessageDenial(parse_message(text))


def denial_of_record(record: Record, find_issuing: FindIssuing | None = None) -> RecordedDenial:
    """The denial that a record tells of, without its secrets (M1).

    Raises:
        NotARefusalError: its call was not refused.
    """
    record = mask_record(record).record
    refusal = refusal_of(record)
    if refusal is None:
        code = text_at(record, "errorCode")
        said = "succeeded" if code is None else f"ended in {code}, which is no refusal"
        raise NotARefusalError(f"expected the event of a refused call: this {text_at(record, 'eventName')} {said}")
    return RecordedDenial(refusal, record, find_issuing)


def _one_event(text: str) -> RecordedDenial:
    try:
        items = cut_records(text.encode("utf-8", "surrogatepass")).items
        for item in items:
            parse_time(index_record(item).eventTime)
        records = [decode_record(item) for item in items]
    except (NoEventsError, NotARecordError) as error:
        raise NotARefusalError(str(error)) from error
    except ValueError as error:
        raise NotARefusalError(f"expected the eventTime of a CloudTrail record: {error}") from error
    if len(records) != 1:
        raise NotARefusalError(f"expected one event, found {len(records)}: name one with --event")
    return denial_of_record(records[0])


def _json_values(text: str) -> list[Any]:
    """The JSON value of a text, or the members of a list of pages; none where it is no JSON object."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    return [found] if isinstance(found, dict) else []
