"""Every form in which AWS says no, read into one result (N1-N6)."""

from __future__ import annotations

from iamtui.trail.refusals.message import parse_message
from iamtui.trail.refusals.record import refusal_of_record
from iamtui.trail.refusals.refusal import About, NotARefusalError, Refusal, Result

__all__ = ["About", "NotARefusalError", "Refusal", "Result", "parse_message", "refusal_of_record"]
