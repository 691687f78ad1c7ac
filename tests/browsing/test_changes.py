"""What the Changes screen says of what changes do."""

from __future__ import annotations

import pytest

from iamtui.analysis.changes.results import Changes
from iamtui.browsing.changes import change_sections


@pytest.mark.parametrize(
    ("complete", "said"),
    [(True, "nothing: nobody can do more or less"), (False, "nothing was found, and not all was proved")],
)
def test_ch5_nobody_is_said_to_be_touched_only_where_that_was_proved(*, complete: bool, said: str) -> None:
    changes = Changes(objects=(), noise=0, not_compared=(), effects=(), complete=complete)
    lines = {line.key: line.detail for line in change_sections(changes, (), (0, 0))}
    assert lines["effects"] == said
