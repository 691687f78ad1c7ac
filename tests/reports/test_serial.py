"""JSON: what is written in parts is what would be written at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iamtui.reports.serial import Data, json_bytes, json_in_parts

texts = st.text(st.characters(codec="utf-8"), max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, anything, min_size=1, max_size=4))
def test_law_json_in_parts_is_json_at_once(data: dict[str, Data]) -> None:
    parts = {name: iter(value) if isinstance(value, list) else value for name, value in data.items()}
    assert b"".join(json_in_parts(parts)) == json_bytes(data)
