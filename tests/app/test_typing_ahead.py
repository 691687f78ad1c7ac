"""Keys typed in one burst, as over a slow line, do what they would have done one by one (use: SSH, tmux)."""

import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key

from iamtui.app.application import IamtuiApp
from iamtui.app.escape_keys import EscapeParser, apart
from iamtui.app.loading import task
from iamtui.snapshot.merging.assembling import OpenedSnapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.widgets.filter_box import FilterBox
from tests.app.driving import Session, both_sizes, session
from tests.app.exports import arn, company, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "company.json", company())


def burst(running: Session, *keys: str) -> None:
    """Put keys in the queue of the app, all before the first is looked at. A text of several letters is typed."""
    for key in keys:
        named = key in {"enter", "ctrl+j", "escape", "tab", "down", "up"}
        for one in [key] if named else key:
            running.app.post_message(events.Key(one if named else _character_to_key(one), None if named else one))


@both_sizes
async def test_a_filter_a_choice_and_another_filter(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as running:
        burst(running, "/", "bob", "enter", "enter", "1", "/", "erin")
        box = running.bench.explorer.query_one(FilterBox)
        await running.until(lambda: box.text == "erin", "the second filter")
        assert running.bench.subject.place is not None
        assert running.bench.subject.place.key == arn("user", "bob")


async def test_what_is_typed_before_anything_was_read_waits_for_the_tree(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_typed = threading.Event()

    def open_after_that(*paths: Any, **named: Any) -> OpenedSnapshot:
        is_typed.wait()
        return open_snapshot(*paths, **named)

    monkeypatch.setattr(task, "open_snapshot", open_after_that)
    async with session(path, reads=False) as running:
        burst(running, "/", "bob", "ctrl+j", "enter")
        await running.settled()
        is_typed.set()
        await running.until(lambda: running.bench.panes.front == "subject", "what was opened")
        await running.until_about("bob")
        assert "· written 2" in running.seen().splitlines()[0]


@both_sizes
async def test_a_whole_request_is_asked_in_one_burst(path: Path, size: tuple[int, int]) -> None:
    async with session(path, size=size) as running:
        burst(running, "/", "bob", "enter", "s", "s3:GetObject", "enter", "arn:aws:s3:::ledger/x", "enter")
        form = running.bench.simulation.form
        await running.until(lambda: form.fields.resource == "arn:aws:s3:::ledger/x", "the resource")
        assert form.fields.action == "s3:GetObject"
        assert form.fields.principal.endswith("user/bob")
        await running.until(lambda: running.trace.has_focus, "the trace")


async def test_letters_after_a_screen_opened_are_keys_of_that_screen(path: Path) -> None:
    async with session(path) as running:
        burst(running, "?", "escape", "!", "escape", "2")
        await running.until(lambda: running.bench.panes.front == "subject", "the subject pane")
        assert running.app.screen is running.bench


@both_sizes
async def test_escape_and_the_key_after_it_are_two_keys_though_a_terminal_sends_them_as_one(
    path: Path, size: tuple[int, int]
) -> None:
    async with session(path, size=size) as running:
        for event in EscapeParser().feed("/bob\x1b/alice\r\x1b2"):
            running.app.post_message(event)
        await running.until(lambda: running.bench.panes.front == "subject", "the subject pane")
        await running.until_about("alice")


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (["\x1bi"], ["escape", "i"]),
        (["\x1b", "i"], ["escape", "i"]),
        (["/b\x1b2\x1b\x1bx"], ["slash", "b", "escape", "2", "escape", "escape", "x"]),
        (["\x1b[A\x1b[1;3D\x1b\x7f"], ["up", "alt+left", "ctrl+w"]),
        (["\x1b[200~a\x1bq\x1b[A\x1b", "[201~q"], ["a\u241bq\u241b[A", "q"]),
    ],
)
def test_what_a_terminal_sends(sent: list[str], keys: list[str]) -> None:
    parser = EscapeParser()
    came = [event for text in sent for event in parser.feed(text)]
    each = [one for event in came for one in (apart(event) if isinstance(event, events.Key) else [event])]
    assert [one.text if isinstance(one, events.Paste) else getattr(one, "key", "") for one in each] == keys


async def test_keys_of_a_screen_are_known_before_anything_is_in_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar of keys asks for them, and a key that came at once does, while a screen is being composed."""
    push, opened = IamtuiApp.push_screen, []

    def pushed(app: IamtuiApp, screen: Any, *arguments: Any, **named: Any) -> Any:
        pushing = push(app, screen, *arguments, **named)
        opened.append(type(app.screen))
        assert not app.screen.children
        assert app.screen.active_bindings
        return pushing

    async with session(path) as running:
        await running.select(arn("user", "bob"))
        monkeypatch.setattr(IamtuiApp, "push_screen", pushed)
        for key in ("d", "f", "i", "exclamation_mark", "r", "L", "c", "m", "a", "P", "Y", "question_mark"):
            await running.press(key)
            await running.until(lambda: running.app.screen is not running.bench, key)
            await running.press("escape")
            await running.until(lambda: running.app.screen is running.bench, f"the end of what {key} opened")
    assert len({*opened}) > 10
