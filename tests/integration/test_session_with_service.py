"""The client against the embedded service: real process, real sockets, real speech."""

import asyncio
import logging
from collections.abc import AsyncIterator

import numpy as np
import pytest

from navtalk_widget import Session
from navtalk_widget.audio.pcm import level_db
from tests.support.flite import flite, silence
from tests.support.waiting import eventually


def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."


def slow(minutes: int) -> str:
    "Wait for some minutes."
    raise TimeoutError("too long")


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    async with Session(service="local", tools=[weather, slow], instructions="You are a museum guide.") as session:
        yield session


async def test_a_typed_question_takes_a_tool_and_is_spoken(session: Session) -> None:
    reply = await session.ask("What is the weather in Paris?")
    assert reply.text == "It is 18 degrees and sunny in Paris."
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [("weather", {"city": "Paris"})]
    assert reply.audio.size > 24_000
    assert -30 < level_db(reply.audio) < -10
    assert np.abs(reply.audio).max() < 32_767, "nothing is clipped"


@pytest.mark.parametrize("voice", ["slt", "awb", "kal16"])
async def test_a_spoken_question_is_understood(session: Session, voice: str) -> None:
    question = np.concatenate([silence(0.5), flite("what is the weather in paris today", voice)])
    await session.send_audio(question, 24_000)
    await eventually(lambda: session.transcript.last("avatar") and session.transcript[-1].final)
    user, avatar = session.transcript[0], session.transcript[-1]
    assert user.role == "user"
    assert user.source == "voice"
    assert {"weather", "paris"} <= set(user.text.split())
    assert "sunny in Paris" in avatar.text
    assert user.audio_start_ms is not None
    assert user.audio_start_ms < 700
    assert user.started_at < avatar.started_at


async def test_the_avatar_speaks_first_when_asked_to(session: Session) -> None:
    session.create_response()
    await eventually(lambda: session.transcript and session.transcript[0].final)
    assert "museum guide" in session.transcript[0].text
    assert session.transcript[0].role == "avatar"


async def test_instructions_and_voice_change_in_the_running_conversation(session: Session) -> None:
    before = await session.ask("What is two plus three?")
    session.update(instructions="Answer in German.", voice="sage")
    after = await session.ask("hello")
    assert before.text == "That makes 5."
    assert "Hallo" in after.text or "Guten" in after.text


async def test_speaking_over_the_avatar_cuts_it_short(session: Session) -> None:
    session.send_text("Please count to fifty.")
    await eventually(lambda: session.status == "speaking")
    question = np.concatenate([silence(0.3), flite("what is the weather in paris today")])
    await session.send_audio(question, 24_000)
    await eventually(lambda: [turn.final for turn in session.transcript if turn.role == "avatar"] == [True, True])
    counting, answer = [turn for turn in session.transcript if turn.role == "avatar"]
    assert counting.interrupted
    assert "sunny" in answer.text


async def test_interrupting_stops_the_voice(session: Session) -> None:
    session.send_text("Please count to fifty.")
    await eventually(lambda: session.status == "speaking")
    session.interrupt()
    assert session.status == "listening"
    reply = await session.ask("What is two plus three?")
    assert reply.text == "That makes 5."


async def test_a_tool_that_fails_is_excused_and_the_talk_goes_on(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        reply = await session.ask("Please wait for five minutes.")
    assert [call.state for call in reply.tool_calls] == ["failed"]
    assert "TimeoutError" not in reply.text
    assert (await session.ask("What is two plus three?")).text == "That makes 5."


async def test_push_to_talk(session: Session) -> None:
    session.update(turn_detection=None)
    await session.send_audio(flite("what is the weather in paris today"), 24_000)
    await eventually(lambda: [turn.role for turn in session.transcript] == ["user", "avatar"])
    assert "paris" in session.transcript[0].text


async def test_conversations_side_by_side_do_not_mix() -> None:
    async def ask(number: int) -> str:
        async with Session(service="local") as session:
            return (await session.ask(f"What is {number} plus {number}?")).text

    answers = await asyncio.gather(*(ask(number) for number in range(1, 6)))
    assert answers == [f"That makes {2 * number}." for number in range(1, 6)]
