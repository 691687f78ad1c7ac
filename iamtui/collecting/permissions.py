"""The least IAM policy with which the script gets an answer to every call."""

from __future__ import annotations

import json
from collections.abc import Sequence

from iamtui.collecting.calls import REGIONS
from iamtui.collecting.parts import Part


def needed_policy(parts: Sequence[Part]) -> str:
    """The policy as JSON: a statement for each part, every action of it and no other.

    What exists is not known before it is listed, so that no resource can be named.
    """
    statements: list[dict[str, object]] = []
    for part in parts:
        calls = (REGIONS, *part.calls) if part is next((p for p in parts if p.regional), None) else part.calls
        actions = sorted({call.action for call in calls if call.action is not None})
        statements.append({"Sid": f"Iamtui{part.name.title()}", "Effect": "Allow", "Action": actions, "Resource": "*"})
    return _document(statements)


def policy_of(actions: Sequence[str]) -> str:
    """The policy that allows these actions and no other."""
    return _document([{"Sid": "Iamtui", "Effect": "Allow", "Action": list(actions), "Resource": "*"}])


def _document(statements: list[dict[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
