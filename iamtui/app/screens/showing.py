"""What screens have in common that show recorded events."""

from __future__ import annotations

from iamtui.browsing.trail.recorded import Recorded


class ShowsRecorded:
    """A screen that is handed the events, and anew whenever more were read or the exports changed."""

    def show(self, recorded: Recorded) -> None:
        """Show other events, or other exports."""
        raise NotImplementedError
