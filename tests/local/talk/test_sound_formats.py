from __future__ import annotations

import numpy as np
import pytest

from navtalk_widget.audio.g711 import decode_alaw, decode_ulaw
from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.audio.sound_formats import SoundDecoder, SoundEncoder
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.protocol import events
from tests.local.scripted import ScriptedResponder
from tests.local.talking import talking
from tests.local.wire_client import speech

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "what is the weather in paris"
TELEPHONE = ["g711_ulaw", "g711_alaw"]


@pytest.mark.parametrize("format", ["pcm16", *TELEPHONE])
async def test_a_tone_survives_the_way_there_and_back(format: str) -> None:
    tone = np.asarray(12_000 * np.sin(np.arange(SAMPLE_RATE) * 2 * np.pi * 440 / SAMPLE_RATE), dtype=np.int16)
    encoder, decoder = SoundEncoder(format), SoundDecoder(format)
    blocks = [encoder.encode(tone[start : start + 480]) for start in range(0, tone.size, 480)]
    sent = [*blocks, encoder.finish()]
    assert len(b"".join(sent)) == pytest.approx(48_000 if format == "pcm16" else 8_000, abs=2)
    heard = np.concatenate([decoder.decode(block) for block in sent])
    assert heard.size > 0.97 * tone.size
    middle = heard[2_000:20_000].astype(float)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert np.fft.rfftfreq(middle.size, 1 / SAMPLE_RATE)[spectrum.argmax()] == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(12_000, rel=0.05)


@pytest.mark.parametrize("format", TELEPHONE)
async def test_a_conversation_by_telephone(engines: Engines, script: ScriptedResponder, format: str) -> None:
    script.will_answer("It is sunny in Paris.")
    async with talking(engines) as talk:
        await talk.say(events.SessionUpdate(session={"input_audio_format": format, "output_audio_format": format}))
        encoder, sound = SoundEncoder(format), speech(QUESTION)
        for start in range(0, sound.size, 481):
            block = encoder.encode(sound[start : start + 481])
            await talk.say(events.InputAudioBufferAppend(audio=block))  # also of odd numbers of bytes
        heard = await talk.until(events.InputTranscriptionCompleted)
        assert heard.transcript, "words, though the recogniser misses what telephones leave out"
        (stopped,) = talk.of(events.SpeechStopped)
        assert stopped.audio_end_ms == pytest.approx(sound.size / 24, abs=700)
        await talk.until(events.ResponseDone)
        sent = b"".join(delta.delta for delta in talk.of(events.AudioDelta))
        voice = (decode_ulaw if format == "g711_ulaw" else decode_alaw)(sent)
        assert 1.0 < voice.size / 8_000 < 4.0
        assert np.abs(voice.astype(int)).max() > 3_000
        assert not talk.errors


async def test_one_response_may_be_in_another_format(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Hello.")
    async with talking(engines) as talk:
        sizes = []
        for format in ("pcm16", "g711_ulaw"):
            before = len(talk.of(events.AudioDelta))
            await talk.ask(output_audio_format=format)
            sizes.append(sum(len(delta.delta) for delta in talk.of(events.AudioDelta)[before:]))
        assert sizes[0] == pytest.approx(6 * sizes[1], rel=0.01)


async def test_a_torn_sample_is_refused(engines: Engines) -> None:
    async with talking(engines) as talk:
        await talk.say(events.InputAudioBufferAppend(audio=b"abc"))
        await talk.say(events.SessionUpdate(session={"input_audio_format": "mp3"}))
        assert talk.errors == ["invalid_value", "invalid_value"]
    with pytest.raises(ValueError, match="even number"):
        from_bytes(b"abc")
