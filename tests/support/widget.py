"""The widget as a person sees, hears and uses it in a browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

LIMIT_MS = 60_000
"""For whatever a page is to show: a machine may be slow, and have much else to do."""

FLOWING = 5
"""Pictures in a second that show that a video goes on; 25 are sent, and a busy machine shows what it can."""

LIPS_MS = 500
"""By which the mouth may be seen before or after the voice, where it is not the offset that is measured."""

SILENCED_MS = 3_000
"""After which a voice that was cut short is silent. Most often it is a tenth of that, and less."""

WATCH_MOUTH = """
async (root, [box, milliseconds]) => {
  const video = root.querySelector("video");
  const [x, y, w, h] = box;
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    const { videoWidth: W, videoHeight: H } = video;
    context.drawImage(video, x * W, y * H, w * W, h * H, 0, 0, 64, 48);
    return context.getImageData(0, 0, 64, 48).data;
  };
  const end = performance.now() + milliseconds;
  let before = look(), changes = [], frames = 0;
  while (performance.now() < end) {
    const shown = await Promise.race([
      new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(true))),
      new Promise((resolve) => setTimeout(() => resolve(false), 500)),
    ]);
    if (!shown) continue; // a picture that stands still must not hold the test up for ever
    const now = look();
    let sum = 0;
    for (let i = 0; i < now.length; i += 4) sum += Math.abs(now[i] - before[i]);
    changes.push(sum / (now.length / 4));
    before = now;
    frames += 1;
  }
  const change = changes.reduce((a, b) => a + b, 0) / Math.max(changes.length, 1);
  return { frames, change, status: root.dataset.status };
}
"""

LISTEN = """
async (root) => {
  const video = root.querySelector("video");
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(video.srcObject).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  window.nt_levels = [];
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    const loudness = video.muted ? 0 : video.volume; // the page silences its speaker before the service does
    window.nt_levels.push({ at: performance.now(), rms: rms * loudness, status: root.dataset.status });
  }, 10);
  window.nt_stop_listening = () => { clearInterval(timer); return context.close(); };
}
"""

REMEMBER = """
(root) => {
  window.nt_met = [];
  const note = () => window.nt_met.push({ status: root.dataset.status, text: root.textContent });
  new MutationObserver(note).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  note();
}
"""


class Widget:
    """One view of the widget on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root: Locator = page.locator(".nt-root").first
        expect(self.root).to_be_visible(timeout=LIMIT_MS)

    def start(self) -> None:
        """Press Start, and wait until the avatar can be seen."""
        self.button("Start").click()
        expect(self.root.locator(".nt-stage[data-video=shown]")).to_be_visible(timeout=LIMIT_MS)

    def button(self, name: str) -> Locator:
        """The button of that name."""
        return self.root.get_by_role("button", name=re.compile(f"^{name}"))

    def type(self, text: str) -> None:
        """Type a message and send it."""
        self.root.get_by_role("textbox").fill(text)
        self.root.get_by_role("textbox").press("Enter")

    def expect_status(self, *names: str) -> None:
        """Wait for one of these states."""
        expect(self.root).to_have_attribute("data-status", re.compile("|".join(names)), timeout=LIMIT_MS)

    def expect_data(self, name: str, value: str | re.Pattern[str]) -> None:
        """Wait for an attribute of the view."""
        expect(self.root).to_have_attribute(f"data-{name}", value, timeout=LIMIT_MS)

    def expect_turn(self, role: str, text: str | re.Pattern[str], count: int = 1) -> None:
        """Wait until the transcript shows what was said."""
        turns = self.root.locator(f".nt-turn-{role}").filter(has_text=text)
        expect(turns.nth(count - 1)).to_be_visible(timeout=LIMIT_MS)

    def expect_final_turn(self, role: str, text: str | re.Pattern[str]) -> None:
        """Wait until the transcript shows what was said, to its end."""
        turns = self.root.locator(f".nt-turn-{role}[data-final=true]").filter(has_text=text)
        expect(turns.first).to_be_visible(timeout=LIMIT_MS)

    def expect_said(self, text: str | re.Pattern[str]) -> None:
        """Wait until the avatar has said something, and is silent again."""
        self.expect_final_turn("avatar", text)  # not before its voice has come
        self.expect_status("listening")

    def remember(self) -> None:
        """Begin to note all states and words: some are gone before a test has looked."""
        self.root.evaluate(REMEMBER)

    def expect_met(self, status: str, text: str) -> None:
        """Wait until there has been a state in which these words could be read, since `remember`."""
        self.page.wait_for_function(
            "([status, text]) => nt_met.some((met) => met.status === status && met.text.includes(text))",
            arg=[status, text],
            polling=100,
            timeout=LIMIT_MS,
        )

    def stream_id(self) -> str | None:
        """Which media stream is shown; another negotiation brings another."""
        stream: str | None = self.root.locator("video").evaluate("video => video.srcObject && video.srcObject.id")
        return stream

    def expect_another_video(self, stream_id: str | None) -> None:
        """Wait until another stream is shown than this one, and moves."""
        self.page.wait_for_function(
            """id => [...document.querySelectorAll(".nt-root video")].some(
                 video => video.srcObject && video.srcObject.id !== id && video.currentTime > 0)""",
            arg=stream_id,
            polling=100,  # not by animation frames, of which a page that nobody looks at may have none
            timeout=LIMIT_MS,
        )

    def watch_mouth(self, box: tuple[float, float, float, float], seconds: float) -> dict[str, Any]:
        """Watch a part of the video: frames seen, mean change per frame (0 to 255), and the state at the end."""
        seen: dict[str, Any] = self.root.evaluate(WATCH_MOUTH, [list(box), 1000 * seconds])
        return seen

    def listen(self) -> None:
        """Begin to note how loud the avatar is."""
        self.root.evaluate(LISTEN)

    def levels(self) -> list[dict[str, Any]]:
        """What was noted since `listen`: ``at`` (ms), ``rms`` (0 to 1) and ``status``."""
        noted: list[dict[str, Any]] = self.page.evaluate("() => window.nt_levels")
        return noted
