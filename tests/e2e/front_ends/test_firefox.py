"""Firefox: what its microphone delivers, and a conversation on the widget's own page and in JupyterLab."""

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget import Avatar
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.gateway.frames import read_microphone
from tests.e2e.front_ends.conversation import AVATAR, microphone
from tests.support.firefox import FAKE_TONE_HZ, FirefoxPage, firefox
from tests.support.lab import Lab
from tests.support.loudspeaker import loudspeaker
from tests.support.question import ANSWER, HEARD, weather
from tests.support.widget import FLOWING, LISTEN, WATCH_MOUTH

pytestmark = pytest.mark.e2e

PRELUDE = Path(__file__).with_name("firefox_prelude.js").read_text()

ROOT = "document.querySelector('.nt-root')"
START = "::-p-xpath(//button[starts-with(normalize-space(), 'Start')])"  # or "Start again"
STOP = "::-p-xpath(//button[@aria-label='Stop' or normalize-space()='Stop'])"
CELL = '[data-windowed-list-index="{}"]'

REPORT = """
print("said:", [turn.role for turn in avatar.transcript if turn.text])
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxPage]:
    with loudspeaker(tmp_path_factory.mktemp("loudspeaker")) as environment, firefox(environment, PRELUDE) as page:
        yield page


@pytest.fixture(scope="module")
def page(browser: FirefoxPage) -> Iterator[FirefoxPage]:
    """The widget's own page: the same script as in a notebook, without the notebook's weight."""
    avatar = Avatar(greet=False, tools=[weather])
    browser.open(avatar.url)
    browser.wait(f"{ROOT}?.dataset.link === 'open'")
    yield browser
    avatar.close()


def speak(page: FirefoxPage, folder: Path) -> None:
    """Have the microphone ask the question over and over, from when it is next opened."""
    wav = folder / "microphone.wav"
    write_wav(wav, microphone())
    page.evaluate(f"nt_speak('{base64.b64encode(wav.read_bytes()).decode()}')")


def start(page: FirefoxPage) -> None:
    page.click(START)
    page.wait(f"{ROOT}.querySelector('.nt-stage[data-video=shown]')")


def expect_answer(page: FirefoxPage) -> None:
    """Wait until the question was answered with the tool's help, and listen to the voice."""
    page.evaluate(f"({LISTEN})({ROOT})")
    said = f"(role, words) => [...{ROOT}.querySelectorAll(role)].some((turn) => words.test(turn.textContent))"
    page.wait(f"({said})('.nt-turn-user', /{HEARD.pattern}/i)")
    page.wait(f"({said})('[data-tool][data-state=done]', /weather/)")
    page.wait(f"({said})('.nt-turn-avatar', /{ANSWER}/)")
    page.wait("nt_levels.some((level) => level.rms > 0.01)")


def expect_face(page: FirefoxPage) -> None:
    seen = page.evaluate(f"({WATCH_MOUTH})({ROOT}, [[0, 0, 1, 1], 1000])")
    assert seen["frames"] >= FLOWING, "the face moves"
    assert page.evaluate(f"{ROOT}.dataset.peerState") == "connected"


def expect_no_risk(page: FirefoxPage) -> None:
    assert page.evaluate("nt_risks") == []
    page.evaluate("try { AudioContext.prototype.outputLatency } catch { /* only a context can be asked */ }")
    assert page.evaluate("nt_risks") == ["outputLatency"], "who asks is noted"


def run_cell(page: FirefoxPage, number: int) -> None:
    page.click(f"{CELL.format(number)} .cm-content")
    page.press("Control", "Enter")


def test_the_microphone_arrives_as_it_sounds_whatever_its_device_runs_at(page: FirefoxPage) -> None:
    page.click(START)
    page.wait("nt_sent.length > 150")
    blocks = [read_microphone(base64.b64decode(frame)) for frame in page.evaluate("nt_sent")][50:150]
    page.click(STOP)
    page.wait(f"{ROOT}.dataset.microphone === 'off'")

    assert np.diff([block.sequence for block in blocks]).tolist() == [1] * 99
    heard = np.concatenate([np.frombuffer(block.pcm, dtype="<i2") for block in blocks]).astype(float)
    energy = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    frequency = np.fft.rfftfreq(len(heard), 1 / SAMPLE_RATE)
    assert frequency[np.argmax(energy)] == pytest.approx(FAKE_TONE_HZ, abs=2.0)
    tone = np.abs(frequency - FAKE_TONE_HZ) < 5.0
    assert energy[tone].sum() > 0.99 * energy.sum(), "the tone is nowhere cut"


def test_a_spoken_question_is_answered(page: FirefoxPage, tmp_path: Path, screenshots: Path) -> None:
    speak(page, tmp_path)
    start(page)
    expect_answer(page)
    page.screenshot(screenshots / "firefox.png")
    expect_face(page)


def test_in_jupyterlab_too_and_again_when_the_cell_is_run_again(
    browser: FirefoxPage, lab: Lab, tmp_path: Path, screenshots: Path
) -> None:
    notebook = lab.write("firefox.ipynb", [AVATAR + "avatar", REPORT])
    browser.open(lab.address_of(notebook))
    browser.wait("document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'")
    lab.wait_for_kernel(notebook)
    run_cell(browser, 0)
    browser.wait(f"{ROOT}?.dataset.link === 'open'")
    assert browser.evaluate(f"{ROOT}.dataset.way") == "loopback"
    speak(browser, tmp_path)
    start(browser)
    expect_answer(browser)
    browser.screenshot(screenshots / "firefox_jupyterlab.png")
    browser.wait(f"/18 degrees/.test({ROOT}.querySelector('.nt-captions').textContent)")
    expect_face(browser)
    run_cell(browser, 1)
    said = f"document.querySelector('{CELL.format(1)} .jp-OutputArea-output')?.textContent"
    browser.wait(f"/said: .*'user', 'avatar'/.test({said})")

    browser.evaluate(f"(() => {{ window.nt_before = {ROOT}; }})()")
    run_cell(browser, 0)
    browser.wait(f"!nt_before.isConnected && {ROOT}?.dataset.link === 'open'")
    browser.wait("nt_tracks.every((track) => track.readyState === 'ended')")
    start(browser)
    browser.wait(f"{ROOT}.dataset.microphone === 'on' && nt_tracks.at(-1).readyState === 'live'")
    browser.click(STOP)
    browser.wait(f"{ROOT}.dataset.microphone === 'off'")
    browser.wait("nt_tracks.every((track) => track.readyState === 'ended')")
    expect_no_risk(browser)
