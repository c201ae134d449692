"""The page that the gateway serves itself, as browsers and strangers get it."""

import asyncio
import http.client
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from tests.support.page import TestPage, page_at


@pytest.fixture
async def gateway(session: Session, tmp_path: Path) -> AsyncIterator[Gateway]:
    texts = {
        "widget.js": "export default () => {};",
        "extras.js": "export default (lent) => ({});",
        "start.js": 'import "./widget.js";',
        "widget.css": ".nt-page {}",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    script, extras, start, style = (tmp_path / name for name in texts)
    front_end = SimpleNamespace(SCRIPT=script, EXTRAS=extras, START=start, STYLE=style)
    gateway = Gateway(session, greet=False, front_end=front_end)
    await gateway.open()
    yield gateway
    await gateway.close()


async def get(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """What a plain HTTP client gets."""
    there = urlsplit(url)

    def ask() -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(there.netloc, timeout=20)
        try:
            connection.request("GET", there.path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


def invitation(link: str) -> dict[str, str]:
    """How a link's page finds its gateway."""
    there = urlsplit(link)
    return {"url": f"ws://{there.netloc}/", "token": there.fragment}


def origin_of(link: str) -> str:
    return f"http://{urlsplit(link).netloc}"


async def test_a_link_leads_to_the_page_and_its_files(gateway: Gateway) -> None:
    link = gateway.link()
    status, headers, page = await get(link)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'src="start.js"' in page
    for name, kind, words in (
        ("start.js", "text/javascript", 'import "./widget.js"'),
        ("widget.js", "text/javascript", "export default"),
        ("widget.css", "text/css", ".nt-page"),
    ):
        status, headers, text = await get(link.partition("#")[0] + name)
        assert (status, headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
        assert words in text


async def test_nothing_that_is_served_holds_a_token(gateway: Gateway) -> None:
    link = gateway.link()
    token = urlsplit(link).fragment
    for name in ("", "start.js", "widget.js"):
        _, headers, text = await get(link.partition("#")[0] + name)
        assert token not in text
        assert token not in str(headers)


async def test_the_page_may_run_its_own_script_only_and_be_in_no_frame(gateway: Gateway) -> None:
    _, headers, page = await get(gateway.link())
    policy = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' blob:"
    assert policy["connect-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "<script>" not in page


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/guessed/", "/guessed/widget.js"])
async def test_who_has_no_link_finds_nothing(gateway: Gateway, path: str) -> None:
    there = urlsplit(gateway.link())
    status, _, text = await get(f"http://{there.netloc}{path}")
    assert (status, text) == (404, "There is nothing here.\n")


@pytest.mark.parametrize("name", ["../widget.js", "%2e%2e/widget.js", "nested/widget.js", "zh.json", "//widget.js"])
async def test_only_the_files_of_the_page_are_there(gateway: Gateway, name: str) -> None:
    status, _, _ = await get(gateway.link().partition("#")[0] + name)
    assert status == 404


async def test_a_foreign_name_is_not_served(gateway: Gateway) -> None:
    status, _, _ = await get(gateway.link(), Host="evil.example")
    assert status == 421


async def test_a_link_opens_the_conversation_once(gateway: Gateway) -> None:
    link = gateway.link()
    async with page_at(invitation(link), origin=origin_of(link)) as page:
        await page.expect("return_token")
    async with connect(invitation(link)["url"], origin=origin_of(link), proxy=None) as second:  # type: ignore[arg-type]
        stranger = TestPage(second)
        await stranger.send({"type": "hello", "token": invitation(link)["token"]})
        assert await stranger.closed() == 1008


async def test_every_link_is_another(gateway: Gateway) -> None:
    assert gateway.link() != gateway.link()


async def test_a_tab_comes_back_again_and_again(gateway: Gateway) -> None:
    link = gateway.link()
    token = invitation(link)["token"]
    for _ in range(3):
        async with page_at({**invitation(link), "token": token}, origin=origin_of(link)) as page:
            returned = (await page.expect("return_token"))["token"]
            assert returned != token
            token = returned


async def test_a_page_of_another_port_of_this_machine_does_not_get_in(gateway: Gateway) -> None:
    link = gateway.link()
    with pytest.raises(InvalidStatus, match="403"):
        await connect(invitation(link)["url"], origin="http://127.0.0.1:1", proxy=None)  # type: ignore[arg-type]


async def test_a_notebooks_page_gets_no_token_to_return(gateway: Gateway) -> None:
    async with page_at(gateway.invite("http://localhost:8888")) as page:
        await page.expect("turns", reset=True)
        await page.send({"type": "ask_link"})
        await page.expect("link")
        assert "return_token" not in {message["type"] for message in page.seen}


async def test_a_page_gets_a_link_for_its_person(gateway: Gateway) -> None:
    async with page_at(gateway.invite("http://localhost:8888")) as page:
        await page.send({"type": "ask_link"})
        link = (await page.expect("link"))["url"]
        async with page_at(invitation(link), origin=origin_of(link)) as second:
            await second.expect("return_token")


async def test_every_page_gets_the_rest_of_its_script_when_it_asks(gateway: Gateway) -> None:
    async with page_at(gateway.invite("http://localhost:8888")) as page:
        await page.send({"type": "ask_extras"})
        assert (await page.expect("extras"))["script"] == "export default (lent) => ({});"


async def test_without_a_front_end_nothing_is_served(session: Session) -> None:
    gateway = Gateway(session, greet=False)
    await gateway.open()
    try:
        assert (await get(gateway.link()))[0] == 404
    finally:
        await gateway.close()
