"""What a test process leaves out: work of Textual and of the collector whose outcome no test can see."""

from __future__ import annotations

from typing import Any

from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from iamtui.files.collector import _Collector

TAKES_OUT_OF_SIGHT = _Collector._freeze
"""What the collector does after each load in a program of users; tests of that put it back."""

_draw = Compositor.render_update
_parse = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}
_themes: dict[object, int] = {}


def _draw_where_somebody_looks(compositor: Compositor, full: bool = False, **named: Any) -> Any:
    """A headless app draws each frame and throws it away: draw for pictures alone. `Session.seen` draws for itself."""
    if full:
        return _draw(compositor, full, **named)
    compositor._dirty_regions.clear()
    return None


def _parse_once(sheet: Any, css: str, *arguments: Any, **named: Any) -> list[RuleSet]:
    """Each app parses the same styles anew: once for a theme is enough."""
    if getattr(sheet, "_lean_variables", None) is not sheet._variables:
        theme = tuple(sheet._variables.items())
        sheet._lean_variables, sheet._lean_theme = sheet._variables, _themes.setdefault(theme, len(_themes))
    key = (css, arguments, *named.items(), sheet._lean_theme)
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, *arguments, **named)
    return _parsed[key]


def begin() -> None:
    """Leave it out from now on."""
    for owner, name, instead in (
        (Compositor, "render_update", _draw_where_somebody_looks),
        (Stylesheet, "_parse_rules", _parse_once),
        (RuleSet, "__hash__", object.__hash__),
        (_Collector, "_freeze", lambda _: None),
    ):
        setattr(owner, name, instead)
