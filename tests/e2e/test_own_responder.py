"""A function in a notebook is the avatar's mind, and answers while another cell computes."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.widget import Widget

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

AVATAR = """
import pathlib, threading, time
from navtalk_widget import Avatar

computing, in_main_thread = False, []

def curator(messages, tools):
    in_main_thread.append(threading.current_thread() is threading.main_thread())
    yield "While a cell computes, you ask: " if computing else "You ask: "
    yield messages[-1].text + "."

avatar = Avatar(responder=curator, recognizer="pocketsphinx", synthesizer="espeak", greet=False, service="local")
avatar
"""

BUSY = """
computing, total, until = True, 0, time.monotonic() + 60
while not pathlib.Path({enough!r}).exists() and time.monotonic() < until:
    total += sum(range(1000))      # pure Python: holds the interpreter's lock as much as code can
print(any(in_main_thread), time.monotonic() < until)
"""

ANEW = """
avatar.responder = lambda messages, tools: "The second one answers."
await avatar.reconnect()
print((await avatar.ask("Who is there?")).text)
"""


def test_a_function_in_a_cell_answers_while_the_kernel_is_busy(open_notebook: Opener, tmp_path: Path) -> None:
    spoken = np.concatenate([silence(0.5), flite("what is the weather in paris today"), silence(4.0)])  # and again
    enough = tmp_path / "enough"
    notebook = open_notebook([AVATAR, BUSY.format(enough=str(enough)), ANEW], spoken)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_status("listening")
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to curator()")
    notebook.begin(1)
    answer = widget.root.locator(".nt-turn-avatar").filter(has_text=re.compile("While a cell computes.*weather", re.I))
    expect(answer.first).to_be_visible(timeout=50_000)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    enough.touch()
    assert notebook.wait(1).split() == ["False", "True"]
    assert "The second one answers." in notebook.run(2)
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to a function of yours")
