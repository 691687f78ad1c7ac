"""The access matrix as rows of a grid (AM1)."""

from __future__ import annotations

from iamtui.analysis.queries.access_matrix.matrix import Matrix, MatrixRow
from iamtui.content.nodes import GridRow
from iamtui.visible import Tone

_TONES: dict[str, Tone] = {"*": "bad", "P": "bad", "W": "warn", "T": "warn", "R": "plain", "L": "plain"}
LEGEND = (
    "L list  R read  T tag  W write  P permissions  * all actions  · none; lower case: only if something unknown is so"
    "; nobody signed in with MFA"
)


def grid_rows(answer: Matrix, *, has_accounts: bool) -> list[GridRow]:
    """A row for each principal, those that reach most first; with its account where there are several."""
    ordered = sorted(answer.rows, key=lambda row: (-_reach(row), row.account, row.principal))
    return [
        GridRow(
            row.principal,
            f"{row.account} " * has_accounts + row.principal.split(":", 5)[-1],
            row.cells,
            {service: _TONES.get(letter.upper(), "plain") for service, letter in row.cells.items()},
        )
        for row in ordered
    ]


def _reach(row: MatrixRow) -> int:
    return sum(1 + "lrtwp".find(letter.lower()) if letter != "*" else 6 for letter in row.cells.values())
