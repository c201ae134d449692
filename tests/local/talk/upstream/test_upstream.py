"""Conversations whose mind is a backend elsewhere, through the whole service and over real sockets."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from pydantic import SecretStr

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.audio.sound_formats import SoundDecoder
from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.local.server import LocalService
from navtalk_widget.local.talk.upstream.backend import Backend
from navtalk_widget.testing.scripted_upstream import ScriptedUpstream
from tests.local.avatar_viewer import viewing
from tests.local.second_generation import chatting_with
from tests.local.wire_client import WireClient, signalling_to, talking_to

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "sk-very-secret"
Speech = Literal["today", "beta"]
both = pytest.mark.parametrize("speaks", ["today", "beta"])


def voice(seconds: float) -> NDArray[np.int16]:
    """A tone as loud as a voice."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(8_000 * np.sin(2 * np.pi * 220 * time), dtype=np.int16)


def sound_in(client: WireClient) -> bytes:
    return b"".join(base64.b64decode(event["delta"]) for event in client.of("response.audio.delta"))


def said_in(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    """Whether a text is in what our side has logged: the scripted backend's own side shows the headers."""
    ours = (record for record in caplog.records if not record.name.startswith("websockets.server"))
    return any(text in record.getMessage() for record in ours)


@asynccontextmanager
async def service_before(upstream: ScriptedUpstream, **options: Any) -> AsyncIterator[LocalService]:
    backend = Backend(upstream.url, "some-model", SecretStr(KEY))
    async with LocalService(port=0, backend=backend, options=LocalOptions(**options)) as service:
        yield service


@dataclass(frozen=True)
class Stage:
    """A backend and our service before it."""

    upstream: ScriptedUpstream
    service: LocalService


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages() -> AsyncIterator[dict[Speech, Stage]]:
    async with (
        ScriptedUpstream("today", api_key=KEY) as today,
        ScriptedUpstream("beta", api_key=KEY) as beta,
        service_before(today) as before_today,
        service_before(beta) as before_beta,
    ):
        yield {"today": Stage(today, before_today), "beta": Stage(beta, before_beta)}


@asynccontextmanager
async def relaying(
    stages: dict[Speech, Stage], speaks: Speech = "today", session: dict[str, Any] | None = None
) -> AsyncIterator[tuple[ScriptedUpstream, WireClient]]:
    """A backend, and a first-generation client of our service before it that has begun."""
    upstream = stages[speaks].upstream
    upstream.forget()
    async with talking_to(stages[speaks].service) as client:
        await client.start(**(session or {}))
        yield upstream, client


# ── the session ──────────────────────────────────────────────────────────────────────────────────────────


async def test_the_backend_is_asked_for_the_model_with_the_key(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, _):
        assert upstream.queries == [{"model": ["some-model"]}]
        assert upstream.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_settings_are_told_as_openai_realtime_has_them_today(stages: dict[Speech, Stage]) -> None:
    tool = {"type": "function", "name": "add", "description": "", "parameters": {"type": "object", "properties": {}}}
    session = {
        "instructions": "Be brief.",
        "voice": "ash",
        "tools": [tool],
        "turn_detection": {"type": "semantic_vad"},
        "input_audio_noise_reduction": {"type": "near_field"},
        "modalities": ["text", "audio"],
        "max_response_output_tokens": 200,
        "temperature": 0.7,
    }
    async with relaying(stages, "today", session) as (upstream, client):
        told = (await upstream.expect("session.update"))["session"]
        heard = told["audio"]["input"]
        assert told["type"] == "realtime"
        assert (told["instructions"], told["tools"], told["max_output_tokens"]) == ("Be brief.", [tool], 200)
        assert told["output_modalities"] == ["audio"]
        assert told["audio"]["output"] == {"voice": "ash", "format": {"type": "audio/pcm", "rate": 24_000}}
        assert heard["format"] == {"type": "audio/pcm", "rate": 24_000}
        assert heard["transcription"] == {"model": "whisper-1"}
        assert heard["turn_detection"]["type"] == "semantic_vad"
        assert heard["noise_reduction"] == {"type": "near_field"}
        [confirmed] = client.of("session.updated")
        assert confirmed["session"]["voice"] == "ash"
        assert confirmed["session"]["modalities"] == ["text", "audio"]
        assert confirmed["session"]["turn_detection"]["type"] == "semantic_vad"
        assert confirmed["session"]["id"] == "sess_up"
        assert "audio" not in confirmed["session"]


async def test_settings_are_told_as_the_beta_had_them(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages, "beta", {"instructions": "Be brief.", "turn_detection": None}) as (upstream, client):
        told = (await upstream.expect("session.update"))["session"]
        assert (told["instructions"], told["turn_detection"]) == ("Be brief.", None)
        assert told["input_audio_format"] == told["output_audio_format"] == "pcm16"
        assert client.of("session.updated")[0]["session"]["instructions"] == "Be brief."


@both
async def test_only_what_changed_is_told_again(stages: dict[Speech, Stage], speaks: Speech) -> None:
    async with relaying(stages, speaks, {"instructions": "Be brief.", "voice": "ash"}) as (upstream, client):
        await client.send("session.update", session={"voice": "ash", "instructions": "Be long."})
        await client.until("session.updated")
        told = upstream.of("session.update")[-1]["session"]
        assert {name: value for name, value in told.items() if name != "type"} == {"instructions": "Be long."}


async def test_a_setting_that_is_not_valid_is_refused_here(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        await client.send("session.update", session={"temperature": 9}, event_id="mine")
        refused = (await client.until("error"))["error"]
        assert "temperature" in refused["message"]
        assert refused["event_id"] == "mine"
        assert len(upstream.of("session.update")) == 1


async def test_the_second_generation_is_set_up_by_its_own_events_and_told_so_once(
    stages: dict[Speech, Stage],
) -> None:
    upstream, service = stages["today"].upstream, stages["today"].service
    upstream.forget()
    async with chatting_with(service) as client:
        config = {"prompt": "You are a guide.", "voice": "sage"}
        await client.say("realtime.input_config", content=json.dumps(config))
        await client.greet()
        told = (await upstream.expect("session.update"))["session"]
        assert told["instructions"] == "You are a guide."
        assert told["audio"]["output"]["voice"] == "sage"
        await client.say("realtime.input_text", content="Hello")
        asked = await upstream.expect("conversation.item.create")
        assert asked["item"]["content"] == [{"type": "input_text", "text": "Hello"}]
        await upstream.expect("response.create")
        await upstream.answer("Hi!", to_bytes(voice(0.3)))
        assert (await client.until("realtime.response.audio_transcript.done"))["data"]["content"] == "Hi!"
        assert len(client.of("realtime.session.updated")) == 1


# ── talking ──────────────────────────────────────────────────────────────────────────────────────────────


@both
async def test_an_answer_comes_in_the_words_that_clients_know(stages: dict[Speech, Stage], speaks: Speech) -> None:
    async with relaying(stages, speaks) as (upstream, client):
        await client.ask("Who are you?")
        asked = await upstream.expect("conversation.item.create")
        assert asked["item"]["content"][0]["text"] == "Who are you?"
        await upstream.expect("response.create")
        pcm = to_bytes(voice(1.0))
        await upstream.answer("I am Leo.", pcm)
        done = await client.until("response.done")
        assert done["response"]["output"][0]["content"] == [{"type": "audio", "transcript": "I am Leo."}]
        assert sound_in(client) == pcm
        assert client.types("session.created", "session.updated") == [
            "session.session_id",
            "response.created",
            "response.output_item.added",
            "conversation.item.created",
            "response.content_part.added",
            "response.audio_transcript.delta",
            "response.audio.delta",
            "response.audio.done",
            "response.audio_transcript.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.done",
        ]


async def test_the_avatar_speaks_with_the_backends_voice_and_falls_silent_with_it_or_when_it_is_cut(
    stages: dict[Speech, Stage],
) -> None:
    upstream, service = stages["today"].upstream, stages["today"].service
    upstream.forget()
    async with talking_to(service) as client:
        name = (await client.until("session.session_id"))["sessionId"]
        await client.start()
        async with signalling_to(service, name) as signalling, viewing(signalling) as viewer:
            await viewer.accept()
            await viewer.sees()
            await upstream.answer("Once upon a time.", to_bytes(voice(0.6)))
            await viewer.hears_voice()
            await viewer.hears_silence()
            await upstream.answer("A very long story.", to_bytes(voice(60.0)))
            await viewer.hears_voice()
            await upstream.send("input_audio_buffer.speech_started", audio_start_ms=0, item_id="item_you")
            await viewer.hears_silence()
            assert 0 < (await upstream.expect("conversation.item.truncate"))["audio_end_ms"] < 30_000


async def test_the_sound_of_the_microphone_reaches_the_backend(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        spoken = voice(0.5)
        await client.hear(spoken)
        await upstream.until(lambda: len(upstream.heard) >= 2 * spoken.size)
        assert upstream.heard == to_bytes(spoken)


async def test_telephone_sound_is_turned_into_the_backends_and_back(stages: dict[Speech, Stage]) -> None:
    session = {"input_audio_format": "g711_ulaw", "output_audio_format": "g711_ulaw"}
    async with relaying(stages, "today", session) as (upstream, client):
        assert client.of("session.updated")[0]["session"]["output_audio_format"] == "g711_ulaw"
        for _ in range(50):
            await client.send("input_audio_buffer.append", audio=base64.b64encode(b"\xff" * 160).decode())
        await upstream.until(lambda: len(upstream.heard) > 40 * 960)  # 20 ms each, less the resampler's filter
        await upstream.answer("Yes.", to_bytes(voice(1.0)))
        await client.until("response.done")
        heard = SoundDecoder("g711_ulaw").decode(sound_in(client))
        assert heard.size == pytest.approx(SAMPLE_RATE, abs=SAMPLE_RATE // 20)  # the filter keeps some back
        loudest = np.argmax(np.abs(np.fft.rfft(heard))) * SAMPLE_RATE / heard.size
        assert loudest == pytest.approx(220, abs=3)
        assert np.abs(heard.astype(np.int32)).max() < 9_000  # a sample torn in two would be a crack


async def test_the_microphone_is_not_listened_to_while_the_avatar_speaks_if_so_chosen() -> None:
    async with (
        ScriptedUpstream() as upstream,
        service_before(upstream, half_duplex=True) as service,
        talking_to(service) as client,
    ):
        await client.start()
        await client.hear(voice(0.2))
        await upstream.answer("A long story.", to_bytes(voice(20.0)))
        await client.until("response.done")
        await client.hear(voice(0.2))
        await upstream.until(lambda: len(upstream.heard) == 4 * round(0.2 * SAMPLE_RATE))
        half = len(upstream.heard) // 2
        assert any(upstream.heard[:half])
        assert not any(upstream.heard[half:])
        await client.send("session.update", session={"turn_detection": None})
        await client.hear(voice(0.2))  # who pushes to talk, is heard
        await upstream.until(lambda: len(upstream.heard) == 6 * round(0.2 * SAMPLE_RATE))
        assert any(upstream.heard[2 * half :])


@both
async def test_a_tool_is_called_and_its_result_goes_back(stages: dict[Speech, Stage], speaks: Speech) -> None:
    async with relaying(stages, speaks) as (upstream, client):
        call_id = await upstream.call("opening_hours", {"museum": "Louvre"})
        call = await client.until("response.function_call_arguments.done")
        assert (call["name"], call["call_id"]) == ("opening_hours", call_id)
        assert json.loads(call["arguments"]) == {"museum": "Louvre"}
        await client.until("response.done")
        item = {"type": "function_call_output", "call_id": call_id, "output": "9 to 18"}
        await client.send("conversation.item.create", item=item)
        await client.send("response.create")
        result = await upstream.expect("conversation.item.create")
        assert (result["item"]["call_id"], result["item"]["output"]) == (call_id, "9 to 18")
        await upstream.expect("response.create")


async def test_history_and_pictures_are_told_as_openai_realtime_has_them_today(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        said = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hello."}]}
        shown = {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_image", "image_url": "data:image/png;base64,AA=="}],
        }
        await client.send("conversation.item.create", item=said, event_id="mine")
        await client.send("conversation.item.create", item=shown)
        first = await upstream.expect("conversation.item.create")
        assert (first["event_id"], first["item"]["content"][0]["type"]) == ("mine", "output_text")
        second = await upstream.expect("conversation.item.create")
        assert second["item"]["content"] == shown["content"]


async def test_options_of_one_answer_are_told_as_openai_realtime_has_them_today(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        wanted = {"instructions": "Greet.", "modalities": ["text"], "voice": "ash", "max_output_tokens": 9}
        await client.send("response.create", response={**wanted, "output_audio_format": "pcm16", "temperature": 1})
        told = (await upstream.expect("response.create"))["response"]
        assert told == {
            "instructions": "Greet.",
            "output_modalities": ["text"],
            "audio": {"output": {"voice": "ash"}},
            "max_output_tokens": 9,
        }


async def test_an_error_of_the_backends_is_passed_on_and_the_conversation_goes_on(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        await upstream.send("error", error={"type": "invalid_request_error", "message": "No.", "event_id": "mine"})
        assert (await client.until("error"))["error"]["event_id"] == "mine"
        await upstream.answer("Still here.", b"")
        await client.until("response.done")


async def test_what_the_service_cannot_say_itself_is_refused_in_words(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (_, client):
        await client.send("response.create", response={"say": "Hello."})
        assert "itself is the mind" in (await client.until("error"))["error"]["message"]


# ── interruption ─────────────────────────────────────────────────────────────────────────────────────────


@both
async def test_speech_cuts_the_voice_and_the_backend_learns_what_was_heard(
    stages: dict[Speech, Stage], speaks: Speech
) -> None:
    async with relaying(stages, speaks) as (upstream, client):
        await upstream.begin_answer()
        await upstream.speak("A very long story.", to_bytes(voice(20.0)))
        while len(sound_in(client)) < 40 * SAMPLE_RATE:
            await client.until("response.audio.delta")
        await upstream.send("input_audio_buffer.speech_started", audio_start_ms=0, item_id="item_you")
        truncated = await upstream.expect("conversation.item.truncate")
        assert (truncated["item_id"], truncated["content_index"]) == ("item_resp_1", 0)
        assert 0 <= truncated["audio_end_ms"] < 19_000
        await client.until("input_audio_buffer.speech_started")
        heard = len(sound_in(client))
        await upstream.speak("This was still on its way.", to_bytes(voice(1.0)))
        await upstream.end_answer("A very", status="cancelled")
        assert (await client.until("response.done"))["response"]["status"] == "cancelled"
        assert len(sound_in(client)) == heard
        assert [event["delta"] for event in client.of("response.audio_transcript.delta")] == ["A very long story."]
        await upstream.answer("And now?", to_bytes(voice(0.2)), "resp_2")
        await client.until("response.done")
        assert len(sound_in(client)) > heard


async def test_speech_that_is_not_to_interrupt_does_not(stages: dict[Speech, Stage]) -> None:
    detection = {"type": "server_vad", "interrupt_response": False}
    async with relaying(stages, "today", {"turn_detection": detection}) as (upstream, client):
        await upstream.answer("A very long story.", to_bytes(voice(20.0)))
        await upstream.send("input_audio_buffer.speech_started", audio_start_ms=0, item_id="item_you")
        await client.until("input_audio_buffer.speech_started")
        await client.send("input_audio_buffer.commit")
        await upstream.expect("input_audio_buffer.commit")
        assert not upstream.of("conversation.item.truncate")


async def test_cancelling_an_answer_under_way_cancels_it_there_and_cuts_the_voice_here(
    stages: dict[Speech, Stage],
) -> None:
    async with relaying(stages) as (upstream, client):
        await upstream.begin_answer()
        await upstream.speak("A very long story.", to_bytes(voice(20.0)))
        while len(sound_in(client)) < 40 * SAMPLE_RATE:
            await client.until("response.audio.delta")
        await client.send("response.cancel")
        await upstream.expect("response.cancel")
        await upstream.expect("conversation.item.truncate", item_id="item_resp_1")


async def test_cancelling_what_the_backend_has_said_to_its_end_only_cuts_the_voice(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        await upstream.answer("A very long story.", to_bytes(voice(20.0)))
        await client.until("response.done")
        await client.send("response.cancel")
        await upstream.expect("conversation.item.truncate", item_id="item_resp_1")
        assert not upstream.of("response.cancel")


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────


async def failing(backend: Backend) -> tuple[str, int]:
    """What a client is told, and with which code its socket is closed, when its conversation cannot begin."""
    async with LocalService(port=0, backend=backend) as service, talking_to(service) as client:
        message = (await client.until("session.backend.error"))["message"]
        return message, (await client.closing())[0]


async def test_a_key_that_is_refused_is_told_in_words_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with ScriptedUpstream(api_key="sk-another-one") as upstream:
        message, code = await failing(Backend(upstream.url, None, SecretStr(KEY)))
    assert "does not accept the key (401)" in message
    assert "OPENAI_API_KEY" in message
    assert code == 1011
    assert KEY not in message
    assert not said_in(caplog, KEY)


async def test_the_key_is_in_no_log_of_a_conversation(
    stages: dict[Speech, Stage], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with relaying(stages) as (upstream, client):
        await upstream.answer("Yes.", b"")
        await client.until("response.done")
    assert said_in(caplog, "conversation")
    assert not said_in(caplog, KEY)


async def test_a_backend_that_takes_connections_and_says_nothing_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("navtalk_widget.local.talk.upstream.upstream.GREETED_WITHIN_S", 0.1)
    async with ScriptedUpstream(greets=False) as upstream:
        assert "says nothing" in (await failing(Backend(upstream.url)))[0]


async def test_a_backend_that_does_not_run_is_told_in_words() -> None:
    async with ScriptedUpstream() as upstream:
        url = upstream.url
    message, _ = await failing(Backend(url))
    assert "refuses the connection" in message


@pytest.mark.parametrize("how", ["cut", "closed"])
async def test_a_backend_that_dies_in_the_midst_of_an_answer_ends_the_conversation_in_words(
    stages: dict[Speech, Stage], how: str
) -> None:
    async with relaying(stages) as (upstream, client):
        await upstream.begin_answer()
        await upstream.speak("Once upon", to_bytes(voice(1.0)))
        await client.until("response.audio.delta")
        if how == "cut":
            upstream.cut()
        else:
            await upstream.close(1001, "session expired")
        message = (await client.until("session.backend.error"))["message"]
        assert ("was lost" if how == "cut" else "1001: session expired") in message
        assert (await client.closing())[0] == 1011


async def test_a_message_that_is_none_is_passed_over(stages: dict[Speech, Stage]) -> None:
    async with relaying(stages) as (upstream, client):
        assert upstream.socket is not None
        await upstream.socket.send("{")
        await upstream.socket.send(b"\x00")
        await upstream.send("response.output_audio.delta", delta="not base64!")
        await upstream.answer("Still here.", b"")
        await client.until("response.done")


async def test_a_client_that_leaves_ends_the_conversation_there(
    stages: dict[Speech, Stage],
) -> None:
    upstream, service = stages["today"].upstream, stages["today"].service
    upstream.forget()
    async with talking_to(service) as client:
        await client.start()
    socket = upstream.socket
    assert socket is not None
    await upstream.until(lambda: socket.close_code is not None)
