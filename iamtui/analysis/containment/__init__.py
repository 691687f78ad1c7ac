"""Whether an intruder is contained: each way that is left, what to do about it, and whether that would close it (Z)."""

from __future__ import annotations

from iamtui.analysis.containment.evidence import Decided, decided_of
from iamtui.analysis.containment.judging import contain, keys_of_subject, newest_moment, rows_of_subject
from iamtui.analysis.containment.results import Check, Containment, State, Way
from iamtui.analysis.containment.subjects import Subject, SubjectError, subject_of

__all__ = [
    "Check",
    "Containment",
    "Decided",
    "State",
    "Subject",
    "SubjectError",
    "Way",
    "contain",
    "decided_of",
    "keys_of_subject",
    "newest_moment",
    "rows_of_subject",
    "subject_of",
]
