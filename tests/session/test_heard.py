"""Waiting until the avatar was heard to the end."""

import asyncio

import pytest

from navtalk_widget.errors import NotConnectedError, ResponseTimeout, ServiceLimit
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.session.sounds import LONG, SHORT


async def asked(session: Session, service: ScriptedService, pcm: str = SHORT) -> None:
    """Ask, and have the whole answer."""
    asking = asyncio.create_task(session.ask("Who are you?"))
    await service.expect("response.create")
    await service.answer("I am Leo.", pcm=pcm)
    await asking


async def written(service: ScriptedService, text: str) -> None:
    """Answer without a voice."""
    await service.send(
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.text.done", "response_id": "r", "item_id": "i", "text": text},
        {"type": "response.done", "response": {"id": "r", "status": "completed"}},
    )


async def test_the_answer_is_heard_to_its_end_later_than_it_is_complete(
    service: ScriptedService, session: Session
) -> None:
    await asked(session, service)
    before = session.status
    turn = await session.wait_until_heard()
    assert (before, session.status) == ("speaking", "listening")
    assert turn is not None
    assert (turn.text, turn.text_heard, turn.interrupted) == ("I am Leo.", "I am Leo.", False)


async def test_a_page_hears_it_later(service: ScriptedService, session: Session) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    session.note_playback(500.0)
    await asked(session, service)
    await session.wait_until_heard()
    assert loop.time() - began > 0.5, "the sound begins to be heard by then"


async def test_what_a_page_cannot_play_is_over_when_it_would_have_been_heard(
    service: ScriptedService, session: Session
) -> None:
    session.note_playback(None)
    await asked(session, service)
    turn = await session.wait_until_heard()
    assert turn is not None
    assert (turn.text, turn.text_heard, turn.interrupted) == ("I am Leo.", "", False)


async def test_what_was_asked_and_is_not_answered_yet_is_waited_for(service: ScriptedService, session: Session) -> None:
    session.send_text("Who are you?")
    heard = asyncio.create_task(session.wait_until_heard())
    await service.expect("response.create")
    await service.answer("I am Leo.", pcm=SHORT)
    turn = await heard
    assert turn is not None
    assert turn.text_heard == "I am Leo."


async def test_so_are_questions_that_wait_for_their_turn(service: ScriptedService, session: Session) -> None:
    asking = [asyncio.create_task(session.ask(text)) for text in ("One?", "Two?")]
    await service.expect("response.create")
    heard = asyncio.create_task(session.wait_until_heard())
    await written(service, "One.")
    await service.expect("response.create")
    await service.answer("Two.", response_id="r2", pcm=SHORT)
    turn = await heard
    assert turn is not None
    assert turn.text_heard == "Two."
    await asyncio.gather(*asking)


async def test_an_answer_without_a_voice_is_over_at_once(service: ScriptedService, session: Session) -> None:
    session.send_text("Who are you?")
    heard = asyncio.create_task(session.wait_until_heard())
    await service.expect("response.create")
    await written(service, "I am Leo.")
    turn = await heard
    assert turn is not None
    assert turn.text == "I am Leo."


async def test_who_cuts_the_avatar_short_ends_the_waiting(service: ScriptedService, session: Session) -> None:
    await asked(session, service, LONG)
    heard = asyncio.create_task(session.wait_until_heard())
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    turn = await heard
    assert turn is not None
    assert turn.interrupted
    assert turn.text_heard != turn.text


async def test_where_nothing_was_said_there_is_nothing_to_wait_for(session: Session) -> None:
    assert await session.wait_until_heard() is None


async def test_the_limit_is_told_and_the_avatar_goes_on(service: ScriptedService, session: Session) -> None:
    await asked(session, service, LONG)
    with pytest.raises(ResponseTimeout, match=r"not heard to the end within 0\.05 s"):
        await session.wait_until_heard(timeout=0.05)
    assert session.status == "speaking"


async def test_a_conversation_that_ends_is_not_waited_for(service: ScriptedService, session: Session) -> None:
    await asked(session, service, LONG)
    heard = asyncio.create_task(session.wait_until_heard())
    await asyncio.sleep(0)
    await session.close()
    with pytest.raises(NotConnectedError, match="ended before"):
        await heard
    with pytest.raises(NotConnectedError, match="There is no conversation"):
        await session.wait_until_heard()


async def test_a_conversation_that_fails_says_why(service: ScriptedService, session: Session) -> None:
    await asked(session, service, LONG)
    heard = asyncio.create_task(session.wait_until_heard())
    await service.send({"type": "session.insufficient_balance"})
    with pytest.raises(ServiceLimit):
        await heard


async def test_a_lost_connection_is_waited_for(service: ScriptedService, session: Session) -> None:
    session.send_text("Who are you?")
    await service.expect("response.create")
    heard = asyncio.create_task(session.wait_until_heard())
    service.cut()
    await service.expect("response.create")
    assert not heard.done()
    await service.answer("I am Leo.", pcm=SHORT)
    turn = await heard
    assert turn is not None
    assert turn.text_heard == "I am Leo."


async def test_a_conversation_that_begins_is_waited_for(service: ScriptedService) -> None:
    session = Session(service=service.url)

    async def say() -> None:
        await session.connect()
        session.send_text("Who are you?")

    saying = asyncio.create_task(say())
    await asyncio.sleep(0)
    assert session.status == "connecting"
    heard = asyncio.create_task(session.wait_until_heard())
    await service.expect("response.create")
    await service.answer("I am Leo.", pcm=SHORT)
    turn = await heard
    assert turn is not None
    assert turn.text == "I am Leo."
    await saying
    await session.close()
