"""A function in a notebook is the avatar's mind, and answers while another cell computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.widget import Widget

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

AVATAR = """
import threading, time
from navtalk_widget import Avatar

asked = []

def curator(messages, tools):
    asked.append((time.time(), threading.current_thread() is threading.main_thread()))
    yield "You asked: "
    yield messages[-1].text + "."

avatar = Avatar(responder=curator, recognizer="pocketsphinx", synthesizer="espeak", greet=False, service="local")
avatar
"""

BUSY = """
began, total = time.time(), 0
while time.time() < began + 18:
    total += sum(range(1000))      # pure Python: holds the interpreter's lock as much as code can
ended = time.time()
print(len([at for at, main in asked if began < at < ended]), any(main for _, main in asked))
"""

ANEW = """
avatar.responder = lambda messages, tools: "The second one answers."
await avatar.reconnect()
print((await avatar.ask("Who is there?")).text)
"""


def test_a_function_in_a_cell_answers_while_the_kernel_is_busy(open_notebook: Opener) -> None:
    spoken = np.concatenate([silence(0.5), flite("what is the weather in paris today"), silence(6.0)])
    notebook = open_notebook([AVATAR, BUSY, ANEW], spoken)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_status("listening")
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to curator()")
    shown_before = widget.root.locator(".nt-turn-avatar").count()
    notebook.begin(1)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    answer = widget.root.locator(".nt-turn-avatar").nth(shown_before)
    expect(answer).to_contain_text(re.compile("You asked: .*weather", re.IGNORECASE), timeout=18_000)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    answered, in_main_thread = notebook.wait(1).split()
    assert int(answered) >= 1
    assert in_main_thread == "False"
    assert "The second one answers." in notebook.run(2)
    expect(widget.root.locator(".nt-service")).to_have_text("Local service; your words go to <lambda>()")
