"""What is kept from run to run: theme, sizes, requests; nothing else of an account, for the user's eyes only."""

import json
import os
import stat
from pathlib import Path

import pytest

from iamtui.app.screens.list_screen import ListScreen
from iamtui.app.state import State, StateError, read_state, write_state
from iamtui.content.requests import ContextField, RequestFields
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import rows, session
from tests.app.exports import arn, company, write
from tests.app.test_simulating import ask

REQUEST = RequestFields("dana", "s3:GetObject", context=(ContextField("aws:SourceIp", "value", ("1.2.3.4",)),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "company.json", company())


async def test_theme_sizes_and_requests_are_there_again(path: Path, tmp_path: Path) -> None:
    state = tmp_path / "made" / "iamtui" / "state.json"
    async with session(path, state=state) as running:
        running.app.theme = "nord"
        await running.press("1", "greater_than_sign", "minus")
        await ask(running, arn("role", "app"), "s3:GetObject", "arn:aws:s3:::b/k")
        await running.press("enter")
        await running.until(lambda: running.trace.has_focus)
        running.app.exit()
    assert running.app.not_kept == ""
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    kept = json.loads(state.read_text())
    assert sorted(kept) == ["explorer_share", "form", "requests", "subject_share", "theme"]
    assert len(kept["requests"]) == 1

    async with session(path, state=state) as running:
        assert (running.app.theme, running.bench.panes.explorer_share, running.bench.panes.subject_share) == (
            *("nord", 41),
            40,
        )
        await running.press("r")
        listed = rows((await running.above(ListScreen)).query_one(TreeList))
        assert listed == ["app  s3:GetObject  arn:aws:s3:::b/k"]
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.decision is not None)


async def test_settings_turn_it_off_and_keep_their_theme(path: Path, tmp_path: Path) -> None:
    settings, state = tmp_path / "config.toml", tmp_path / "state.json"
    write_state(state, State("nord", 50, 50, (REQUEST,)))
    settings.write_text('theme = "gruvbox"\n')
    async with session(path, state=state, settings=settings) as running:
        assert (running.app.theme, running.bench.panes.explorer_share) == ("gruvbox", 50)
    settings.write_text("state = false\n")
    async with session(path, state=state, settings=settings) as running:
        assert running.bench.panes.explorer_share == 36
        assert running.bench.desk.history.requests == ()
        before = state.read_bytes()
        running.app.exit()
    assert state.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"form": "iamtui state 2"}',
        '{"explorer_share": 99}',
        '{"requests": [{"principal": 7}]}',
        "[" * 5000,
        '{"theme": "\xff"}',
    ],
)
async def test_a_file_that_is_none_of_ours_is_one_message_and_stays(text: str, path: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(text.encode("latin-1"))
    async with session(path, state=state) as running:
        await running.until_told(f"{state}: expected")
        running.app.exit()
    assert running.app.not_kept == ""
    assert state.read_bytes() == text.encode("latin-1")


def test_what_another_run_kept_meanwhile_comes_after_ones_own(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    other = RequestFields("erin", "s3:ListBucket")
    write_state(state, State(requests=(other, REQUEST)))
    write_state(state, State(requests=(REQUEST,)))
    assert read_state(state).requests == (REQUEST, other)
    write_state(state, State(requests=tuple(RequestFields(f"user{number}") for number in range(300))))
    assert len(read_state(state).requests) == 100


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_where_nothing_can_be_kept_that_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"state\.json: cannot be written: "):
        write_state(tmp_path / "file" / "state.json", State())
