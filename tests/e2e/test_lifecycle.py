"""Running the cell again, deleting it, closing the tab, fifty times: nothing is left in page, kernel or service."""

import json
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from navtalk_widget.audio.wav import write_wav
from tests.support.browser import chromium
from tests.support.flite import silence
from tests.support.lab import Lab, Notebook
from tests.support.widget import LIMIT_MS, Widget

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SETTLING_S = 60.0
SPARE = 4

PREPARE = """
import asyncio, json, threading, psutil
from navtalk_widget import Avatar
from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.gateway import ownership, port
from navtalk_widget.widget.avatar import _kernel_loop

# What a person may have for half a minute after the page is gone, a test need not wait for.
ownership.ORPHAN_TIMEOUT = port.REST_AFTER = 0.5

def listening():
    return [each for each in psutil.Process().net_connections("tcp") if each.status == "LISTEN"]

warm = Avatar(greet=False)
warm.connect().result(90)      # the service runs
warm.close()

async def held():
    return {
        "tasks": sorted(task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()),
        "threads": sorted(each.name for each in threading.enumerate() if each.name.startswith("navtalk")),
        "ports": len(listening()),
    }
"""

SHOW = """
avatar = Avatar(greet=False)
avatar
"""

COUNT = """
print(json.dumps({"service": embedded_service().pid, **_kernel_loop().submit(held()).result(60)}))
"""

WATCH = """
window.nt_made = [];
const watch = (name, gone) => {
  window[name] = new Proxy(window[name], {
    construct(type, values, target) {
      const made = Reflect.construct(type, values, target);
      window.nt_made.push(() => (gone(made) ? null : name));
      return made;
    },
  });
};
watch("AudioContext", (context) => context.state === "closed");
watch("RTCPeerConnection", (peer) => peer.connectionState === "closed");
watch("WebSocket", (socket) => socket.readyState === WebSocket.CLOSED || !socket.url.startsWith("ws://127.0.0.1:"));
const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await getUserMedia(wanted);
  for (const track of stream.getTracks()) {
    window.nt_made.push(() => (track.readyState === "ended" ? null : "microphone"));
  }
  return stream;
};
window.nt_left = () => window.nt_made.map((left) => left()).filter((left) => left !== null);
"""

ROUNDS = 50
DELETED_EVERY, CLOSED_EVERY = 10, 12
"""Among the rounds; in the others the cell is run again over the conversation that goes on."""

PREPARED, COUNTED, SHOWN = range(3)
"""The cells."""


class Life:
    """One notebook whose widget comes and goes."""

    def __init__(self, lab: Lab, context: BrowserContext) -> None:
        self._lab = lab
        self._context = context
        self._path = lab.write("lifecycle.ipynb", [PREPARE, COUNT, SHOW])
        self.notebook = self._open()
        self.notebook.run(PREPARED)

    def _open(self) -> Notebook:
        return Notebook(self._lab, self._context.new_page(), self._path)

    def talk(self) -> None:
        """Run the cell, press Start, and wait for microphone and picture."""
        page = self.notebook.page
        page.evaluate("document.querySelectorAll('.nt-root').forEach((root) => { root.dataset.old = ''; })")
        self.notebook.begin(SHOWN)
        expect(page.locator(".nt-root:not([data-old])")).to_be_visible()
        expect(page.locator(".nt-root[data-old]")).to_have_count(0)
        widget = Widget(page)
        widget.start()
        widget.expect_data("microphone", "on")

    def delete(self) -> None:
        """Delete the cell, under the conversation."""
        page = self.notebook.page
        self.notebook.cell(SHOWN).locator(".jp-InputPrompt").click()
        page.keyboard.press("d")
        page.keyboard.press("d")
        expect(page.locator(".nt-root")).to_have_count(0)

    def undo(self) -> None:
        """Have the deleted cell back."""
        self.notebook.page.keyboard.press("z")
        expect(self.notebook.cell(SHOWN)).to_be_visible()

    def close(self) -> None:
        """Close the tab, and open the notebook in another."""
        self.notebook.page.close()
        self.notebook = self._open()

    def expect_nothing_on_the_page(self) -> None:
        """Wait until nothing hears, sees, sounds or is connected."""
        self.notebook.page.wait_for_function("nt_left().length === 0", polling=100, timeout=LIMIT_MS)

    def held(self) -> dict[str, Any]:
        """What kernel and service hold."""
        kernel: dict[str, Any] = json.loads(self.notebook.run(COUNTED))
        service = psutil.Process(kernel.pop("service"))
        return {**kernel, "service": [service.num_threads(), service.num_fds()]}


def exceeds(held: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether there is more than before; a service keeps a few threads that once had work to do."""
    threads, files = held["service"]
    threads_before, files_before = before["service"]
    kernel = any(held[name] != before[name] for name in ("tasks", "threads", "ports"))
    return kernel or threads > threads_before + SPARE or files > files_before + SPARE


def test_fifty_rounds_leave_nothing_behind(lab: Lab, playwright: Playwright, tmp_path: Path) -> None:
    wav = tmp_path / "microphone.wav"
    write_wav(wav, silence(5))
    with chromium(playwright, wav) as browser:
        context = browser.new_context(viewport={"width": 1360, "height": 1000})
        context.add_init_script(WATCH)
        life = Life(lab, context)
        life.talk()
        life.delete()
        life.expect_nothing_on_the_page()
        before = settled(life, None)
        life.undo()
        for number in range(1, ROUNDS):
            life.talk()
            if number % DELETED_EVERY == 0:
                life.delete()
                life.undo()
            elif number % CLOSED_EVERY == 0:
                life.close()
        life.talk()
        life.delete()
        life.expect_nothing_on_the_page()
        after = settled(life, before)
    assert not exceeds(after, before), f"{before} became {after}"


def settled(life: Life, before: dict[str, Any] | None) -> dict[str, Any]:
    """What is held once what ends has ended."""
    deadline = time.monotonic() + SETTLING_S
    while True:
        held = life.held()
        done = not held["tasks"] and not held["ports"] if before is None else not exceeds(held, before)
        if done or time.monotonic() > deadline:
            return held
