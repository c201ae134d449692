from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from navtalk_widget.audio.wav import write_wav
from tests.e2e.front_ends.conversation import microphone
from tests.support.browser import chromium


@pytest.fixture
def page(playwright: Playwright, tmp_path: Path) -> Iterator[Page]:
    """A page in a Chromium whose microphone hears the question."""
    wav = tmp_path / "microphone.wav"
    write_wav(wav, microphone())
    with chromium(playwright, wav) as browser:
        yield browser.new_page(viewport={"width": 1200, "height": 1000})
