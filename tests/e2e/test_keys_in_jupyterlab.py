"""Keys in JupyterLab: in the widget they are the widget's, elsewhere JupyterLab's; and what axe finds in a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.waiting import until
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"

VIOLATIONS = """
async () => {
  const endless = (animation) => animation.effect.getComputedTiming().iterations === Infinity;
  const fades = document.getAnimations().filter((animation) => !endless(animation));
  await Promise.allSettled(fades.map((animation) => animation.finished));  // fades have no colour of their own
  const { violations } = await axe.run(".nt-root", { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
"""

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(responder=lambda messages, tools: "Yes.", recognizer="pocketsphinx", synthesizer="espeak",
    greet=False, service="local")
avatar
"""

COMMANDS = ["d", "d", "0", "0", "x", "m", "y", "a", "b", "z", "Enter", "Shift+Enter", "ArrowDown", "Escape", "Space"]
"""In JupyterLab they delete cells, restart the kernel, cut, change a cell's kind, add cells, edit, run, go."""


def test_keys_are_taken_by_the_widget_in_it_and_by_jupyterlab_elsewhere(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, "kept = 1", "kept"], silence(5))
    notebook.run(0)
    page = notebook.page
    widget = Widget(page)
    widget.start()
    cells = page.locator(".jp-NotebookPanel .jp-Cell")
    code = page.locator(".jp-NotebookPanel .jp-CodeCell")

    def expect_untouched() -> None:
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        expect(cells).to_have_count(3)
        expect(code).to_have_count(3)
        expect(code.nth(0).locator(".jp-InputPrompt")).to_have_text("[1]:")
        expect(page.locator(".jp-Notebook")).not_to_have_class(re.compile("jp-mod-editMode"))

    message = widget.root.get_by_role("textbox", name="Message")
    message.focus()
    page.keyboard.type("dd 00 m y x a b z")
    expect(message).to_have_value("dd 00 m y x a b z")
    page.keyboard.press("Control+a")
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    widget.expect_turn("user", "hello")
    expect_untouched()

    widget.button("Settings").focus()
    page.keyboard.press("Enter")
    instructions = widget.root.get_by_role("textbox", name="Instructions")
    instructions.focus()
    page.keyboard.type("dd 00")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+Enter")
    expect(instructions).to_have_value(re.compile(r"^dd 00\n\n"))
    page.keyboard.press("Escape")
    expect(widget.button("Settings")).to_be_focused()
    expect_untouched()

    captions = widget.button("Captions")
    for place in (captions, widget.root.get_by_role("log"), widget.root):
        for key in COMMANDS:
            place.focus()
            page.keyboard.press(key)
        expect(place).to_be_focused()
        expect_untouched()
    expect(captions).to_have_attribute("aria-pressed", "false")  # by Enter, Shift and Enter, and Space

    before = notebook.path.stat().st_mtime_ns
    captions.focus()
    page.keyboard.press("Control+s")
    until(lambda: notebook.path.stat().st_mtime_ns > before)
    expect(captions).to_be_focused()

    # Beside the widget, in a cell that was the current one all the time, and in another.
    for clicked in (code.nth(0), code.nth(1)):
        captions.focus()
        clicked.locator(".jp-InputPrompt").click()
        for keys, count in [("b", 4), ("dd", 3)]:
            page.keyboard.type(keys)
            expect(cells).to_have_count(count)
    expect(code.nth(1)).to_contain_text("kept = 1")


def test_axe_finds_nothing_in_a_cell_in_either_theme(open_notebook: Opener, screenshots: Path) -> None:
    notebook = open_notebook([AVATAR], silence(5))
    notebook.run(0)
    page = notebook.page
    widget = Widget(page)
    widget.start()
    widget.type("hello")
    widget.expect_said("Yes")
    page.evaluate(AXE.read_text())
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        choose_theme(page, theme)
        assert page.evaluate(VIOLATIONS) == [], theme
        widget.button("Settings").click()
        expect(widget.root.get_by_role("combobox", name="Language")).to_be_visible()
        assert page.evaluate(VIOLATIONS) == [], f"the settings in {theme}"
        page.keyboard.press("Escape")


def choose_theme(page: Page, name: str) -> None:
    """Choose one of JupyterLab's themes by its menu, and wait until it is there."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item").filter(has_text="Theme").first.click()
    page.locator(".lm-Menu-item").filter(has_text=re.compile(f"^{name}$")).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", name)
    expect(page.locator(".lm-Menu")).to_have_count(0)
