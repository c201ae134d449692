"""Speaking over the avatar, with real ears and a real voice."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
import pytest_asyncio

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.engines.recognizer import Recognition
from navtalk_widget.engines.responder import Message
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk.assistant import Assistant
from navtalk_widget.protocol import events
from tests.local.scripted import LONG_STORY, ScriptedResponder
from tests.local.talking import Talk, talking
from tests.local.wire_client import silence, speech
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUGH_S = 0.3


class Understands:
    """A recogniser that understands what a test says, in every utterance, when it is over."""

    def __init__(self) -> None:
        self.words = ""
        self.languages: list[str] = []

    def start(self, after: Recognition | None = None, *, language: str = "") -> Understands:
        self.languages.append(language)
        return self

    def feed(self, samples: object) -> str:
        return ""

    def finish(self) -> str:
        return self.words

    def abandon(self) -> None:
        pass


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ears() -> Understands:
    return Understands()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(script: ScriptedResponder, ears: Understands) -> AsyncIterator[Engines]:
    engines = Engines(script, recognizer=ears)
    yield engines
    await engines.close()


def sound(seconds: float = COUGH_S, silence_s: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Somebody's voice, as long as this."""
    spoken = speech("how are you doing today my friend", silence_s=0.0)
    first = int(np.flatnonzero(np.abs(spoken) > 1_000)[0])
    return np.concatenate((silence(0.3), spoken[first : first + round(seconds * SAMPLE_RATE)], silence(silence_s)))


async def begin_story(talk: Talk, script: ScriptedResponder) -> None:
    script.will_answer(LONG_STORY, "Yes?")
    await talk.say(events.ResponseCreate())
    await talk.until(events.AudioDelta)


def mood(talk: Talk) -> str:
    return cast(Assistant, talk.conversation._part).mood


async def test_a_cough_makes_the_avatar_pause_and_go_on(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = ""
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        await talk.hear(sound(silence_s=0.2))
        await eventually(lambda: playout.held)
        assert mood(talk) == "listening"
        assert not playout.phonemes_between(playout.position + 480, playout.position + SAMPLE_RATE)
        await talk.hear(silence(0.6))
        await eventually(lambda: not playout.held)
        assert mood(talk) == "speaking"
        assert not talk.of(events.SpeechStarted)
        assert not [event for event in talk.of(events.ConversationItemCreated) if event.item.role == "user"]
        assert not [done for done in talk.of(events.ResponseDone) if done.response.status == "cancelled"]


async def test_a_real_word_takes_the_floor_however_short_it_is(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "stop"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        talk.log.clear()
        talk.skip()
        await talk.hear(sound())
        await talk.until(events.InputTranscriptionCompleted)
        told = [event for event in talk.log if not isinstance(event, events.ResponsePart)]
        assert [type(event) for event in told][:6] == [
            events.SpeechStarted,
            events.ResponseDone,
            events.SpeechStopped,
            events.InputAudioBufferCommitted,
            events.ConversationItemCreated,
            events.InputTranscriptionCompleted,
        ]
        began, cancelled = told[:2]
        assert isinstance(began, events.SpeechStarted) and (began.audio_start_ms or 0) < 300
        assert isinstance(cancelled, events.ResponseDone) and cancelled.response.status == "cancelled"
        await talk.until(events.ResponseDone)
        assert script.requests[-1].messages[-1] == Message("user", "stop")


async def test_speech_that_lasts_takes_the_floor_before_its_words_are_known(
    stage: Engines, script: ScriptedResponder
) -> None:
    async with talking(stage) as talk:
        await begin_story(talk, script)
        await talk.hear(sound(1.2, silence_s=0.0))
        await talk.until(events.SpeechStarted)
        await eventually(lambda: talk.of(events.ResponseDone))
        assert not talk.conversation.playout.held


async def test_what_was_heard_is_right_after_a_pause(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "mhm"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        await asyncio.sleep(0.4)
        await talk.hear(sound(silence_s=0.2))
        await eventually(lambda: playout.held)
        await asyncio.sleep(0.5)
        await talk.hear(silence(0.6))
        await eventually(lambda: not playout.held)
        await talk.say(events.ResponseCancel())
        done = talk.of(events.ResponseDone)[-1]
        heard = done.response.output[0].content
        assert heard is not None
        words = (heard[0].transcript or "").split()
        assert words and words == LONG_STORY.split()[: len(words)]
        assert len(words) < 10, "nobody heard anything during the pause"
        item_id = str(done.response.output[0].id)
        await talk.say(events.ConversationItemTruncate(item_id=item_id, content_index=0, audio_end_ms=5_000))
        await talk.say(events.ConversationItemRetrieve(item_id=item_id))
        kept = talk.of(events.ConversationItemRetrieved)[-1].item.content
        assert kept is not None and (kept[0].transcript or "").split() == words, "though its client believes more"


async def test_a_cancellation_during_the_pause_gives_the_floor_away(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "mhm"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        await talk.hear(sound(silence_s=0.1))
        await eventually(lambda: playout.held)
        await talk.say(events.ResponseCancel())
        assert not playout.held
        assert talk.of(events.SpeechStarted)
        await talk.hear(silence(0.8))
        completed = await talk.until(events.InputTranscriptionCompleted)
        assert completed.transcript == "mhm"


async def test_forgetting_the_sound_lets_the_avatar_go_on(stage: Engines, script: ScriptedResponder) -> None:
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        await talk.hear(sound(silence_s=0.0))
        await eventually(lambda: playout.held)
        await talk.say(events.InputAudioBufferClear())
        assert not playout.held and playout.speaking
        assert not talk.of(events.SpeechStarted)


async def test_who_ends_their_turn_by_hand_had_one(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "mhm"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        await talk.hear(sound(silence_s=0.0))
        await eventually(lambda: talk.conversation.playout.held)
        await talk.say(events.InputAudioBufferCommit())
        await talk.until(events.InputTranscriptionCompleted)
        assert talk.of(events.SpeechStarted)


async def test_a_change_to_no_interruptions_ends_the_pause(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "stop"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        await talk.hear(sound(silence_s=0.0))
        await eventually(lambda: playout.held)
        patient = {"turn_detection": {"type": "server_vad", "interrupt_response": False}}
        await talk.say(events.SessionUpdate(session=patient))
        await talk.hear(silence(0.8))
        await talk.until(events.InputTranscriptionCompleted)
        assert not playout.held and playout.speaking
        assert not [done for done in talk.of(events.ResponseDone) if done.response.status == "cancelled"]


async def test_without_a_limit_everything_interrupts_at_once(stage: Engines, script: ScriptedResponder) -> None:
    engines = replace(stage, options=LocalOptions(interruption_ms=0))
    async with talking(engines) as talk:
        await begin_story(talk, script)
        await talk.hear(sound(silence_s=0.0))
        await talk.until(events.SpeechStarted)
        assert not talk.conversation.playout.held
        assert talk.of(events.ResponseDone)[-1].response.status == "cancelled"


async def test_at_the_end_of_an_answer_a_yes_is_an_answer(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "yes"
    async with talking(stage) as talk:
        script.will_answer("More?", "Fine.")
        playout, seconds = talk.conversation.playout, time.monotonic()
        playout._clock = lambda: seconds  # a clock that waits for a machine that is busy
        await talk.say(events.ResponseCreate())
        await talk.until(events.ResponseDone)
        assert playout.speaking
        await talk.hear(sound())
        await talk.until(events.ResponseDone)
        assert script.requests[-1].messages[-1] == Message("user", "yes")


async def test_half_duplex_hears_nobody_while_the_avatar_speaks(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "now"
    async with talking(replace(stage, options=LocalOptions(half_duplex=True))) as talk:
        await begin_story(talk, script)
        await talk.hear(sound(1.2))
        assert not talk.conversation.playout.held
        await talk.say(events.ResponseCancel())
        await asyncio.sleep(0.35)
        await talk.hear(sound())
        began = await talk.until(events.SpeechStarted)
        assert (began.audio_start_ms or 0) > 2_000, "its time went on"


async def test_the_language_is_told_to_the_recogniser(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    script.will_answer("Gut.")
    ears.words = "hallo"
    async with talking(stage) as talk:
        await talk.say(events.SessionUpdate(session={"input_audio_transcription": {"language": "de"}}))
        ears.languages.clear()
        await talk.hear(sound())
        await talk.until(events.InputTranscriptionCompleted)
        assert ears.languages == ["de"]


# ── word for word ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_text_is_said_without_asking_anybody(stage: Engines, script: ScriptedResponder) -> None:
    script.will_answer("No.")
    async with talking(stage) as talk:
        done = await talk.ask(say="Welcome to the museum.")
        assert done.response.status == "completed"
        item = done.response.output[0].content
        assert item is not None and item[0].transcript == "Welcome to the museum."
        assert script.requests == []
        assert talk.conversation.playout.speaking


async def test_a_sound_is_said_as_it_is(stage: Engines, script: ScriptedResponder) -> None:
    sound = speech("good morning", silence_s=0.0)
    async with talking(stage) as talk:
        await talk.ask(say_audio=base64.b64encode(to_bytes(sound)).decode())
        assert b"".join(event.delta for event in talk.of(events.AudioDelta)) == to_bytes(sound)


@pytest.mark.parametrize("wanted", [{"say": ""}, {"say_audio": "AA"}, {"say": "a", "say_audio": "AAAA"}])
async def test_what_cannot_be_said_is_refused(stage: Engines, wanted: dict[str, str]) -> None:
    async with talking(stage) as talk:
        await talk.say(events.ResponseCreate(response=wanted))
        assert talk.errors == ["invalid_value"]


# ── its own voice ────────────────────────────────────────────────────────────────────────────────────────


async def test_the_avatar_does_not_interrupt_itself(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "please stop"
    async with talking(stage) as talk:
        await begin_story(talk, script)
        playout = talk.conversation.playout
        seconds = time.monotonic()
        playout._clock = lambda: seconds  # a clock that waits for a machine that is busy
        heard_until = playout.position
        delay = SAMPLE_RATE // 8
        held = 0
        for _ in range(200):
            seconds += 0.02
            now = playout.position
            echo = playout.sound_between(heard_until - delay, now - delay) // 3
            heard_until = now
            await talk.hear(echo.astype(np.int16))
            held += playout.held
        assert playout.speaking
        assert not held
        assert not talk.of(events.SpeechStarted)


# ── push to talk ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("protocol", ["v1", "v2"])
async def test_with_push_to_talk_a_turn_is_what_is_committed(
    stage: Engines, script: ScriptedResponder, ears: Understands, protocol: str
) -> None:
    script.will_answer("Sunny.")
    ears.words = "what is the weather"
    async with talking(stage, protocol=protocol) as talk:
        await talk.say(events.SessionUpdate(session={"turn_detection": None}))
        await talk.hear(sound(silence_s=2.0))
        assert not talk.of(events.SpeechStarted)
        await talk.say(events.InputAudioBufferCommit(), events.ResponseCreate())
        done = await talk.until(events.ResponseDone)
        assert done.response.status == "completed"
        assert script.requests[-1].messages == (Message("user", "what is the weather"),)
        await talk.say(events.InputAudioBufferCommit())
        assert talk.errors == ["input_audio_buffer_commit_empty"]


async def test_with_push_to_talk_the_button_and_not_the_voice_interrupts(
    stage: Engines, script: ScriptedResponder, ears: Understands
) -> None:
    ears.words = "never mind"
    async with talking(stage) as talk:
        await talk.say(events.SessionUpdate(session={"turn_detection": None}))
        await begin_story(talk, script)
        await talk.hear(sound(1.2))
        assert talk.conversation.playout.speaking and not talk.conversation.playout.held
        await talk.say(events.ResponseCancel(), events.InputAudioBufferCommit(), events.ResponseCreate())
        await talk.until(events.InputTranscriptionCompleted)
        await talk.until(events.ResponseDone)
        assert script.requests[-1].messages[-1] == Message("user", "never mind")
