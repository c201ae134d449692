"""The avatar's voice through a simulated room, with and without somebody speaking over it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.speech.listening.echo import EchoGuard
from navtalk_widget.local.speech.listening.vad import VoiceActivity, VoiceStarted
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from tests.local.speech.conftest import Pcm, Say, room_noise, silence

BLOCK = SAMPLE_RATE // 50
STORY = "I was born in a small town by the sea, and my father was a fisherman. What would you like to hear about?"
Sound = NDArray[np.float64]


class Loudspeaker:
    """Plays the avatar's voice; the test moves its clock."""

    def __init__(self, voice: Pcm) -> None:
        self.voice = voice
        self.position = 0
        self.ends_at = voice.size

    def sound_between(self, start: int, end: int) -> Pcm:
        sound = np.zeros(end - start, dtype=np.int16)
        first, last = max(0, start), min(end, self.voice.size)
        if last > first:
            sound[first - start : last - start] = self.voice[first:last]
        return sound


@functools.cache
def avatar(voice: str = "cedar") -> Pcm:
    pieces = EspeakSynthesizer().synthesize(STORY, voice=voice, language="en")
    return np.concatenate([piece.pcm for piece in pieces])


def through_the_room(voice: Pcm, delay_s: float, gain_db: float) -> Sound:
    """Later, softer, duller, with the echoes of walls and the noise of a microphone."""
    random = np.random.default_rng(round(1_000 * delay_s - gain_db))
    walls = np.zeros(SAMPLE_RATE // 4)
    walls[0] = 1.0
    for place in random.integers(200, walls.size, 12):
        walls[place] += 0.35 * random.normal() * np.exp(-place / (0.08 * SAMPLE_RATE))
    spectrum = np.fft.rfft(np.convolve(voice.astype(float), walls)[: voice.size])
    hertz = np.fft.rfftfreq(voice.size, 1 / SAMPLE_RATE)
    dull = np.fft.irfft(spectrum * hertz / (hertz + 150) / (1 + (hertz / 3_000) ** 4), voice.size)
    late = np.concatenate((np.zeros(round(delay_s * SAMPLE_RATE)), dull))[: voice.size]
    return np.asarray(late * 10 ** (gain_db / 20) + random.normal(0.0, 20.0, voice.size))


def starts(microphone: Sound, voice: Pcm, *, guarded: bool = True) -> list[float]:
    """When somebody was heard to begin, in seconds."""
    loudspeaker = Loudspeaker(voice)
    guard = EchoGuard(loudspeaker)
    vad = VoiceActivity(is_voice=(lambda: not guard.is_echo()) if guarded else (lambda: True))
    found = []
    for start in range(0, microphone.size, BLOCK):
        block = np.clip(microphone[start : start + BLOCK], -32768, 32767).astype(np.int16)
        loudspeaker.position += block.size
        guard.hear(block)
        if any(isinstance(event, VoiceStarted) for event in vad.feed(block)):
            found.append(loudspeaker.position / SAMPLE_RATE)
    return found


def mixed(echo: Sound, person: Pcm, at_s: float) -> Sound:
    both = echo.copy()
    first = round(at_s * SAMPLE_RATE)
    both[first : first + person.size] += person[: both.size - first]
    return both


@pytest.mark.parametrize(
    ("delay_s", "gain_db"), [(0.08, -6), (0.4, -6), (0.2, -12), (0.08, -20), (0.4, -20), (0.2, -30)]
)
def test_the_avatar_does_not_hear_itself(delay_s: float, gain_db: float) -> None:
    echo = through_the_room(avatar(), delay_s, gain_db)
    assert starts(echo, avatar()) == []


def test_without_a_guard_it_would() -> None:
    assert starts(through_the_room(avatar(), 0.2, -12), avatar(), guarded=False)


def test_nor_does_another_voice_of_it() -> None:
    for voice in ("marin", "verse"):
        assert starts(through_the_room(avatar(voice), 0.15, -12), avatar(voice)) == []


@pytest.mark.parametrize(
    ("voice", "delay_s", "gain_db"), [("slt", 0.08, -6), ("slt", 0.4, -20), ("awb", 0.4, -6), ("awb", 0.08, -20)]
)
def test_a_person_is_heard_over_the_echo(say: Say, delay_s: float, gain_db: float, voice: str) -> None:
    person = say("excuse me can i ask you a question", voice)
    found = starts(mixed(through_the_room(avatar(), delay_s, gain_db), person, 2.0), avatar())
    assert found and 2.0 < found[0] < 2.9


@pytest.mark.parametrize("at_s", [1.0, 2.3, 3.7])
def test_with_a_headset_a_person_is_heard_nearly_as_soon_as_without_a_guard(say: Say, at_s: float) -> None:
    quiet = room_noise(silence(avatar().size / SAMPLE_RATE), 15.0)[: avatar().size].astype(float)
    microphone = mixed(quiet, say("excuse me can i ask you a question"), at_s)
    guarded, unguarded = starts(microphone, avatar()), starts(microphone, avatar(), guarded=False)
    assert guarded[0] - unguarded[0] < 0.2


def test_when_nothing_was_played_all_voice_is_a_persons(say: Say) -> None:
    guard = EchoGuard(Loudspeaker(np.zeros(0, dtype=np.int16)))
    assert not guard.is_echo()
    guard.hear(say("hello"))
    assert not guard.is_echo()
