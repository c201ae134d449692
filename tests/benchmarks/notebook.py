"""Figures of a conversation in a real JupyterLab: first frame, microphone beside busy cells, answers, interruptions."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from navtalk_widget.audio.wav import write_wav
from tests.benchmarks.figure import Figure, Finding, Step, amount, spread
from tests.support.browser import chromium
from tests.support.flite import flite, silence
from tests.support.lab import Notebook, running_lab
from tests.support.widget import Widget

STARTS = 6
ANSWERS_S = 60
INTERRUPTIONS = 5

AVATAR = """
import time
from navtalk_widget import Avatar
avatar = Avatar(greet=False)
stopped, started = [], []
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
        if (!window.nt_sending) return;
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
comm.on_msg(lambda widget, content, buffers: by_comm.append((struct.unpack("<d", buffers[0])[0], 1000 * time.time())))
comm
'''

COLLECT = """
import asyncio, json
import numpy, pandas
table = pandas.DataFrame({"key": numpy.arange(500_000) % 1_000, "value": numpy.arange(500_000.0)})
words = pandas.Series(["the quick brown fox"] * 100_000, dtype=object)
matrix = numpy.random.default_rng(0).normal(size=(1_000, 1_000))

def end(since):
    "What the gateway had brought when the cell ended."
    now = time.time()
    count = int(50 * (now - since))
    return {"since": since, "until": now, "gateway": list(avatar._session.microphone_delays_ms)[-count:]}

def told(span):
    "The same, and what became of the blocks that the comm was given meanwhile."
    since, until = 1000 * span["since"], 1000 * span["until"]
    comm = [(sent, received) for sent, received in by_comm if since <= sent < until]
    delays = [received - sent for sent, received in comm]
    in_time = sum(received <= until for _, received in comm)
    print(json.dumps({"at": time.time(), "gateway": span["gateway"], "comm": delays, "in_time": in_time}))
"""

CELL_S = 5.0

WAYS = {
    "idle": "",
    "pure-Python loop": "sum(range(1000))",
    "numpy matmul": "matrix @ matrix",
    "pandas groupby": "table.groupby('key')['value'].mean()",
    "pandas string work": "words.str.upper().str.split(' ').str.len()",
    "time.sleep": "time.sleep(0.5)",
    "await": "await asyncio.sleep(0.05)",
}
"""What the cell does over and over."""

IDLE, PYTHON = "idle", "pure-Python loop"

BEGIN_IDLE = "began = time.time()"
END_IDLE = "span = end(began)"
TOLD = "told(span)"
"""In a cell of its own, later: before, the comm may not have brought what it was given."""

QUIET = "comm.close()"

TIMES = """
answered = [each.latency.audio_ms for each in avatar.latencies if each.latency.audio_ms is not None]
print(json.dumps({"at": time.time(), "stopped": stopped, "started": started, "answered": answered}))
"""


def _busy(work: str) -> str:
    return f"began = time.time()\nwhile time.time() < began + {CELL_S}:\n    {work}\nspan = end(began)"


CELLS = [
    *(AVATAR, COMM, COLLECT, TIMES, QUIET),
    *(cell for work in WAYS.values() for cell in ([_busy(work)] if work else [BEGIN_IDLE, END_IDLE]) + [TOLD]),
]
AVATAR_CELL, COMM_CELL, COLLECT_CELL, TIMES_CELL, QUIET_CELL, FIRST_WAY = range(6)


def measure() -> Iterator[Finding]:
    """Report the figures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        wav = Path(folder) / "microphone.wav"
        question = flite("what is the weather in paris today")
        write_wav(wav, np.concatenate([silence(2.5), question, silence(2.5)]))
        with running_lab(Path(folder) / "notebooks") as lab, chromium(playwright, wav) as browser:
            page = browser.new_page(viewport={"width": 1360, "height": 1000})
            notebook = Notebook(lab, page, lab.write("benchmark.ipynb", CELLS))
            notebook.run(AVATAR_CELL)
            widget = Widget(page)
            yield from _first_frames(widget)
            yield from _microphone(notebook)
            yield from _answers(notebook, widget)
            yield from _interruptions(notebook, widget)


def _first_frames(widget: Widget) -> Iterator[Figure]:
    elapsed = []
    for _ in range(STARTS):
        pressed = time.perf_counter()
        widget.start()
        elapsed.append(1000 * (time.perf_counter() - pressed))
        widget.button("Stop").click()
        widget.expect_status("closed")
        widget.expect_data("microphone", "off")
    widget.start()
    cold = f"the first time, while the service itself may be starting: {elapsed[0]:.0f} ms"
    first = spread("Start pressed → first video frame, service warm", elapsed[1:], p95=1_000.0)
    yield replace(first, baseline=cold, ratio=float(np.median(elapsed[1:])) / elapsed[0])


def _microphone(notebook: Notebook) -> Iterator[Finding]:
    notebook.run(COMM_CELL)
    notebook.run(COLLECT_CELL)
    first = FIRST_WAY
    for way, work in WAYS.items():
        cells = range(first, first + (2 if work else 3))
        first = cells.stop
        # One after the other: fifty comm messages a second keep an idle notebook's page so busy with the kernel's
        # states that the gateway's blocks would wait for it.
        seen = _span(notebook, cells)
        notebook.page.evaluate("() => { window.nt_sending = true; }")
        comm = _span(notebook, cells)
        limit = {IDLE: 20.0, PYTHON: 60.0}.get(way)
        if limit is not None:
            when = "idle" if way == IDLE else f"while a cell runs a {way}"
            yield spread(
                f"end of a captured block → the service's socket, {when}",
                seen["gateway"],
                beside=comm["comm"],
                beside_what=f"the comm, {comm['in_time']} of {len(comm['comm'])} blocks before the cell ended",
                p95=limit,
            )
        row = {
            "cell": way,
            **_at("gateway", seen["gateway"]),
            **_at("comm", comm["comm"]),
            "over the comm before the cell ended": f"{comm['in_time']} of {len(comm['comm'])}",
        }
        yield Step("From the end of a captured block to the service's socket, by what the cell does", row)
    notebook.run(QUIET_CELL)


def _span(notebook: Notebook, cells: range) -> dict[str, Any]:
    """Let the cell work for a while; what came meanwhile. Nothing is given to the comm for longer."""
    work, *ended, told = cells
    notebook.run(work)
    if ended:  # idle: a cell begins the span, another ends it
        notebook.page.wait_for_timeout(1_000 * CELL_S)
    notebook.page.evaluate("() => { window.nt_sending = false; }")
    for cell in ended:
        notebook.run(cell)
    notebook.page.wait_for_timeout(1_000)
    return _told(notebook, told)


def _told(notebook: Notebook, cell: int) -> dict[str, Any]:
    """Run a cell that prints JSON; its number may come before that, and what it printed last time still be there."""
    asked, deadline = time.time(), time.monotonic() + 30
    text = notebook.run(cell)
    while True:
        with suppress(json.JSONDecodeError):
            told: dict[str, Any] = json.loads(text)
            if told["at"] >= asked:
                return told
        assert time.monotonic() < deadline, f"the cell printed {text[:200]!r}"
        notebook.page.wait_for_timeout(100)
        text = notebook.wait(cell)


def _at(way: str, values: list[float]) -> dict[str, str]:
    return {f"{way}, p{q}": f"{amount(float(np.percentile(values, q)))} ms" if values else "none" for q in (50, 95)}


def _answers(notebook: Notebook, widget: Widget) -> Iterator[Figure]:
    """What is asked with the voice needs a tool; the answer comes over WebRTC."""
    offset = float(notebook.page.evaluate("() => performance.timeOrigin"))
    widget.listen()
    listening_since = offset + float(notebook.page.evaluate("() => performance.now()"))
    notebook.page.wait_for_timeout(1_000 * ANSWERS_S)
    times = _told(notebook, TIMES_CELL)
    answers = [first - end for end, first in _next(times["stopped"], _heard(widget, offset)) if end > listening_since]
    yield spread("end of speech (VAD) → first sound at the kernel, in JupyterLab, with a tool", times["answered"])
    yield spread("end of speech (VAD) → first audible sample, built-in engines, with a tool", answers, p95=400.0)


def _interruptions(notebook: Notebook, widget: Widget) -> Iterator[Figure]:
    offset = float(notebook.page.evaluate("() => performance.timeOrigin"))
    silences = []
    for _ in range(INTERRUPTIONS):
        widget.type("Please count to one hundred.")
        widget.expect_status("speaking")
        began = _next_start(notebook)
        notebook.page.wait_for_timeout(1_500)
        after = [at for at in _heard(widget, offset) if began - 500 < at < began + 900]
        if after:
            silences.append(max(after) - began)
        widget.expect_status("listening")
    yield spread("speech_started in the kernel → speaker silent (negative: the page was faster)", silences, p95=100.0)


def _next_start(notebook: Notebook) -> float:
    """Wait until the person begins to speak; when that was, in milliseconds since 1970."""
    before = len(_told(notebook, TIMES_CELL)["started"])
    deadline = time.monotonic() + 30
    while len(started := _told(notebook, TIMES_CELL)["started"]) <= before:
        assert time.monotonic() < deadline, "the service does not hear the person"
        notebook.page.wait_for_timeout(500)
    return float(started[-1])


def _heard(widget: Widget, offset: float) -> list[float]:
    """When the speaker was not silent, in milliseconds since 1970."""
    return [level["at"] + offset for level in widget.levels() if level["rms"] > 0.005]


def _next(ends: list[float], heard: list[float]) -> list[tuple[float, float]]:
    return [(end, next(at for at in heard if at > end)) for end in ends if any(at > end for at in heard)]
