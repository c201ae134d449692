from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress

import numpy as np
import pytest

from navtalk_widget.engines.responder import Message, ToolCall
from navtalk_widget.local.server import LocalService
from tests.local.avatar_viewer import viewing
from tests.local.scripted import LONG_STORY, ScriptedResponder, one_word_and_then_nothing
from tests.local.wire_client import PATIENCE_S, WireClient, signalling_to, speech
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "what is the weather in paris"

SPOKEN_ANSWER = [
    "response.created",
    "rate_limits.updated",
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


def transcript_of(response_done: dict[str, object]) -> str:
    response = response_done["response"]
    assert isinstance(response, dict)
    return str(response["output"][0]["content"][0]["transcript"])


def voice_in(client: WireClient) -> bytes:
    return b"".join(base64.b64decode(event["delta"]) for event in client.of("response.audio.delta"))


def likeness(one: bytes, other: bytes) -> float:
    """Correlation of two sounds' spectra: a synthesiser need not give the same samples twice."""
    spectra = [np.abs(np.fft.rfft(np.frombuffer(sound, "<i2"), 48_000))[:4_000] for sound in (one, other)]
    bands = [np.log1p(spectrum.reshape(-1, 20).mean(axis=1)) for spectrum in spectra]
    return float(np.corrcoef(*bands)[0, 1])


# ── the session ──────────────────────────────────────────────────────────────────────────────────────────


async def test_the_session_is_named_created_and_once_updated(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Hello.")
    updated = await client.start(instructions="Be brief.", voice="verse", temperature=1)
    await client.send("response.create")
    await client.until("response.done")
    assert client.types()[:5] == [
        "session.session_id",
        "session.created",
        "conversation.created",
        "session.updated",
        "response.created",
    ]
    assert updated["session"]["id"] == client.log[0]["sessionId"] == client.log[1]["session"]["id"]
    assert updated["session"]["instructions"] == "Be brief."
    assert updated["session"]["voice"] == "verse"
    assert updated["session"]["turn_detection"]["silence_duration_ms"] == 500, "what was not set has its default"
    assert script.requests[0].instructions == "Be brief."


@pytest.mark.parametrize(
    ("session", "setting"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"turn_detection": {"type": "server_vad", "threshold": 7}}, "turn_detection.threshold"),
        ({"turn_detection": {"type": "telepathy"}}, "turn_detection"),
        ({"tools": [{"type": "function", "name": ""}]}, "tools.0.name"),
        ({"modalities": ["smell"]}, "modalities.0"),
        ({"instructions": None}, "instructions"),
    ],
)
async def test_a_bad_setting_is_named_and_changes_nothing(
    client: WireClient, session: dict[str, object], setting: str
) -> None:
    refused = await client.start(**{"instructions": "changed too", **session})
    assert refused["type"] == "error"
    assert setting in refused["error"]["message"]
    await client.send("session.update", session={"voice": "ash"})
    updated = await client.until("session.updated")
    assert updated["session"]["instructions"] == ""


async def test_instructions_change_in_the_running_conversation(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Yes.")
    await client.start(instructions="Speak English.")
    await client.ask("one")
    await client.until("response.done")
    await client.send("session.update", session={"instructions": "Speak French."})
    await client.ask("two")
    await client.until("response.done")
    assert [request.instructions for request in script.requests] == ["Speak English.", "Speak French."]


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_comes_in_the_order_clients_expect(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Good morning, and welcome. What may I show you?")
    await client.start()
    await client.ask("hello")
    done = await client.until("response.done")
    answer = client.types()[client.types().index("response.created") :]
    once_each = list(dict.fromkeys(answer))
    assert once_each == SPOKEN_ANSWER
    deltas = [event["delta"] for event in client.of("response.audio_transcript.delta")]
    assert len(deltas) == 3, "clause by clause"
    assert "".join(deltas) == "Good morning, and welcome. What may I show you?"
    assert transcript_of(done) == "".join(deltas)
    assert client.of("response.audio_transcript.done")[0]["transcript"] == "".join(deltas)
    assert done["response"]["status"] == "completed"


async def test_the_ids_of_an_answer_agree(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Hello.")
    await client.start()
    await client.ask("hello")
    done = await client.until("response.done")
    of_answer = [event for event in client.log if event["type"].startswith("response.")]
    assert {event["response_id"] for event in of_answer if "response_id" in event} == {done["response"]["id"]}
    assert {event["item_id"] for event in of_answer if "item_id" in event} == {done["response"]["output"][0]["id"]}
    typed, answered = client.of("conversation.item.created")
    assert answered["previous_item_id"] == typed["item"]["id"]
    assert answered["item"]["id"] == done["response"]["output"][0]["id"]
    assert len({event["event_id"] for event in client.log}) == len(client.log)


async def test_the_voice_is_pcm16_at_24_khz_in_short_blocks(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("One, two, three, four, five.")
    await client.start()
    await client.ask("count")
    await client.until("response.done")
    sizes = [len(base64.b64decode(event["delta"])) for event in client.of("response.audio.delta")]
    assert max(sizes) == 9_600
    seconds = len(voice_in(client)) / 48_000
    assert 1.0 < seconds < 5.0
    assert np.abs(np.frombuffer(voice_in(client), "<i2")).max() > 3_000


async def test_a_new_voice_speaks_from_the_next_answer_on(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("The same words.")
    await client.start(voice="cedar")
    voices = []
    for voice in ("cedar", "shimmer", "cedar"):
        await client.send("session.update", session={"voice": voice})
        client.log.clear()
        await client.ask("speak")
        await client.until("response.done")
        voices.append(voice_in(client))
    same, other = likeness(voices[0], voices[2]), likeness(voices[0], voices[1])
    assert same > 0.8
    assert other < same - 0.3


async def test_without_audio_the_answer_is_text(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Just words.")
    await client.start(modalities=["text"])
    await client.ask("write")
    done = await client.until("response.done")
    assert client.types()[-6:] == [
        "response.content_part.added",
        "response.text.delta",
        "response.text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    assert done["response"]["output"][0]["content"] == [{"type": "text", "text": "Just words."}]


async def test_the_first_clause_is_spoken_before_the_last_one_is_known(
    client: WireClient, script: ScriptedResponder
) -> None:
    script.will_answer(one_word_and_then_nothing)
    await client.start()
    await client.ask("slowly")
    await client.until("response.audio.delta")
    assert client.of("response.audio_transcript.delta")[0]["delta"].strip() == "Well,"
    assert not client.of("response.done")


async def test_the_avatar_speaks_first_when_it_is_asked_to(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Welcome!")
    await client.start()
    await client.send("response.create")
    assert transcript_of(await client.until("response.done")) == "Welcome!"
    assert script.requests[0].messages == ()


async def test_the_responder_is_told_the_conversation_so_far(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("It is noon.")
    await client.start()
    for role, kind, text in (("user", "input_text", "Good day."), ("assistant", "text", "Good day to you.")):
        await client.send(
            "conversation.item.create",
            item={"type": "message", "role": role, "content": [{"type": kind, "text": text}]},
        )
    await client.ask("What time is it?")
    await client.until("response.done")
    await client.ask("Thanks.")
    await client.until("response.done")
    assert script.requests[-1].messages == (
        Message("user", "Good day."),
        Message("assistant", "Good day to you."),
        Message("user", "What time is it?"),
        Message("assistant", "It is noon."),
        Message("user", "Thanks."),
    )


async def test_one_response_may_differ_from_the_session(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Fine.")
    await client.start(instructions="Always.")
    await client.send("response.create", response={"instructions": "Just now.", "modalities": ["text"]})
    await client.until("response.done")
    assert script.requests[0].instructions == "Just now."
    assert client.of("response.text.done")
    await client.send("response.create", response={"modalities": ["smell"]})
    assert "modalities" in (await client.until("error"))["error"]["message"]
    await client.send("response.create")
    await client.until("response.done")
    assert script.requests[1].instructions == "Always."


async def test_there_is_one_response_at_a_time(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer(one_word_and_then_nothing, "Done.")
    await client.start()
    await client.send("response.create")
    await client.until("response.audio.delta")
    await client.send("response.create", event_id="mine")
    refused = await client.until("error")
    assert refused["error"]["code"] == "conversation_already_has_active_response"
    assert refused["error"]["event_id"] == "mine"
    await client.send("response.cancel")
    await client.until("response.done")
    await client.send("response.create")
    assert transcript_of(await client.until("response.done")) == "Done."


async def test_a_responder_that_fails_ends_its_response_only(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer(RuntimeError("the model is on strike"), "Back again.")
    await client.start()
    await client.ask("hello")
    failed = (await client.until("response.done"))["response"]
    assert failed["status"] == "failed"
    assert "on strike" in failed["status_details"]["error"]["message"]
    await client.ask("hello?")
    assert transcript_of(await client.until("response.done")) == "Back again."


# ── tools ────────────────────────────────────────────────────────────────────────────────────────────────

OPENING_HOURS = {
    "type": "function",
    "name": "opening_hours",
    "description": "Opening hours of a museum.",
    "parameters": {"type": "object", "properties": {"museum": {"type": "string"}}, "required": ["museum"]},
}


async def test_a_tool_is_called_and_its_result_spoken(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer(ToolCall("opening_hours", {"museum": "Louvre"}), "From nine to six.")
    await client.start(tools=[OPENING_HOURS])
    await client.ask("When does the Louvre open?")
    done = await client.until("response.done")
    assert client.types()[-8:] == [
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "conversation.item.created",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.done",
    ]
    call = client.of("response.function_call_arguments.done")[0]
    assert call["name"] == "opening_hours"
    assert call["arguments"] == '{"museum": "Louvre"}'
    assert done["response"]["output"][0]["call_id"] == call["call_id"]
    await client.send(
        "conversation.item.create",
        item={"type": "function_call_output", "call_id": call["call_id"], "output": "9 to 18"},
    )
    await client.send("response.create")
    assert transcript_of(await client.until("response.done")) == "From nine to six."
    assert script.requests[0].tools[0].name == "opening_hours"
    assert script.requests[1].messages[-2:] == (
        Message("assistant", '{"museum": "Louvre"}', name="opening_hours", call_id=call["call_id"]),
        Message("tool", "9 to 18", name="opening_hours", call_id=call["call_id"]),
    )


async def test_words_before_a_call_are_a_message_of_their_own(client: WireClient, script: ScriptedResponder) -> None:
    async def say_and_call() -> AsyncIterator[str | ToolCall]:
        yield "Let me look that up."
        yield ToolCall("opening_hours", {})

    script.will_answer(say_and_call)
    await client.start(tools=[OPENING_HOURS])
    await client.ask("When does it open?")
    output = (await client.until("response.done"))["response"]["output"]
    assert [item["type"] for item in output] == ["message", "function_call"]
    assert output[0]["content"][0]["transcript"] == "Let me look that up."
    added = client.of("response.output_item.added")
    assert [event["output_index"] for event in added] == [0, 1]


async def test_the_result_of_a_call_nobody_made_is_refused(client: WireClient) -> None:
    await client.start()
    item = {"type": "function_call_output", "call_id": "call_unknown", "output": "42"}
    await client.send("conversation.item.create", item=item)
    assert "call_unknown" in (await client.until("error"))["error"]["message"]


@pytest.mark.parametrize(
    ("choice", "offered"), [("auto", 2), ("none", 0), ({"type": "function", "name": "opening_hours"}, 1)]
)
async def test_tool_choice_decides_which_tools_are_offered(
    client: WireClient, script: ScriptedResponder, choice: object, offered: int
) -> None:
    script.will_answer("Yes.")
    await client.start(tools=[OPENING_HOURS, {**OPENING_HOURS, "name": "other"}], tool_choice=choice)
    await client.ask("hello")
    await client.until("response.done")
    assert len(script.requests[0].tools) == offered


# ── speech ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_spoken_turn_comes_in_the_order_clients_expect(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Sunny.")
    await client.start()
    await client.hear(speech(QUESTION))
    await client.until("response.done")
    types = client.types("conversation.item.input_audio_transcription.delta")
    assert types[types.index("input_audio_buffer.speech_started") :] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.created",
        "conversation.item.input_audio_transcription.completed",
        *SPOKEN_ANSWER,
    ]
    heard = client.of("conversation.item.input_audio_transcription.completed")[0]
    assert heard["transcript"] == QUESTION
    assert script.requests[0].messages == (Message("user", QUESTION),)
    item_ids = {event["item_id"] for event in client.log if event["type"].startswith("input_audio_buffer.")}
    assert item_ids == {heard["item_id"]} == {client.of("conversation.item.created")[0]["item"]["id"]}
    started = client.of("input_audio_buffer.speech_started")[0]["audio_start_ms"]
    stopped = client.of("input_audio_buffer.speech_stopped")[0]["audio_end_ms"]
    assert 0 <= started < 500 < stopped
    deltas = "".join(event["delta"] for event in client.of("conversation.item.input_audio_transcription.delta"))
    assert len(deltas) <= len(QUESTION) + 20


async def test_a_turn_without_create_response_waits_for_the_client(
    client: WireClient, script: ScriptedResponder
) -> None:
    script.will_answer("Sunny.")
    await client.start(turn_detection={"type": "server_vad", "create_response": False})
    await client.hear(speech(QUESTION))
    await client.until("conversation.item.input_audio_transcription.completed")
    assert not script.requests
    await client.send("response.create")
    await client.until("response.done")
    assert script.requests[0].messages == (Message("user", QUESTION),)


async def test_no_transcription_is_told_when_none_is_wanted(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Sunny.")
    await client.start(input_audio_transcription=None)
    await client.hear(speech(QUESTION))
    await client.until("response.done")
    assert not [name for name in client.types() if "transcription" in name]
    assert script.requests[0].messages == (Message("user", QUESTION),)


async def test_push_to_talk(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Sunny.")
    await client.start(turn_detection=None)
    await client.send("input_audio_buffer.commit")
    assert (await client.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"
    await client.hear(speech("never mind this"))
    await client.send("input_audio_buffer.clear")
    await client.until("input_audio_buffer.cleared")
    await client.hear(speech(QUESTION))
    await client.send("input_audio_buffer.commit")
    await client.send("response.create")  # the words are not known yet
    await client.until("response.done")
    types = client.types("conversation.item.input_audio_transcription.delta")
    assert types[types.index("input_audio_buffer.committed") :] == [
        "input_audio_buffer.committed",
        "conversation.item.created",
        "conversation.item.input_audio_transcription.completed",
        *SPOKEN_ANSWER,
    ]
    assert not client.of("input_audio_buffer.speech_started")
    assert script.requests[0].messages == (Message("user", QUESTION),)


# ── interruptions ────────────────────────────────────────────────────────────────────────────────────────


async def test_speaking_over_the_avatar_silences_it_and_ends_its_response(
    client: WireClient, service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer(LONG_STORY, "Sorry.")
    await client.start()
    session_id = client.log[0]["sessionId"]
    async with signalling_to(service, session_id) as signalling, viewing(signalling) as viewer:
        await signalling.send("create", targetSessionId=f"target-{session_id}")
        await viewer.accept()
        await viewer.sees(1)
        await client.send("response.create")
        await viewer.hears_voice()
        await client.hear(speech(QUESTION, silence_s=0.0))
        await client.until("input_audio_buffer.speech_started")
        cancelled = (await client.until("response.done"))["response"]
        await viewer.hears_silence()
        assert client.types()[-6:] == [
            "input_audio_buffer.speech_started",
            "response.audio.done",
            "response.audio_transcript.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.done",
        ]
        assert cancelled["status"] == "cancelled"
        assert cancelled["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        heard = cancelled["output"][0]["content"][0]["transcript"]
        assert LONG_STORY.startswith(heard)
        assert 0 < len(heard) < 200, "only what was played before the interruption"
        await client.hear(speech(QUESTION)[-24_000:])
        await client.until("response.done")
        assert script.requests[1].messages == (Message("assistant", heard), Message("user", QUESTION))
        await viewer.hears_voice()


async def test_history_keeps_what_was_heard_of_an_answer_that_was_complete_but_still_playing(
    client: WireClient, script: ScriptedResponder
) -> None:
    text = "I was born in a small town by the sea. " * 8
    script.will_answer(text, "Go on.")
    await client.start()
    await client.send("response.create")
    assert (await client.until("response.done"))["response"]["status"] == "completed"
    await client.hear(speech(QUESTION), in_real_time=True)
    await client.until("response.done")
    heard, asked = script.requests[1].messages
    assert asked == Message("user", QUESTION)
    assert heard.role == "assistant"
    assert text.startswith(heard.text)
    assert len(heard.text) < len(text) / 2


async def test_an_answer_that_cannot_be_interrupted_is_followed_by_the_next(
    client: WireClient, script: ScriptedResponder
) -> None:
    held = asyncio.Event()

    async def until_told() -> AsyncIterator[str | ToolCall]:
        yield "This is important, "
        yield "so "
        await held.wait()
        yield "let me finish."

    script.will_answer(until_told, "Sunny.")
    await client.start(turn_detection={"type": "server_vad", "interrupt_response": False})
    await client.send("response.create")
    await client.until("response.audio.delta")
    await client.hear(speech(QUESTION))
    await client.until("conversation.item.input_audio_transcription.completed")
    held.set()
    first, second = await client.until("response.done"), await client.until("response.done")
    assert [first["response"]["status"], second["response"]["status"]] == ["completed", "completed"]
    assert transcript_of(first) == "This is important, so let me finish."
    assert transcript_of(second) == "Sunny."


async def test_the_client_cancels_an_answer(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer(one_word_and_then_nothing)
    await client.start()
    await client.send("response.cancel")
    assert (await client.until("error"))["error"]["code"] == "response_cancel_not_active"
    await client.send("response.create")
    created = await client.until("response.created")
    await client.until("response.audio.delta")
    await client.send("response.cancel", response_id="resp_other")
    assert (await client.until("error"))["error"]["code"] == "response_cancel_not_active"
    await client.send("response.cancel", response_id=created["response"]["id"])
    cancelled = (await client.until("response.done"))["response"]
    assert cancelled["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert cancelled["output"][0]["status"] == "incomplete"


async def test_cancelling_silences_an_answer_that_is_only_playing(
    client: WireClient, service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("I was born in a small town by the sea. " * 4)
    await client.start()
    session_id = client.log[0]["sessionId"]
    async with signalling_to(service, session_id) as signalling, viewing(signalling) as viewer:
        await signalling.send("create")
        await viewer.accept()
        await viewer.sees(1)
        await client.send("response.create")
        await client.until("response.done")
        await viewer.hears_voice()
        await client.send("response.cancel")
        await viewer.hears_silence()
        assert not client.of("error")


async def test_a_responder_that_swallows_its_cancellation_is_not_heard_any_more(
    client: WireClient, script: ScriptedResponder
) -> None:
    waiting, went_on = asyncio.Event(), asyncio.Event()

    async def stubborn() -> AsyncIterator[str | ToolCall]:
        yield "Well, "
        yield "let me see, "
        waiting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        went_on.set()
        yield "and another thing, "
        yield "and yet another."

    script.will_answer(stubborn, "Next.")
    await client.start()
    await client.send("response.create")
    await asyncio.wait_for(waiting.wait(), PATIENCE_S)
    await client.send("response.cancel")
    assert (await client.until("response.done"))["response"]["status"] == "cancelled"
    await asyncio.wait_for(went_on.wait(), PATIENCE_S)
    client.log.clear()
    await client.send("response.create")
    assert transcript_of(await client.until("response.done")) == "Next."
    assert client.types() == SPOKEN_ANSWER


async def test_many_interruptions_in_a_row_leave_nothing_behind(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer(one_word_and_then_nothing)
    await client.start()
    tasks_before = len(asyncio.all_tasks())
    for _ in range(50):
        await client.send("response.create")
        await client.until("response.audio.delta")
        await client.send("response.cancel")
        assert (await client.until("response.done"))["response"]["status"] == "cancelled"
    script.will_answer("Still here.")
    await client.ask("are you there")
    assert transcript_of(await client.until("response.done")) == "Still here."
    await eventually(lambda: len(asyncio.all_tasks()) <= tasks_before + 2)


# ── messages that are wrong ──────────────────────────────────────────────────────────────────────────────

APPEND = '{"type":"input_audio_buffer.append","audio":%s}'
ITEM = '{"type":"conversation.item.create","item":%s}'
RESPONSE = '{"type":"response.create","response":%s}'
SESSION = '{"type":"session.update","session":%s}'
USER_ITEM = '{"type":"message","role":"user","content":[]}'
DEEP = '{"deep":' * 200 + "1" + "}" * 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "[1]",
        '"response.create"',
        "null",
        "{}",
        '{"type":1}',
        '{"type":null}',
        '{"type":"response.creat"}',
        '{"type":"session.created"}',
        '{"type":"conversation.item.truncate","item_id":"x"}',
        '{"type":"conversation.item.truncate","item_id":"x","audio_end_ms":0}',
        '{"type":"conversation.item.retrieve","item_id":"x"}',
        '{"type":"conversation.item.delete","item_id":"x"}',
        ITEM % (USER_ITEM + ',"previous_item_id":"x"'),
        '{"type":"response.create","response":{"conversation":"other"}}',
        '{"type":"response.create","response":{"metadata":[]}}',
        '{"type":"response.create","response":{"input":{}}}',
        '{"type":"response.create","response":{"input":[7]}}',
        '{"type":"response.create","response":{"input":[{"type":"item_reference","id":"x"}]}}',
        '{"type":"response.create","response":{"input":[{"type":"message","role":"alien"}]}}',
        '{"type":"response.create","response":{"max_response_output_tokens":0}}',
        RESPONSE % ('{"metadata":' + DEEP + "}"),
        SESSION % ('{"tools":[{"type":"function","name":"a","parameters":' + DEEP + "}]}"),
        '{"type":"realtime.input_text","data":{"content":"the wrong generation"}}',
        '{"type":"session.update"}',
        '{"type":"session.update","session":[]}',
        '{"type":"session.update","session":{"voice":7}}',
        APPEND % '"not base64"',
        APPEND % '"AAAA"',
        APPEND % '"QQ=="',
        APPEND % "7",
        APPEND % "null",
        '{"type":"input_audio_buffer.append"}',
        ITEM % "null",
        ITEM % "[]",
        ITEM % '{"type":"message"}',
        ITEM % '{"type":"message","role":"alien","content":[]}',
        ITEM % '{"type":"item_reference"}',
        ITEM % '{"type":"function_call_output","output":"1"}',
        ITEM % '{"type":"function_call","call_id":"c"}',
        '{"type":"response.create","response":7}',
        '{"type":"response.create","response":{"temperature":"hot"}}',
        '{"type":"response.cancel","response_id":7}',
        "[" * 100_000,
        '{"type":"x","deep":' + "[" * 5_000 + "]" * 5_000 + "}",
    ],
    ids=lambda text: text[:60] or "empty",
)
async def test_a_wrong_message_is_refused_and_the_conversation_goes_on(
    client: WireClient, script: ScriptedResponder, text: str
) -> None:
    script.will_answer("Still here.")
    await client.socket.send(text)
    refused = await client.until("error")
    assert refused["error"]["type"] == "invalid_request_error"
    assert refused["error"]["message"]
    assert len(refused["error"]["message"]) < 1_000
    await client.send("response.create", response={"modalities": ["text"]})
    await client.until("response.done")


async def test_a_binary_message_is_refused(client: WireClient) -> None:
    await client.socket.send(b"\x00\x01")
    assert (await client.until("error"))["error"]["code"] == "invalid_event"


async def test_silence_in_odd_sizes_is_taken(client: WireClient) -> None:
    await client.start()
    for size in (0, 2, 4, 3072, 1024, 480_000):
        await client.send("input_audio_buffer.append", audio=base64.b64encode(bytes(size)).decode())
    await client.send("input_audio_buffer.clear")
    await client.until("input_audio_buffer.cleared")
    assert not client.of("error")


async def test_a_picture_is_taken_but_not_sent_back(client: WireClient, script: ScriptedResponder) -> None:
    script.will_answer("Nice.")
    await client.start()
    content = [{"type": "input_image", "image_url": "data:image/jpeg;base64," + "A" * 100_000}]
    await client.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
    created = await client.until("conversation.item.created")
    assert created["item"]["content"] == [{"type": "input_image"}]
