"""Principals who all reach each other: one strongly connected component of the graph of edges (EP52)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence


def circles_of(edges: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The components of more than one, of edges from start to end; their members and they in the order of the edges.

    Kosaraju's way: who was left last, going onward, is gone back from first, and meets its component.
    """
    onward: defaultdict[str, list[str]] = defaultdict(list)
    back: defaultdict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        onward[start].append(end)
        back[end].append(start)
    order = {arn: place for place, arn in enumerate(onward)}
    met: set[str] = set()
    found = []
    for arn in reversed(list(_as_left(onward, onward, set()))):
        component = list(_as_left(back, (arn,), met))
        if len(component) > 1:
            found.append(tuple(sorted(component, key=order.__getitem__)))
    return tuple(sorted(found, key=lambda circle: order[circle[0]]))


def _as_left(edges: Mapping[str, Sequence[str]], starts: Iterable[str], met: set[str]) -> Iterator[str]:
    """Whom one reaches from some starts depth first, each when it is left; `met` are not visited, and grow."""
    waiting = [(start, False) for start in starts][::-1]
    while waiting:
        one, is_left = waiting.pop()
        if is_left:
            yield one
        elif one not in met:
            met.add(one)
            waiting.append((one, True))
            waiting += [(after, False) for after in edges.get(one, ()) if after not in met]
