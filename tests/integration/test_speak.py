"""An avatar that says what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from navtalk_widget.audio.wav import write_wav
from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService

WORDS = "The museum opens at nine, and closes at five."
TONE = (8_000 * np.sin(np.arange(12_000) / 8)).astype(np.int16)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[EmbeddedService]:
    service = EmbeddedService()
    yield service
    await asyncio.to_thread(service.stop)


@pytest.fixture
def session(service: EmbeddedService, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("navtalk_widget.session.chosen_service.embedded_service", lambda: service)
    return lambda **options: Session(
        service="local", responder="builtin", recognizer="pocketsphinx", synthesizer="espeak", **options
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("protocol", ["v1", "v2"])
async def test_a_text_is_said_to_the_letter_and_follows_what_is_said(session: Any, protocol: str) -> None:
    async with session(protocol=protocol) as talk:
        one, other = await asyncio.gather(talk.speak(WORDS), talk.speak("What is two plus three?"))
        assert (one.text, one.interrupted) == (WORDS, False)
        assert other.text == "What is two plus three?", "it is said and not answered"
        assert one.audio.size > 24_000
        assert [turn.role for turn in talk.transcript] == ["avatar", "avatar"]
        assert (await talk.ask("What is two plus three?")).text != "What is two plus three?"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sound_is_said_as_it_is(session: Any, tmp_path: Path) -> None:
    file = tmp_path / "tone.wav"
    write_wav(file, TONE)
    async with session() as talk:
        for given in (TONE, TONE / 32_768, file):
            reply = await talk.speak(given)
            sound = np.trim_zeros(reply.audio)
            assert abs(sound.size - TONE.size) < 100
            assert np.corrcoef(sound[: TONE.size - 100], np.trim_zeros(TONE)[: TONE.size - 100])[0, 1] > 0.99


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("nonsense", ["  ", np.zeros((2, 2, 2)), np.zeros(61 * 24_000, dtype=np.int16), Path("absent")])
async def test_what_cannot_be_said_is_refused_in_words(session: Any, nonsense: Any) -> None:
    async with session() as talk:
        with pytest.raises(ConfigurationError):
            await talk.speak(nonsense)


@pytest.mark.asyncio(loop_scope="module")
async def test_in_transparency_mode_text_and_sound_are_said_too(session: Any) -> None:
    async with session(model="transparency") as talk:
        assert (await talk.speak(WORDS)).text == WORDS
        assert np.array_equal((await talk.speak(TONE)).audio, TONE)


async def test_another_service_is_asked_to_say_it_word_for_word() -> None:
    async with ScriptedService("v1", ignore=["*"]) as service, Session(service=service.url, protocol="v1") as talk:
        speaking = asyncio.create_task(talk.speak(WORDS))
        asked = await service.expect("response.create")
        assert asked["response"]["conversation"] == "none"
        assert asked["response"]["instructions"].endswith(WORDS)
        speaking.cancel()
        with pytest.raises(ConfigurationError, match="transparency"):
            await talk.speak(TONE)
