"""An answer whose responder takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from navtalk_widget.engines.responder import ToolCall
from navtalk_widget.errors import ServiceFault
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk import answer as answer_module
from navtalk_widget.protocol import events
from tests.local.scripted import ScriptedResponder
from tests.local.talking import Talk, talking
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Hesitating:
    """Says something, and goes on when a test lets it."""

    def __init__(self, first: str, second: str = " And so on.") -> None:
        self.parts = first, second
        self.may_go_on = asyncio.Event()

    async def __call__(self) -> AsyncIterator[str | ToolCall]:
        first, second = self.parts
        yield first
        await self.may_go_on.wait()
        yield second


def said(talk: Talk) -> str:
    return "".join(event.delta for event in talk.of(events.AudioTranscriptDelta))


async def test_a_sentence_is_spoken_when_the_responder_pauses_after_it(
    engines: Engines, script: ScriptedResponder
) -> None:
    responder = Hesitating("Let me look that up.")
    script.will_answer(responder)
    async with talking(engines) as talk:
        await talk.say(events.ResponseCreate())
        await talk.until(events.AudioDelta)
        assert said(talk).strip() == "Let me look that up."
        assert not talk.of(events.ResponseDone)
        responder.may_go_on.set()
        await talk.until(events.ResponseDone)
        assert said(talk) == "Let me look that up. And so on."


async def test_an_abbreviation_is_not_cut_by_a_pause(
    engines: Engines, script: ScriptedResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_module, "LULL_S", 0.0)
    responder = Hesitating("I know Dr.", " Who very well.")
    script.will_answer(responder)
    async with talking(engines) as talk:
        await talk.say(events.ResponseCreate())
        await asyncio.sleep(0.05)
        responder.may_go_on.set()
        await talk.until(events.ResponseDone)
        assert [event.delta for event in talk.of(events.AudioTranscriptDelta)] == ["I know Dr. Who very well."]


async def test_an_answer_that_pauses_can_be_interrupted(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer(Hesitating("Let me look that up."))
    async with talking(engines) as talk:
        await talk.say(events.ResponseCreate())
        await talk.until(events.AudioDelta)
        await talk.say(events.ResponseCancel())
        done = await talk.until(events.ResponseDone)
        assert done.response.status == "cancelled"
        script.will_answer("Fine.")
        done = await talk.ask()
        assert done.response.status == "completed"
    await eventually(lambda: not [task for task in asyncio.all_tasks() if task.get_name().startswith("answer")])


class Mute:
    def speak(self, text: str, *, voice: str, language: str) -> AsyncIterator[object]:
        async def fail() -> AsyncIterator[object]:
            raise ServiceFault("The voice is hoarse.")
            yield

        return fail()


async def test_a_voice_that_fails_in_a_pause_ends_the_answer_at_once(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer(Hesitating("Let me look that up."))
    async with talking(replace(engines, speaker=cast(Any, Mute()))) as talk:
        done = await talk.ask()
    assert done.response.status == "failed"
    assert "hoarse" in str(done.response.status_details)
