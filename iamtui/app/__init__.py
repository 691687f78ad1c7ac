"""The Textual application: screens, key bindings, workers, wiring."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path

from iamtui.files.collector import collector_told, collector_waiting


def run(
    paths: Sequence[Path],
    *,
    bundled: bool = False,
    is_ascii: bool = False,
    keeps_state: bool = True,
    pins: Path | None = None,
) -> int:
    """Open exports in the terminal and stay until the user leaves.

    Args:
        paths: files and folders.
        bundled: whether they are the sample that comes with iamtui, which the screen then says.
        is_ascii: whether to draw in ASCII alone, whatever the terminal can show.
        keeps_state: whether theme, sizes and requests are kept from run to run.
        pins: the scenario file whose cases are decided at each load, if any.

    Returns:
        The exit status of the process.
    """
    until_first_frame = ExitStack()
    until_first_frame.enter_context(collector_waiting())  # a module has nothing that dies in circles
    # Textual is imported only by who runs the app: every other command starts without it.
    from iamtui.app.application import IamtuiApp  # noqa: PLC0415
    from iamtui.app.ascii import suits as suits_ascii  # noqa: PLC0415
    from iamtui.app.keeping import state_path  # noqa: PLC0415
    from iamtui.app.leaving import end, run_app  # noqa: PLC0415
    from iamtui.app.settings import settings_path  # noqa: PLC0415

    app = IamtuiApp(
        tuple(paths),
        bundled=bundled,
        settings=settings_path(),
        state=state_path() if keeps_state else None,
        is_ascii=is_ascii,
        suits_ascii=suits_ascii(),
        pins=pins,
    )
    app.until_first_frame = until_first_frame
    if sys.platform == "win32":  # it has neither the signals nor terminals that hang up
        ending = nullcontext()
    else:
        from iamtui.app.ending import ends_with_terminal  # noqa: PLC0415

        ending = ends_with_terminal(app)
    with until_first_frame, ending, collector_told():
        run_app(app)
    if app.not_kept:
        with suppress(OSError):  # the terminal may be gone
            sys.stderr.write(f"iamtui: {app.not_kept}\n")
    end(app.return_code or 0, app.writings)
    return app.return_code or 0
