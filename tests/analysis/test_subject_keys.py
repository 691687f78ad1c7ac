"""Keys of subjects are made and read in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.analysis.subject_keys import EVERYONE, KeyKind, SubjectKey

OWNER = "arn:aws:iam::111122223333:user/alice"


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        (SubjectKey.account("111122223333"), KeyKind.ACCOUNT, "111122223333"),
        (SubjectKey.root("111122223333"), KeyKind.ROOT, "111122223333"),
        (SubjectKey.organization("o-acme"), KeyKind.ORGANIZATION, "o-acme"),
        (SubjectKey.target("ou-ab12-cdef"), KeyKind.TARGET, "ou-ab12-cdef"),
        (SubjectKey(OWNER), KeyKind.NAMED, OWNER),
        (SubjectKey("vpce-0a1b"), KeyKind.NAMED, "vpce-0a1b"),
        (EVERYONE, KeyKind.NAMED, "*"),
    ],
)
def test_a_key_tells_what_it_names_also_after_a_widget_held_its_text(key: SubjectKey, kind: KeyKind, name: str) -> None:
    again = SubjectKey(str(key))
    assert (again, again.kind, again.name) == (key, kind, name)
    assert again.account_id == (name if kind is KeyKind.ACCOUNT else "")
    assert again.inline_name is None


@given(st.text(), st.text())
def test_the_key_of_an_inline_policy_tells_owner_and_name_whatever_they_hold(owner: str, name: str) -> None:
    key = SubjectKey.inline(owner, name)
    assert (key.kind, key.inline_name) == (KeyKind.INLINE, (owner, name))


@pytest.mark.parametrize("text", ["inline:x:y", "inline:", "inline:3"])
def test_what_is_no_key_of_an_inline_policy_has_no_owner(text: str) -> None:
    assert SubjectKey(text).inline_name is None
