"""Texts can be read in every theme that the app offers: WCAG 2.2 asks for 4.5 to 1, for frames 3 to 1."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.color import Color
from textual.screen import ModalScreen

from iamtui.app.application import IamtuiApp
from iamtui.app.contrast import TEXT, contrast
from tests.app.driving import Session, session

SAMPLES = Path(__file__).parents[2] / "samples"
DRAWN = "─│╭╮╰╯▁▂▃▄▅▆▇█▌▊▎"
"""Frames, bars and scrollbars: no texts."""


def seen_pairs(running: Session) -> Iterator[tuple[float, str]]:
    """The contrast of every text on the screen, with the text.

    What a dialog covers, and keys that do nothing now, are dim by intent.
    """
    screen = running.app.screen
    regions = [part.region for part in screen.children] if isinstance(screen, ModalScreen) else [screen.region]
    strips = screen._compositor.render_strips()
    for y, part in ((y, region) for region in regions for y in range(region.y, region.bottom)):
        for segment in strips[y].crop(part.x, part.right):
            style = segment.style
            if style is None or style.color is None or style.bgcolor is None or style.dim:
                continue
            if segment.text.strip(DRAWN + " "):
                yield contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)), segment.text


@pytest.mark.parametrize("theme", ["solarized-light", "atom-one-dark"])
async def test_every_text_on_every_screen_stands_out(theme: str) -> None:
    async with session(SAMPLES / "acme-day1.json", size=(120, 48), finds=True) as running:
        running.app.theme = theme
        await running.until(lambda: running.bench.workspace and running.bench.workspace.findings is not None)

        async def look(at: str) -> None:
            await running.settled()
            low = sorted((round(ratio, 2), text.strip()) for ratio, text in seen_pairs(running) if ratio < TEXT)
            assert not low, f"{at} in {theme}"

        await look("the explorer")
        await running.select("arn:aws:iam::111122223333:policy/DeveloperAccess")
        await running.press("enter", "t", "slash")
        await running.type("s3")
        await look("a document that is searched")
        await running.press("escape", "1", "slash")
        await running.type("dana")
        await running.press("enter", "s")
        await running.paste("s3:GetObj")
        await look("completions")
        await running.type("ect")
        await running.press("tab", "tab")
        await running.until(lambda: running.bench.simulation.decision is not None)
        await look("the form with its context, and the trace")
        for key in ("f", "m", "L", "d", "question_mark", "ctrl+s", "i", "P", "ctrl+p"):
            await running.press("3", key)
            await running.settled()
            await look(f"what {key} opens")
            while len(running.app.screen_stack) > 2:
                running.app.pop_screen()
                await running.settled()


def test_every_theme_is_made_readable() -> None:
    app = IamtuiApp(())
    texts = ("foreground", "primary", "success", "warning", "error", "accent", "muted", "disabled")
    for theme in app.available_themes:
        if theme.startswith("ansi"):  # the terminal's own colours
            continue
        app.theme = theme
        colors = {name: Color.parse(value) for name, value in app.theme_variables.items() if value.startswith("#")}
        named = [colors[name if name == "foreground" else f"text-{name}"] for name in texts]
        grounds = [colors[name] for name in ("background", "surface", "panel", "block-cursor-blurred-background")]
        pairs = [(text, ground) for text in named for ground in grounds]
        pairs += [(colors["block-cursor-foreground"], colors["block-cursor-background"])]
        pairs += [(colors[f"footer-{of}-foreground"], colors["footer-background"]) for of in ("key", "description")]
        assert min(contrast(*pair) for pair in pairs) >= TEXT, theme
        assert contrast(colors["pane-border"], colors["background"]) >= 3, theme
