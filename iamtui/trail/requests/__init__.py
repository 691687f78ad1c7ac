"""From a recorded call to the requests that AWS authorized for it: who, what, on what, in which context (U, A)."""

from __future__ import annotations

from iamtui.trail.requests.actions import How, NamedAction, actions_of, prefixes_of
from iamtui.trail.requests.parts import Part, parts_of
from iamtui.trail.requests.recorded import RecordedCall, recorded_call

__all__ = ["How", "NamedAction", "Part", "RecordedCall", "actions_of", "parts_of", "prefixes_of", "recorded_call"]
