"""Whatever is given as a denial is read, or refused in one sentence: also JSON that is nearly one (AT20)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.analysis.denials.explaining import explain_denial
from iamtui.analysis.denials.inputs import DetailedDenial, MessageDenial, RecordedDenial, read_denial
from iamtui.reports.why_denied import why_as_json, why_as_plain_text
from iamtui.snapshot.model import Snapshot
from iamtui.trail.refusals import NotARefusalError
from iamtui.trail.refusals.decoded import DecodedDenial
from tests.cli.test_why_denied import DECODED, SILENT, event
from tests.evaluation.building import allow, snapshot, user
from tests.tables import every_row
from tests.trail.refusals.test_details import DETAILS

SEEDS: list[Any] = [DETAILS, DECODED, {"DecodedMessage": json.dumps(DECODED)}, event(), {"Records": [event()]}]
VALUES: list[Any] = [
    None,
    True,
    -1,
    1e300,
    10**30,
    "",
    "x",
    "[a,b]",
    "²",
    "9" * 30,
    "2026-13-45",
    [],
    {},
    [{}],
    {"items": 3},
]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("export"), UserDetailList=[user("ana", allow("s3:Get*"))])


@every_row(
    ("text", "kind"),
    [
        (SILENT, MessageDenial),
        (json.dumps({"message": SILENT}), MessageDenial),
        (json.dumps(DETAILS), DetailedDenial),
        (json.dumps([DETAILS, DETAILS]), DetailedDenial),
        ("\ufeff" + json.dumps(DECODED), DecodedDenial),
        (json.dumps(event()), RecordedDenial),
        (json.dumps({"detail-type": "AWS API Call via CloudTrail", "detail": event()}), RecordedDenial),
        (json.dumps({"Records": [event()]}), RecordedDenial),
        (json.dumps({"Events": [{"CloudTrailEvent": json.dumps(event())}]}), RecordedDenial),
    ],
)
def test_each_form_is_told_by_its_content(text: str, kind: type) -> None:
    assert isinstance(read_denial(text), kind)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(event(eventTime="yesterday")), "expected the eventTime of a CloudTrail record"),
        (json.dumps(event(eventTime=None)), "with the string eventTime"),
        ("x" * (5 * 1024 * 1024), "expected one denial, found a text of 5,242,880 characters"),
    ],
)
def test_what_is_none_is_told(text: str, said: str) -> None:
    with pytest.raises(NotARefusalError, match=said):
        read_denial(text)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*above, name))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from places(value[index], (*above, index))


def damaged(rng: Random) -> str:
    """The JSON of a denial with a few values put elsewhere, taken away or cut off."""
    value = copy.deepcopy(rng.choice(SEEDS))
    for _ in range(rng.choice([1, 1, 2, 4])):
        *above, last = rng.choice([place for place in places(value) if place])
        holder = value
        for name in above:
            holder = holder[name]
        if isinstance(holder, dict) and rng.random() < 0.2:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(rng.choice(VALUES))  # one of its own: put into itself it would never end
        if value in ({}, []):
            break
    text = json.dumps(value)
    return text[: rng.randrange(len(text))] if rng.random() < 0.1 else text


@given(st.randoms(use_true_random=False))
def test_json_that_is_nearly_a_denial_is_read_or_refused_in_words(export: Snapshot, rng: Random) -> None:
    try:
        denial = read_denial(damaged(rng))
    except NotARefusalError as error:
        assert str(error)
        return
    why = explain_denial(denial, export)
    assert why_as_json(why)
    assert why_as_plain_text(why, full=True)


def test_a3_an_action_that_is_none_of_the_calls_is_asked_as_aws_names_it() -> None:
    told = SILENT.replace("PutObject", "PutFoo")
    (part,) = explain_denial(read_denial(json.dumps(event(errorMessage=told))), None).parts
    assert part.request is not None
    assert part.request.action == "s3:PutFoo"
    assert part.request.context["aws:SourceIp"].values == ("203.0.113.9",)
    assert part.notes == ("AWS names s3:PutFoo, which iamtui does not know as an action of PutObject",)
