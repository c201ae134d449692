"""What clients do with the items of a conversation."""

from __future__ import annotations

import pytest

from navtalk_widget.engines.responder import Message, ToolCall
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.protocol import events
from navtalk_widget.protocol.items import user_text
from tests.local.scripted import ScriptedResponder, one_word_and_then_nothing
from tests.local.talking import Talk, item_of, picture, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORY = "I was born in a small town by the sea. My father was a fisherman, and so was his father."


def last_answer(talk: Talk) -> str:
    """The identifier of the newest message of the avatar."""
    return talk.of(events.OutputItemDone)[-1].item.id or ""


async def test_each_item_names_the_one_before_it(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Fine.")
    async with talking(engines) as talk:
        await talk.write("One.", "one")
        await talk.write("Two.", "two")
        await talk.ask()
        await talk.write("Three.", "three")
        created = talk.of(events.ConversationItemCreated)
        answer = last_answer(talk)
        assert [each.item.id for each in created] == ["one", "two", answer, "three"]
        assert [each.previous_item_id for each in created] == [None, "one", "two", answer]


async def test_an_item_may_be_put_in_between(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Fine.")
    async with talking(engines) as talk:
        await talk.write("One.", "one")
        await talk.write("Two.", "two")
        for item_id, previous_id in (("between", "one"), ("first", "root")):
            item = user_text(item_id).model_copy(update={"id": item_id})
            await talk.say(events.ConversationItemCreate(item=item, previous_item_id=previous_id))
        assert [each.previous_item_id for each in talk.of(events.ConversationItemCreated)][2:] == ["one", None]
        await talk.ask()
        assert [message.text for message in script.requests[0].messages] == ["first", "One.", "between", "Two."]


async def test_an_item_is_shown_as_the_service_has_it(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Fine, thank you.")
    async with talking(engines) as talk:
        await talk.write("How are you?", "asked")
        await talk.ask()
        await talk.say(events.ConversationItemRetrieve(item_id="asked"))
        await talk.say(events.ConversationItemRetrieve(item_id=last_answer(talk)))
        asked, answer = (each.item for each in talk.of(events.ConversationItemRetrieved))
        assert (asked.role, asked.status, asked.text) == ("user", "completed", "How are you?")
        assert (answer.role, answer.status, answer.text) == ("assistant", "completed", "Fine, thank you.")
        assert answer.content is not None and answer.content[0].type == "audio"


async def test_a_deleted_item_is_told_to_nobody(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Fine.")
    async with talking(engines) as talk:
        await talk.write("A secret.", "secret")
        await talk.write("Hello.", "hello")
        await talk.say(events.ConversationItemDelete(item_id="secret"))
        assert [each.item_id for each in talk.of(events.ConversationItemDeleted)] == ["secret"]
        await talk.ask()
        assert script.requests[0].messages == (Message("user", "Hello."),)


async def test_a_call_that_the_client_remembers_from_before_can_be_answered(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer("Nine to six.")
    async with talking(engines) as talk:
        await talk.say(item_of(type="function_call", call_id="call_old", name="hours", arguments="{}"))
        await talk.say(item_of(type="function_call_output", call_id="call_old", output="9-18"))
        await talk.ask()
        assert not talk.errors
        assert script.requests[0].messages[-1] == Message("tool", "9-18", name="hours", call_id="call_old")


@pytest.mark.parametrize(
    "event",
    [
        events.ConversationItemRetrieve(item_id="nothing", event_id="mine"),
        events.ConversationItemDelete(item_id="nothing", event_id="mine"),
        events.ConversationItemTruncate(item_id="nothing", audio_end_ms=0, event_id="mine"),
        events.ConversationItemCreate(item=user_text("lost"), previous_item_id="nothing", event_id="mine"),
    ],
)
async def test_an_item_that_is_not_there_is_named(engines: Engines, event: events.Event) -> None:
    async with talking(engines) as talk:
        await talk.say(event)
        assert talk.errors == ["item_not_found"]
        error = talk.of(events.ErrorEvent)[0].error
        assert "nothing" in error["message"]
        assert error["event_id"] == "mine"


# ── interruptions ────────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_is_truncated_to_what_was_heard(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer(STORY, "Go on.")
    async with talking(engines) as talk:
        await talk.ask()
        answer = last_answer(talk)
        await talk.say(events.ConversationItemTruncate(item_id=answer, audio_end_ms=1_500))
        (truncated,) = talk.of(events.ConversationItemTruncated)
        assert (truncated.item_id, truncated.content_index, truncated.audio_end_ms) == (answer, 0, 1_500)
        await talk.ask()
        (heard,) = script.requests[1].messages
        assert STORY.startswith(heard.text)
        assert 5 < len(heard.text) < len(STORY) / 2


async def test_an_answer_is_not_truncated_past_its_end(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Yes.")
    async with talking(engines) as talk:
        await talk.ask()
        await talk.say(events.ConversationItemTruncate(item_id=last_answer(talk), audio_end_ms=60_000))
        await talk.say(events.ConversationItemTruncate(item_id=last_answer(talk), audio_end_ms=10**30))
        assert talk.errors == ["invalid_value"] * 2
        await talk.ask()
        assert script.requests[1].messages == (Message("assistant", "Yes."),)


async def test_after_cancelling_the_clients_own_report_of_what_was_heard_counts(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer(STORY, "Go on.")
    async with talking(engines) as talk:
        await talk.ask()
        await talk.say(events.ResponseCancel())
        assert not talk.conversation.playout.seconds_left > 0.1
        await talk.say(events.ConversationItemTruncate(item_id=last_answer(talk), audio_end_ms=2_000))
        assert not talk.errors
        await talk.ask()
        assert len(script.requests[1].messages[0].text) > 10


async def test_what_is_still_being_said_can_be_truncated_and_deleted(
    engines: Engines, script: ScriptedResponder
) -> None:
    script.will_answer(one_word_and_then_nothing, "Yes?")
    async with talking(engines) as talk:
        await talk.say(events.ResponseCreate())
        item_id = (await talk.until(events.AudioDelta)).item_id
        await talk.say(
            events.ConversationItemTruncate(item_id=item_id, audio_end_ms=10),
            events.ConversationItemDelete(item_id=item_id),
            events.ResponseCancel(),
        )
        done = await talk.until(events.ResponseDone)
        assert done.response.status == "cancelled"
        assert not talk.errors
        await talk.ask()
        assert script.requests[1].messages == ()


# ── the second generation's own words ────────────────────────────────────────────────────────────────────


async def test_typed_text_is_answered_if_a_reply_is_wanted(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("Hello.")
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputText(content="Just so you know.", reply=False))
        await talk.say(events.InputText(content="Hello?"))
        await talk.until(events.ResponseDone)
        (request,) = script.requests
        assert [message.text for message in request.messages] == ["Just so you know.", "Hello?"]


async def test_what_is_typed_into_an_answer_is_answered_after_it(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer(one_word_and_then_nothing, "And the other.")
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputText(content="One thing."))
        await talk.until(events.AudioDelta)
        await talk.say(events.InputText(content="Another."))
        assert not talk.errors
        assert len(script.requests) == 1
        await talk.say(events.ResponseCancel())
        await talk.say(events.InputText(content="And a third."))
        await talk.until(events.ResponseDone)
        await talk.until(events.ResponseDone)
        said = [message.text for message in script.requests[1].messages if message.role == "user"]
        assert said == ["One thing.", "Another.", "And a third."]


async def test_a_result_in_the_second_form_is_spoken(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer(ToolCall("hours", {}), "Nine to six.")
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputText(content="When do you open?"))
        call = await talk.until(events.FunctionCallArgumentsDone)
        await talk.say(events.FunctionCallOutput(call_id=call.call_id, output="9-18"))
        assert (await talk.until(events.AudioTranscriptDone)).transcript == "Nine to six."
        assert script.requests[1].messages[-1] == Message("tool", "9-18", name="hours", call_id=call.call_id)


async def test_a_result_without_reply_is_only_noted(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer(ToolCall("hours", {}), "Well?")
    async with talking(engines, protocol="v2") as talk:
        await talk.ask()
        call = talk.of(events.FunctionCallArgumentsDone)[0]
        await talk.say(events.FunctionCallOutput(call_id=call.call_id, output="9-18", reply=False))
        assert len(script.requests) == 1
        await talk.say(events.FunctionCallOutput(call_id="call_of_nobody", output="1"))
        assert talk.errors == ["invalid_item"]
        await talk.ask()
        assert script.requests[1].messages[-1].text == "9-18"


async def test_pictures_reach_the_responder_in_both_forms(engines: Engines, script: ScriptedResponder) -> None:
    script.will_answer("A cat.")
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputImage(content=picture("AA==")))
        assert not script.requests
        parts = [{"type": "input_image", "image_url": picture("BB==")}, {"type": "input_text", "text": "And this?"}]
        await talk.say(events.ConversationItemCreate.model_validate({"item": {"role": "user", "content": parts}}))
        await talk.say(events.InputImage(content=picture("CC=="), reply=True))
        await talk.until(events.ResponseDone)
        assert script.requests[0].messages == (
            Message("user", "", images=(picture("AA=="),)),
            Message("user", "And this?", images=(picture("BB=="),)),
            Message("user", "", images=(picture("CC=="),)),
        )
        told = talk.of(events.ConversationItemCreated)
        assert not any(part.image_url for each in told for part in each.item.content or ())


async def test_what_is_no_picture_is_refused(engines: Engines) -> None:
    async with talking(engines, protocol="v2") as talk:
        await talk.say(events.InputImage(content="http://example.org/cat.png", reply=True))
        assert talk.errors == ["invalid_value"]
