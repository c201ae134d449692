"""How much later the widget's voice is heard than its picture is seen, where both come over the gateway."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.offset_page import Offsets, collected

NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
"""A browser's option by which WebRTC finds no way, as behind a firewall that lets no UDP through."""

LISTEN = """
(() => {
  // Whatever the page plays goes through here; the onset of each beep is noted as it leaves for the sound device.
  const seen = (window.nt_seen = { flashes: [], beeps: [] });
  const ONSET = `
    registerProcessor("onset", class extends AudioWorkletProcessor {
      quiet = 0;
      process([[samples]]) {
        if (samples === undefined) return true;
        for (let i = 0; i < samples.length; i++) {
          if (Math.abs(samples[i]) < 0.1) { this.quiet++; continue; }
          if (this.quiet > sampleRate / 4) this.port.postMessage((currentFrame + i) / sampleRate);
          this.quiet = 0;
        }
        return true;
      }
    });`;
  const address = URL.createObjectURL(new Blob([ONSET], { type: "text/javascript" }));
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode && this instanceof GainNode) void hear(this);
    return connect.call(this, target, ...rest);
  };
  async function hear(node) {
    const { context } = node;
    await context.audioWorklet.addModule(address);
    const onset = new AudioWorkletNode(context, "onset", { numberOfOutputs: 0 });
    connect.call(node, onset);
    onset.port.onmessage = ({ data: contextTime }) => {
      const output = context.getOutputTimestamp();
      seen.beeps.push(output.performanceTime + 1000 * (contextTime - output.contextTime));
    };
  }
})();
"""

_WATCH = """
(video) => {
  const seen = window.nt_seen;
  const context = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  let flash = null; // pictures of the flash that goes on; null until it has been dark
  const look = (_, { expectedDisplayTime }) => {
    video.requestVideoFrameCallback(look);
    const { videoWidth: width, videoHeight: height } = video;
    context.drawImage(video, width * 0.45, height * 0.32, width * 0.1, height * 0.04, 0, 0, 8, 8);
    const { data } = context.getImageData(0, 0, 8, 8);
    const bright = data.filter((_, i) => i % 4 === 1).reduce((sum, green) => sum + green, 0) / 64 > 128;
    if (bright) flash?.push(expectedDisplayTime);
    else {
      if (flash?.length === 5) seen.flashes.push(flash.reduce((sum, at, i) => sum + at - 40 * i, 0) / 5);
      flash = [];
    }
  };
  video.requestVideoFrameCallback(look);
}
"""


class WidgetOffset:
    """Watches a widget that shows the test card; its page was opened with `LISTEN` as an initial script.

    Args:
        page: with one widget on it, whose picture is shown.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._began: float = page.evaluate("() => performance.now()")
        page.locator(".nt-root video").first.evaluate(_WATCH)

    def offsets(self) -> Offsets:
        """One for each flash that has a beep, from the beginning of the watch."""
        return Offsets.paired(self._page.evaluate("() => window.nt_seen"), self._began)

    def collect(self, count: int, *, of: int = 1, limit_s: float = 180.0) -> Offsets:
        """Wait until so many rounds of so many flashes were seen and heard."""
        return collected(self.offsets, self._page, count, of=of, limit_s=limit_s)
