from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from iamtui.policy.positions import Position, Positions, escape
from tests.work import calls_of

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"]},
    {"Condition": {"StringLike": {"aws:ResourceTag/a~b": "x"}}}
  ]
}"""


def test_a_value_and_its_name_have_places() -> None:
    positions = Positions(TEXT)
    assert positions.value("") == Position(1, 1)
    assert positions.name("/Version") == Position(2, 3)
    assert positions.value("/Version") == Position(2, 14)
    assert positions.value("/Statement/0") == Position(4, 5)
    assert positions.value("/Statement/0/Action/1") == Position(4, 52)
    assert positions.name("/Statement/0/Action/1") == Position(4, 52)


def test_slashes_and_tildes_of_names_are_escaped() -> None:
    pointer = f"/Statement/1/Condition/StringLike/{escape('aws:ResourceTag/a~b')}"
    assert pointer.endswith("aws:ResourceTag~1a~0b")
    assert Positions(TEXT).value(pointer) == Position(5, 58)


def test_escapes_in_names_are_read() -> None:
    assert Positions('{"\\u0041\\"": 1}').value('/A"') == Position(1, 14)


def test_what_is_not_there_has_no_place() -> None:
    assert Positions(TEXT).value("/Nothing") is None
    assert Positions("").value("") is None


def test_a_name_that_stands_twice_is_known() -> None:
    positions = Positions('{"a": 1,\n "a": 2}')
    assert positions.duplicate == "/a"
    assert positions.name("/a") == Position(2, 2)


def test_what_is_no_json_does_not_raise() -> None:
    for text in ("{", "]", "{]", '{"a" 1', "[1,", "{1: 2}", '"', "nul", "}{", "\x00"):
        Positions(text)


def test_deep_nesting_does_not_raise() -> None:
    depth = 200_000
    assert Positions("[" * depth + "]" * depth).value("/0" * 3) == Position(1, 4)


def test_a_name_that_stands_twice_deep_inside_is_known() -> None:
    assert Positions('[{"a/b": [0, {"c": 1, "c": 2}]}, {"d": 1, "d": 2}]').duplicate == "/0/a~1b/1/c"
    assert Positions('[{"c": 1}, {"c": 2}]').duplicate is None


def test_twice_the_text_is_twice_the_work() -> None:
    def work(count: int) -> int:
        text = json.dumps([{"Action": ["s3:GetObject"] * 20}] * count)
        return calls_of(lambda: Positions(text))

    assert work(500) < work(1_000) < 2.2 * work(500)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def pointers(value: object, pointer: str = "") -> list[tuple[str, object]]:
    found = [(pointer, value)]
    if isinstance(value, dict):
        for name, part in value.items():
            found += pointers(part, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            found += pointers(part, f"{pointer}/{index}")
    return found


@settings(max_examples=100)
@given(JSON, st.sampled_from([None, 0, 3]), st.booleans())
def test_law_the_value_at_its_place_is_the_value(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = text.split("\n")
    positions = Positions(text)
    for pointer, expected in pointers(value):
        place = positions.value(pointer)
        assert place is not None
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert json.JSONDecoder().raw_decode(rest)[0] == expected
