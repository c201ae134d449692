"""How long the page keeps what the microphone heard: our blocks beside those of the vendor's way of capturing.

Both hear the same microphone in the same page of the same browser. The vendor's clients read it by a
`ScriptProcessorNode` of 8,192 samples in a context of 24,000 Hz.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from navtalk_widget import Avatar
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.wav import write_wav
from tests.benchmarks.figure import Figure, spread
from tests.support.browser import chromium
from tests.support.widget import Widget

BLOCK_MS = 20.0
SCRIPT_PROCESSOR = "ScriptProcessor of 8,192 samples at 24 kHz"
LISTEN_S = 20.0

LISTEN = """
(() => {
  // Notes each block of the microphone as the page sends it, and keeps the microphone for another listener.
  const noted = (window.nt_blocks = { ours: [], theirs: [] });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (frame) {
    const bytes = frame instanceof ArrayBuffer ? frame : ArrayBuffer.isView(frame) ? frame.buffer : null;
    if (bytes !== null && bytes.byteLength > 16 && new DataView(bytes).getUint32(0, true) === 1) {
      const now = performance.timeOrigin + performance.now();
      const samples = new Int16Array(bytes, 16);
      const loud = samples.findIndex((sample) => Math.abs(sample) > 3277);
      const ended = new DataView(bytes).getFloat64(8, true);
      noted.ours.push({ at: now, ended, size: samples.length, loud });
    }
    return send.call(this, frame);
  };
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await open.call(this, constraints);
    window.nt_microphone ??= stream.clone();
    return stream;
  };
})();
"""

SCRIPT_PROCESSOR_JS = """
() => {
  const context = new AudioContext({ sampleRate: 24000 });
  const node = context.createScriptProcessor(8192, 1, 1);
  node.onaudioprocess = ({ inputBuffer }) => {
    const samples = inputBuffer.getChannelData(0);
    const loud = samples.findIndex((sample) => Math.abs(sample) > 0.1);
    window.nt_blocks.theirs.push({ at: performance.timeOrigin + performance.now(), size: samples.length, loud });
  };
  context.createMediaStreamSource(window.nt_microphone).connect(node);
  node.connect(context.destination);
  window.nt_script_processor = node; // else it is collected, and falls silent
}
"""


def measure() -> Iterator[Figure]:
    """Report the figures."""
    blocks = _listen()
    ours, theirs = blocks["ours"], blocks["theirs"]
    pace, gaps = (np.diff([block["at"] for block in blocks]) for blocks in (ours, theirs))
    size_ms = 1000 * float(np.median([block["size"] for block in ours])) / SAMPLE_RATE
    yield Figure(
        what="microphone block",
        measured=f"{size_ms:g} ms of sound, one every {_median(pace):.1f} ms",
        baseline=f"{SCRIPT_PROCESSOR}: every {_median(gaps):.1f} ms",
        ratio=_median(pace) / _median(gaps),
        budget=f"{BLOCK_MS:g} ms",
        met=size_ms <= BLOCK_MS,
        n=len(ours),
    )
    sounds = [
        (block["ended"] - 1000 * (block["size"] - block["loud"]) / SAMPLE_RATE, block["at"]) for block in _onsets(ours)
    ]
    later = [block["at"] for block in _onsets(theirs)]
    pairs = [(heard, at, next((one for one in later if one > heard), None)) for heard, at in sounds]
    yield spread(
        "a sound in the microphone → the page has it as PCM",
        [at - heard for heard, at, _ in pairs],
        beside=[them - heard for heard, _, them in pairs if them is not None and them - heard < 1_000],
        beside_what=SCRIPT_PROCESSOR,
    )


def _listen() -> dict[str, list[dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        wav = Path(folder) / "beeps.wav"
        write_wav(wav, _beeps())
        avatar = Avatar(service="local", greet=False)
        try:
            with chromium(playwright, wav) as browser:
                page = browser.new_page()
                page.add_init_script(LISTEN)
                page.goto(avatar.url)
                widget = Widget(page)
                widget.start()
                widget.expect_data("microphone", "on")
                page.evaluate(SCRIPT_PROCESSOR_JS)
                page.wait_for_timeout(2_000)  # the beginning is not what lasts
                page.evaluate("() => { window.nt_blocks.ours.length = window.nt_blocks.theirs.length = 0; }")
                page.wait_for_timeout(1_000 * LISTEN_S)
                blocks: dict[str, list[dict[str, Any]]] = page.evaluate("() => window.nt_blocks")
        finally:
            avatar.close()
    assert len(blocks["ours"]) > 1, "the page sent no sound"
    assert len(blocks["theirs"]) > 1, "the ScriptProcessor heard nothing"
    return blocks


def _beeps() -> NDArray[np.int16]:
    """A beep of 120 ms, and silence, every 1.13 s: no multiple of either kind of block."""
    sound = np.zeros(round(1.13 * SAMPLE_RATE), dtype=np.int16)
    beep = np.arange(round(0.12 * SAMPLE_RATE))
    sound[: beep.size] = 16_000 * np.sin(2 * np.pi * 700 * beep / SAMPLE_RATE)
    return np.tile(sound, 20)


def _onsets(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks in which sound begins after half a second without."""
    onsets, loud_at = [], -np.inf
    for block in blocks:
        if block["loud"] < 0:
            continue
        if block["at"] - loud_at > 500:
            onsets.append(block)
        loud_at = block["at"]
    return onsets[1:]  # the first one may have begun before anybody listened


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values))
