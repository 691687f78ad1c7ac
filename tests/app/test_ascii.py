"""Screens in ASCII: asked for, by setting, or because the terminal shows no more."""

from pathlib import Path

import pytest

from iamtui.app.application import IamtuiApp
from iamtui.app.ascii import in_ascii, suits
from tests.app.driving import Session, session
from tests.app.exports import export, write

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-org"


async def test_no_screen_has_a_character_outside_ascii() -> None:
    async with session(SAMPLE, size=(130, 48), is_ascii=True, finds=True) as running:
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings is not None)

        async def look(at: str) -> None:
            await running.settled()
            odd = [line for line in running.seen().splitlines() if not line.isascii()]
            assert not odd, at

        await look("the explorer")
        await running.select("arn:aws:iam::111122223333:user/dana")
        for _ in range(8):
            await running.press("2", "t")
            await look(f"the tab {running.bench.subject.tab.LABEL}")
        await running.press("s")
        await running.paste("s3:GetObj")
        await look("completions")
        await running.type("ect")
        await running.press("tab", "tab")
        await running.until(lambda: running.bench.simulation.decision is not None)
        await running.press("3", "asterisk")
        await look("the trace")
        await running.pilot.resize_terminal(80, 24)
        await look("a narrow terminal")
        for key in ("f", "m", "L", "d", "question_mark", "ctrl+s", "i", "P", "Y", "exclamation_mark", "ctrl+p", "a"):
            await running.press("3", key)
            await running.settled()
            await look(f"what {key} opens")
            while len(running.app.screen_stack) > 2:
                running.app.pop_screen()
                await running.settled()


async def test_settings_turn_it_on_and_off_and_the_option_wins(tmp_path: Path) -> None:
    settings, path = tmp_path / "config.toml", write(tmp_path / "a.json", export())
    for text, asks, suits_terminal, expected in (
        ("ascii = true", False, False, True),
        ("ascii = false", False, True, False),
        ("ascii = false", True, False, True),
        ("", False, True, True),
    ):
        settings.write_text(text)
        app = IamtuiApp((path,), settings=settings, is_ascii=asks, suits_ascii=suits_terminal)
        async with app.run_test(size=(80, 24)) as pilot:
            running = Session(app, pilot)
            await running.until_begun()
            assert running.seen().isascii() == expected, text


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.utf8", "LC_ALL": "C"}, True),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "xterm"}, False),
    ],
)
def test_the_terminal_is_asked_by_its_name_and_its_locale(environ: dict[str, str], expected: bool) -> None:
    assert suits(environ) == expected


def test_a_text_stays_as_wide_as_it_was() -> None:
    assert in_ascii("✔ Zoë 漢│…") == "+ Zo? ??|~"
