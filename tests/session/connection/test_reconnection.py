import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from navtalk_widget.errors import NotConnectedError, ServiceUnreachable
from navtalk_widget.session.connection import reconnection, renewal
from navtalk_widget.session.news import Reconnected, StatusChanged
from navtalk_widget.session.session import Session
from navtalk_widget.testing import FaultProxy, ScriptedService
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (0.01, 0.02, 0.05, 0.1))


@pytest.fixture
async def statuses(session: Session) -> AsyncIterator[list[StatusChanged]]:
    seen: list[StatusChanged] = []
    session.on("status", seen.append)
    yield seen
    session.off("status", seen.append)


async def said(service: ScriptedService, session: Session, question: str, answer: str) -> None:
    asked = asyncio.create_task(session.ask(question))
    await service.expect("conversation.item.create")
    await service.expect("response.create")
    await service.answer(answer, response_id=f"resp_{answer}")
    await asked


async def replayed(service: ScriptedService, number: int) -> list[tuple[str, str]]:
    items = [(await service.expect("conversation.item.create"))["item"] for _ in range(number)]
    return [(item["role"], item["content"][0]["text"]) for item in items]


async def test_a_lost_connection_comes_back_by_itself_with_both_sides_of_the_history(
    service: ScriptedService, session: Session, statuses: list[StatusChanged]
) -> None:
    await said(service, session, "Who are you?", "I am Leo.")
    service.cut()
    await eventually(lambda: service.connections == 2 and session.connected)
    assert await replayed(service, 2) == [("user", "Who are you?"), ("assistant", "I am Leo.")]
    names = [news.status for news in statuses]
    assert names[-1] == "listening"
    assert "failed" not in names
    lost = next(news for news in statuses if news.retry is not None)
    assert lost.status == "reconnecting"
    assert isinstance(lost.error, ServiceUnreachable)
    assert lost.retry is not None
    assert (lost.retry.attempt, lost.retry.attempts) == (1, 4)
    assert session.error is None
    assert session.retry is None
    await said(service, session, "And now?", "Still Leo.")
    assert [turn.text for turn in session.transcript] == ["Who are you?", "I am Leo.", "And now?", "Still Leo."]


async def test_who_waits_for_an_answer_gets_it_over_the_new_connection(
    service: ScriptedService, session: Session
) -> None:
    asked = asyncio.create_task(session.ask("Who are you?"))
    await service.expect("conversation.item.create")
    await service.expect("response.create")
    service.cut()
    assert await replayed(service, 1) == [("user", "Who are you?")]
    await service.expect("response.create")
    await service.answer("I am Leo.")
    assert str(await asked) == "I am Leo."


async def test_a_tool_that_runs_meanwhile_runs_once_and_is_answered_afterwards(service: ScriptedService) -> None:
    runs: list[str] = []
    done = asyncio.Event()

    async def weather(city: str) -> str:
        "The weather."
        runs.append(city)
        await done.wait()
        return "sunny"

    async with Session(service=service.url, tools=[weather]) as session:
        asked = asyncio.create_task(session.ask("How is the weather in Paris?"))
        await service.expect("conversation.item.create")
        await service.expect("response.create")
        call = {"call_id": "call_1", "name": "weather", "arguments": '{"city":"Paris"}', "response_id": "r1"}
        await service.send(
            {"type": "response.created", "response": {"id": "r1"}},
            {"type": "response.function_call_arguments.done", **call},
            {"type": "response.done", "response": {"id": "r1", "status": "completed"}},
        )
        await eventually(lambda: runs)
        service.cut()
        await eventually(lambda: service.connections == 2 and session.connected)
        assert await replayed(service, 1) == [("user", "How is the weather in Paris?")]
        done.set()
        told = [(await service.expect("conversation.item.create"))["item"] for _ in range(2)]
        assert [item["type"] for item in told] == ["function_call", "function_call_output"]
        assert {item["call_id"] for item in told} == {"call_1"}
        assert told[1]["output"] == "sunny"
        await service.expect("response.create")
        await service.answer("It is sunny.", response_id="r2")
        assert str(await asked) == "It is sunny."
    assert runs == ["Paris"]


async def test_what_a_person_must_mend_is_not_tried_again(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "session.insufficient_balance"})
    await eventually(lambda: session.status == "failed")
    assert service.connections == 1


@pytest.mark.parametrize("message", [{"type": "session.gpu_full"}, {"type": "session.backend.error", "message": "up"}])
async def test_what_mends_itself_is_tried_again(
    service: ScriptedService, session: Session, message: dict[str, Any]
) -> None:
    await service.send(message)
    await eventually(lambda: service.connections == 2 and session.status == "listening")


async def test_after_the_last_attempt_it_is_given_up_with_the_reason(statuses: list[StatusChanged]) -> None:
    async with ScriptedService() as service, FaultProxy(service.url) as proxy:
        session = Session(service=proxy.url)
        session.on("status", statuses.append)
        await session.connect()
        proxy.refuse()
        proxy.reset()
        await eventually(lambda: session.status == "failed")
        attempts = [news.retry.attempt for news in statuses if news.retry is not None]
        assert sorted(set(attempts)) == [1, 2, 3, 4]
        assert isinstance(session.error, ServiceUnreachable)
        await proxy.accept()
        await session.connect()  # by hand it still goes on
        assert session.status == "listening"
        await session.close()


async def test_it_comes_back_when_the_service_does(service: ScriptedService) -> None:
    async with FaultProxy(service.url) as proxy, Session(service=proxy.url) as session:
        proxy.refuse()
        proxy.reset()
        await eventually(lambda: session.retry is not None and session.retry.attempt == 3)
        await proxy.accept()
        await eventually(lambda: session.status == "listening")


async def test_who_does_not_want_to_wait_need_not(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    service.cut()
    await eventually(lambda: session.status == "reconnecting" and session.retry is not None)
    with pytest.raises(NotConnectedError, match="being made again"):
        session.send_text("Hello?")
    await session.connect()
    assert session.status == "listening"


async def test_closing_ends_the_attempts(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    service.cut()
    await eventually(lambda: session.retry is not None)
    await session.close()
    assert session.status == "closed"
    assert session.retry is None
    assert service.connections == 1


async def test_a_connection_that_keeps_breaking_is_given_up(service: ScriptedService, session: Session) -> None:
    async def break_it(news: StatusChanged | None = None) -> None:
        while session.status != "failed":
            if session.connected:
                service.cut()
            await asyncio.sleep(0.005)

    await asyncio.wait_for(break_it(), 60)
    assert service.connections <= reconnection.FLAPS + 1
    assert isinstance(session.error, ServiceUnreachable)


async def test_reconnecting_by_hand_takes_the_new_voice_along(
    service: ScriptedService, session: Session, statuses: list[StatusChanged]
) -> None:
    news: list[Reconnected] = []
    session.on("reconnected", news.append)
    await service.expect("session.update", 1)
    session.update(voice="ash")
    await service.expect("session.update", 2)
    await session.reconnect()
    assert service.connections == 2
    assert (await service.expect("session.update", 3))["session"]["voice"] == "ash"
    assert len(news) == 1
    assert [each.error for each in statuses] == [None] * len(statuses)


async def test_a_session_is_renewed_before_its_end(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "SHORTEST_SESSION", 0.1)
    service.greets = False
    session = Session(service=service.url)
    connecting = asyncio.create_task(session.connect())
    for number in (1, 2):
        await service.until(lambda number=number: service.connections == number)  # type: ignore[misc]
        expires_at = time.time() + (2.0 if number == 1 else 3600)
        await service.send({"type": "session.created", "session": {"expires_at": expires_at}})
        await service.expect("session.update")
        await service.send({"type": "session.updated", "session": {}})
    await connecting
    await eventually(lambda: session.status == "listening")
    assert session.error is None
    await session.close()


async def test_half_open_connections_are_noticed(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.client.sockets.KEEP_ALIVE", 0.2)
    monkeypatch.setattr("navtalk_widget.client.sockets.OPEN_TIMEOUT", 0.5)  # an attempt may be swallowed, too
    async with FaultProxy(service.url) as proxy, Session(service=proxy.url) as session:
        proxy.swallow("up", "down")
        await eventually(lambda: session.status == "reconnecting")
        proxy.release()
        await eventually(lambda: session.status == "listening")
        assert service.connections > 1


async def test_what_the_old_connection_still_says_does_not_count(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = session._link
    assert old is not None
    await session.reconnect()
    await eventually(lambda: session.status == "listening")
    from navtalk_widget.protocol import events

    session._received(old, events.AudioTranscriptDelta(delta="a ghost", response_id="old"))
    session._lost(old, ServiceUnreachable("long ago"))
    await asyncio.sleep(0.05)
    assert len(session.transcript) == 0
    assert session.status == "listening"


def test_the_delays_are_jittered_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (1.0,) * 200)
    delays = list(reconnection.jittered())
    assert len(set(delays)) > 100
    assert all(0.5 <= delay <= 1.0 for delay in delays)


async def test_sound_captured_while_there_is_no_connection_is_dropped(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    service.cut()
    await eventually(lambda: session.retry is not None)
    session.append_audio(np.zeros(480, dtype=np.int16).tobytes())
    await session.connect()
    await said(service, session, "Hello?", "Hello.")
    assert service.of("input_audio_buffer.append") == []


async def test_closing_at_once_after_a_loss_leaves_nothing_behind(service: ScriptedService, session: Session) -> None:
    session.renew()
    await session.close()  # before the task that connects again has begun; `no_leftovers` looks
    assert session.status == "closed"
    await session.connect()
    closing: list[asyncio.Task[None]] = []

    def close_at_once(news: StatusChanged) -> None:
        if news.status == "reconnecting" and not closing:
            closing.append(asyncio.create_task(session.close()))

    session.on("status", close_at_once)
    service.cut()
    await eventually(lambda: closing)
    await closing[0]
    assert session.status == "closed"


async def test_one_conversation_too_many_may_be_our_own_that_is_gone(
    service: ScriptedService, session: Session, statuses: list[StatusChanged]
) -> None:
    service.greets = False
    service.cut()
    await service.until(lambda: service.connections == 2)
    await service.send({"type": "session.connection_limit_exceeded"})
    await service.until(lambda: service.connections == 3)
    service.greets = True
    await service.send({"type": "session.created", "session": {}})
    await eventually(lambda: session.status == "listening")
    assert "failed" not in [news.status for news in statuses]


async def test_the_first_words_over_a_new_connection_count(service: ScriptedService, session: Session) -> None:
    service.greets = False
    session.renew()
    await service.until(lambda: service.connections == 2)
    await service.send({"type": "session.created", "session": {}})
    await service.expect("session.update", 2)
    ids = {"response_id": "r", "item_id": "i"}
    await service.send(
        {"type": "session.updated", "session": {}},
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.audio_transcript.done", "transcript": "Welcome back.", **ids},
        {"type": "response.done", "response": {"id": "r", "status": "completed"}},
    )
    await eventually(lambda: [turn.text for turn in session.transcript] == ["Welcome back."])


async def test_what_was_shown_is_shown_again(service: ScriptedService, session: Session) -> None:
    await session.send_image(np.zeros((8, 8, 3), dtype=np.uint8), reply=False)
    shown = (await service.expect("conversation.item.create"))["item"]
    assert shown["content"][0]["type"] == "input_image"
    service.cut()
    assert (await service.expect("conversation.item.create"))["item"] == shown
    await eventually(lambda: session.status == "listening")


async def test_a_configuration_that_is_refused_is_named_and_not_tried_again(
    service: ScriptedService, session: Session
) -> None:
    service.greets = False
    service.cut()
    await service.until(lambda: service.connections == 2)
    await service.send({"type": "session.created", "session": {}})
    setup = await service.expect("session.update", 2)
    error = {"code": "invalid_value", "message": "Invalid value: 'nova'.", "event_id": setup["event_id"]}
    await service.send({"type": "error", "error": error})
    await eventually(lambda: session.status == "failed")
    assert "'nova'" in str(session.error)
    assert session.error is not None
    assert session.error.code == "configuration_refused"
    assert service.connections == 2
