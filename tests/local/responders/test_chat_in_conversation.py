"""A language model's answers through the whole service, over real sockets to the client and to the endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from navtalk_widget.engines.choices import ChatEndpoint, Espeak, LocalOptions, PocketSphinx
from navtalk_widget.local.server import LocalService
from navtalk_widget.testing.scripted_chat import BreakOff, Call, Refusal, ScriptedChatEndpoint, Wait
from tests.local.wire_client import WireClient, talking_to

ADD = {
    "type": "function",
    "name": "add",
    "description": "Add.",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}},
}


@asynccontextmanager
async def talking(**session: Any) -> AsyncIterator[tuple[ScriptedChatEndpoint, WireClient]]:
    """An endpoint, and a client of the service that asks it."""
    async with ScriptedChatEndpoint() as endpoint:
        options = LocalOptions(
            responder=ChatEndpoint(url=endpoint.url), recognizer=PocketSphinx(), synthesizer=Espeak()
        )
        async with LocalService(port=0, options=options) as service, talking_to(service) as client:
            await client.start(**session)
            yield endpoint, client


def said(done: dict[str, Any]) -> str:
    return str(done["response"]["output"][0]["content"][0]["transcript"])


async def test_the_models_words_are_spoken_as_they_come() -> None:
    async with talking(instructions="You are Leo.", temperature=0.3) as (endpoint, client):
        endpoint.will_answer(["**Hello** there, my friend. ", Wait(), "How are you?"])
        await client.ask("Hi")
        await client.until("response.audio.delta")
        endpoint.release()
        assert said(await client.until("response.done")) == "Hello there, my friend. How are you?"
        asked = endpoint.requests[0]
        assert asked["temperature"] == 0.3
        assert "max_tokens" not in asked
        assert asked["messages"][0]["content"].startswith("You are Leo.")
        assert asked["messages"][1] == {"role": "user", "content": "Hi"}


async def test_parallel_calls_reach_the_client_and_their_results_the_model() -> None:
    async with talking(tools=[ADD]) as (endpoint, client):
        endpoint.will_answer([Call("add", {"a": 1}), Call("add", {"a": 2})], "One and two.")
        await client.ask("Both?")
        output = (await client.until("response.done"))["response"]["output"]
        assert [(item["type"], item["arguments"]) for item in output] == [
            ("function_call", '{"a": 1}'),
            ("function_call", '{"a": 2}'),
        ]
        for place, item in enumerate(output):
            result = {"type": "function_call_output", "call_id": item["call_id"], "output": f"result {place}"}
            await client.send("conversation.item.create", item=result)
        await client.send("response.create")
        assert said(await client.until("response.done")) == "One and two."
        told = endpoint.requests[1]["messages"][2:]
        assert [message["role"] for message in told] == ["assistant", "tool", "tool"]
        assert [message["content"] for message in told[1:]] == ["result 0", "result 1"]


async def test_an_interruption_ends_the_models_work() -> None:
    async with talking() as (endpoint, client):
        endpoint.will_answer(["Once upon a time, in a land far away, ", Wait(), "Never said."], "Yes?")
        await client.ask("Tell me a story")
        await client.until("response.audio.delta")
        await client.send("response.cancel")
        assert (await client.until("response.done"))["response"]["status"] == "cancelled"
        await endpoint.until(lambda: endpoint.cut_short == 1)
        await client.ask("Leo?")
        assert said(await client.until("response.done")) == "Yes?"


async def test_a_failure_of_the_endpoint_is_told_in_words_and_the_conversation_goes_on() -> None:
    async with talking() as (endpoint, client):
        endpoint.will_answer(Refusal(400, "context length exceeded"), ["Well, ", BreakOff()], "Here I am.")
        await client.ask("Hi")
        failed = (await client.until("response.done"))["response"]
        assert failed["status"] == "failed"
        assert "context length exceeded" in failed["status_details"]["error"]["message"]
        await client.ask("And now?")
        assert (await client.until("response.done"))["response"]["status"] == "failed"
        await client.ask("Now?")
        assert said(await client.until("response.done")) == "Here I am."


async def test_an_endpoint_that_is_not_there_is_told_in_words() -> None:
    options = LocalOptions(
        responder=ChatEndpoint(url="http://127.0.0.1:9/v1"), recognizer=PocketSphinx(), synthesizer=Espeak()
    )
    async with LocalService(port=0, options=options) as service, talking_to(service) as client:
        message = (await client.until("session.backend.error"))["message"]
        assert "refuses the connection" in message
