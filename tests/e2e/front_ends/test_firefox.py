"""Firefox: what its microphone delivers, and a conversation."""

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget import Avatar
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.gateway.frames import read_microphone
from tests.e2e.front_ends.conversation import microphone
from tests.support.firefox import FAKE_TONE_HZ, FirefoxPage, firefox
from tests.support.loudspeaker import loudspeaker
from tests.support.question import ANSWER, HEARD, weather
from tests.support.widget import FLOWING, LISTEN, WATCH_MOUTH

pytestmark = pytest.mark.e2e

PRELUDE = Path(__file__).with_name("firefox_prelude.js").read_text()

ROOT = "document.querySelector('.nt-root')"
START = "::-p-xpath(//button[starts-with(normalize-space(), 'Start')])"  # or "Start again"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxPage]:
    """A Firefox that shows the widget's own page: the same script as in a notebook, without the notebook's weight."""
    avatar = Avatar(greet=False, tools=[weather])
    with loudspeaker(tmp_path_factory.mktemp("loudspeaker")) as environment, firefox(environment) as page:
        page.open(avatar.url, PRELUDE)
        page.wait(f"{ROOT}?.dataset.link === 'open'")
        yield page
    avatar.close()


def test_the_microphone_arrives_as_it_sounds_whatever_its_device_runs_at(page: FirefoxPage) -> None:
    page.click(START)
    page.wait("nt_sent.length > 150")
    blocks = [read_microphone(base64.b64decode(frame)) for frame in page.evaluate("nt_sent")][50:150]
    page.click("::-p-aria([name='Stop'][role='button'])")
    page.wait(f"{ROOT}.dataset.microphone === 'off'")

    captured = np.array([block.captured_at for block in blocks])
    took = np.median(captured[25:] - captured[:-25])  # whatever held the machine up for a moment in between
    assert took == pytest.approx(25 * 0.02, rel=0.05), "20 ms of the room's time are 20 ms of sound"
    heard = np.concatenate([np.frombuffer(block.pcm, dtype="<i2") for block in blocks]).astype(float)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * SAMPLE_RATE / len(heard) == pytest.approx(FAKE_TONE_HZ, abs=2.0)


def test_a_spoken_question_is_answered(page: FirefoxPage, tmp_path: Path, screenshots: Path) -> None:
    wav = tmp_path / "microphone.wav"
    write_wav(wav, microphone())
    page.evaluate(f"nt_speak('{base64.b64encode(wav.read_bytes()).decode()}')")
    page.click(START)
    page.wait(f"{ROOT}.querySelector('.nt-stage[data-video=shown]')")
    page.evaluate(f"({LISTEN})({ROOT})")
    said = f"(role, words) => [...{ROOT}.querySelectorAll(role)].some((turn) => words.test(turn.textContent))"
    page.wait(f"({said})('.nt-turn-user', /{HEARD.pattern}/i)")
    page.wait(f"({said})('[data-tool][data-state=done]', /weather/)")
    page.wait(f"({said})('.nt-turn-avatar', /{ANSWER}/)")
    page.wait("nt_levels.some((level) => level.rms > 0.01)")
    page.screenshot(screenshots / "firefox.png")
    seen = page.evaluate(f"({WATCH_MOUTH})({ROOT}, [[0, 0, 1, 1], 1000])")
    assert seen["frames"] >= FLOWING, "the face moves"
    assert page.evaluate(f"{ROOT}.dataset.peerState") == "connected"
