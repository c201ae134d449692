from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from navtalk_widget.audio.wav import write_wav
from tests.support.browser import chromium
from tests.support.lab import Lab, Notebook, running_lab
from tests.support.widget import LIMIT_MS

Opener = Callable[..., Notebook]

expect.set_options(timeout=LIMIT_MS)  # its own 5 s are too few for a machine that has much else to do

SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab") / "notebooks") as lab:
        yield lab


@pytest.fixture(scope="module")  # not longer: while it lives, no other test in this thread can run an asyncio loop
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def open_notebook(lab: Lab, playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a notebook with these cells in a browser whose microphone says this, with further options."""
    with ExitStack() as stack:

        def open_it(
            cells: list[str], microphone: NDArray[np.int16] | None = None, *options: str, script: str = ""
        ) -> Notebook:
            wav = None
            if microphone is not None:
                wav = tmp_path / "microphone.wav"
                write_wav(wav, microphone)
            browser = stack.enter_context(chromium(playwright, wav, *options))
            page: Page = browser.new_page(viewport={"width": 1360, "height": 1000})
            page.add_init_script(script)
            notebook = Notebook(lab, page, lab.write(f"{request.node.name}.ipynb", cells))
            stack.callback(_end_kernels, lab)
            return notebook

        yield open_it


def _end_kernels(lab: Lab) -> None:
    for session in lab.api("sessions"):
        lab.api(f"sessions/{session['id']}", method="DELETE")


@pytest.fixture(scope="module")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS
