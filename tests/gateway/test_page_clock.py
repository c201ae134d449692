import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.gateway.comm import CommDoor
from navtalk_widget.gateway.from_page import Pong
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.gateway.page_clock import PageClock
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.recording.sounds import clicks, onsets_ms
from tests.support.comm_page import CommPage
from tests.support.page import ORIGIN, TestPage, page_at

AHEAD = 3_600.0
"""Seconds: a machine in another time zone whose owner set the clock by hand."""

BLOCK = SAMPLE_RATE // 50
BURST = 10 * BLOCK

VOICE = bytes(range(0, 200, 2)) * 1_920
"""Four seconds."""


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


def answer(ping: dict[str, Any], at_ms: float) -> Pong:
    return Pong(type="pong", sent_ms=ping["sent_ms"], received_ms=at_ms, answered_ms=at_ms)


def test_a_ping_tells_the_page_how_long_the_one_before_took(told: list[dict[str, Any]]) -> None:
    now = 100.0
    clock = PageClock(told.append, lambda: now)
    clock.ask()
    assert told[-1] == {"type": "ping", "sent_ms": 100_000.0, "round_trip_ms": None}
    assert (clock.ahead_ms, clock.by_ours(7.0)) == (None, None)
    now = 100.25
    clock.take(answer(told[-1], 200_125.0))
    clock.ask()
    assert told[-1]["round_trip_ms"] == pytest.approx(250.0)
    assert clock.ahead_ms == pytest.approx(100_000.0)
    assert clock.by_ours(200.5) == pytest.approx(100.5)


def test_an_answer_counts_once_and_only_if_it_was_asked_for(told: list[dict[str, Any]]) -> None:
    now = 100.0
    clock = PageClock(told.append, lambda: now)
    clock.take(answer({"sent_ms": 100_000.0}, 0.0))
    assert clock.ahead_ms is None
    clock.ask()
    now = 100.25
    clock.take(answer(told[-1], 100_125.0))
    now = 107.0
    clock.take(answer(told[-1], 100_125.0))
    assert clock.round_trip_ms == pytest.approx(250.0)


def test_what_is_not_known_well_enough_is_not_told(told: list[dict[str, Any]]) -> None:
    now = 100.0
    clock = PageClock(told.append, lambda: now)
    clock.ask()
    now = 103.0  # question or answer waited behind a cell
    clock.take(answer(told[-1], 200_000.0))
    assert clock.round_trip_ms == pytest.approx(3_000.0)
    assert (clock.ahead_ms, clock.by_ours(7.0)) == (None, None)
    clock.ask()
    now = 103.1
    clock.take(answer(told[-1], 202_050.0))
    assert clock.ahead_ms == pytest.approx(99_000.0)
    assert clock.by_ours(202.05) == pytest.approx(103.05)
    now += 600  # nobody has asked for long, and clocks stray
    assert (clock.ahead_ms, clock.by_ours(7.0)) == (None, None)


# ── between a real gateway and a page whose clock is another ─────────────────────────────────────────────


async def started(page: TestPage) -> None:
    await page.send({"type": "start"})
    await page.expect("owner", owner=True)
    await page.tell_time(AHEAD, 3)


async def until_known(page: TestPage, session: Session) -> None:
    """Wait for the kernel to have read the answers to its pings: it reads in order, and then answers this."""
    await page.send("{}")
    await page.expect("error")
    assert session.metrics.clock_offset_ms is not None


async def test_the_offset_of_the_pages_clock_and_the_way_to_it_are_known(gateway: Gateway, session: Session) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await started(page)
        await until_known(page, session)
        metrics = session.metrics
        assert metrics.round_trip_ms is not None
        assert metrics.round_trip_ms >= 0
        assert metrics.clock_offset_ms == pytest.approx(1000 * AHEAD, abs=2_000)


async def test_what_the_page_hears_and_sees_is_timed_by_our_clock(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await started(page)
        await until_known(page, session)
        await page.send({"type": "send_text", "text": "Who are you?"})
        await service.expect("response.create")
        asked = time.time()
        await service.answer("I am Leo.", VOICE)
        told = await page.expect("latency")
        while told["audio_ms"] is None:
            told = await page.expect("latency")
        assert told["heard_ms"] is None
        await page.send({"type": "voice_heard", "at_ms": 1000 * (time.time() + AHEAD), "offset_ms": 20.0})
        elapsed_ms = 1000 * (time.time() - asked)
        while told["heard_ms"] is None:
            told = await page.expect("latency")
        turn = session.transcript.last("avatar")
        assert turn is not None
        assert turn.latency is not None
        latency = turn.latency
        assert latency.heard_ms == told["heard_ms"]
        assert latency.heard_ms == pytest.approx(elapsed_ms, abs=500)
        assert latency.mouth_ms == pytest.approx(latency.heard_ms + 20)

        await page.send({"type": "interrupt"})
        await page.expect("flush_voice")
        await page.send({"type": "voice_silent", "at_ms": 1000 * (time.time() + AHEAD)})
        await page.expect("latency")
    turn = session.transcript.last("avatar")
    assert turn is not None
    assert turn.latency is not None
    assert turn.latency.silenced_ms is not None
    assert 0 <= turn.latency.silenced_ms < 2_000
    metrics = session.metrics
    assert (metrics.answers, metrics.interruptions) == (1, 1)
    assert metrics.heard_ms is not None
    assert metrics.heard_ms.p95 == latency.heard_ms
    assert metrics.silenced_ms is not None
    assert metrics.silenced_ms.p50 == turn.latency.silenced_ms


async def test_the_microphones_delay_is_that_of_the_way_and_not_of_the_clocks(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await started(page)
        await page.speak(bytes(960), captured_at_ms=1000 * (time.time() + AHEAD))
        await service.expect("input_audio_buffer.append")
    assert session.metrics.microphone_ms is not None
    assert session.metrics.microphone_ms.p95 < 2_000
    assert session.metrics.microphone_ms.p50 > -2_000


async def test_what_the_microphone_captured_is_recorded_when_it_was_said(
    gateway: Gateway, session: Session, tmp_path: Path
) -> None:
    sound, loop = clicks([200, 500], 800), asyncio.get_running_loop()
    async with page_at(gateway.invite(ORIGIN)) as page:
        await started(page)
        await until_known(page, session)
        async with session.start_recording(tmp_path / "talk.wav", consent=True) as recording:
            began = time.time()
            for first in range(0, sound.size, BURST):  # as over a network that stalls
                await asyncio.sleep(began + (first + BURST) / SAMPLE_RATE - time.time())
                for at in range(first, first + BURST, BLOCK):
                    captured_at = began + (at + BLOCK) / SAMPLE_RATE
                    await page.speak(to_bytes(sound[at : at + BLOCK]), captured_at_ms=1000 * (captured_at + AHEAD))
            await page.send("{}")
            await page.expect("error")  # the kernel reads in order
    spoken_ms = 1000 * (began - time.time() + loop.time() - recording.origin / SAMPLE_RATE)
    assert onsets_ms(recording.audio("user")) == pytest.approx([spoken_ms + 200, spoken_ms + 500], abs=20)


async def test_blocks_of_a_page_whose_clock_is_unknown_are_sent_but_not_timed(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        await page.speak(bytes(960), captured_at_ms=1000 * time.time())
        await service.expect("input_audio_buffer.append")
    assert session.metrics.microphone_ms is None


async def test_what_a_page_without_the_media_hears_is_not_believed(gateway: Gateway, session: Session) -> None:
    async with page_at(gateway.invite(ORIGIN)) as owner, page_at(gateway.invite(ORIGIN)) as other:
        await started(owner)
        await other.tell_time(-AHEAD)
        await other.send({"type": "playback", "delay_ms": 10.0, "offset_ms": 5_000.0}, "{}")
        await other.expect("error")
        assert session.metrics.clock_offset_ms == pytest.approx(1000 * AHEAD, abs=2_000)
        assert session.metrics.av_offset_ms is None
        await owner.send({"type": "playback", "delay_ms": 10.0, "offset_ms": -7.5}, "{}")
        await owner.expect("error")
        spread = session.metrics.av_offset_ms
        assert spread is not None
        assert (spread.count, spread.p50) == (1, -7.5)


@pytest.mark.parametrize("field", ["sent_ms", "received_ms", "answered_ms"])
async def test_times_that_are_no_numbers_are_refused(gateway: Gateway, session: Session, field: str) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        ping = await page.expect("ping")
        pong = {"type": "pong", "sent_ms": ping["sent_ms"], "received_ms": 1.0, "answered_ms": 1.0}
        await page.send(json.dumps({**pong, field: float("inf")}))
        await page.expect("error")
        assert session.metrics.clock_offset_ms is None


async def test_nobody_is_asked_without_a_conversation(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send("{}")
        await page.expect("error")
        assert not [message for message in page.seen if message["type"] == "ping"]
        assert "navtalk-pings" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_a_page_by_comm_is_asked_too(gateway: Gateway, session: Session) -> None:
    door = CommDoor(gateway.serve, lambda content, buffers: page.posted(content, buffers))
    page = CommPage(door, "page-by-comm")
    page.open()
    await page.expect("welcome")
    page.send({"type": "start"})
    await page.expect("owner", owner=True)
    ping = await page.expect("ping")
    now_ms = 1000 * (time.time() + AHEAD)
    page.send({"type": "pong", "sent_ms": ping["sent_ms"], "received_ms": now_ms, "answered_ms": now_ms})
    while (await page.expect("ping"))["round_trip_ms"] is None:
        pass
    assert session.metrics.clock_offset_ms == pytest.approx(1000 * AHEAD, abs=2_000)
    await door.close()
