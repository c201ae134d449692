import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal

import pytest
from pydantic import SecretStr
from websockets.asyncio.server import ServerConnection, serve

from navtalk_widget.client.endpoint import AvatarChoice, endpoint_at
from navtalk_widget.client.sockets import MainSocket, SignallingSocket
from navtalk_widget.errors import LicenseRefused, ProtocolError, ServiceError, ServiceUnreachable

CANARY = SecretStr("sk_navtalk_canary")
LEO = AvatarChoice("navtalk.Leo")


@asynccontextmanager
async def answering(status: HTTPStatus) -> AsyncIterator[str]:
    """A server that opens no socket but answers with an HTTP status."""

    def refuse(connection: ServerConnection, _: Any) -> Any:
        return connection.respond(status, "no\n")

    async def never(connection: ServerConnection) -> None:
        raise AssertionError

    async with serve(never, "127.0.0.1", 0, process_request=refuse) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (HTTPStatus.UNAUTHORIZED, LicenseRefused),
        (HTTPStatus.FORBIDDEN, LicenseRefused),
        (HTTPStatus.NOT_FOUND, ServiceUnreachable),
        (HTTPStatus.INTERNAL_SERVER_ERROR, ServiceUnreachable),
    ],
)
async def test_a_refusal_by_http_is_told_in_words(status: HTTPStatus, kind: type[ServiceError]) -> None:
    async with answering(status) as address:
        with pytest.raises(kind, match=str(int(status))):
            await MainSocket.open(endpoint_at(address, CANARY, "v1"), LEO)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (HTTPStatus.NOT_FOUND, "service_address"),
        (HTTPStatus.BAD_REQUEST, "service_address"),
        (HTTPStatus.REQUEST_TIMEOUT, "service_unreachable"),
        (HTTPStatus.TOO_EARLY, "service_unreachable"),
        (HTTPStatus.TOO_MANY_REQUESTS, "service_unreachable"),
        (HTTPStatus.BAD_GATEWAY, "service_unreachable"),
    ],
)
@pytest.mark.parametrize("socket", ["main", "signalling"])
async def test_an_answer_that_another_attempt_would_not_change_has_a_code_of_its_own(
    status: HTTPStatus, code: str, socket: str
) -> None:
    async with answering(status) as address:
        endpoint = endpoint_at(address, CANARY, "v1")
        with pytest.raises(ServiceUnreachable) as caught:
            await (MainSocket.open(endpoint, LEO) if socket == "main" else SignallingSocket.open(endpoint, None))
    assert caught.value.code == code
    assert ("Correct the address" in caught.value.hint) == (code == "service_address")


@asynccontextmanager
async def saying(message: str) -> AsyncIterator[str]:
    """A service that says one thing."""

    async def say(connection: ServerConnection) -> None:
        await connection.send(message)
        await connection.wait_closed()

    async with serve(say, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


ESCAPED = "".join(f"\\u{ord(character):04x}" for character in CANARY.get_secret_value())


@pytest.mark.parametrize("protocol", ["v1", "v2"])
@pytest.mark.parametrize(
    "message",
    [
        f'{{"type": "error", "error": {{"message": "bad key {ESCAPED}", "quoted": [{{"{ESCAPED}": "{ESCAPED}"}}]}}}}',
        f'{{"type": "nobody.knows.{ESCAPED}", "data": {{"key": "{ESCAPED}"}}}}',
        f'{{"type": "session.created", "session": {{}}, "{ESCAPED}": "{ESCAPED}"}}',
        f'{{"type": "conversation.connected.fail", "message": "{ESCAPED}"}}',
        f'{{"type": "response.done", "response": "{ESCAPED}"}}',
        f'{{"type": "{ESCAPED}"',
    ],
)
async def test_what_a_service_says_does_not_hold_the_licence_however_it_is_spelt(
    protocol: Literal["v1", "v2"], message: str
) -> None:
    async with saying(message) as address:
        socket = await MainSocket.open(endpoint_at(address, CANARY, protocol), LEO)
        received = await anext(socket.messages())
        await socket.close()
    assert "canary" not in _shown(received)


@pytest.mark.parametrize("key", [CANARY.get_secret_value(), ESCAPED])
async def test_a_signal_that_cannot_be_read_is_told_without_the_licence(key: str) -> None:
    async with saying(f'{{"type": "offer", "sdp": "{key}", "{key}": 1}}') as address:
        socket = await SignallingSocket.open(endpoint_at(address, CANARY, "v1"), None)
        received = await anext(socket.signals())
        await socket.close()
    assert isinstance(received, ProtocolError)
    assert "canary" not in _shown(received)


def _shown(received: object) -> str:
    """Everything that can be seen of what was received, the causes of an error too."""
    if isinstance(received, BaseException):
        return repr(received) + "".join(traceback.format_exception(received))
    return repr(received)


@pytest.mark.parametrize("address", ["ws://127.0.0.1:9", f"ws://{'a' * 70}.example", "ws://a..b"])
async def test_an_address_that_leads_nowhere_is_told_in_words(address: str) -> None:
    with pytest.raises(ServiceUnreachable, match=address.split("//")[1][:10]):
        await MainSocket.open(endpoint_at(address, CANARY, "v1"), LEO)


async def test_who_cannot_reach_a_service_far_away_is_told_of_the_local_one() -> None:
    with pytest.raises(ServiceUnreachable) as caught:
        await MainSocket.open(endpoint_at("wss://navtalk.invalid", CANARY, "v1"), LEO)
    assert caught.value.hint.startswith(ServiceUnreachable.hint)
    assert "service='local'" in caught.value.hint
    with pytest.raises(ServiceUnreachable) as caught:
        await MainSocket.open(endpoint_at("ws://127.0.0.1:9", CANARY, "v1"), LEO)
    assert "service='local'" not in caught.value.hint


async def test_a_server_that_is_no_websocket_server_is_told_in_words() -> None:
    async def gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(gibberish, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ServiceUnreachable):
        await MainSocket.open(endpoint_at(f"ws://127.0.0.1:{port}", CANARY, "v1"), LEO)
    server.close()
    await server.wait_closed()


async def test_a_socks_proxy_that_needs_a_package_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5h://127.0.0.1:9")
    with pytest.raises(ServiceUnreachable) as caught:
        await MainSocket.open(endpoint_at("wss://elsewhere.example", CANARY, "v1"), LEO)
    assert "python-socks" in caught.value.hint


OPENERS: list[Callable[[str], Any]] = [
    lambda address: MainSocket.open(endpoint_at(address, CANARY, "v1"), LEO),
    lambda address: SignallingSocket.open(endpoint_at(address, CANARY, "v1"), None),
]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("address", ["ws://127.0.0.1:9", "ws://a..b"])
async def test_no_variable_in_the_traceback_holds_the_licence(opener: Callable[[str], Any], address: str) -> None:
    with pytest.raises(ServiceError) as caught:
        await opener(address)
    shown = "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:
        shown += _variables(error.__traceback__)
        error = error.__context__
    assert "canary" not in shown


def _variables(trace: TracebackType | None) -> str:
    """What a traceback with variables, such as IPython's, would show of our frames."""
    shown = ""
    while trace is not None:
        if "navtalk_widget" in trace.tb_frame.f_code.co_filename or "websockets" in trace.tb_frame.f_code.co_filename:
            shown += repr(trace.tb_frame.f_locals)
        trace = trace.tb_next
    return shown
