"""Recorded calls decided again by a snapshot: do the logs and the exported policies agree (J)."""

from __future__ import annotations

from iamtui.analysis.replay.model import AwsWord, DecidedPart, Replay, ReplayedCall, Score
from iamtui.analysis.replay.replaying import replay

__all__ = ["AwsWord", "DecidedPart", "Replay", "ReplayedCall", "Score", "replay"]
