from __future__ import annotations

import asyncio
import http.client
import json
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from websockets.asyncio.client import connect

from navtalk_widget.local.server import LocalService
from tests.local.avatar_viewer import viewing
from tests.local.scripted import ScriptedResponder, one_word_and_then_nothing
from tests.local.second_generation import chatting_with
from tests.local.wire_client import PATIENCE_S, WireClient, signalling_to, speech, talking_to
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

LICENSE = "sk_navtalk_secret"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    """A service that requires a licence and has two places."""
    async with LocalService(port=0, responder=script, license=LICENSE, max_sessions=2) as service:
        yield service


async def get(service: LocalService, path: str, host: str | None = None, **headers: str) -> tuple[int, str]:
    def request() -> tuple[int, str]:
        connection = http.client.HTTPConnection(service.host, service.port, timeout=PATIENCE_S)
        connection.request("GET", path, headers=headers if host is None else {**headers, "Host": host})
        response = connection.getresponse()
        return response.status, response.read().decode()

    return await asyncio.to_thread(request)


async def sessions(service: LocalService) -> int:
    """How many conversations the service says it has."""
    number: int = json.loads((await get(service, "/health"))[1])["sessions"]
    return number


async def until_nobody_talks(service: LocalService) -> None:
    for _ in range(round(PATIENCE_S / 0.05)):
        if await sessions(service) == 0:
            return
        await asyncio.sleep(0.05)
    pytest.fail("there are still conversations")


# ── the door ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_health_is_json(service: LocalService) -> None:
    status, body = await get(service, "/health")
    assert status == 200
    assert json.loads(body)["status"] == "ok"


@pytest.mark.parametrize("path", ["/api/realtime-api", "/realtime-api"])
async def test_both_documented_main_paths_are_served(service: LocalService, path: str) -> None:
    async with connect(f"{service.url}{path}?license=x&characterName=navtalk.Lily&model=gpt-realtime") as socket:
        await WireClient(socket).until("session.created")


@pytest.mark.parametrize("path", ["/", "/api", "/api/realtime-api/", "/wss/v3", "/%2e%2e/api"])
async def test_an_unknown_path_is_answered_in_words(service: LocalService, path: str) -> None:
    status, body = await get(service, path)
    assert status == 404
    assert "/api/realtime-api" in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "127.0.0.1.nip.io"])
async def test_a_host_header_that_names_another_machine_is_refused(service: LocalService, host: str) -> None:
    status, body = await get(service, "/health", host=host)
    assert status == 403
    assert "Host" in body
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    status, _ = await get(service, "/api/realtime-api", host=host, **upgrade, **{"Sec-WebSocket-Key": "A" * 22 + "=="})
    assert status == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1234", "127.0.0.1:99", "[::1]:8810", "127.1.2.3", "api.navtalk.ai"]
)
async def test_any_name_of_this_machine_is_a_good_host(service: LocalService, host: str) -> None:
    assert (await get(service, "/health", host=host))[0] == 200


async def test_a_page_of_any_origin_may_connect(service: LocalService) -> None:
    async with connect(f"{service.url}/api/realtime-api?license=x", origin="https://example.org") as socket:  # type: ignore[arg-type]
        await WireClient(socket).until("session.created")


# ── licence and places ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["license=wrong", "", "license=", "characterName=navtalk.Leo", "license=%ff%00é"])
async def test_a_wrong_licence_is_told_and_shown_out(guarded: LocalService, query: str) -> None:
    async with talking_to(guarded, query) as client:
        assert await client.closing() == (1008, "Invalid license key")
    assert [message["type"] for message in client.log] == ["error"]
    assert client.log[0]["error"] == {
        "type": "invalid_request_error",
        "code": "invalid_license",
        "message": "Invalid license key",
        "param": None,
        "event_id": None,
    }


async def test_the_right_licence_is_let_in(guarded: LocalService) -> None:
    async with talking_to(guarded, f"license={LICENSE}") as client:
        await client.until("session.created")


async def test_a_full_service_says_so_and_has_room_again_later(guarded: LocalService) -> None:
    async with talking_to(guarded, f"license={LICENSE}") as one, talking_to(guarded, f"license={LICENSE}") as two:
        await one.until("session.created")
        await two.until("session.created")
        async with talking_to(guarded, f"license={LICENSE}") as third:
            code, _ = await third.closing()
        assert code == 1013
        assert [message["type"] for message in third.log] == ["session.gpu_full"]
    await until_nobody_talks(guarded)
    async with talking_to(guarded, f"license={LICENSE}") as again:
        await again.until("session.created")


async def test_no_licence_reaches_the_log(guarded: LocalService, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with talking_to(guarded, f"license={LICENSE}") as client:
            await client.start()
        async with talking_to(guarded, "license=sk_wrong_one") as client:
            await client.closing()
        for query in (f"license={LICENSE}&name=navtalk.Leo", "license=sk_wrong_one"):
            async with chatting_with(guarded, query) as second:
                await second.next()
        for path in ("api/open/v1/avatar/detail", "api/chat/sessions", "nowhere", "api/realtime-api", "api/webrtc"):
            await get(guarded, f"/{path}?license={LICENSE}&apikey={LICENSE}")
        async with signalling_to(guarded, LICENSE) as signalling:
            await signalling.send("create", targetSessionId=LICENSE)
            await signalling.send("answer", targetSessionId=LICENSE, sdp={"type": "answer", "sdp": "x"})
            await signalling.until("error")
        reader, writer = await asyncio.open_connection(guarded.host, guarded.port)
        writer.write(f"GET /api/realtime-api?license={LICENSE} HTTP/9.9 {LICENSE}\r\n\r\n".encode())
        await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()
    ours = [record for record in caplog.records if not record.name.startswith("websockets.client")]
    assert ours
    logged = "".join(logging.Formatter().format(record) for record in ours)
    assert "sk_" not in logged


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_oversized_message_closes_its_own_connection_only(service: LocalService) -> None:
    # Not as a context: leaving it, websockets trips over asyncio's transport, which has lost its loop by then.
    client = WireClient(await connect(f"{service.url}/api/realtime-api?license=x", compression=None))
    async with talking_to(service) as other:
        await client.until("session.created")
        await client.socket.send("x" * (17 * 2**20))
        assert (await client.closing())[0] == 1009
        await other.start()


async def test_a_large_picture_is_no_oversized_message(service: LocalService) -> None:
    async with talking_to(service) as client:
        await client.start()
        content = [{"type": "input_image", "image_url": "data:image/jpeg;base64," + "A" * (4 * 2**20)}]
        await client.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
        await client.until("conversation.item.created")


async def test_a_conversation_that_vanishes_leaves_nothing_behind(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer(one_word_and_then_nothing)
    await until_nobody_talks(service)
    tasks_before = len(asyncio.all_tasks())
    async with (
        talking_to(service) as client,
        signalling_to(service, "sk_1") as signalling,
        viewing(signalling) as viewer,
    ):
        await client.start()
        await signalling.send("create")
        await viewer.accept()
        await viewer.sees(1)
        await client.send("response.create")
        await client.until("response.audio.delta")
        await client.hear(speech("what is the weather in paris")[:24_000])
        client.socket.transport.abort()
        await viewer.loses_the_avatar()
        assert (await signalling.closing())[0] == 1000
    await until_nobody_talks(service)
    await eventually(lambda: len(asyncio.all_tasks()) <= tasks_before, PATIENCE_S)


# ── bringing the two sockets together ────────────────────────────────────────────────────────────────────


async def offered(signalling: WireClient) -> WireClient:
    await signalling.until("offer")
    return signalling


@pytest.mark.parametrize("path", ["/api/webrtc", "/iwebrtc"])
@pytest.mark.parametrize("user_id", ["sk_1", "123", "{session_id}", "target-{session_id}"])
async def test_a_viewer_is_offered_its_conversation(service: LocalService, path: str, user_id: str) -> None:
    async with talking_to(service) as client:
        await client.until("session.created")
        session_id = client.log[0]["sessionId"]
        async with signalling_to(service, user_id.format(session_id=session_id), path) as signalling:
            await signalling.send("create", targetSessionId="123")
            offer = await signalling.until("offer")
    assert offer["targetSessionId"] == session_id
    assert offer["sdp"]["type"] == "offer"
    assert "a=candidate:" in offer["sdp"]["sdp"]
    assert "\r\n" in offer["sdp"]["sdp"]


async def test_create_may_come_before_the_conversation(service: LocalService) -> None:
    async with signalling_to(service, "123") as signalling:
        await signalling.send("create", targetSessionId="123")
        async with talking_to(service) as client:
            await client.until("session.created")
            assert (await signalling.until("offer"))["targetSessionId"] == client.log[0]["sessionId"]


async def test_without_create_the_offer_comes_once_the_session_is_configured(service: LocalService) -> None:
    async with signalling_to(service, "sk_1", "/iwebrtc") as signalling, talking_to(service) as client:
        await client.until("session.created")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(signalling.socket.recv(), 0.3)
        await client.send("session.update", session={"voice": "alloy"})
        async with viewing(signalling) as viewer:
            await viewer.accept()  # and no candidates: the first client never sends any
            await viewer.sees(1)


async def test_two_conversations_with_licences_of_their_own_do_not_mix(service: LocalService) -> None:
    async with talking_to(service, "license=a") as one, talking_to(service, "license=b") as two:
        for client in (one, two):
            await client.until("session.created")
        async with signalling_to(service, "a") as sees_one, signalling_to(service, "b") as sees_two:
            await sees_one.send("create")
            await sees_two.send("create")
            assert (await sees_one.until("offer"))["targetSessionId"] == one.log[0]["sessionId"]
            assert (await sees_two.until("offer"))["targetSessionId"] == two.log[0]["sessionId"]


async def test_two_conversations_with_one_licence_each_get_a_viewer(service: LocalService) -> None:
    async with talking_to(service) as one, talking_to(service) as two:
        for client in (one, two):
            await client.until("session.created")
        async with signalling_to(service, "sk_1") as first, signalling_to(service, "sk_1") as second:
            await first.send("create")
            await second.send("create")
            shown = {(await viewer.until("offer"))["targetSessionId"] for viewer in (first, second)}
            assert shown == {one.log[0]["sessionId"], two.log[0]["sessionId"]}


async def test_a_named_session_goes_to_the_viewer_that_names_it(service: LocalService) -> None:
    async with talking_to(service) as client:
        await client.until("session.created")
        session_id = client.log[0]["sessionId"]
        async with signalling_to(service, "123") as stranger, viewing(stranger) as loser:
            await stranger.send("create")
            await loser.accept()
            await loser.sees(1)
            async with signalling_to(service, "123") as rightful, viewing(rightful) as viewer:
                await rightful.send("create", targetSessionId=f"target-{session_id}")
                await viewer.accept()
                await viewer.sees(1)
                await loser.loses_the_avatar()


async def test_another_create_makes_a_new_connection(service: LocalService) -> None:
    async with talking_to(service) as client, signalling_to(service, "sk_1") as signalling:
        await client.until("session.created")
        async with viewing(signalling) as before:
            await signalling.send("create")
            await before.accept()
            await before.sees(1)
            async with viewing(signalling) as after:
                await signalling.send("create")
                await after.accept()
                await after.sees(1)
                await before.loses_the_avatar()


async def test_the_conversation_goes_on_when_its_viewer_leaves(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Still here.")
    async with talking_to(service) as client:
        await client.start()
        async with signalling_to(service, "sk_1") as signalling, viewing(signalling) as viewer:
            await signalling.send("create")
            await viewer.accept()
            await viewer.sees(1)
        await client.ask("hello")
        await client.until("response.done")
        async with signalling_to(service, "sk_1") as signalling, viewing(signalling) as viewer:
            await signalling.send("create")
            await viewer.accept()
            await viewer.sees(1)


async def test_the_signalling_socket_is_closed_with_its_conversation(service: LocalService) -> None:
    async with signalling_to(service, "sk_1") as signalling:
        async with talking_to(service) as client:
            await client.until("session.created")
            await signalling.send("create")
            await signalling.until("offer")
        assert (await signalling.closing())[0] == 1000


async def test_the_signalling_socket_is_closed_even_if_its_connection_has_failed_before(service: LocalService) -> None:
    async with signalling_to(service, "sk_1") as signalling:
        async with talking_to(service) as client:
            await client.until("session.created")
            async with viewing(signalling) as viewer:
                await signalling.send("create")
                await viewer.accept()
                await viewer.sees(1)
            refusal = ""
            while "No offer" not in refusal:  # as soon as the service knows that the connection has ended
                await signalling.send("answer", sdp={"type": "answer", "sdp": "v=0"})
                refusal = (await signalling.until("error"))["error"]["message"]
        assert (await signalling.closing())[0] == 1000


async def test_a_viewer_may_offer_again_on_the_connection_that_is_there(service: LocalService) -> None:
    connection = RTCPeerConnection()
    try:
        async with talking_to(service) as client, signalling_to(service, "sk_1") as signalling:
            await client.until("session.created")
            await signalling.send("create")
            offer = await signalling.until("offer")
            await connection.setRemoteDescription(RTCSessionDescription(**offer["sdp"]))
            await connection.setLocalDescription(await connection.createAnswer())
            await signalling.send("answer", sdp=described(connection))
            await eventually(lambda: connection.connectionState == "connected")
            connection.addTrack(VideoStreamTrack())
            await connection.setLocalDescription(await connection.createOffer())
            await signalling.send("offer", sdp=described(connection))
            answer = await signalling.until("answer", "error")
            assert answer["targetSessionId"] == offer["targetSessionId"]
            await connection.setRemoteDescription(RTCSessionDescription(**answer["sdp"]))
            assert connection.connectionState == "connected"
    finally:
        await connection.close()


def described(connection: RTCPeerConnection) -> dict[str, str]:
    return {"type": connection.localDescription.type, "sdp": connection.localDescription.sdp}


async def test_who_knows_neither_licence_nor_session_sees_nothing(guarded: LocalService) -> None:
    async with talking_to(guarded, f"license={LICENSE}") as client:
        await client.start()
        async with signalling_to(guarded, "123") as stranger:
            await stranger.send("create", targetSessionId="123")
            await stranger.until("error")
            async with signalling_to(guarded, "123") as friend:
                await friend.send("create", targetSessionId=LICENSE)
                await friend.until("offer")
        assert [message["type"] for message in stranger.log] == ["error"]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "[]",
        "{}",
        '{"type":"hangup"}',
        '{"type":"answer"}',
        '{"type":"answer","sdp":"v=0"}',
        '{"type":"answer","sdp":{"type":"answer","sdp":"v=0"}}',
        '{"type":"offer","sdp":{"type":"offer","sdp":"v=0"}}',
        '{"type":"iceCandidate","candidate":7}',
        '{"type":"iceCandidate","candidate":{"candidate":"candidate:nonsense"}}',
        '{"type":"create","targetSessionId":7}',
    ],
)
async def test_a_wrong_signal_is_refused_and_an_offer_can_still_be_answered(service: LocalService, text: str) -> None:
    async with talking_to(service) as client, signalling_to(service, "sk_1") as signalling:
        await client.until("session.created")
        await signalling.send("create")
        await signalling.until("offer")
        await signalling.socket.send(text)
        assert (await signalling.until("error"))["error"]["message"]
        await signalling.socket.send(b"binary")
        await signalling.until("error")
        async with viewing(signalling) as viewer:
            await signalling.send("create")
            await viewer.accept()
            await viewer.sees(1)


async def test_an_answer_before_any_offer_is_refused_in_words(service: LocalService) -> None:
    async with signalling_to(service, "nobody") as signalling:
        await signalling.send("answer", sdp={"type": "answer", "sdp": "v=0"})
        assert "create" in (await signalling.until("error"))["error"]["message"]


async def test_candidates_are_taken_before_and_after_the_answer(service: LocalService) -> None:
    candidate = {
        "candidate": "candidate:1 1 udp 2122129151 192.0.2.7 64301 typ host",
        "sdpMid": "0",
        "sdpMLineIndex": 0,
    }
    async with talking_to(service) as client, signalling_to(service, "sk_1") as signalling:
        await client.until("session.created")
        async with viewing(signalling) as viewer:
            await signalling.send("create")
            offer = await signalling.until("offer")
            trickled = (candidate, {"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0}, None)
            for each in trickled:
                await signalling.send("iceCandidate", targetSessionId="123", candidate=each)
            await viewer.answer(offer)
            for each in trickled:
                await signalling.send("iceCandidate", targetSessionId="123", candidate=each)
            await viewer.sees(1)
        assert not signalling.of("error")
