import asyncio
import base64

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.news import EnginesChosen
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually

SHORT = base64.b64encode(bytes(range(0, 200, 2)) * 24).decode()
LONG = base64.b64encode(bytes(48_000 * 5)).decode()
OFFER = {"type": "offer", "targetSessionId": "t", "sdp": {"type": "offer", "sdp": "v=0\r\n"}}


async def test_start_connects_and_makes_the_page_the_owner(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.expect("state", status="idle")
        await page.expect("turns", reset=True, turns=[])
        await page.send({"type": "start"})
        await page.expect("state", status="connecting")
        await page.expect("state", status="listening")
        await page.expect("owner", owner=True, owned=True)


async def test_what_is_said_reaches_the_page(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner")
        await page.send({"type": "send_text", "text": "Who are you?"})
        turns = (await page.expect("turns", reset=False))["turns"]
        assert [(turn["role"], turn["text"], turn["final"]) for turn in turns] == [("user", "Who are you?", True)]
        await service.expect("response.create")
        await service.answer("I am Leo.")
        while True:
            turn = (await page.expect("turns"))["turns"][0]
            if turn["final"]:
                break
        assert turn["text"] == "I am Leo."


async def test_a_page_that_joins_late_gets_the_conversation(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first:
        await first.send({"type": "start"})
        await first.expect("owner")
        await service.answer("Hello!")
        await first.expect("turns", reset=False)
        async with page_at(gateway.invite(ORIGIN)) as second:
            turns = (await second.expect("turns", reset=True))["turns"]
            assert [turn["text"] for turn in turns] == ["Hello!"]


async def test_the_owners_microphone_reaches_the_service(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as owner, page_at(gateway.invite(ORIGIN)) as other:
        await owner.send({"type": "start"})
        await owner.expect("owner")
        await other.expect("owner", owner=False, owned=True)
        await other.speak(b"\x09\x00" * 480)
        await other.send({"type": "send_text", "text": "x"})
        await service.expect("response.create")  # so the other page's block has been looked at
        await owner.speak(b"\x01\x00" * 480)
        block = await service.expect("input_audio_buffer.append")
        assert base64.b64decode(block["audio"]) == b"\x01\x00" * 480


async def test_the_offer_goes_to_the_owner_and_its_answer_to_the_service(
    gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        offer = await page.expect("offer")
        assert offer["sdp"] == OFFER["sdp"]
        candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.7 1 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
        answer = {"type": "answer", "sdp": "v=0\r\na\r\n"}
        await page.send({"type": "answer", "peer": offer["peer"] - 1, "sdp": {"type": "answer", "sdp": "old"}})
        await page.send({"type": "answer", "peer": offer["peer"], "sdp": answer})
        await page.send({"type": "ice_candidate", "peer": offer["peer"], "candidate": candidate})
        assert (await service.expect("answer", sdp=answer))["targetSessionId"] == "t"
        assert (await service.expect("iceCandidate"))["candidate"] == candidate
        await service.signal({"type": "iceCandidate", "candidate": candidate})
        assert (await page.expect("ice_candidate"))["candidate"] == candidate


async def test_taking_over_moves_the_media(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first, page_at(gateway.invite(ORIGIN)) as second:
        await first.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        number = (await first.expect("offer"))["peer"]
        await second.send({"type": "take_over"})
        await second.expect("owner", owner=True)
        await first.expect("owner", owner=False, owned=True)
        await first.expect("close_peer", peer=number)
        await service.expect("create", 2)
        await service.signal(OFFER)
        assert (await second.expect("offer"))["peer"] == number + 1


async def test_the_voice_goes_over_the_gateway_only_without_an_audio_track(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        peer = (await page.expect("offer"))["peer"]
        state = {"type": "media_state", "peer": peer, "state": "connected", "video_track": True}
        await page.send({**state, "audio_track": True})
        await page.send({"type": "interrupt"})
        await service.answer("One.", pcm=LONG, response_id="r1")
        await page.expect("state", status="speaking")
        await page.send({**state, "audio_track": False}, {"type": "send_text", "text": "again"})
        await service.expect("response.create")
        assert not page.voice
        assert (session.metrics.media, session.metrics.way) == ("webrtc", "websocket")
        await service.answer("Two.", pcm=SHORT, response_id="r2")
        assert await page.expect_voice() == base64.b64decode(SHORT)


async def test_webrtc_that_fails_is_told_and_the_voice_still_comes(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        peer = (await page.expect("offer"))["peer"]
        failed = {"type": "media_state", "peer": peer, "state": "failed", "audio_track": False, "video_track": False}
        await page.send(failed)
        await page.expect("media_path", path="voice-only", why="not_relayed")
        assert session.metrics.media == "voice-only"
        await page.send({"type": "page_error", "code": "webrtc_failed", "message": "No connection within 4 s."})
        error = (await page.expect("state", status="listening"))["error"]
        while error is None:
            error = (await page.expect("state", status="listening"))["error"]
        assert error["code"] == "webrtc_failed"
        assert error["hint"]
        await service.answer("Two.", pcm=SHORT)
        assert await page.expect_voice() == base64.b64decode(SHORT)


async def test_speaking_over_the_avatar_flushes_the_page(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner")
        await service.answer("A long story.", pcm=LONG)
        await page.expect("state", status="speaking")
        await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
        await page.expect("flush_voice")


async def test_stop_ends_the_conversation_and_start_begins_it_again(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        await page.send({"type": "stop"})
        await page.expect("owner", owner=False, owned=False)
        await page.expect("state", status="closed")
        await page.send({"type": "start"})
        await page.expect("state", status="listening")
        await page.expect("owner", owner=True)
        assert service.connections == 2


async def test_stop_is_heard_while_connecting(gateway: Gateway, service: ScriptedService) -> None:
    service.greets = False
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("state", status="connecting")
        await page.send({"type": "stop"})
        await page.expect("state", status="closed")


async def test_a_service_that_serves_no_more_frees_the_microphone(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        await service.send({"type": "session.insufficient_balance"})
        failed = await page.expect("state", status="failed")
        assert failed["error"]["code"] == "insufficient_balance"
        await page.expect("owner", owner=False)


async def test_the_avatar_greets_once_it_can_be_seen(session: Session, service: ScriptedService) -> None:
    gateway = Gateway(session)
    await gateway.open()
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        await page.expect("offer")
        assert not [message for message in service.received if message["type"] == "response.create"]
        await page.send({"type": "first_frame", "elapsed_ms": 300.0})
        await service.expect("response.create")
    await gateway.close()


async def test_a_page_that_goes_frees_the_media_for_another(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as other:
        async with page_at(gateway.invite(ORIGIN)) as page:
            await page.send({"type": "start"})
            await page.expect("owner", owner=True)
            await other.expect("owner", owned=True)
        await other.expect("owner", owner=False, owned=False)


async def test_a_conversation_whose_page_is_gone_ends(
    gateway: Gateway, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.gateway.ownership.ORPHAN_TIMEOUT", 0.05)
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
    await eventually(lambda: session.status == "closed")


async def test_a_page_that_goes_while_connecting_leaves_no_conversation_behind(
    gateway: Gateway, session: Session, service: ScriptedService
) -> None:
    service.greets = False
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.until(lambda: service.main)
    await service.send({"type": "session.created"}, {"type": "session.updated"})
    await eventually(lambda: session.status == "closed")
    async with page_at(gateway.invite(ORIGIN)) as other:
        assert other.seen[0]["owned"] is False


@pytest.mark.parametrize("how", ["closes", "says nothing"])
async def test_without_an_offer_the_voice_comes_over_the_gateway(
    gateway: Gateway, session: Session, service: ScriptedService, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.gateway.media.OFFER_TIMEOUT", 0.05)
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        if how == "closes":
            assert service.signalling is not None
            await service.signalling.close()
        await eventually(lambda: session.error is not None)
        assert "no video" in str(session.error)
        await service.answer("Two.", pcm=SHORT)
        assert await page.expect_voice() == base64.b64decode(SHORT)


async def test_of_two_pages_that_take_over_at_once_one_has_ownership_and_video(
    gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first, page_at(gateway.invite(ORIGIN)) as second:
        await first.send({"type": "start"})
        await first.expect("owner", owner=True)
        for page, other in [(first, second), (second, first)] * 3:
            await asyncio.gather(page.send({"type": "take_over"}), other.send({"type": "take_over"}))
        await eventually(lambda: gateway._ownership.media.page is gateway._ownership.owner is not None)
        await second.send({"type": "take_over"})
        await second.expect("owner", owner=True)
        created = len([message for message in service.signals if message["type"] == "create"])
        await service.until(lambda: service.signalling)
        assert created >= 1
        await eventually(lambda: gateway._ownership.media.page is gateway._ownership.owner)


async def test_taking_over_while_connecting_brings_video_once_connected(
    gateway: Gateway, service: ScriptedService
) -> None:
    service.greets = False
    async with page_at(gateway.invite(ORIGIN)) as first, page_at(gateway.invite(ORIGIN)) as second:
        await first.send({"type": "start"})
        await service.until(lambda: service.main)
        await second.send({"type": "take_over"})
        await second.expect("owner", owner=True)
        await service.send({"type": "session.created"}, {"type": "session.updated"})
        await service.expect("create")
        await service.signal(OFFER)
        await first.expect("offer")  # who pressed Start has the last word


async def test_taking_over_keeps_a_conversation_whose_page_is_gone(gateway: Gateway, session: Session) -> None:
    async with page_at(gateway.invite(ORIGIN)) as second:
        async with page_at(gateway.invite(ORIGIN)) as first:
            await first.send({"type": "start"})
            await second.expect("owner", owned=True)
        await second.expect("owner", owned=False)
        await second.send({"type": "take_over"})
        await second.expect("owner", owner=True)
        assert gateway._ownership._orphan is None
        assert session.connected


async def test_half_an_emoji_in_a_services_words_does_not_cut_pages_off(
    gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        await service.send('{"type": "error", "error": {"message": "broken \\ud83d"}}')
        while not (await page.expect("state"))["error"]:
            pass
        await service.answer("Still here.")
        await page.expect("turns", reset=False)


async def test_a_page_begins_no_conversation_with_a_gateway_that_closes(
    gateway: Gateway, session: Session, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})  # on its way
        await gateway.close()
        assert await page.closed() == 1001
    assert session.status == "idle"
    assert service.main is None


async def test_pages_see_the_end_of_a_conversation_that_they_cannot_begin_again(
    gateway: Gateway, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        gateway.dismiss()
        await session.close()
        await page.expect("state", status="closed")
        await page.send({"type": "start"}, {"type": "ping", "sent_ms": 1.0})
        await gateway.close()
        await page.closed()
    assert session.status == "closed"


# ── who may come in ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "first", ['{"type": "hello", "token": "guess"}', '{"type": "start"}', "[]", b"\x00\x01"], ids=str
)
async def test_who_shows_no_good_token_is_closed_out(gateway: Gateway, first: str | bytes) -> None:
    invitation = gateway.invite(ORIGIN)
    async with connect(invitation["url"], origin=ORIGIN, proxy=None) as connection:  # type: ignore[arg-type]
        await connection.send(first)
        await asyncio.wait_for(connection.wait_closed(), 20)
        assert connection.close_code == 1008


async def test_who_says_nothing_is_closed_out(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.gateway.gateway.HELLO_TIMEOUT", 0.05)
    async with connect(gateway.invite(ORIGIN)["url"], origin=ORIGIN, proxy=None) as connection:  # type: ignore[arg-type]
        await asyncio.wait_for(connection.wait_closed(), 20)
        assert connection.close_code == 1008


async def test_a_token_is_good_once(gateway: Gateway) -> None:
    invitation = gateway.invite(ORIGIN)
    async with page_at(invitation):
        pass
    async with connect(invitation["url"], origin=ORIGIN, proxy=None) as connection:  # type: ignore[arg-type]
        await connection.send(f'{{"type": "hello", "token": "{invitation["token"]}"}}')
        await asyncio.wait_for(connection.wait_closed(), 20)
        assert connection.close_code == 1008


async def test_a_foreign_page_is_refused(gateway: Gateway) -> None:
    invitation = gateway.invite(ORIGIN)
    with pytest.raises(InvalidStatus) as caught:
        await connect(invitation["url"], origin="http://evil.example", proxy=None)  # type: ignore[arg-type]
    assert caught.value.response.status_code == 403


async def test_a_foreign_host_name_is_refused(gateway: Gateway) -> None:
    url = gateway.invite(ORIGIN)["url"]
    port = int(url.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"ws://evil.example:{port}/", host="127.0.0.1", port=port, origin=ORIGIN, proxy=None)  # type: ignore[arg-type]
    assert caught.value.response.status_code == 421


async def test_the_gateway_listens_on_loopback_only(gateway: Gateway) -> None:
    assert gateway.invite(None)["url"].startswith("ws://127.0.0.1:")
    assert gateway._port._server is not None
    assert {socket.getsockname()[0] for socket in gateway._port._server.sockets} == {"127.0.0.1"}


# ── what is not understood ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "3",
        '{"type": "dance"}',
        '{"type": "send_text"}',
        '{"type": "send_text", "text": 3}',
        '{"type": "answer", "peer": 1, "sdp": "v=0"}',
        '{"type": "first_frame", "elapsed_ms": Infinity}',
        '{"type": "playback", "delay_ms": NaN, "offset_ms": null}',
        b"",
        b"short",
        bytes(16),
        b"\x01\x00\x00\x00" + bytes(12) + b"odd",
        b"\x07\x00\x00\x00" + bytes(12) + b"ok",
        b"\x01\x00\x00\x00" + bytes(12) + bytes(20_000),
        b"\x01\x00\x00\x00" + bytes(10) + b"\xf8\x7f" + b"captured at no time!",
    ],
    ids=lambda frame: repr(frame[:24]),
)
async def test_a_frame_that_is_not_understood_is_refused_in_words(
    gateway: Gateway, service: ScriptedService, frame: str | bytes
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(frame)
        error = (await page.expect("error"))["error"]
        assert error["code"] == "bad_message"
        assert error["message"]
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)


async def test_a_verb_without_conversation_is_refused_in_words(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "send_text", "text": "hello?"})
        error = (await page.expect("error"))["error"]
        assert error["code"] == "not_connected"
        assert "Start" in error["hint"]


async def test_an_oversized_frame_ends_that_page_only(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as other:
        async with page_at(gateway.invite(ORIGIN)) as page:
            await page.send("x" * (2**20 + 1))
            assert await page.closed() == 1009
        await other.send({"type": "start"})
        await other.expect("owner", owner=True)


async def test_the_licence_is_in_nothing_a_page_gets(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await service.expect("create")
        await service.signal(OFFER)
        await page.expect("offer")
        await service.answer("Hello!")
        await page.expect("turns", reset=False)
        assert "canary" not in repr(page.seen)


async def test_pages_are_told_what_takes_time_and_what_is_good_to_know(gateway: Gateway, session: Session) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        session._note_progress("Downloading the Whisper model base", 0.25)
        news = await page.expect("progress")
        assert (news["what"], news["share"]) == ("Downloading the Whisper model base", 0.25)
        session._publish(EnginesChosen("Local service", ("PocketSphinx listens.",)))
        assert (await page.expect("hint"))["text"] == "PocketSphinx listens."
        async with page_at(gateway.invite(ORIGIN)) as later:
            assert (await later.expect("progress"))["share"] == 0.25
        session._note_progress("")
        assert (await page.expect("progress", share=None))["what"] == ""


async def test_pages_are_told_how_long_answers_took_and_late_ones_too(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first:
        await first.send({"type": "start"})
        await first.expect("owner")
        await first.send({"type": "playback", "delay_ms": 80.0})
        await first.send({"type": "send_text", "text": "Who are you?"})
        await service.expect("response.create")
        await service.answer("I am Leo.", SHORT)
        told = await first.expect("latency")
        while told["heard_ms"] is None:
            told = await first.expect("latency")
        assert told["heard_ms"] == pytest.approx(told["audio_ms"] + 80)
        assert told["recognized_ms"] is None  # it was typed
        async with page_at(gateway.invite(ORIGIN)) as second:
            assert await second.expect("latency") == told
    assert [latency.turn_id for latency in session.latencies] == [told["turn_id"]]


async def test_without_a_widget_no_page_sets_anything(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "set_trait", "name": "muted", "value": True, "number": 1})
        assert (await page.expect("error"))["error"]["code"] == "not_connected"
