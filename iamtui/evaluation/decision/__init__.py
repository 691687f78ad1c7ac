"""A decision as data: its outcome, and a trace of every layer, statement and element (T1-T11).

Everything that shows a decision walks this one tree; nothing that shows it computes.
"""

from __future__ import annotations

from iamtui.evaluation.decision.decision import Blocker, Branch, Decision, Outcome, UnknownKey
from iamtui.evaluation.decision.trace import (
    Comparison,
    ElementTrace,
    LayerTrace,
    LevelTrace,
    PolicyTrace,
    StatementTrace,
)
from iamtui.evaluation.decision.words import POLICY_WORDS, ElementKind, Layer, LayerEffect, MatchClass, Verdict

__all__ = [
    "POLICY_WORDS",
    "Blocker",
    "Branch",
    "Comparison",
    "Decision",
    "ElementKind",
    "ElementTrace",
    "Layer",
    "LayerEffect",
    "LayerTrace",
    "LevelTrace",
    "MatchClass",
    "Outcome",
    "PolicyTrace",
    "StatementTrace",
    "UnknownKey",
    "Verdict",
]
