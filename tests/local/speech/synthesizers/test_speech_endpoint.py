"""Speech by a service, over real HTTP."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes, to_int16
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.local.openai_endpoint import Endpoint
from navtalk_widget.local.speech.synthesizers import speech_endpoint as module
from navtalk_widget.local.speech.synthesizers.speech_endpoint import speech_endpoint
from navtalk_widget.local.speech.synthesizers.streamed_wav import read_streamed_wav
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.testing.scripted_speech import Refused, ScriptedSpeechEndpoint, Sound
from tests.local.speech.conftest import Pcm
from tests.support.waiting import eventually


def voice(seconds: float = 3.0, rate: int = SAMPLE_RATE) -> Pcm:
    """Syllables: a tone that swells four times a second."""
    time = np.arange(round(seconds * rate)) / rate
    return to_int16(0.5 * np.sin(2 * np.pi * 200 * time) * np.sin(2 * np.pi * 2 * time) ** 2)


def torn(pcm: Pcm, size: int) -> list[bytes]:
    data = to_bytes(pcm)
    return [data[start : start + size] for start in range(0, len(data), size)]


def wav(pcm: Pcm, rate: int = SAMPLE_RATE) -> bytes:
    file = io.BytesIO()
    write_wav(file, pcm, rate)
    return file.getvalue()


async def speak(synthesizer: Synthesizer, text: str = "Hello there, Leo.") -> list[SpokenPiece]:
    speaker = Speaker(synthesizer)
    try:
        return [piece async for piece in speaker.speak(text, voice="alloy", language="en")]
    finally:
        speaker.close()


def sound_of(pieces: list[SpokenPiece]) -> Pcm:
    return np.concatenate([piece.pcm for piece in pieces])


async def test_each_clause_is_asked_for_and_comes_as_it_was_sent() -> None:
    async with ScriptedSpeechEndpoint(say=lambda wish: Sound(torn(voice(), 4_801))) as service:
        pieces = await speak(speech_endpoint(Endpoint(service.url), "tts-1"))
        asked = service.wishes
    assert asked == [
        {"model": "tts-1", "input": "Hello there,", "voice": "alloy", "response_format": "pcm"},
        {"model": "tts-1", "input": "Leo.", "voice": "alloy", "response_format": "pcm"},
    ]
    assert "".join(piece.text for piece in pieces) == "Hello there, Leo."
    assert np.array_equal(sound_of(pieces)[: voice().size - 500], voice()[:-500])
    assert all(piece.phonemes for piece in pieces)


async def test_the_first_words_sound_before_the_last_ones_are_made() -> None:
    async with ScriptedSpeechEndpoint(say=lambda wish: Sound(torn(voice(), 4_800), waits=True)) as service:
        speaker = Speaker(speech_endpoint(Endpoint(service.url), "tts-1"))
        pieces = speaker.speak("A long clause of many words that takes its time", voice="alloy", language="en")
        first = await asyncio.wait_for(anext(pieces), 10)
        assert 0.2 < first.duration_s < 1.5
        await pieces.aclose()
        await eventually(lambda: service.cut_short == 1)
        speaker.close()


async def test_a_service_without_raw_samples_is_asked_for_a_wav_file() -> None:
    def say(wish: Mapping[str, Any]) -> Sound | Refused:
        if wish["response_format"] == "pcm":
            return Refused(400, "response_format 'pcm' is not supported")
        return Sound([wav(voice(rate=22_050), 22_050)], "audio/wav")

    async with ScriptedSpeechEndpoint(say=say) as service:
        pieces = await speak(speech_endpoint(Endpoint(service.url), "tts-1"), "Hello.")
    assert sum(piece.duration_s for piece in pieces) == pytest.approx(3.25, abs=0.1)


async def test_a_wav_file_where_raw_samples_were_asked_for_is_read_as_one() -> None:
    async with ScriptedSpeechEndpoint(say=lambda wish: Sound([wav(voice(), 24_000)], "audio/wav")) as service:
        pieces = await speak(speech_endpoint(Endpoint(service.url), "tts-1"), "Hello.")
    assert np.array_equal(sound_of(pieces)[: voice().size - 500], voice()[:-500])


async def test_the_rate_that_a_service_tells_is_heeded() -> None:
    sound = Sound(torn(voice(2.0, 48_000), 9_600), "audio/pcm;rate=48000")
    async with ScriptedSpeechEndpoint(say=lambda wish: sound) as service:
        pieces = await speak(speech_endpoint(Endpoint(service.url), "tts-1"), "Hello.")
    assert sum(piece.duration_s for piece in pieces) == pytest.approx(2.25, abs=0.1)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Refused(401, "no key"), "wants an API key"),
        (Refused(404), "has no model 'm'"),
        (Refused(400, "unknown voice 'alloy'"), "unknown voice 'alloy'"),
        (Refused(503, "loading"), "failed"),
        (Sound([b"ID3..."], "audio/mpeg"), "audio/mpeg and not samples"),
        (Sound([b"RIFF\0\0\0\0WAVEjunk"], "audio/wav"), "damaged WAV"),
        (Sound(torn(voice(0.5), 4_800), breaks_off=True), "cannot be reached"),
    ],
)
async def test_what_goes_wrong_is_said_in_words(answer: Sound | Refused, fault: str) -> None:
    async with ScriptedSpeechEndpoint(say=lambda wish: answer) as service:
        with pytest.raises(SynthesisError, match=fault):
            await speak(speech_endpoint(Endpoint(service.url), "m"))


async def test_sound_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    async with ScriptedSpeechEndpoint(say=lambda wish: Sound([b"\1\0" * 9_600] * 20)) as service:
        with pytest.raises(SynthesisError, match="for one clause"):
            await speak(speech_endpoint(Endpoint(service.url), "m"))


async def test_a_service_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOUND_S", 0.2)
    async with ScriptedSpeechEndpoint(say=lambda wish: Sound([b"\1\0"], waits=True)) as service:
        with pytest.raises(SynthesisError, match="does not answer in time"):
            await speak(speech_endpoint(Endpoint(service.url), "m"))


async def test_a_service_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(SynthesisError, match="refuses the connection"):
        await speak(speech_endpoint(Endpoint("http://127.0.0.1:9/v1"), "m"))


def test_a_wav_file_of_unknown_length_is_read_to_its_end() -> None:
    stereo = np.stack([voice(0.1), voice(0.1)], axis=1).reshape(-1)
    layout = struct.pack("<HHIIHH", 1, 2, 44_100, 176_400, 4, 16)
    data = b"RIFF\xff\xff\xff\xffWAVELIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 16) + layout
    data += b"data\xff\xff\xff\xff" + to_bytes(stereo) + b"\1"
    samples, rate = read_streamed_wav(data)
    assert rate == 44_100
    assert np.array_equal(samples, voice(0.1))


@pytest.mark.parametrize("length", range(0, 60, 7))
def test_a_wav_file_that_is_cut_off_is_read_or_refused(length: int) -> None:
    with suppress(SynthesisError):
        samples, _ = read_streamed_wav(wav(voice(0.1))[:length])
        assert samples.size <= 8
