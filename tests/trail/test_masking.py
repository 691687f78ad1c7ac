"""Masking: what is secret in a record is nowhere, and nothing else is touched (M1-M4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.trail.masking import hidden, mask_record, mask_text
from tests.tables import every_row
from tests.trail.events import event

SECRET = "IQoJb3JpZ2luX2VjEPLANTED"  # noqa: S105
PLANTED = "planted-secret-7c1f"
NAMES = ["sessionToken", "SecretAccessKey", "new_password", "private-key", "clientSecret", "secretString", "userData"]


@pytest.mark.parametrize("name", NAMES)
def test_values_under_secret_names_are_hidden(name: str) -> None:
    masked = mask_record(event(response={"outer": [{name: PLANTED}], "kept": "visible"}))
    assert PLANTED not in json.dumps(masked.record)
    assert masked.places == (f"/responseElements/outer/0/{name}",)
    assert masked.record["responseElements"]["kept"] == "visible"


ELSEWHERE: list[tuple[str, dict[str, Any]]] = [
    ("a variable of a function", {"parameters": {"environment": {"variables": {"DB": PLANTED}}}}),
    ("a parameter of Systems Manager", {"source": "ssm", "name": "PutParameter", "parameters": {"value": PLANTED}}),
    ("the code of a function", {"parameters": {"zipFile": PLANTED}}),
    ("JSON in a string", {"parameters": {"body": json.dumps({"password": PLANTED})}}),
    ("JSON in a string that was cut", {"parameters": {"body": f'{{"a": 1, "secretString": "{PLANTED}'}}),
    ("JSON in JSON in a string", {"parameters": {"body": json.dumps({"x": json.dumps({"password": PLANTED})})}}),
    ("a signed URL", {"parameters": {"url": f"https://b.s3.amazonaws.com/k?X-Amz-Signature={PLANTED}&x=1"}}),
    (
        "a private key",
        {"parameters": {"x": f"-----BEGIN RSA PRIVATE KEY-----\n{PLANTED}\n-----END RSA PRIVATE KEY-----"}},
    ),
    ("a private key that was cut", {"parameters": {"x": f"-----BEGIN PRIVATE KEY-----\n{PLANTED}"}}),
    ("an error message", {"errorMessage": f"bad token {SECRET}"}),
    ("an agent", {"userAgent": f"tool {SECRET}"}),
    ("a web token", {"parameters": {"x": f"Bearer eyJhbGciOiJub25l.eyJzdWIiOiJ4In0.{PLANTED}"}}),
]


@every_row(("where", "record"), ELSEWHERE, ids=[row[0] for row in ELSEWHERE])
def test_secrets_are_found_wherever_they_are(where: str, record: dict[str, Any]) -> None:
    written = json.dumps(mask_record(event(**record)).record)
    assert PLANTED not in written
    assert SECRET not in written


def test_equal_secrets_look_equal_and_different_ones_do_not() -> None:
    assert hidden("a") == hidden("a") != hidden("b")


KEPT = ["AKIAQGH5DJSQ7XAMPLE2", "HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>"]


@pytest.mark.parametrize("text", KEPT)
def test_key_ids_and_what_aws_hid_stay(text: str) -> None:
    masked = mask_record(event(parameters={"accessKeyId": text, "nextToken": text}, response={"password": KEPT[1]}))
    assert masked.places == ()
    assert mask_text(text) == text


def test_a_record_that_is_nested_deep_is_masked_too() -> None:
    deep: Any = {"password": PLANTED}
    for _ in range(300):
        deep = {"a": deep}
    assert PLANTED not in json.dumps(mask_record(event(parameters=deep)).record)


@given(
    st.recursive(
        st.just(PLANTED) | st.none() | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b/c", "~"]), inner, max_size=2)
        ),
        max_leaves=6,
    ),
    st.sampled_from(NAMES),
)
def test_nothing_below_a_secret_name_survives(value: Any, name: str) -> None:
    masked = mask_record(event(parameters={name: value}))
    assert PLANTED not in json.dumps(masked.record)
    assert len(masked.places) == json.dumps(value).count(PLANTED)
