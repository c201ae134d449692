import asyncio
import base64
import struct
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from navtalk_widget.gateway import comm as comm_module
from navtalk_widget.gateway.comm import FRAMES_LIMIT, CommDoor, read
from navtalk_widget.gateway.gateway import MAX_PAGES, Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.comm_page import CommPage
from tests.support.page import ORIGIN, page_at
from tests.support.waiting import eventually
from tests.support.wire import samples

BLOCK = b"\x01\x00" * 480
OFFER = {"type": "offer", "targetSessionId": "t", "sdp": {"type": "offer", "sdp": "v=0\r\n"}}
PCM = base64.b64encode(bytes(range(0, 200, 2)) * 24).decode()

SAMPLES_TO_PAGE = [each for each in samples("comm_messages", "to_page") if each.get("text", "") is not None]

Enter = Callable[[], CommPage]


@pytest.fixture
async def enter(gateway: Gateway) -> AsyncIterator[Enter]:
    """Makes pages that have no other way than the comm."""
    pages: list[CommPage] = []

    def post(content: dict[str, Any], buffers: list[bytes]) -> None:
        for page in pages:
            page.posted(content, buffers)

    door = CommDoor(gateway.serve, post)

    def enter() -> CommPage:
        pages.append(CommPage(door, f"page-{len(pages):05}"))
        return pages[-1]

    yield enter
    await door.close()


def microphone(pcm: bytes) -> bytes:
    return struct.pack("<IId", 1, 0, 0.0) + pcm


async def talking(enter: Enter) -> CommPage:
    """A page by whose Start a conversation has begun."""
    page = enter()
    page.open()
    await page.expect("welcome")
    page.send({"type": "start"})
    await page.expect("owner", owner=True)
    return page


async def test_a_page_talks_by_comm(enter: Enter, service: ScriptedService) -> None:
    page = await talking(enter)
    page.send({"type": "send_text", "text": "Who are you?"})
    await service.expect("response.create")
    page.send(None, *(microphone(BLOCK) for _ in range(5)))
    for _ in range(5):
        block = await service.expect("input_audio_buffer.append")
        assert base64.b64decode(block["audio"]) == BLOCK
    await service.expect("create")
    await service.signal(OFFER)
    peer = (await page.expect("offer"))["peer"]
    state = {"type": "media_state", "peer": peer, "state": "connected", "audio_track": False, "video_track": True}
    page.send(state)
    await eventually(lambda: page.taken == [1, 2, 3, 4])
    await service.answer("I am Leo.", pcm=PCM)
    await eventually(lambda: page.voice)
    assert page.voice[0][16:] == base64.b64decode(PCM)


async def test_pages_are_told_apart(enter: Enter, gateway: Gateway) -> None:
    page, other = enter(), enter()
    page.open()
    other.open()
    await page.expect("welcome")
    await other.expect("welcome")
    page.send({"type": "start"})
    await page.expect("owner", owner=True)
    await other.expect("owner", owner=False, owned=True)
    async with page_at(gateway.invite(ORIGIN)) as third:  # and from those who come by socket
        await third.send({"type": "take_over"})
        await page.expect("owner", owner=False, owned=True)


async def test_a_page_that_goes_is_gone(enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.gateway.ownership.ORPHAN_TIMEOUT", 0.05)
    page = await talking(enter)
    page.leave()
    await asyncio.wait_for(page.closed.wait(), 20)
    await eventually(lambda: session.status == "closed")


async def test_who_is_not_known_is_told_so(enter: Enter) -> None:
    page = enter()
    page.send({"type": "start"})  # as after a restart of the kernel
    await asyncio.wait_for(page.closed.wait(), 20)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "comm_open"},
        {"type": "comm_open", "page": "short"},
        {"type": "comm_open", "page": "x" * 65},
        {"type": "comm_frames", "page": "page-00000", "number": -1},
        {"type": "comm_frames", "page": "page-00000", "number": 1, "text": {"type": "start"}},
        {"type": "weather", "page": "page-00000"},
    ],
)
async def test_what_is_not_understood_is_passed_over(enter: Enter, content: dict[str, Any]) -> None:
    page = await talking(enter)
    page._door.take(content, [], None)
    page.send({"type": "interrupt"})
    await eventually(lambda: page.taken == [1, 2])


async def test_a_bad_frame_is_refused_in_words(enter: Enter) -> None:
    page = await talking(enter)
    page.send("{")
    assert (await page.expect("error"))["error"]["code"] == "bad_message"
    page.send(None, b"short")
    assert (await page.expect("error"))["error"]["code"] == "bad_message"


async def test_a_page_that_lets_frames_pile_up_is_disconnected(enter: Enter) -> None:
    page = await talking(enter)
    for _ in range(FRAMES_LIMIT):
        page.send({"type": "interrupt"})
    await asyncio.wait_for(page.closed.wait(), 20)


async def test_no_more_pages_are_let_in_than_by_socket(enter: Enter) -> None:
    pages = [enter() for _ in range(MAX_PAGES + 1)]
    for page in pages:
        page.open()
    await asyncio.wait_for(pages[-1].closed.wait(), 20)
    assert not any(page.closed.is_set() for page in pages[:-1])


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm_module, "SILENCE_LIMIT", 0.6)
    monkeypatch.setattr(comm_module, "AFTER_CELL", 0.05)


async def test_a_page_that_has_fallen_silent_is_gone(enter: Enter, hurried: None) -> None:
    page = await talking(enter)
    await asyncio.wait_for(page.closed.wait(), 20)


async def test_a_page_is_not_gone_while_a_cell_runs(enter: Enter, hurried: None) -> None:
    kernel, cell_ends = asyncio.new_event_loop(), threading.Event()
    main = threading.Thread(target=kernel.run_forever)
    main.start()
    page = enter()
    page.served_by = kernel
    kernel.call_soon_threadsafe(cell_ends.wait)
    page.open()
    await page.expect("welcome")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(page.closed.wait(), 1.5)
    cell_ends.set()
    await asyncio.wait_for(page.closed.wait(), 20)  # then it could have been heard
    kernel.call_soon_threadsafe(kernel.stop)
    main.join(5)
    kernel.close()


async def test_no_more_is_sent_than_a_notebook_passes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    connection = comm_module.CommConnection("page-00000", lambda content, buffers: None)

    async def note(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    await connection.send(bytes(100_000))
    assert slept == [100_000 / comm_module.BYTES_PER_SECOND]
    connection.abort()
    await connection.send(bytes(100_000))
    assert len(slept) == 1


@pytest.mark.parametrize("message", samples("comm_messages", "to_kernel")[1:], ids=lambda message: message["type"])
def test_every_sample_of_the_page_is_understood_whole(message: dict[str, Any]) -> None:
    assert read(message).model_dump(exclude_unset=True) == message


async def test_what_the_kernel_posts_is_as_the_samples_show(gateway: Gateway) -> None:
    posted: list[dict[str, Any]] = [gateway.invite(ORIGIN, "page-00000")]
    door = CommDoor(gateway.serve, lambda content, buffers: posted.append(content))
    page = CommPage(door, "page-00000")
    page.open()
    page.send({"type": "interrupt"})
    await eventually(lambda: "comm_taken" in {message["type"] for message in posted})
    await door.close()
    shapes = {message["type"]: {name: type(value) for name, value in message.items()} for message in posted}
    shown = {each["type"]: {name: type(value) for name, value in each.items()} for each in SAMPLES_TO_PAGE}
    assert shapes == shown
