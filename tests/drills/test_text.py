"""Strangers' text is text: on every screen, in every notice, title and dialog, and in what a terminal gets to read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rich.console
import textual.markup  # noqa: TID251 - to see what is taken for it
from textual.geometry import Region

from iamtui.browsing.subjects import find_subject
from iamtui.cli import run
from iamtui.visible import visible
from tests.app.driving import NARROW, WIDE, Session, session
from tests.app.exports import export, user, write
from tests.app.test_watching import until_watching
from tests.drills.planting import MARK, PLANTS, plant_organization
from tests.drills.terminals import Terminal, app_command

KINDS_OF_TEXT = pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
ESCAPES = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[[0-9;]*[HJK]|\x1b\[\?[0-9;]+[hl]|\x1b\[\?\d+\$p|\x1b\[[<>]\d*u"  # places, modes, keyboard
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the pointer
)


@pytest.fixture(autouse=True)
def _no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text of a stranger reaches either parser of markup."""

    def guard(module: Any, name: str) -> None:
        parse = getattr(module, name)

        def guarded(markup: str, *arguments: Any, **named: Any) -> Any:
            assert MARK not in markup, f"taken for markup: {markup!r}"
            return parse(markup, *arguments, **named)

        monkeypatch.setattr(module, name, guarded)

    guard(textual.markup, "to_content")  # noqa: TID251
    guard(rich.console, "render_markup")


def assert_text(running: Session) -> None:
    """All that is drawn is printable, leads nowhere and does nothing when it is clicked."""
    size = running.app.size
    for strip in running.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert segment.text.isprintable()
            assert segment.style is None or (segment.style.link is None and MARK not in str(segment.style.meta))
    assert Region(0, 0, *size).contains_region(running.app.screen.region)
    assert running.app.clipboard == ""


def subjects(running: Session, *, every: bool) -> Iterator[str]:
    """The keys of all subjects, or of one of each kind."""
    workspace = running.bench.workspace
    assert workspace is not None
    seen: set[type] = set()
    for index in workspace.filters.values():
        for entry in index.matches(""):
            kind = type(find_subject(workspace.snapshot, entry.key))
            if every or kind not in seen:
                seen.add(kind)
                yield entry.key


async def see_subjects(running: Session, *, every: bool) -> None:
    for key in subjects(running, every=every):
        running.bench.go_to(key)
        await running.settled()
        for _ in running.bench.subject.tabs:
            running.bench.subject.action_turn(1)
            await running.settled()
            assert_text(running)


async def see_screens(running: Session) -> None:
    for keys in (
        ["i", "escape"],
        ["exclamation_mark", "down", "right", "escape"],
        ["f", "down", "right", "escape"],
        ["d", "escape"],
        ["r", "escape"],
        ["question_mark", "escape"],
        ["1", "t", "t", "t", "t"],
        ["slash", *MARK[:2], "escape"],
        ["2", "ctrl+s", "escape"],
        ["m", "escape"],
        ["c", "escape"],
        ["3", "w", "escape"],
        ["2", "slash", *MARK[:2], "enter"],
    ):
        for key in keys:
            await running.press(key)
            assert_text(running)
    await running.press("ctrl+p")
    await running.press(*MARK)
    await running.until(lambda: "go to" in running.seen(), "hits")
    assert_text(running)
    await running.press("escape")


async def ask(running: Session) -> None:
    workspace = running.bench.workspace
    assert workspace is not None
    users = [one.arn for account in workspace.snapshot.accounts.values() for one in (account.users or {}).values()]
    running.bench.go_to(users[0])
    await running.press("s")
    await running.until(lambda: running.bench.simulation.form.fields.principal, "the principal")
    await running.press(*"s3:GetObject", "tab", "asterisk", "enter")
    await running.until(lambda: running.bench.simulation.decision, "the decision")
    await running.until(lambda: running.trace.has_focus, "the trace")
    await running.press("asterisk")
    for key in ("down", "pagedown", "end"):
        await running.press(key)
        assert_text(running)


async def test_every_screen_shows_it_as_text(tmp_path: Path) -> None:
    async with session(plant_organization(tmp_path, "".join(PLANTS.values())), size=NARROW, finds=True) as running:
        assert_text(running)
        await see_subjects(running, every=False)
        await ask(running)
        await see_screens(running)


@pytest.mark.fuzz
@KINDS_OF_TEXT
async def test_every_tab_of_every_subject_and_every_screen_shows_it_as_text(tmp_path: Path, plant: str) -> None:
    async with session(plant_organization(tmp_path, plant), size=WIDE, finds=True) as running:
        await see_subjects(running, every=True)
        await ask(running)
        await see_screens(running)


@KINDS_OF_TEXT
async def test_the_status_line_and_notices_show_it_as_text(tmp_path: Path, plant: str) -> None:
    folder = tmp_path / re.sub(r"[\x00/]", "", plant)
    folder.mkdir()
    path = write(folder / "a.json", export(users=[user("dana" + plant.replace("/", "_"))]))
    write(folder / "iam-list-account-aliases.json", {"AccountAliases": [plant]})
    settings = tmp_path / "settings.toml"
    settings.write_text('theme = "x"')
    async with session(folder, size=NARROW, settings=settings, finds=True) as running:
        await running.until_seen(visible(plant)[:8])
        assert_text(running)
        await until_watching(running)
        path.write_text(f'{{"{MARK}": ')
        await running.until(lambda: running.bench.banner.text, "the banner")
        assert_text(running)
        running.app.notify(plant, title=plant)
        await running.until_told(MARK)
        await running.settled()
        assert_text(running)


@KINDS_OF_TEXT
def test_commands_print_it_as_text(tmp_path: Path, plant: str, capfd: pytest.CaptureFixture[str]) -> None:
    folder = plant_organization(tmp_path, plant)
    for command in (["inspect"], ["lint"], ["simulate", "--principal", "anonymous", "--action", "s3:GetObject"]):
        run([*command[:1], str(folder), *command[1:]])
        out, err = capfd.readouterr()
        assert MARK in out + err
        assert all(line.isprintable() for line in (out + err).split("\n"))


@pytest.mark.fuzz
@KINDS_OF_TEXT
def test_a_terminal_gets_no_escape_of_a_stranger(tmp_path: Path, plant: str) -> None:
    with Terminal(app_command(plant_organization(tmp_path, plant))) as terminal:
        terminal.read_until(b"watching")
        for keys in (b"j", b"\r", b"t", b"t", b"t", b"i", b"\x1b", b"f", b"\x1b", b"!", b"\x1b", b"q"):
            terminal.type(keys)
        terminal.status()
        terminal.read_rest()
        rest = ESCAPES.sub(b"", terminal.output)
        assert rest.count(b"q Quit") > 1
        assert b"\x1b" not in rest
        assert re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]", rest) is None
