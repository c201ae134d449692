import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidMessage

from navtalk_widget.testing import Direction, FaultProxy, ProxiedConnection, ScriptedService, VirtualClock
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("no_leftovers")

MAIN = "/api/realtime-api?license=sk_1&characterName=navtalk.Leo"
ASK = json.dumps({"type": "response.create"})
SPEECH = {"type": "input_audio_buffer.speech_started"}


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    async with ScriptedService(greets=False, ignore=["*"]) as service:
        yield service


@pytest.fixture
async def proxy(service: ScriptedService) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(service.url) as proxy:
        yield proxy


@asynccontextmanager
async def a_client(proxy: FaultProxy, path: str = MAIN, open_timeout: float = 5.0) -> AsyncIterator[ClientConnection]:
    connection = await connect(
        f"{proxy.url}{path}",
        proxy=None,
        max_size=None,
        open_timeout=open_timeout,
        close_timeout=0.1,
        ping_interval=None,
    )
    try:
        yield connection
    finally:
        connection.transport.abort()


@pytest.fixture
async def client(proxy: FaultProxy) -> AsyncIterator[ClientConnection]:
    async with a_client(proxy) as client:
        yield client


async def heard(client: ClientConnection) -> object:
    """The next message's type."""
    return json.loads(await asyncio.wait_for(client.recv(), 5))["type"]


async def lost(client: ClientConnection) -> None:
    """Wait until the client knows that the connection is gone, without a farewell."""
    await asyncio.wait_for(client.wait_closed(), 5)
    assert client.close_code == 1006


async def test_without_faults_everything_passes(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    await client.send(ASK)
    await service.expect("response.create")
    await service.send(SPEECH)
    assert await heard(client) == "input_audio_buffer.speech_started"
    for _ in range(6):  # more than ever waits
        await service.send("x" * 3_000_000)
        assert len(await client.recv()) == 3_000_000
    assert [connection.path for connection in proxy.connections] == [MAIN]
    await client.close()
    assert client.close_code == 1000
    await eventually(lambda: not proxy.connections)
    assert proxy.accepted == 1


async def test_what_is_no_websocket_passes_too(proxy: FaultProxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
    writer.write(f"GET {MAIN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 426")
    assert b"\r\n\r\nFailed to open a WebSocket connection" in answer


async def test_nobody_behind_it_is_seen_through_it() -> None:
    async with FaultProxy("ws://127.0.0.1:9") as proxy:
        with pytest.raises((OSError, InvalidMessage)):
            async with a_client(proxy):
                pass


async def test_a_reset_is_seen_by_both_ends(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    proxy.reset()
    await lost(client)
    assert service.main is not None
    await asyncio.wait_for(service.main.wait_closed(), 5)
    assert service.main.close_code == 1006


async def test_a_reset_is_no_orderly_end(proxy: FaultProxy, service: ScriptedService) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
    await eventually(lambda: proxy.connections)
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 5)
    writer.close()


async def test_an_end_without_farewell_is_seen_by_both(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    proxy.finish()
    await lost(client)
    assert service.main is not None
    await asyncio.wait_for(service.main.wait_closed(), 5)
    assert service.main.close_code == 1006


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_half_open_in_one_direction(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection, direction: Direction
) -> None:
    proxy.swallow(direction)
    await client.send(ASK)
    await service.send(SPEECH)
    if direction == "up":
        assert await heard(client) == "input_audio_buffer.speech_started"
    else:
        await service.expect("response.create")
    proxy.release(direction)
    await client.send(json.dumps({"type": "response.cancel"}))
    await service.expect("response.cancel")
    await service.send({"type": "input_audio_buffer.cleared"})
    assert await heard(client) == "input_audio_buffer.cleared"
    assert len(service.received) == (1 if direction == "up" else 2)


@pytest.mark.parametrize("reset", [False, True])
async def test_half_open_hides_the_end_of_the_other(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection, reset: bool
) -> None:
    proxy.swallow()
    assert service.main is not None
    if reset:
        linger = struct.pack("ii", 1, 0)
        service.main.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    service.cut()
    await client.send(ASK)
    with pytest.raises((asyncio.TimeoutError, TimeoutError)):
        await asyncio.wait_for(await client.ping(), 0.2)
    assert client.close_code is None
    assert len(proxy.connections) == 1


async def test_a_new_connection_through_a_half_open_network_gets_no_answer(proxy: FaultProxy) -> None:
    proxy.swallow()
    with pytest.raises((asyncio.TimeoutError, TimeoutError)):
        async with a_client(proxy, open_timeout=0.2):
            pass
    assert proxy.accepted == 1


async def test_a_delay_keeps_the_order_and_lets_the_other_direction_be(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection, virtual_clock: VirtualClock
) -> None:
    proxy.delay(3, "down")
    began = virtual_clock.time()
    for number in range(3):
        await service.send({"type": f"number {number}"})
    await client.send(ASK)
    await service.expect("response.create")
    assert virtual_clock.time() == began
    assert [await heard(client) for _ in range(3)] == ["number 0", "number 1", "number 2"]
    assert virtual_clock.time() - began == pytest.approx(3)


async def test_one_connection_is_held_while_another_passes(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    async with a_client(proxy, "/api/webrtc?userId=sk_1") as signalling:
        await service.until(lambda: service.signalling)
        main = next(connection for connection in proxy.connections if "realtime-api" in connection.path)
        main.hold("up")
        await client.send(ASK)
        await signalling.send(json.dumps({"type": "create"}))
        await service.expect("create")
        assert not service.received
        main.release("up")
        await service.expect("response.create")


async def test_new_connections_are_refused_until_they_are_accepted(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        async with a_client(proxy):
            pass
    await client.send(ASK)
    await service.expect("response.create")
    await proxy.accept()
    async with a_client(proxy) as another:
        await another.send(ASK)
        await service.expect("response.create")


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_garbage_between_frames_breaks_the_websocket(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection, direction: Direction
) -> None:
    proxy.inject(b"\xff\xff\xff\xff garbage", direction)
    assert service.main is not None
    await asyncio.wait_for(asyncio.gather(client.wait_closed(), service.main.wait_closed()), 5)
    detector = client if direction == "down" else service.main
    assert detector.protocol.close_exc.sent is not None
    assert detector.protocol.close_exc.sent.code == 1002


async def test_a_frame_that_nobody_sent_arrives(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    proxy.inject_frame("{", "down")
    proxy.inject_frame(ASK, "up")
    assert await client.recv() == "{"
    await service.expect("response.create")


@pytest.mark.parametrize(("payload", "opcode", "code"), [(b"\xff", 0x1, 1007), (b"", 0x3, 1002)])
async def test_a_frame_that_is_none_is_found_out(
    proxy: FaultProxy, client: ClientConnection, payload: bytes, opcode: int, code: int
) -> None:
    proxy.inject_frame(payload, "down", opcode=opcode)
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(client.recv(), 5)
    assert closed.value.sent is not None
    assert closed.value.sent.code == code


async def test_half_of_a_frame_is_the_last_that_arrives(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    await service.send({"type": "whole"})
    assert await heard(client) == "whole"
    proxy.truncate("down")
    await service.send({"type": "half"}, {"type": "nothing of this"})
    await lost(client)


async def test_the_connection_is_broken_in_mid_tool(
    proxy: FaultProxy, service: ScriptedService, client: ClientConnection
) -> None:
    done = "response.function_call_arguments.done"
    proxy.when(done, ProxiedConnection.reset, "down")
    await client.send(json.dumps({"type": "session.update", "session": {"instructions": done}}))
    await service.expect("session.update")
    await service.send({"type": done, "call_id": "c1", "arguments": "{}"})
    assert await heard(client) == done
    await lost(client)


async def test_a_fault_happens_once(proxy: FaultProxy, service: ScriptedService, client: ClientConnection) -> None:
    seen: list[ProxiedConnection] = []
    proxy.when("response.create", seen.append)
    await client.send(ASK)
    await client.send(ASK)
    await service.expect("response.create", 2)
    assert seen == proxy.connections


async def test_what_passes_can_be_read_for_it_is_not_compressed() -> None:
    async def take(connection: ServerConnection) -> None:
        async for _ in connection:
            pass

    seen: list[ProxiedConnection] = []
    async with serve(take, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with FaultProxy(f"ws://127.0.0.1:{port}") as proxy, a_client(proxy) as client:
            proxy.when("needle in the haystack", seen.append)
            await client.send("a needle in the haystack")
            await eventually(lambda: seen)


async def test_a_receiver_that_does_not_read_holds_the_sender_up(
    proxy: FaultProxy, client: ClientConnection, virtual_clock: VirtualClock
) -> None:
    proxy.hold("up")

    async def send_much() -> None:
        for _ in range(100):
            await client.send(b"\0" * 2**20)

    with pytest.raises((asyncio.TimeoutError, TimeoutError)):
        await asyncio.wait_for(send_much(), 5)


async def test_everything_ends_with_the_proxy(service: ScriptedService) -> None:
    async with FaultProxy(service.url) as proxy, a_client(proxy) as client:
        proxy.hold()
        await client.send(ASK)
        await proxy.__aexit__(None, None, None)
        await lost(client)
        assert not proxy.connections
