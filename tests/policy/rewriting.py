"""The same policy document, written otherwise: every way of CH3, at random."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

Json = dict[str, Any]


def rewritten(rng: Random, document: Json, times: int = 4) -> Json:
    """The document after a few rewrites that change nothing of what it says."""
    made = copy.deepcopy(document)
    if isinstance(made["Statement"], dict):
        made["Statement"] = [made["Statement"]]
    for _ in range(times):
        rng.choice(REWRITES)(rng, made)
    return made


def _order_of_statements(rng: Random, made: Json) -> None:
    rng.shuffle(made["Statement"])


def _order_of_members(rng: Random, made: Json) -> None:
    for statement in made["Statement"]:
        for element in ("Action", "NotAction", "Resource", "NotResource"):
            if isinstance(statement.get(element), list):
                rng.shuffle(statement[element])


def _repetition(rng: Random, made: Json) -> None:
    made["Statement"].append(copy.deepcopy(rng.choice(made["Statement"])))


def _list_or_string(_: Random, made: Json) -> None:
    for statement in made["Statement"]:
        for element in ("Action", "NotAction", "Resource", "NotResource"):
            value = statement.get(element)
            if isinstance(value, str):
                statement[element] = [value, value]
            elif isinstance(value, list) and len(value) == 1:
                statement[element] = value[0]


def _letter_case(rng: Random, made: Json) -> None:
    for statement in made["Statement"]:
        for element in ("Action", "NotAction"):
            value = statement.get(element)
            if isinstance(value, str):
                statement[element] = rng.choice((value.upper(), value.lower(), value))
        for operator, keys in list(statement.get("Condition", {}).items()):
            statement["Condition"][operator] = {key.upper(): value for key, value in keys.items()}


def _sids(rng: Random, made: Json) -> None:
    for place, statement in enumerate(made["Statement"]):
        statement.pop("Sid", None)
        if rng.random() < 0.5:
            statement["Sid"] = f"Renamed{place}"


def _split(rng: Random, made: Json) -> None:
    statement = rng.choice(made["Statement"])
    for element in ("Action", "Resource"):
        value = statement.get(element)
        if isinstance(value, list) and len(value) > 1:
            other = copy.deepcopy(statement)
            statement[element], other[element] = value[:1], value[1:]
            made["Statement"].append(other)
            return


def _covered(_: Random, made: Json) -> None:
    for statement in made["Statement"]:
        value = statement.get("Action")
        action = value if isinstance(value, str) else value[0] if isinstance(value, list) and value else None
        if action is not None and action.endswith("*") and ":" in action:
            statement["Action"] = [*([value] if isinstance(value, str) else value), f"{action[:-1]}Covered"]


REWRITES: tuple[Callable[[Random, Json], None], ...] = (
    _order_of_statements,
    _order_of_members,
    _repetition,
    _list_or_string,
    _letter_case,
    _sids,
    _split,
    _covered,
)
