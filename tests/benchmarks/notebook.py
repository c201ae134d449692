"""Figures of a conversation in a real JupyterLab: microphone, first frame, answers, interruption, processor time."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import sync_playwright

from navtalk_widget.audio.wav import write_wav
from tests.benchmarks.report import heading, line, percentiles
from tests.support.browser import chromium
from tests.support.flite import flite, silence
from tests.support.lab import Notebook, running_lab
from tests.support.widget import Widget

AVATAR = """
import time
from navtalk_widget import Avatar
from navtalk_widget.client.embedded import embedded_service
avatar = Avatar(greet=False)
stopped, started, answered = [], [], []
avatar._session.on("measured", lambda news: answered.append(news.milliseconds) if news.name == "response_ms" else None)
avatar._session.on("input_audio_buffer.speech_stopped", lambda event: stopped.append(1000 * time.time()))
avatar._session.on("input_audio_buffer.speech_started", lambda event: started.append(1000 * time.time()))

@avatar.tool
def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."

avatar
"""

COMM = '''
import anywidget, traitlets
class Comm(anywidget.AnyWidget):
    """The same blocks, at the same pace, by comm messages."""
    _esm = """
    export default { render({ model, el }) {
      el.textContent = "comm";
      const timer = setInterval(() => {
        const header = new DataView(new ArrayBuffer(8));
        header.setFloat64(0, performance.timeOrigin + performance.now(), true);
        model.send({ type: "block" }, undefined, [header.buffer, new ArrayBuffer(960)]);
      }, 20);
      return () => clearInterval(timer);
    } };
    """
import struct
by_comm = []
comm = Comm()
comm.on_msg(lambda widget, content, buffers: by_comm.append(1000 * time.time() - struct.unpack("<d", buffers[0])[0]))
comm
'''

COLLECT = """
import json
def collect(work):
    before, at = len(by_comm), time.time()
    work()
    seconds = time.time() - at
    in_time = len(by_comm) - before
    delays = list(avatar._session.microphone_delays_ms)[-int(50 * seconds):]
    return {"gateway": delays, "comm": by_comm[before:], "comm_in_time": in_time, "expected": int(50 * seconds)}
"""

BUSY = """
def spin(end=None):
    end = time.time() + 5
    total = 0
    while time.time() < end:
        total += sum(range(1000))
print(json.dumps(collect(spin)))
"""

IDLE_BEGIN = "mark, began = len(by_comm), time.time()"
IDLE_END = """
n = int(50 * (time.time() - began))
print(json.dumps({"gateway": list(avatar._session.microphone_delays_ms)[-n:], "comm": by_comm[mark:], "expected": n}))
"""

QUIET = "comm.close()"

TIMES = """
print(json.dumps({"stopped": stopped, "started": started, "answered": answered, "pid": embedded_service().pid}))
"""


def measure() -> None:
    """Report the figures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        wav = Path(folder) / "microphone.wav"
        question = flite("what is the weather in paris today")
        write_wav(wav, np.concatenate([silence(4), question, silence(4)]))
        with running_lab(Path(folder) / "notebooks") as lab, chromium(playwright, wav) as browser:
            cells = [AVATAR, COMM, COLLECT, IDLE_BEGIN, IDLE_END, BUSY, TIMES, QUIET]
            page = browser.new_page(viewport={"width": 1360, "height": 1000})
            notebook = Notebook(lab, page, lab.write("benchmark.ipynb", cells))
            notebook.run(0)
            widget = Widget(page)
            _first_frames(widget)
            _microphone(notebook)
            _answers(notebook, widget)
            _processor(notebook, widget)


def _first_frames(widget: Widget) -> None:
    heading("From Start to the first frame, service warm")
    elapsed = []
    for _ in range(6):
        pressed = time.perf_counter()
        widget.start()
        elapsed.append(1000 * (time.perf_counter() - pressed))
        widget.button("Stop").click()
        widget.expect_status("closed")
        widget.expect_data("microphone", "off")
    widget.start()
    line("Start pressed → first video frame (first: service may be cold)", f"{elapsed[0]:.0f} ms")
    line("Start pressed → first video frame (warm)", percentiles(elapsed[1:]), "1000 ms")


def _microphone(notebook: Notebook) -> None:
    heading("From the end of a captured block to the service's socket")
    notebook.run(1)
    notebook.run(2)
    notebook.run(3)
    notebook.page.wait_for_timeout(6_000)
    idle = json.loads(notebook.run(4))
    line("gateway, idle", percentiles(idle["gateway"]), "p95 20 ms")
    line("comm, same seconds", percentiles(idle["comm"]))
    busy = json.loads(notebook.run(5))
    line("gateway, while a pure-Python cell runs", percentiles(busy["gateway"]), "p95 60 ms")
    line("comm, blocks delivered while that cell ran", f"{busy['comm_in_time']} of {busy['expected']}")
    if busy["comm"]:
        line("comm, those blocks", percentiles(busy["comm"]))


def _answers(notebook: Notebook, widget: Widget) -> None:
    notebook.run(7)
    heading("Answers and interruptions, built-in engines, over WebRTC in the browser")
    offset = float(notebook.page.evaluate("() => performance.timeOrigin"))
    widget.listen()
    listening_since = offset + float(notebook.page.evaluate("() => performance.now()"))
    notebook.page.wait_for_timeout(85_000)
    levels = widget.levels()
    times = json.loads(notebook.run(6))
    heard = [level["at"] + offset for level in levels if level["rms"] > 0.005]
    answers = [first - end for end, first in _next(times["stopped"], heard) if end > listening_since]
    line("end of speech (VAD) → first sound at the kernel", percentiles(times["answered"]))
    line("end of speech (VAD) → first audible sample", percentiles(answers), "p95 400 ms")
    widget.type("Please count to one hundred.")
    silences = []
    for _ in range(4):
        widget.expect_status("speaking")
        before = len(json.loads(notebook.run(6))["started"])
        while len(json.loads(notebook.run(6))["started"]) == before:
            notebook.page.wait_for_timeout(500)
        notebook.page.wait_for_timeout(1_500)
        began = json.loads(notebook.run(6))["started"][-1]
        loud = [level["at"] + offset for level in widget.levels() if level["rms"] > 0.005]
        after = [at for at in loud if began - 500 < at < began + 900]
        if after:
            silences.append(max(after) - began)
        widget.expect_status("listening")
        widget.type("Please count to one hundred.")
    line("speech_started in the kernel → speaker silent", percentiles(silences), "p95 100 ms")


def _next(ends: list[float], heard: list[float]) -> list[tuple[float, float]]:
    return [(end, next(at for at in heard if at > end)) for end in ends if any(at > end for at in heard)]


def _processor(notebook: Notebook, widget: Widget) -> None:
    heading("Processor time of the service, one session with video")
    service = psutil.Process(json.loads(notebook.run(6))["pid"])
    widget.button("Mute").click()
    widget.button("Interrupt").click()
    widget.expect_status("listening")
    line("nobody talks", _share(service, 20.0))
    widget.type("Please count to one hundred.")
    widget.expect_status("speaking")
    line("the avatar talks", _share(service, 20.0), "15 %")
    widget.button("Unmute").click()
    line("both talk, in turn", _share(service, 30.0))
    line("memory", f"{service.memory_info().rss / 2**20:.0f} MiB")


def _share(process: psutil.Process, seconds: float) -> str:
    def used() -> Any:
        times = process.cpu_times()
        return times.user + times.system

    before, at = used(), time.monotonic()
    time.sleep(seconds)
    return f"{100 * (used() - before) / (time.monotonic() - at):.1f} % of a core"
