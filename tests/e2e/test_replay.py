"""A recorded conversation is heard again in JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener

pytestmark = pytest.mark.e2e

REPLAY = """
from datetime import datetime, timedelta, timezone
import numpy as np
from navtalk_widget import Transcript, Turn
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.transcript import Recorded

write_wav("replayed.wav", np.zeros(24_000 * 15, dtype=np.int16))
began = datetime(2026, 1, 2, tzinfo=timezone.utc)
talk = Transcript(
    Turn(id=words, role=role, text=words, started_at=began + timedelta(seconds=second),
         recorded=Recorded(path="replayed.wav", start_ms=1000 * second))
    for second, role, words in [(0, "user", "Hello"), (5, "avatar", "Hi"), (10, "user", "Bye")]
)
talk.replay()
"""


def test_a_turns_time_leads_to_its_place_and_what_is_heard_is_marked(open_notebook: Opener) -> None:
    notebook = open_notebook([REPLAY])
    faults: list[str] = []
    notebook.page.on("pageerror", lambda error: faults.append(str(error)))
    notebook.run(0)
    shown = notebook.cell(0).frame_locator("iframe")
    marked = shown.locator("li[aria-current]")
    expect(shown.get_by_role("heading")).to_have_text("Conversation with Avatar")
    expect(marked).to_have_count(0)
    shown.get_by_role("button", name="Play from 00:05").click()
    expect(marked).to_contain_text("Hi")
    expect(marked).to_contain_text("Bye")
    shown.get_by_role("button", name="Play from 00:00").click()
    expect(marked).to_contain_text("Hello")
    assert faults == []
