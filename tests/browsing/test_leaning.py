"""What an answer leans on, as rows that are told apart where they are cut."""

from __future__ import annotations

from pathlib import Path

import iamtui
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.browsing.queries.leaning import leaning_nodes
from iamtui.browsing.queries.paths import PathBook

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-day1.json"


def test_what_is_taken_of_one_thing_stands_in_one_row() -> None:
    """At 80 columns rows end before what is taken: two of one account would be alike."""
    missing = "no organization of account 111122223333 was exported"
    texts = (f"{missing}: taken as without SCPs", "no time is stated", f"{missing}: taken as without RCPs")
    assert [(node.label, node.detail) for node in leaning_nodes(texts)] == [
        ("could change this", f"{missing}: taken as without SCPs, taken as without RCPs"),
        ("could change this", "no time is stated"),
    ]


def test_paths_lean_on_one_thing_in_one_row() -> None:
    snapshot = iamtui.open_snapshot(SAMPLE)
    book = PathBook(snapshot, find_paths(snapshot, PathQuestion()))
    assert len(book.found.leans_on) > 1
    leaning = [node.detail for node in book.nodes("paths") if node.label == "could change this"]
    things = [text.partition(": ")[0] for text in leaning]
    assert things == list(dict.fromkeys(text.partition(": ")[0] for text in book.found.leans_on))
