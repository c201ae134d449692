from collections.abc import AsyncIterator

import pytest

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, TestPage, page_at

BLOCK = b"\x09\x00" * 480
"""20 ms of sound."""


@pytest.fixture
async def service(no_leftovers: None) -> AsyncIterator[ScriptedService]:
    async with ScriptedService(ignore=["session.update", "create", "input_audio_buffer.append"]) as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    session = Session(service=service.url, license="sk_navtalk_canary", turn_detection=None)
    yield session
    await session.close()


@pytest.fixture
async def page(gateway: Gateway) -> AsyncIterator[TestPage]:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        yield page


async def hold_and_say(page: TestPage, blocks: int) -> None:
    await page.send({"type": "talk_begin"})
    for number in range(blocks):
        await page.speak(BLOCK, number)
    await page.send({"type": "talk_end"})


async def test_what_is_said_while_the_button_is_held_is_answered(page: TestPage, service: ScriptedService) -> None:
    await hold_and_say(page, 10)
    await service.until(lambda: len(service.of("input_audio_buffer.append")) == 10)
    await service.expect("input_audio_buffer.commit")
    await service.expect("response.create")


async def test_a_press_by_mistake_is_forgotten(page: TestPage, service: ScriptedService) -> None:
    await hold_and_say(page, 2)
    await service.expect("input_audio_buffer.clear")
    await page.send({"type": "send_text", "text": "hello"})
    await service.expect("conversation.item.create")
    await service.expect("response.create")  # the first: no commit came before it


async def test_whoever_holds_the_button_interrupts(page: TestPage, service: ScriptedService, session: Session) -> None:
    await page.send({"type": "send_text", "text": "Tell me a story."})
    await service.expect("conversation.item.create")
    await service.expect("response.create")
    await page.expect("state", status="thinking")
    await page.send({"type": "talk_begin"})
    await page.expect("state", status="listening")
    await page.send({"type": "talk_end"})
    await service.expect("input_audio_buffer.clear")


async def test_what_a_page_said_that_went_with_the_button_held_is_forgotten(
    gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        await page.send({"type": "talk_begin"})
        await page.speak(BLOCK)
        await service.expect("input_audio_buffer.append")
    await service.expect("input_audio_buffer.clear")


async def test_what_was_said_before_another_page_took_over_is_forgotten(
    page: TestPage, gateway: Gateway, service: ScriptedService
) -> None:
    await page.send({"type": "talk_begin"})
    await page.speak(BLOCK)
    await service.expect("input_audio_buffer.append")
    async with page_at(gateway.invite(ORIGIN)) as other:
        await other.send({"type": "take_over"})
        await service.expect("input_audio_buffer.clear")


async def test_a_service_that_hears_the_end_of_a_turn_is_not_told_of_it(
    page: TestPage, service: ScriptedService, session: Session
) -> None:
    session.update(turn_detection="server_vad")
    await hold_and_say(page, 10)
    await page.send({"type": "send_text", "text": "hello"})
    await service.expect("conversation.item.create")
    await service.expect("response.create")


async def test_only_the_page_with_the_microphone_holds_the_button(
    page: TestPage, gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as other:
        await hold_and_say(other, 10)
        await other.send({"type": "send_text", "text": "hello"})
        await service.expect("conversation.item.create")
        await service.expect("response.create")
