"""What an answer leans on, as rows that are told apart where they are cut."""

from __future__ import annotations

from iamtui.browsing.queries.leaning import leaning_nodes


def test_what_is_taken_of_one_thing_stands_in_one_row() -> None:
    """At 80 columns rows end before what is taken: two of one account would be alike."""
    missing = "no organization of account 111122223333 was exported"
    texts = (f"{missing}: taken as without SCPs", "no time is stated", f"{missing}: taken as without RCPs")
    assert [(node.label, node.detail) for node in leaning_nodes(texts)] == [
        ("could change this", f"{missing}: taken as without SCPs, taken as without RCPs"),
        ("could change this", "no time is stated"),
    ]
