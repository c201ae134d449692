"""Whose microphones and speakers count."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from navtalk_widget.gateway.device import Device
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, TestPage, page_at

Found = list[tuple[Device, ...]]


@pytest.fixture
def found() -> Found:
    return []


@pytest.fixture
async def gateway(found: Found, no_leftovers: None) -> AsyncIterator[Gateway]:
    async with (
        ScriptedService(ignore=["*"]) as service,
        Session(service=service.url, license="sk_navtalk_canary") as session,
    ):
        gateway = Gateway(session, greet=False, found_devices=found.append)
        await gateway.open()
        yield gateway
        await gateway.close()


def devices(label: str) -> dict[str, Any]:
    """What a page sends whose only microphone has this label."""
    return {"type": "devices", "devices": [{"id": "5d0c", "kind": "audioinput", "label": label}]}


async def tell(page: TestPage, *messages: dict[str, Any]) -> None:
    """Send messages, and wait until they have been read."""
    await page.send(*messages, {"type": "nonsense"})
    await page.expect("error")


async def test_those_of_any_page_count_while_none_has_the_media(gateway: Gateway, found: Found) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await tell(page, devices("USB headset"))
        assert found == [(Device("5d0c", "audioinput", "USB headset"),)]


async def test_those_of_the_page_that_has_the_media_count_alone(gateway: Gateway, found: Found) -> None:
    async with page_at(gateway.invite(ORIGIN)) as talking, page_at(gateway.invite(ORIGIN)) as watching:
        await talking.send({"type": "take_over"})
        await talking.expect("owner", owner=True)
        await tell(watching, devices("Telephone"))
        await tell(talking, devices("USB headset"))
        assert [[each.label for each in devices] for devices in found] == [["USB headset"]]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "devices"},
        {"type": "devices", "devices": [{"id": "1", "kind": "videoinput", "label": "Camera"}]},
        {"type": "devices", "devices": [{"id": "1", "kind": "audioinput", "label": "x"}] * 201},
    ],
    ids=["none", "a camera", "too many"],
)
async def test_what_is_no_list_of_them_is_refused(gateway: Gateway, found: Found, message: dict[str, Any]) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(message)
        assert "not understood" in (await page.expect("error"))["error"]["message"]
    assert found == []
