"""What AWS does not list and yet stands in policies and requests: no misspelling (the service data of 2026-10)."""

from __future__ import annotations

SHUT_DOWN_SERVICES = frozenset(
    (
        "codestar",
        "deepcomposer",
        "deeplens",
        "deepracer",
        "elastic-inference",
        "evidently",
        "iot1click",
        "iotevents",
        "zocalo",
    )
)
"""Prefixes of services that AWS has shut down; it still stores policies that name them."""

UNLISTED_ACTIONS = frozenset(("sns:receive",))
"""Actions that AWS writes into policies itself, SNS into that of each new topic; in lower case."""

DEPRECATED_KEYS = frozenset(("aws:sourceowner",))
"""Condition keys that AWS still sends (K91); in lower case."""
