"""What every front end has to show: a spoken question, the tool called for it, an answer that is seen and heard."""

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.support.flite import flite, silence
from tests.support.question import ANSWER, HEARD, QUESTION
from tests.support.widget import FLOWING, LIMIT_MS, Widget

SHOWN_LIMIT_MS = 180_000
"""Until a front end has loaded itself, started a kernel and run the cell."""

AVATAR = """
from navtalk_widget import Avatar

avatar = Avatar(greet=False)

@avatar.tool
def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."
"""


def microphone() -> NDArray[np.int16]:
    """What the browser's microphone hears, over and over; whoever misses it the first time hears it the next."""
    return np.concatenate([silence(3), flite(QUESTION), silence(7)])


def start(page: Page) -> Widget:
    """Press Start, and wait for the picture."""
    expect(page.locator(".nt-root").first).to_be_visible(timeout=SHOWN_LIMIT_MS)
    widget = Widget(page)
    widget.button("Start").click()
    picture = widget.root.locator(".nt-stage[data-video=shown]")
    expect(picture).to_be_visible(timeout=SHOWN_LIMIT_MS)  # the kernel's service may still be starting
    widget.listen()
    return widget


def expect_answer(widget: Widget) -> None:
    """Wait until the question was answered with the tool's help, and look at the face and listen to the voice."""
    widget.expect_turn("user", HEARD)
    expect(widget.root.locator("[data-tool][data-state=done]").filter(has_text="weather").first).to_be_visible()
    widget.expect_turn("avatar", ANSWER)
    widget.page.wait_for_function("window.nt_levels.some(level => level.rms > 0.01)", polling=100, timeout=LIMIT_MS)
    widget.expect_data("microphone", "on")
    assert widget.watch_mouth((0.0, 0.0, 1.0, 1.0), 1.0)["frames"] >= FLOWING, "the face moves"
