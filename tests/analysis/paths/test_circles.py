"""Principals who come to each other are one component of the graph (EP52)."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from iamtui.analysis.paths.answer.circles import circles_of
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.reports.paths.data import paths_as_json
from iamtui.reports.paths.graphml import paths_as_graphml
from iamtui.reports.paths.text import paths_as_markdown, paths_as_text
from tests.analysis.paths.accounts import OWN, allow
from tests.analysis.paths.test_administrators import HOME, account, role

EDGES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=16)


def comes_to(edges: list[tuple[str, str]], start: str) -> set[str]:
    """Whom one comes to, by going on until nobody is new."""
    met: set[str] = set()
    while more := {end for first, end in edges if first in {start, *met}} - met:
        met |= more
    return met


@given(EDGES)
def test_ep52_who_comes_to_each_other_is_one_circle(edges: list[tuple[str, str]]) -> None:
    circles = circles_of(edges)
    for one in "abcdefg":
        alike = {other for other in comes_to(edges, one) if one in comes_to(edges, other)} | {one}
        found = next((set(circle) for circle in circles if one in circle), {one})
        assert found == alike
    places = [[start for start, _ in edges].index(one) for circle in circles for one in circle[:1]]
    assert places == sorted(places)
    assert all(len(set(circle)) == len(circle) > 1 for circle in circles)


def test_ep52_roles_that_trust_each_other_are_told_as_a_circle() -> None:
    takes = allow("sts:AssumeRole", f"{HOME}:role/*")
    trust = {"AWS": OWN}
    roles = [role(name, trust, takes, allow(f"{name}:*")) for name in ("sqs", "sns", "glue")]
    apart = role("apart", {"AWS": f"{HOME}:role/nobody"}, takes)
    found = find_paths(account(*roles, apart), PathQuestion(outcome="lateral"))
    members = [f"{HOME}:role/{name}" for name in ("sqs", "sns", "glue")]
    assert [sorted(circle) for circle in found.circles] == [sorted(members)]
    assert "3 come to each other" in "".join(paths_as_text(found))
    assert "3 come to each other" in "".join(paths_as_markdown(found))
    assert json.loads(b"".join(paths_as_json(found)))["circles"] == [list(circle) for circle in found.circles]
    numbered = {
        node.get("id")
        for node in fromstring(b"".join(paths_as_graphml(found))).iter()  # noqa: S314 - our own
        if node.find("*[@key='circle']") is not None
    }
    assert numbered == set(members)
