"""A fault in a worker is told: without it what was shown would stand as if it were the answer."""

from __future__ import annotations

from typing import Any

from textual.worker import Worker, WorkerState


class TellsFaults:
    """For widgets and screens whose workers do not end the app and that have no words of their own for a fault."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say which work ended by a fault of iamtui."""
        if event.state is WorkerState.ERROR:
            tell_fault(event.worker)


def tell_fault(worker: Worker[Any]) -> None:
    """Say that a worker ended by a fault of iamtui, and what it was about."""
    said = f"{type(worker.error).__name__}: {worker.error}"
    worker.node.app.notify(
        f"could not {worker.description}; this should not happen, please report it: {said}", severity="error"
    )
