import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from navtalk_widget.gateway.admission import Admission
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from tests.support.page import TestPage

HUB = "https://hub.example"


@pytest.fixture
async def session() -> Session:
    return Session(service="ws://127.0.0.1:9/wss/v2/connect")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:5", "localhost", "[::1]:5", "hub.example", "Hub.Example", "lab.example:8443"]
)
def test_names_of_loopback_and_of_invited_pages_are_accepted(host: str) -> None:
    admission = Admission()
    admission.invite(HUB)
    admission.invite("http://lab.example:8443")
    assert admission.accepts_host(host)


@pytest.mark.parametrize("host", ["evil.example", "hub.example.evil", "evil.hub.example", "hub.example:8443", "", None])
def test_other_names_are_refused(host: str | None) -> None:
    admission = Admission()
    admission.invite(HUB)
    admission.invite("null")  # a page in a sandbox has no origin
    assert not admission.accepts_host(host)


async def _hello(gateway: Gateway, origin: str, host: str, token: str) -> bool:
    port = int(gateway.invite(None)["url"].rsplit(":", 1)[1].strip("/"))
    uri = f"ws://{host}/"
    async with connect(uri, host="127.0.0.1", port=port, origin=origin, proxy=None) as connection:  # type: ignore[arg-type]
        page = TestPage(connection)
        await page.send({"type": "hello", "token": token})
        done, _ = await asyncio.wait(
            [asyncio.ensure_future(page.expect("welcome")), asyncio.ensure_future(connection.wait_closed())],
            timeout=20,
            return_when=asyncio.FIRST_COMPLETED,
        )
        return connection.close_code is None and bool(done)


async def test_a_page_comes_through_the_notebook_server_under_its_name(gateway: Gateway) -> None:
    invitation = gateway.invite(HUB, "page-00000")
    assert await _hello(gateway, HUB, "hub.example", invitation["proxy_token"])
    assert await _hello(gateway, HUB, "127.0.0.1", invitation["token"])  # each way has a token of its own


@pytest.mark.parametrize(("origin", "host"), [(HUB, "evil.example"), ("https://evil.example", "hub.example")])
async def test_nobody_comes_under_another_name(gateway: Gateway, origin: str, host: str) -> None:
    invitation = gateway.invite(HUB)
    with pytest.raises(InvalidStatus):
        await _hello(gateway, origin, host, invitation["proxy_token"])
