"""What keys open, imported before one asks for it: neither the first frame nor a key waits for an import."""

from __future__ import annotations

from importlib import import_module

SECONDS = 1.0
"""How long after a reading, which is when the user looks at what was read."""

_OPENED_BY_KEYS = (
    *("who_can_screen", "can_screen", "matrix_screen", "paths_screen", "what_if_screen", "edit_screen"),
    *("timeline_screen", "event_screen", "board_screen", "key_screen", "denial_screen", "policy_screen"),
    *("copy_screen", "help_screen", "paths_place"),
)
_BEHIND_THEM = (
    *("iamtui.analysis.findings.review.mutes", "iamtui.analysis.remedies.offering", "iamtui.app.explaining"),
    *("iamtui.app.palette", "iamtui.browsing.finding_mutes", "iamtui.browsing.pasted", "iamtui.browsing.remedies"),
    *("iamtui.browsing.queries.path_searches", "iamtui.browsing.queries.path_news", "iamtui.browsing.pins"),
    *("iamtui.browsing.trail.event_card", "iamtui.app.loading.event_reading", "iamtui.reports.edits"),
    *("iamtui.browsing.trail.activity", "iamtui.analysis.scenarios.pinning", "iamtui.analysis.changes.effects"),
    "iamtui.browsing.queries.statement_questions",
)


def import_what_keys_open() -> None:
    """Import it, in a thread."""
    for name in (*(f"iamtui.app.screens.{screen}" for screen in _OPENED_BY_KEYS), *_BEHIND_THEM):
        import_module(name)
