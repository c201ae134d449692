from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.talk.mirror import LEAD_S, MAX_AHEAD_S, Mirror
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.local.talk.verbatim import BLOCK_SAMPLES
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import user_text
from tests.support.waiting import eventually

BLOCK = SAMPLE_RATE // 5
"""What clients send at a time: 200 ms."""


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A mirror, what it plays, and what it refuses."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.playout = Playout(self.clock)
        self.refused: list[str] = []
        self.configured = 0
        self.speaker = Speaker(EspeakSynthesizer())
        self.mirror = Mirror(
            self.playout,
            speaker=self.speaker,
            config=SessionConfig(),
            refuse=self._refuse,
            on_configured=self._count,
        )
        self.mirror.begin()

    async def send(self, sound: NDArray[np.int16]) -> None:
        await self.mirror.handle(events.InputAudioBufferAppend(audio=to_bytes(sound)))

    def played(self, seconds: float = 2.0) -> NDArray[np.int16]:
        """All that is played from the beginning."""
        return self.playout.read(0, round(seconds * SAMPLE_RATE))

    def _refuse(self, code: str, message: str, event_id: str | None = None, /) -> None:
        self.refused.append(code)

    def _count(self) -> None:
        self.configured += 1


@pytest.fixture
def stage() -> Stage:
    return Stage()


def tone(samples: int) -> NDArray[np.int16]:
    return np.asarray(9_000 * np.sin(np.arange(samples) * 2 * np.pi * 200 / SAMPLE_RATE), dtype=np.int16)


async def test_the_sound_is_played_as_it_came_after_a_short_lead(stage: Stage) -> None:
    sound = tone(5 * BLOCK)
    for start in range(0, sound.size, BLOCK):
        await stage.send(sound[start : start + BLOCK])
    lead = round(LEAD_S * SAMPLE_RATE)
    played = stage.played()
    assert not played[:lead].any()
    assert np.array_equal(played[lead : lead + sound.size], sound), "no seam between the blocks"
    assert not played[lead + sound.size :].any()
    assert stage.mirror.mood == "speaking"


async def test_sound_sent_in_real_time_has_no_gaps_though_it_comes_late_now_and_then(stage: Stage) -> None:
    sound = tone(10 * BLOCK)
    for number, late_s in enumerate((0, 0.1, 0, 0.05, 0, 0, 0.1, 0, 0, 0)):
        stage.clock.now = 100.0 + number * 0.2 + late_s
        await stage.send(sound[number * BLOCK :][:BLOCK])
    lead = round(LEAD_S * SAMPLE_RATE)
    assert np.array_equal(stage.played(3)[lead : lead + sound.size], sound)


async def test_blocks_of_any_size_are_joined_and_the_rest_comes_with_the_commit(stage: Stage) -> None:
    sound = tone(2 * BLOCK_SAMPLES + 100)
    for start in range(0, sound.size, 7):
        await stage.send(sound[start : start + 7])
    assert np.flatnonzero(stage.played()).max() < round(LEAD_S * SAMPLE_RATE) + 2 * BLOCK_SAMPLES
    stage = Stage()
    await stage.send(sound)
    await stage.mirror.handle(events.InputAudioBufferCommit())
    lead = round(LEAD_S * SAMPLE_RATE)
    assert np.array_equal(stage.played()[lead : lead + sound.size], sound)


async def test_the_mouth_opens_with_the_sound_and_closes_after_it(stage: Stage) -> None:
    await stage.send(np.concatenate((tone(BLOCK), np.zeros(BLOCK, np.int16), tone(BLOCK))))
    lead = round(LEAD_S * SAMPLE_RATE)
    voiced = [stage.playout.phonemes_between(lead + n * BLOCK + 100, lead + (n + 1) * BLOCK - 100) for n in range(3)]
    assert [bool(sounds) for sounds in voiced] == [True, False, True]
    assert not {sound.symbol for sound in voiced[0]} & set("mbpd"), "the lips are open"


async def test_clearing_stops_the_voice_and_forgets_what_waits(stage: Stage) -> None:
    await stage.send(tone(50 * BLOCK + 10))
    stage.clock.now += 0.5
    await stage.mirror.handle(events.InputAudioBufferClear())
    assert stage.playout.seconds_left < 0.02
    stage.clock.now += 0.5
    assert stage.mirror.mood == "idle"
    await stage.mirror.handle(events.InputAudioBufferCommit())
    assert stage.mirror.mood == "idle"


async def test_what_is_sent_minutes_ahead_is_taken_and_more_is_refused_once(stage: Stage) -> None:
    minute = np.zeros(60 * SAMPLE_RATE, np.int16)
    for _ in range(int(MAX_AHEAD_S // 60) + 3):
        await stage.send(minute)
    assert MAX_AHEAD_S - 60 <= stage.playout.seconds_left <= MAX_AHEAD_S
    assert stage.refused == ["input_audio_buffer_full"]
    stage.clock.now += 60
    await stage.send(minute)
    assert stage.playout.seconds_left > MAX_AHEAD_S - 60
    assert stage.refused == ["input_audio_buffer_full"]
    await stage.send(minute)
    assert stage.refused == ["input_audio_buffer_full"] * 2


async def test_torn_sound_is_refused_and_settings_are_taken_without_effect(stage: Stage) -> None:
    await stage.mirror.handle(events.InputAudioBufferAppend(audio=b"abc"))
    assert stage.refused == ["invalid_value"]
    for event in (events.SessionUpdate(session={"voice": 7}), events.InputConfig(), events.InputFunctionCall()):
        await stage.mirror.handle(event)
    assert stage.refused == ["invalid_value"]


@pytest.mark.parametrize(
    "event",
    [events.ResponseCreate(), events.InputText(content="hi"), events.ConversationItemCreate(item=user_text("?"))],
)
async def test_questions_are_refused_for_there_is_nobody_to_answer(stage: Stage, event: Event) -> None:
    await stage.mirror.handle(event)
    assert stage.refused == ["invalid_event"]


async def test_it_is_ready_at_once_and_runs_until_it_is_closed(stage: Stage) -> None:
    assert stage.mirror.configured
    assert stage.configured == 1
    running = asyncio.create_task(stage.mirror.run())
    await asyncio.sleep(0)
    assert not running.done()
    await stage.mirror.close()
    await asyncio.wait_for(running, 5)


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_text_is_said_and_dropped_again(stage: Stage) -> None:
    running = asyncio.create_task(stage.mirror.run())
    await stage.mirror.handle(events.ResponseCreate(response={"say": "Good morning, and welcome to the show."}))
    await eventually(lambda: stage.playout.seconds_left > 1.0)
    assert stage.playout.texts_between(0, stage.playout.ends_at)[0].text == "Good morning, "
    await stage.mirror.handle(events.ResponseCancel())
    assert stage.playout.seconds_left < 0.1
    await stage.mirror.close()
    await running
    stage.speaker.close()
    assert stage.refused == []


async def test_a_voice_that_fails_is_told_and_the_next_text_is_said(stage: Stage) -> None:
    ours, texts = stage.speaker, []

    class Fails:
        def speak(self, text: str, **options: str) -> AsyncGenerator[SpokenPiece, None]:
            texts.append(text)
            if len(texts) == 1:
                raise ZeroDivisionError("in the user's own code")
            return ours.speak(text, **options)

    stage.mirror._speaker = cast(Any, Fails())
    running = asyncio.create_task(stage.mirror.run())
    for text in ("First.", "Second."):
        await stage.mirror.handle(events.ResponseCreate(response={"say": text}))
    await eventually(lambda: stage.playout.speaking)
    assert stage.refused == ["synthesis_failed"]
    assert texts == ["First.", "Second."]
    await stage.mirror.close()
    await running
    ours.close()


async def test_a_sound_to_say_is_said_as_it_is(stage: Stage) -> None:
    sound = tone(3 * BLOCK_SAMPLES + 7)
    said = base64.b64encode(to_bytes(sound)).decode()
    await stage.mirror.handle(events.ResponseCreate(response={"say_audio": said}))
    lead = round(LEAD_S * SAMPLE_RATE)
    assert np.array_equal(stage.played()[lead : lead + sound.size], sound)


@pytest.mark.parametrize("wanted", [None, {"say": " "}, {"say_audio": "?"}, {"say_audio": ""}, {"say": 7}])
async def test_what_cannot_be_said_is_refused(stage: Stage, wanted: dict[str, object] | None) -> None:
    await stage.mirror.handle(events.ResponseCreate(response=wanted))
    assert len(stage.refused) == 1
    assert not stage.playout.speaking
