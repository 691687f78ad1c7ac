"""The user's settings, in a small TOML file.

```toml
theme = "textual-light"
ascii = true
state = false

[keys]
"app.simulate" = "S"
"tree.open" = "enter,o"
```
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

_LARGEST = 100_000
_DEEPEST = 50


_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})


class SettingsError(ValueError):
    """A settings file that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set.

    Attributes:
        theme: the name of a theme.
        ascii: whether to draw in ASCII alone; None lets the terminal decide.
        state: whether anything is kept from run to run.
        keys: keys by the id of a binding.
    """

    theme: str | None = None
    ascii: bool | None = None
    state: bool = True
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def settings_path() -> Path:
    """Where the settings are looked for, on this platform."""
    # Only the app needs it, and it costs the first frame a little.
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("iamtui", appauthor=False) / "config.toml"


def read_settings(path: Path, themes: Collection[str], bindings: Callable[[], Collection[str]]) -> Settings:
    """Read and check the settings; without a file there are none. `bindings` is asked if the file sets keys.

    Raises:
        SettingsError: the file cannot be read, is no TOML, or says what nobody understands.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError:
        pass  # reading says what is wrong
    import tomllib  # noqa: PLC0415 - a first frame without settings does not wait for it

    from iamtui.files.reading import UnreadableError, read_named  # noqa: PLC0415 - as above

    try:
        text = read_named(path, _LARGEST, takes_pipe=False).decode()
    except UnreadableError as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if max(map(line.count, ".[{")) > _DEEPEST:  # tomllib takes the square of the depth
            raise SettingsError(f"{path}: line {number}: expected theme and [keys], got very deep names or lists")
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{path}: expected theme and [keys], got very deep names or lists") from None
    except tomllib.TOMLDecodeError as error:
        end = f"at line {len(text.splitlines())}, the end"
        raise SettingsError(f"{path}: {str(error).replace('at end of document', end)}") from None
    return _Checker(path, text).settings(content, themes, bindings)


@cache
def _names() -> frozenset[str]:
    """How Textual names keys: special keys by its own names, signs by those of Unicode."""
    signs = (re.sub("[- ]", "_", unicodedata.name(chr(code)).lower()) for code in range(0x21, 0x7F))
    return frozenset((*(key.value for key in Keys), *(KEY_NAME_REPLACEMENTS.get(name, name) for name in signs)))


def _is_key(text: str) -> bool:
    if len(text) == 1:
        return text.isprintable()
    *modifiers, base = text.split("+")
    return set(modifiers) <= _MODIFIERS and (base in _names() or (len(base) == 1 and base.isprintable()))


class _Checker:
    """Checks the content of a file whose lines it can name."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def settings(
        self, content: Mapping[str, object], themes: Collection[str], bindings: Callable[[], Collection[str]]
    ) -> Settings:
        """What the content means."""
        for name in content:
            if name not in ("theme", "ascii", "state", "keys"):
                raise self._error(name, f"unknown setting {name!r} (expected theme, ascii, state or [keys])")
        theme = content.get("theme")
        if theme is not None and (not isinstance(theme, str) or theme not in themes):
            raise self._error("theme", f"unknown theme {theme!r} (expected one of {', '.join(sorted(themes))})")
        keys = content.get("keys", {})
        if not isinstance(keys, dict):
            raise self._error("keys", "keys must be a table: [keys]")
        known = bindings() if keys else ()
        for binding, key in keys.items():
            self._check_key(binding, key, known)
        ascii_, state = (self._flag(content, name) for name in ("ascii", "state"))
        return Settings(theme, ascii_, state is not False, MappingProxyType(dict(keys)))

    def _flag(self, content: Mapping[str, object], name: str) -> bool | None:
        value = content.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._error(name, f"{name}: expected true or false")
        return value

    def _check_key(self, binding: str, key: object, bindings: Collection[str]) -> None:
        if binding not in bindings:
            raise self._error(binding, f"no key is called {binding!r} (? lists all)")
        if not isinstance(key, str) or not key.strip():
            raise self._error(binding, f'{binding}: expected keys as a string, such as "ctrl+o,o"')
        for one in key.split(","):
            if not _is_key(one.strip()):
                raise self._error(
                    binding, f"{binding}: {one.strip()!r} is no key (keys are such as o, ctrl+o, f2, enter)"
                )

    def _error(self, name: str, message: str) -> SettingsError:
        pattern = re.compile(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[\]=]""")
        line = next((number for number, text in enumerate(self._lines, start=1) if pattern.match(text)), 1)
        return SettingsError(f"{self._path}: line {line}: {message}")
