import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from navtalk_widget.client.sockets import MainSocket
from navtalk_widget.errors import NavTalkError, NotConnectedError, PageError, ServiceFault
from navtalk_widget.session.news import StatusChanged
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.waiting import eventually


async def test_an_unforeseen_error_of_connecting_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> MainSocket:
        raise ValueError("bad ws://host/?license=sk_navtalk_canary")

    monkeypatch.setattr(MainSocket, "open", broken)
    session = Session(service="ws://127.0.0.1:9", license="sk_navtalk_canary")
    with pytest.raises(ServiceFault, match="ValueError: bad"):
        await session.connect()
    assert session.status == "failed"
    assert isinstance(session.error, ServiceFault)
    assert "Traceback" in caplog.text
    assert "canary" not in caplog.text + str(session.error)


async def test_a_defect_of_ours_ends_the_conversation_in_words(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("navtalk_widget.session.talk.turns.TurnTracker.note", broken)
    monkeypatch.setattr("navtalk_widget.session.talk.turns.TurnTracker.abandon", lambda _: None)
    caplog.set_level(logging.ERROR)
    await service.send({"type": "response.created", "response": {"id": "r"}})
    await eventually(lambda: session.status == "failed")
    assert isinstance(session.error, ServiceFault)
    assert "ZeroDivisionError: ours" in str(session.error)
    assert "Traceback" in caplog.text


async def test_a_defect_of_ours_in_sending_ends_the_conversation_too(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(MainSocket, "send", broken)
    session.send_text("hello")
    await eventually(lambda: session.status == "failed")
    assert isinstance(session.error, ServiceFault)


async def test_connecting_anew_while_closing_wins(service: ScriptedService) -> None:
    service.greets = False
    session = Session(service=service.url)
    first = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    service.greets = True
    closing = asyncio.create_task(session.close())
    second = asyncio.create_task(session.connect())
    with pytest.raises(NotConnectedError, match="ended while it was beginning"):
        await first
    await closing
    await second
    assert session.connected
    assert session.status == "listening"
    await session.close()
    assert [session.status] == ["closed"]


async def test_closing_before_connecting_has_begun_ends_it(service: ScriptedService) -> None:
    session = Session(service=service.url)
    waiting = asyncio.create_task(session.connect())
    await asyncio.sleep(0)  # the task that connects is made, and has not run
    await session.close()
    with pytest.raises(NotConnectedError):
        await waiting
    assert session.status == "closed"


async def test_connecting_right_after_closing_a_running_conversation(
    service: ScriptedService, session: Session
) -> None:
    seen: list[str] = []
    session.on("status", lambda news: seen.append(news.status))
    closing = asyncio.create_task(session.close())
    connecting = asyncio.create_task(session.connect())
    await closing
    await connecting
    assert session.connected
    assert seen == ["connecting", "listening"]


async def test_a_close_that_nobody_waits_for_is_finished(service: ScriptedService, session: Session) -> None:
    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    closing.cancel()
    await eventually(lambda: session.status == "closed")


async def test_who_is_told_of_a_failure_may_connect_at_once(service: ScriptedService, session: Session) -> None:
    again: list[asyncio.Task[None]] = []

    def retry(news: StatusChanged) -> None:
        if news.status == "failed":
            again.append(session.begin_connecting())

    session.on("status", retry)
    await service.send({"type": "session.insufficient_balance"})
    await eventually(lambda: again)
    await again[0]
    assert session.connected


async def test_what_changes_while_the_service_configures_itself_is_told_afterwards(service: ScriptedService) -> None:
    service.greets = False
    session = Session(service=service.url, instructions="old", voice="ash")
    connecting = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    await service.send({"type": "session.created", "session": {}})
    await service.expect("session.update")
    session.update(instructions="new")

    @session.tool
    def now() -> str:
        "The time."
        return "noon"

    await service.send({"type": "session.updated", "session": {}})
    await connecting
    later = (await service.expect("session.update", 2))["session"]
    assert later["instructions"] == "new"
    assert [tool["name"] for tool in later["tools"]] == ["now"]
    assert set(later) == {"instructions", "tools"}
    await session.close()


async def test_a_second_greeting_of_the_service_configures_nothing(service: ScriptedService, session: Session) -> None:
    seen: list[object] = []
    session.on("session.created", seen.append)
    await service.send({"type": "session.created", "session": {}})
    await eventually(lambda: seen)
    session.send_text("marker")
    await service.expect("conversation.item.create")
    assert len(service.of("session.update")) == 1


async def test_iterating_ends_with_the_conversation(service: ScriptedService, session: Session) -> None:
    async def follow() -> list[object]:
        return [event async for event in session]

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    await session.close()
    events = await asyncio.wait_for(following, 5)
    assert isinstance(events[-1], StatusChanged)
    assert events[-1].status == "closed"


async def test_an_error_goes_with_the_next_turn_and_that_is_told(service: ScriptedService, session: Session) -> None:
    told: list[NavTalkError | None] = []
    session.on("status", lambda news: told.append(news.error))
    broken = {"type": "error", "error": {"code": "x", "message": "boom"}}
    await service.send(broken)
    await eventually(lambda: session.error is not None)
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await eventually(lambda: session.error is None)
    assert told[-1] is None
    await service.send(broken)
    await eventually(lambda: session.error is not None)
    session.send_text("next")
    assert session.error is None
    assert told[-1] is None


async def test_a_microphone_that_is_missing_stays_so_until_the_next_connection(
    service: ScriptedService, session: Session
) -> None:
    missing = PageError("There is no microphone.", code="microphone_missing")
    session.note_error(missing)
    session.send_text("hello")
    assert session.error is missing
    await service.send({"type": "error", "error": {"code": "x", "message": "boom"}})
    await eventually(lambda: session.error is not missing)
    session.send_text("again")
    assert session.error is missing
    await session.close()
    await session.connect()
    assert session.error is None


def test_a_service_that_does_not_start_holds_up_no_exit(tmp_path: Path) -> None:
    (tmp_path / "aiortc.py").write_text("import time; time.sleep(120)")  # the service never gets to listen
    program = """
import time
from navtalk_widget import Session
from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.loop_thread import LoopThread
LoopThread().submit(Session(service="local").connect())
while embedded_service().pid is None:
    time.sleep(0.01)
print(embedded_service().pid)
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert not psutil.pid_exists(int(done.stdout)), "the service outlived the program"
