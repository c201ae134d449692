import base64
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.g711 import decode_ulaw, encode_alaw
from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.audio.resample import resample
from navtalk_widget.errors import ServiceFault, SettingDeferred
from navtalk_widget.protocol import events
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.waiting import eventually


@pytest.fixture
async def service(no_leftovers: None) -> AsyncIterator[ScriptedService]:
    """Tells and confirms nothing by itself once the conversation runs."""
    async with ScriptedService() as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    async with Session(service=service.url) as session:
        await service.expect("session.update")
        service.greets = False
        yield session


async def test_a_voice_that_cannot_change_any_more_is_told_and_the_rest_is_sent_again(
    service: ScriptedService, session: Session
) -> None:
    session.update(voice="ash", instructions="Be brief.")
    update = await service.expect("session.update")
    error = {
        "code": "cannot_update_voice",
        "message": "Cannot update a conversation's voice.",
        "param": "session.voice",
    }
    await service.send({"type": "error", "error": {**error, "event_id": update["event_id"]}})
    assert (await service.expect("session.update"))["session"] == {"instructions": "Be brief."}
    await eventually(lambda: isinstance(session.error, SettingDeferred))
    assert "next connection" in str(session.error)
    assert session.connected


async def test_a_service_that_does_not_say_which_update_it_refuses_is_understood(
    service: ScriptedService, session: Session
) -> None:
    session.update(voice="ash")
    await service.expect("session.update")
    await service.send({"type": "error", "error": {"code": "cannot_update_voice", "message": "no"}})
    await eventually(lambda: isinstance(session.error, SettingDeferred))


async def test_another_setting_that_is_refused_is_named(service: ScriptedService, session: Session) -> None:
    session.update(temperature=1.5)
    update = await service.expect("session.update")
    await service.send(
        {"type": "error", "error": {"code": "invalid_value", "message": "too hot", "event_id": update["event_id"]}}
    )
    await eventually(lambda: isinstance(session.error, ServiceFault))
    assert "did not take temperature: too hot" in str(session.error)


async def test_what_the_service_confirms_is_in_force(service: ScriptedService, session: Session) -> None:
    session.update(voice="ash")
    await service.expect("session.update")
    await service.send({"type": "session.updated", "session": {"voice": "ash", "speed": 1.0}})
    await eventually(lambda: session.effective_settings.get("voice") == "ash")
    assert session.effective_settings["speed"] == 1.0


async def test_the_format_of_sound_changes_with_the_next_connection(service: ScriptedService, session: Session) -> None:
    session.update(output_audio_format="g711_ulaw", instructions="Be brief.")
    assert (await service.expect("session.update"))["session"] == {"instructions": "Be brief."}
    assert isinstance(session.error, SettingDeferred)


async def test_telephone_sound_is_translated_both_ways(service: ScriptedService) -> None:
    settings: dict[str, Any] = {"input_audio_format": "g711_ulaw", "output_audio_format": "g711_alaw"}
    tone = (8_000 * np.sin(np.arange(24_000) * 2 * np.pi * 440 / 24_000)).astype(np.int16)
    heard: list[bytes] = []
    async with Session(service=service.url, **settings) as session:
        session.on("response.audio.delta", lambda event: heard.append(event.delta))
        session.append_audio(tone.tobytes())
        sent = await service.expect("input_audio_buffer.append")
        received = decode_ulaw(base64.b64decode(sent["audio"]))
        assert 7_000 < received.size <= 8_000  # a second at 8,000 Hz, but for what the resampler still holds
        assert frequency(received, 8_000) == pytest.approx(440, abs=2)
        await service.send(events.AudioDelta(delta=encode_alaw(resample(tone, 24_000, 8_000)), response_id="r"))
        await eventually(lambda: heard)
        assert frequency(from_bytes(heard[0]), 24_000) == pytest.approx(440, abs=2)


def frequency(samples: NDArray[np.int16], rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)
