"""Sound in a message."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.engines.recognizer import RecognitionError
from navtalk_widget.engines.responder import Message
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk.answering import MAX_OWED
from navtalk_widget.protocol import events
from tests.local.scripted import ScriptedResponder
from tests.local.talking import talking
from tests.local.wire_client import speech

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "what is the weather in paris"
SHORT = np.zeros(2_400, np.int16)


def recording(sound: NDArray[np.int16] | str, **part: Any) -> events.ConversationItemCreate:
    audio = sound if isinstance(sound, str) else base64.b64encode(to_bytes(sound)).decode()
    content = [{"type": "input_text", "text": "Listen:"}, {"type": "input_audio", "audio": audio, **part}]
    return events.ConversationItemCreate.model_validate({"item": {"id": "said", "role": "user", "content": content}})


async def test_the_answer_waits_for_the_words_of_a_recording(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Sunny.")
    async with talking(engines) as talk:
        await talk.say(recording(speech(QUESTION)), events.ResponseCreate())
        assert not script.requests
        told = await talk.until(events.InputTranscriptionCompleted)
        assert (told.item_id, told.content_index, told.transcript) == ("said", 1, QUESTION)
        await talk.until(events.ResponseDone)
        assert script.requests[0].messages == (Message("user", f"Listen: {QUESTION}"),)
        created = talk.of(events.ConversationItemCreated)[0].item.content
        assert created is not None and created[1].audio is None, "sound is not sent back"


async def test_what_is_to_be_said_meanwhile_is_said_before_the_answer(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer("Sunny.")
    async with talking(engines) as talk:
        await talk.say(recording(speech(QUESTION)))
        for wanted in ({"say": "One moment."}, None, {"say": "I am listening."}, None):
            await talk.say(events.ResponseCreate(response=wanted))
        for _ in range(3):
            await talk.until(events.ResponseDone)
        said = [event.transcript for event in talk.of(events.AudioTranscriptDone)]
        assert said == ["One moment.", "I am listening.", "Sunny."]
        assert talk.errors == []


async def test_no_more_is_kept_to_be_said_than_anybody_wants(engines: Engines) -> None:
    async with talking(engines) as talk:
        await talk.say(recording(speech(QUESTION)))
        for number in range(MAX_OWED + 1):
            await talk.say(events.ResponseCreate(response={"say": f"Number {number}."}))
        assert talk.errors == ["too_many_responses"]
        await talk.say(events.ResponseCancel())


async def test_a_recogniser_that_fails_gives_back_what_it_had(engines: Engines) -> None:
    class Fails:
        abandoned = 0

        def start(self, after: object = None, *, language: str = "") -> Fails:
            return self

        def feed(self, samples: object) -> str:
            raise RecognitionError("it broke")

        def abandon(self) -> None:
            self.abandoned += 1

    broken: Any = Fails()
    async with talking(replace(engines, recognizer=broken)) as talk:
        await talk.say(recording(speech(QUESTION)))
        await talk.until(events.InputTranscriptionCompleted)
    assert broken.abandoned == 1


async def test_a_recording_with_its_words_is_taken_at_its_word(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Sunny.")
    async with talking(engines) as talk:
        await talk.say(recording(SHORT, transcript="is it raining"))
        await talk.ask()
        assert script.requests[0].messages[0].text == "Listen: is it raining"
        assert not talk.of(events.InputTranscriptionCompleted)


@pytest.mark.parametrize("fault", [RecognitionError("no decoder is free"), RuntimeError("broken")])
async def test_a_recording_that_is_not_understood_has_no_words(
    engines: Engines, script: ScriptedResponder, fault: Exception
) -> None:
    class Broken:
        def start(self, after: Any = None, *, language: str = "") -> Any:
            raise fault

    script.will_answer("What?")
    async with talking(Engines(script, engines.speaker, Broken(), engines.faces)) as talk:
        await talk.say(recording(SHORT))
        assert (await talk.ask()).response.status == "completed"
        assert script.requests[0].messages[0].text == "Listen:"


@pytest.mark.parametrize("sound", ["not base64", "QQ==", np.zeros(121 * SAMPLE_RATE, np.int16)])
async def test_a_recording_that_cannot_be_heard_is_refused(engines: Engines, sound: NDArray[np.int16] | str) -> None:
    async with talking(engines) as talk:
        await talk.say(recording(sound))
        assert talk.errors == ["invalid_value"]
        assert not talk.of(events.ConversationItemCreated)


async def test_no_more_than_a_few_wait_and_closing_gives_them_up(engines: Engines) -> None:
    async with talking(engines) as talk:
        for number in range(6):
            event = recording(speech(QUESTION))
            item = event.item.model_copy(update={"id": f"said{number}"})
            await talk.say(event.model_copy(update={"item": item}))
        assert talk.errors == ["invalid_value"] * 2
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "recording"]
