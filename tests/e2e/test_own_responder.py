"""A function in a notebook is the avatar's mind, and answers while another cell computes."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.busy import computing
from tests.support.flite import flite, silence
from tests.support.question import QUESTION
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AVATAR = """
import threading
from navtalk_widget import Avatar

computing, in_main_thread = False, []

def curator(messages, tools):
    in_main_thread.append(threading.current_thread() is threading.main_thread())
    yield "While a cell computes, you ask: " if computing else "You ask: "
    yield messages[-1].text + "."

avatar = Avatar(responder=curator, recognizer="pocketsphinx", synthesizer="espeak", greet=False, service="local")
avatar
"""

ANEW = """
avatar.responder = lambda messages, tools: "The second one answers."
await avatar.reconnect()
print((await avatar.ask("Who is there?")).text)
"""


def test_a_function_in_a_cell_answers_while_the_kernel_is_busy(open_notebook: Opener, tmp_path: Path) -> None:
    spoken = np.concatenate([silence(0.5), flite(QUESTION), silence(9.5)])  # and again
    enough = tmp_path / "enough"
    busy = "computing = True" + computing(enough) + "print(any(in_main_thread), in_time)"
    notebook = open_notebook([AVATAR, busy, ANEW], spoken)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_status("listening")
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to curator()")
    notebook.begin(1)
    widget.expect_turn("avatar", re.compile("While a cell computes.*(weather|paris)", re.IGNORECASE))
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    enough.touch()
    assert notebook.wait(1).split() == ["False", "True"]
    assert "The second one answers." in notebook.run(2)
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to a function of yours")
