"""What proves a finding, row by row: a request among them opens as its trace (FI1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields

_MOST = 40
_REQUEST = re.compile(r"(?:with others: )?(arn:\S+|anonymous) ([a-z0-9-]+:[A-Za-z0-9]+) (\*|arn:\S+)(?: .*)?")


def row_nodes(node_key: str, rows: Sequence[str]) -> list[Node]:
    """A node for each row of the finding of a node."""
    nodes = [
        Node(f"row {place} of {node_key}", row, tone="plain" if request_of(row) else "muted")
        for place, row in enumerate(rows[:_MOST])
    ]
    if len(rows) > _MOST:
        nodes.append(Node(f"more of {node_key}", f"{len(rows) - _MOST:,} rows more: ^s saves all", tone="muted"))
    return nodes


def row_at(node_key: str, rows: Sequence[str]) -> str:
    """The row of a node, empty where the node is none."""
    word, _, place = node_key.partition(" ")
    number = place.partition(" ")[0]
    return rows[int(number)] if word == "row" and number.isdecimal() and int(number) < len(rows) else ""


def request_of(row: str) -> RequestFields | None:
    """The request of a row, as the form takes it: what is in the way of it is what the trace shows."""
    found = _REQUEST.fullmatch(row)
    return None if found is None else RequestFields(principal=found[1], action=found[2], resource=found[3])
