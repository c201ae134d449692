"""What clients ask for beside an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from navtalk_widget.engines.responder import Message
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk.answering import MAX_ASIDES
from navtalk_widget.protocol import events
from tests.local.scripted import LONG_STORY, ScriptedResponder, one_word_and_then_nothing
from tests.local.talking import talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = {"modalities": ["text"]}


def typed(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


async def test_a_response_says_what_it_was_made_with_and_what_it_cost(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer("Twelve words make about sixteen tokens, or so they say here.")
    async with talking(engines) as talk:
        await talk.write("How much?")
        done = await talk.ask(voice="sage", temperature=0.9, metadata={"mine": "1"}, max_response_output_tokens=500)
        (created,) = talk.of(events.ResponseCreated)
        for response in (created.response, done.response):
            extra = response.model_extra or {}
            assert extra["modalities"] == ("text", "audio")
            assert (extra["voice"], extra["temperature"]) == ("sage", 0.9)
            assert (extra["output_audio_format"], extra["max_output_tokens"]) == ("pcm16", 500)
            assert extra["metadata"] == {"mine": "1"}
            assert response.conversation_id == talk.of(events.ConversationCreated)[0].conversation["id"]
        assert created.response.usage is None
        usage = done.response.usage
        assert usage is not None
        assert 10 <= usage["output_tokens"] <= 20
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        assert done.response.status_details is None
        assert talk.of(events.RateLimitsUpdated)[0].rate_limits[0]["name"] == "requests"


@pytest.mark.parametrize("modalities", [["text"], ["text", "audio"]])
async def test_an_answer_that_is_too_long_is_cut_between_words(
    engines: Engines, script: ScriptedResponder, modalities: list[str]
) -> None:
    script.will_answer(LONG_STORY)
    async with talking(engines) as talk:
        done = await talk.ask(modalities=modalities, max_response_output_tokens=30)
        assert done.response.status == "incomplete"
        assert done.response.status_details == {"type": "incomplete", "reason": "max_output_tokens"}
        (item,) = done.response.output
        assert item.status == "incomplete"
        assert f"{LONG_STORY} ".startswith(f"{item.text} ")
        assert 80 < len(item.text) <= 120
        assert done.response.usage is not None and done.response.usage["output_tokens"] <= 30
        await talk.say(events.ConversationItemRetrieve(item_id=item.id or ""))
        assert talk.of(events.ConversationItemRetrieved)[0].item.text == item.text


async def test_the_limit_of_the_session_holds_and_an_answer_within_it_is_complete(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer("One two three.")
    async with talking(engines) as talk:
        await talk.say(events.SessionUpdate(session={"max_response_output_tokens": 2}))
        assert (await talk.ask(**TEXT)).response.output[0].text == "One two"
        assert (await talk.ask(**TEXT, max_output_tokens="inf")).response.status == "completed"


async def test_an_aside_leaves_no_trace_in_the_conversation(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("It is about cats.", "Hello.")
    async with talking(engines) as talk:
        await talk.write("I like cats.")
        before = len(talk.of(events.ConversationItemCreated))
        done = await talk.ask(**TEXT, conversation="none", instructions="What is it about?", metadata={"topic": "1"})
        assert done.response.conversation_id is None
        assert (done.response.model_extra or {})["metadata"] == {"topic": "1"}
        assert len(talk.of(events.ConversationItemCreated)) == before
        assert script.requests[0].messages == (Message("user", "I like cats."),)
        await talk.ask(**TEXT)
        assert script.requests[1].messages == (Message("user", "I like cats."),)


async def test_an_aside_goes_on_beside_an_answer_and_both_can_be_cancelled(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer(one_word_and_then_nothing)
    async with talking(engines) as talk:
        await talk.say(events.ResponseCreate(response=TEXT))
        answer = (await talk.until(events.ResponseCreated)).response.id
        asides = []
        for _ in range(MAX_ASIDES):
            await talk.say(events.ResponseCreate(response={**TEXT, "conversation": "none"}))
            asides.append((await talk.until(events.ResponseCreated)).response.id)
        await talk.say(events.ResponseCreate(response={**TEXT, "conversation": "none"}))
        assert talk.errors == ["too_many_responses"]
        await talk.say(events.ResponseCancel(response_id=asides[1]), events.ResponseCancel())
        assert [done.response.id for done in talk.of(events.ResponseDone)] == [asides[1], answer]
        for response_id in (asides[0], *asides[2:]):
            await talk.say(events.ResponseCancel(response_id=response_id))
        assert len(talk.of(events.ResponseDone)) == 1 + MAX_ASIDES
        assert talk.errors == ["too_many_responses"]


async def test_a_response_may_have_a_context_of_its_own(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Yes.")
    async with talking(engines) as talk:
        await talk.write("Known.", "known")
        await talk.write("Left out.")
        await talk.ask(**TEXT, input=[{"type": "item_reference", "id": "known"}, typed("And new.")])
        assert [message.text for message in script.requests[0].messages] == ["Known.", "And new."]
        await talk.ask(**TEXT, input=[])
        assert script.requests[1].messages == ()
        await talk.ask(**TEXT)
        assert [message.text for message in script.requests[2].messages] == ["Known.", "Left out.", "Yes.", "Yes."]


async def test_a_responder_that_says_nothing_for_too_long_fails_its_response(
    engines: Engines, script: ScriptedResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.local.talk.answer.RESPONDER_TIMEOUT_S", 0.05)
    script.will_answer(one_word_and_then_nothing)
    async with talking(engines) as talk:
        done = await talk.ask(**TEXT)
        assert done.response.status == "failed"
        assert done.response.status_details is not None
        assert "said nothing" in done.response.status_details["error"]["message"]


async def test_a_responder_that_cancels_itself_fails_its_response(engines: Engines, script: ScriptedResponder) -> None:
    async def cancels() -> Any:
        raise asyncio.CancelledError
        yield ""

    script.will_answer(cancels, "Hello.")
    async with talking(engines) as talk:
        assert (await talk.ask(**TEXT)).response.status == "failed"
        assert (await talk.ask(**TEXT)).response.status == "completed"
