"""The figures of a run, each beside its floor and its bars."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_FLOOR = 0.194
"""CPU seconds that the bare load of 19 MB took on the machine on which the bars in microseconds were set."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a figure, what it is compared with, and the ratio that must be kept and the one that is aimed at."""

    name: str
    value: float
    unit: str
    floor: float
    floor_name: str
    must: float
    aim: float

    @property
    def ratio(self) -> float:
        """The figure as a multiple of its floor."""
        return self.value / self.floor

    @property
    def verdict(self) -> str:
        """How it stands to its bars."""
        return "aim reached" if self.ratio <= self.aim else "must kept" if self.ratio <= self.must else "MISSED"


def lines(figures: list[Figure]) -> list[str]:
    """The table, a line each."""
    head = f"{'figure':46} {'value':>10}      {'floor':>9} {'ratio':>7} {'must':>6} {'aim':>6}"
    return [head, *(_line(figure) for figure in figures)]


def _line(figure: Figure) -> str:
    return (
        f"{figure.name:46} {figure.value:10.4g} {figure.unit:4} {figure.floor:9.4g} {figure.ratio:7.2f} "
        f"{figure.must:6.3g} {figure.aim:6.3g}  {figure.verdict} (floor: {figure.floor_name})"
    )
