from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import iamtui.app
import iamtui.widgets
from iamtui.app.application import IamtuiApp
from iamtui.app.keys import binding_ids, clashes
from iamtui.app.settings import Settings, SettingsError, read_settings
from iamtui.app.workbench.panes import Panes
from iamtui.app.workbench.screen import Workbench
from tests.app.driving import session
from tests.app.exports import company, write

THEMES = {"dark", "light"}
BINDINGS = {"app.simulate", "tree.open"}


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return read_settings(path, THEMES, lambda: BINDINGS)


def test_theme_and_keys_are_read(tmp_path: Path) -> None:
    found = settings(tmp_path, 'theme = "light"\n[keys]\n"app.simulate" = "S"\n')
    assert (found.theme, dict(found.keys)) == ("light", {"app.simulate": "S"})


def test_without_a_file_there_are_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml", THEMES, lambda: BINDINGS) == Settings()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('theme = "pink"', 1, "unknown theme 'pink' (expected one of dark, light)"),
        ("\ntheme = 3", 2, "unknown theme 3"),
        ('theme = "dark"\ncolour = 1', 2, "unknown setting 'colour'"),
        ('[keys]\n"app.simulate" = "S"\n"app.fly" = "f"', 3, "no key is called 'app.fly'"),
        ('[keys]\n\n"tree.open" = 7', 3, "expected keys as a string"),
        ('[keys]\n"tree.open" = "ctrl+nonsense"', 2, "'ctrl+nonsense' is no key"),
        ('[keys]\n"tree.open" = "o,,p"', 2, "'' is no key"),
        ('[keys]\n"tree.open" = "Enter"', 2, "'Enter' is no key"),
        ('keys = "x"', 1, "keys must be a table"),
        ('theme = "dark"\nascii = "yes"', 2, "ascii: expected true or false"),
        ("theme = ", 1, "line 1"),
        ('theme = "dark"\n[keys', 2, "line 2"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        settings(tmp_path, text)
    assert str(tmp_path / "config.toml") in str(error.value)
    assert f"line {line}" in str(error.value)
    assert words in str(error.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\x00")
    with pytest.raises(SettingsError, match=r"config\.toml: cannot be read"):
        read_settings(path, THEMES, lambda: BINDINGS)


def _classes(parent: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for child in parent.__subclasses__():
        yield child
        yield from _classes(child)


def test_every_part_of_the_app_lends_its_keys() -> None:
    for package in (iamtui.app, iamtui.widgets):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ids = {
        binding.id
        for part in _classes(DOMNode)
        if part.__module__.startswith("iamtui.")
        for binding in vars(part).get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id
    }
    assert len(ids) > 60
    assert ids == binding_ids(IamtuiApp)


def test_no_key_of_the_workbench_means_two_things() -> None:
    keys = [
        key for holder in (Workbench, Panes) for binding in vars(holder)["BINDINGS"] for key in binding.key.split(",")
    ]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"app.simulate": "d"}, "d is app.simulate and app.changes, app.simulate wins"),
        ({"app.quit": "x"}, "x is app.quit and app.acknowledge, app.acknowledge wins"),
        ({"explorer.filter": "u", "app.matrix": "u"}, "u is app.matrix and explorer.filter, explorer.filter wins"),
        ({"list.close": "s", "timeline.clear": "z"}, ""),  # no list is open where these count
        ({"app.simulate": "d", "app.changes": "D"}, ""),
        ({"tree.open": "enter,o"}, ""),
    ],
)
def test_a_key_with_two_meanings_is_named_with_the_one_that_wins(keys: dict[str, str], said: str) -> None:
    found = [line for line in clashes(keys, IamtuiApp) if "app." in line]
    assert said in found if said else not found


async def test_the_winner_is_the_one_that_acts(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"app.simulate" = "d"\n')
    async with session(write(tmp_path / "a.json", company()), settings=path) as running:
        await running.until_told(f"{path}: d is app.simulate and app.changes, app.simulate wins")
        await running.press("d")
        assert running.bench.panes.front == "simulation"
