"""Recognition by a service, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from navtalk_widget.audio.wav import read_wav
from navtalk_widget.engines.recognizer import RecognitionError, Recognizer
from navtalk_widget.local.openai_endpoint import Endpoint
from navtalk_widget.local.speech.recognizers import transcription_endpoint as module
from navtalk_widget.local.speech.recognizers.transcription_endpoint import transcription_endpoint
from navtalk_widget.testing.scripted_speech import Refused, ScriptedSpeechEndpoint, Utterance
from tests.local.speech.conftest import Pcm

SOUND = np.arange(16_000, dtype=np.int16)


async def hear(recognizer: Recognizer, language: str = "", sound: Pcm = SOUND) -> str:
    def listen() -> str:
        recognition = recognizer.start(language=language)
        assert recognition.feed(sound) == ""
        return recognition.finish()

    return await asyncio.to_thread(listen)


async def test_an_utterance_is_sent_as_a_wav_file_with_model_and_language(tmp_path: Path) -> None:
    async with ScriptedSpeechEndpoint(hear=lambda _: " Guten Tag. ") as service:
        recognizer = transcription_endpoint(Endpoint(service.url), "whisper-1")
        assert await hear(recognizer, "de-DE") == "Guten Tag."
        (utterance,) = service.utterances
    assert utterance.fields == {"model": "whisper-1", "response_format": "json", "language": "de"}
    (tmp_path / "sent.wav").write_bytes(utterance.wav)
    samples, rate = read_wav(tmp_path / "sent.wav")
    assert rate == 16_000
    assert np.array_equal(samples, SOUND)


async def test_the_language_is_left_to_the_service_where_nobody_said() -> None:
    async with ScriptedSpeechEndpoint(hear=lambda _: "hello") as service:
        await hear(transcription_endpoint(Endpoint(service.url), "whisper-1"))
        assert "language" not in service.utterances[0].fields


async def test_a_click_is_not_sent() -> None:
    async with ScriptedSpeechEndpoint() as service:
        assert await hear(transcription_endpoint(Endpoint(service.url), "m"), sound=SOUND[:1_000]) == ""
        assert service.utterances == []


async def test_several_conversations_are_heard_at_once() -> None:
    def echo(utterance: Utterance) -> str:
        return utterance.fields["language"]

    async with ScriptedSpeechEndpoint(hear=echo) as service:
        recognizer = transcription_endpoint(Endpoint(service.url), "m")
        languages = ["en", "de", "fr", "es"]
        assert await asyncio.gather(*(hear(recognizer, language) for language in languages)) == languages


async def test_the_key_is_sent() -> None:
    async with ScriptedSpeechEndpoint(hear=lambda _: "hello", api_key="secret") as service:
        assert await hear(transcription_endpoint(Endpoint(service.url, SecretStr("secret")), "m")) == "hello"
        with pytest.raises(RecognitionError, match="wants an API key"):
            await hear(transcription_endpoint(Endpoint(service.url), "m"))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Refused(404, "no such model"), "has no model 'm'"),
        (Refused(429), "takes no more requests"),
        (Refused(500, "out of memory"), "out of memory"),
        (b"hello", "answered without a text"),
        (b'{"words": "hello"}', "answered without a text"),
    ],
)
async def test_what_goes_wrong_is_said_in_words(answer: bytes | Refused, fault: str) -> None:
    async with ScriptedSpeechEndpoint(hear=lambda _: answer) as service:
        with pytest.raises(RecognitionError, match=fault):
            await hear(transcription_endpoint(Endpoint(service.url), "m"))


async def test_an_answer_that_comes_in_parts_is_put_together() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"speech.wav")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"text": "Good')
        await writer.drain()
        await asyncio.sleep(0.05)  # so that it is not read as one
        writer.write(b' morning"}')
        await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await hear(transcription_endpoint(Endpoint(f"http://127.0.0.1:{port}/v1"), "m")) == "Good morning"


async def test_a_service_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(RecognitionError, match="refuses the connection"):
        await hear(transcription_endpoint(Endpoint("http://127.0.0.1:9/v1"), "m"))


async def test_a_service_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.2)
    server = await asyncio.start_server(_never_answer(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(RecognitionError, match="does not answer in time"):
            await hear(transcription_endpoint(Endpoint(f"http://127.0.0.1:{port}/v1"), "m"))


def _never_answer() -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
    kept: list[asyncio.StreamWriter] = []
    return lambda _, writer: kept.append(writer)
