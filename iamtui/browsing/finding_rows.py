"""What proves a finding, row by row: a request among them opens as its trace (FI1)."""

from __future__ import annotations

from collections.abc import Sequence

from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, RequestFields

_MOST = 40


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
    from iamtui.analysis.findings.asking.row_requests import ABSENT_WORD, row_request  # noqa: PLC0415 - the first frame

    found = row_request(row)
    if found is None:
        return None
    stated = tuple(
        ContextField(key, "absent") if value == ABSENT_WORD else ContextField(key, "value", (value,))
        for key, value in found.keys
    )
    return RequestFields(found.principal, found.action, found.resource, stated)
