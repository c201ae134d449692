import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from navtalk_widget.client import sockets
from navtalk_widget.errors import ServiceUnreachable
from navtalk_widget.session.measurements import REMEMBERED, Measurements
from navtalk_widget.session.metrics import Metrics, Spread
from navtalk_widget.session.news import AnswerLatency, Measured, Status, StatusChanged, TurnChanged
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript.turn import Latency, Turn
from tests.support.waiting import eventually

VOICE = bytes(2 * 24_000)
"""A second."""

NEARLY: Callable[[float], Any] = pytest.approx


def cut(turn_id: str, role: str = "avatar", interrupted: bool = True) -> TurnChanged:
    now = datetime.now(timezone.utc)
    return TurnChanged(Turn(id=turn_id, role=role, started_at=now, interrupted=interrupted))  # type: ignore[arg-type]


def test_before_anything_was_measured_nothing_is_known() -> None:
    assert Measurements().metrics() == Metrics()


def test_a_spread_leaves_out_what_is_not_known() -> None:
    spread = Spread.of([100.0, None, 300.0, 200.0])
    assert spread == Spread(3, 200.0, NEARLY(290.0))
    assert Spread.of([None]) is None


def test_answers_are_summed_up_stage_by_stage_and_told_anew_replaced() -> None:
    measurements = Measurements()
    measurements.note(AnswerLatency("a", Latency(words_ms=400.0)))
    for number, turn_id in enumerate("abc"):
        measurements.note(AnswerLatency(turn_id, Latency(words_ms=400.0, audio_ms=500.0 + 100 * number)))
    measurements.note(AnswerLatency("greeting", Latency(silenced_ms=70.0)))
    metrics = measurements.metrics()
    assert metrics.answers == 3
    assert metrics.words_ms == Spread(3, 400.0, 400.0)
    assert metrics.audio_ms == Spread(3, 600.0, NEARLY(690.0))
    assert metrics.heard_ms is None
    assert metrics.silenced_ms == Spread(1, 70.0, 70.0)


def test_only_the_last_answers_are_summed_up() -> None:
    measurements = Measurements()
    for number in range(REMEMBERED + 10):
        measurements.note(AnswerLatency(f"t{number}", Latency(audio_ms=float(number))))
    spread = measurements.metrics().audio_ms
    assert spread is not None
    assert (spread.count, spread.p50) == (REMEMBERED, 10 + (REMEMBERED - 1) / 2)


def test_a_turn_that_is_cut_counts_once() -> None:
    measurements = Measurements()
    for news in (cut("a", interrupted=False), cut("a"), cut("a"), cut("u", role="user"), cut("b")):
        measurements.note(news)
    assert measurements.metrics().interruptions == 2


def test_the_last_of_each_figure_counts_and_of_offsets_all() -> None:
    measurements = Measurements()
    for figure in (
        Measured("first_frame_ms", 800.0),
        Measured("round_trip_ms", 9.0),
        Measured("round_trip_ms", 4.0),
        Measured("clock_offset_ms", -70.0),
        Measured("av_offset_ms", 10.0),
        Measured("av_offset_ms", -20.0),
    ):
        measurements.note(figure)
    metrics = measurements.metrics(microphone_ms=[3.0], service_round_trip_ms=30.0)
    assert (metrics.first_frame_ms, metrics.round_trip_ms, metrics.clock_offset_ms) == (800.0, 4.0, -70.0)
    assert metrics.av_offset_ms == Spread(2, -5.0, NEARLY(8.5))
    assert (metrics.microphone_ms, metrics.service_round_trip_ms) == (Spread(1, 3.0, 3.0), 30.0)


def test_a_connection_is_lost_once_however_often_it_is_tried_again_and_a_renewed_one_is_not() -> None:
    measurements = Measurements()
    lost = ServiceUnreachable("gone")

    def become(*told: tuple[Status, ServiceUnreachable | None]) -> int:
        for status, error in told:
            measurements.note(StatusChanged(status, error))
        return measurements.metrics().connection_losses

    assert become(("connecting", None), ("failed", lost)) == 0  # it never stood
    assert become(("connecting", None), ("listening", None), ("reconnecting", None), ("listening", None)) == 0
    assert become(("reconnecting", lost), ("reconnecting", lost), ("listening", None)) == 1
    assert become(("speaking", None), ("failed", lost)) == 2


# ── of a session ─────────────────────────────────────────────────────────────────────────────────────────


async def test_without_a_page_the_stages_up_to_the_first_sound_are_known(
    service: ScriptedService, session: Session
) -> None:
    told = [asyncio.create_task(session.ask(question)) for question in ("Who are you?", "And where?")]
    for number in range(2):
        await service.expect("response.create", number + 1)
        await service.answer("I am Leo.", VOICE, f"resp_{number}")
        await told[number]
    turns = [turn for turn in session.transcript if turn.role == "avatar"]
    assert len(turns) == 2
    for turn in turns:
        assert turn.latency is not None
        words_ms, audio_ms = turn.latency.words_ms, turn.latency.audio_ms
        assert words_ms is not None
        assert audio_ms is not None
        assert min(words_ms, audio_ms) >= 0
        assert dataclasses.replace(turn.latency, words_ms=None, audio_ms=None) == Latency()
    assert [news.latency for news in session.latencies] == [turn.latency for turn in turns]
    metrics = session.metrics
    assert metrics.answers == 2
    assert metrics.audio_ms is not None
    assert metrics.audio_ms.count == 2
    assert metrics.heard_ms is None


async def test_who_plays_the_sound_elsewhere_tells_when_it_is_heard(service: ScriptedService, session: Session) -> None:
    session.note_playback(120.0)
    asked = asyncio.create_task(session.ask("Who are you?"))
    await service.expect("response.create")
    await service.answer("I am Leo.", VOICE)
    await asked
    turn = session.transcript.last("avatar")
    assert turn is not None
    assert turn.latency is not None
    assert turn.latency.audio_ms is not None
    assert turn.latency.heard_ms == pytest.approx(turn.latency.audio_ms + 120.0)
    assert turn.latency.mouth_ms is None


async def test_the_way_to_the_service_is_measured_by_its_own_pings(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "KEEP_ALIVE", 0.05)
    async with Session(service=service.url, license="sk_navtalk_canary") as session:
        await eventually(lambda: session.metrics.service_round_trip_ms is not None)
        assert 0 < (session.metrics.service_round_trip_ms or 0) < 5_000


async def test_a_connection_that_breaks_off_is_counted(service: ScriptedService, session: Session) -> None:
    assert session.metrics.connection_losses == 0
    service.cut()
    await eventually(lambda: session.status == "reconnecting")
    await eventually(lambda: session.status == "listening", 15)
    assert session.metrics.connection_losses == 1


async def test_figures_outlast_the_conversation(service: ScriptedService, session: Session) -> None:
    session.append_audio(bytes(960), captured_at=0.0)
    await service.expect("input_audio_buffer.append")
    await eventually(lambda: session.metrics.microphone_ms is not None)
    session.note_media("webrtc", "websocket")
    await session.close()
    metrics = session.metrics
    assert metrics.microphone_ms is not None
    assert (metrics.media, metrics.way, metrics.connection_losses) == ("webrtc", "websocket", 0)


def test_figures_show_no_more_digits_than_they_are_worth() -> None:
    spread = Spread.of([100.123456789, 300.987654321])
    assert repr(spread) == "<Spread of 2: p50 200.6, p95 290.9>"
    assert repr(Metrics(answers=2, heard_ms=spread, round_trip_ms=1.23456789)) == (
        f"<Metrics answers=2, heard_ms={spread!r}, interruptions=0, round_trip_ms=1.2, connection_losses=0>"
    )
    assert repr(Latency(words_ms=812.3456, audio_ms=950.6789)) == "<Latency words 812 ms, audio 951 ms>"
