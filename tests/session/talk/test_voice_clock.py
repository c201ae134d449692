import asyncio
import time

import pytest

from navtalk_widget.session.talk.voice_clock import BYTES_PER_SECOND, Sound, VoiceClock
from tests.session.conftest import StoppedClock
from tests.support.waiting import eventually


async def test_voices_end_one_after_another() -> None:
    ended: list[str] = []
    clock = VoiceClock(ended.append)
    clock.add(bytes(BYTES_PER_SECOND // 50), "first")
    clock.add(bytes(BYTES_PER_SECOND // 50), "second")
    assert clock.plays("first")
    assert clock.plays("second")
    await eventually(lambda: ended == ["first", "second"])
    assert not clock.playing


async def test_what_is_flushed_is_named_with_its_rest_and_does_not_end(clock: StoppedClock) -> None:
    ended: list[str] = []
    voices = VoiceClock(ended.append)
    voices.add(bytes(BYTES_PER_SECOND // 50), "heard", ("a", 0))
    voices.add(bytes(5 * BYTES_PER_SECOND), "cut", ("b", 1))
    await eventually(lambda: ended == ["heard"])
    clock.pass_(1.02)
    flushed = voices.flush()
    assert list(flushed) == ["cut"]
    assert flushed["cut"].rest_s == pytest.approx(4.0)
    assert list(flushed["cut"].parts) == [("b", 1)]
    assert flushed["cut"].parts["b", 1].received_ms == 5000.0
    assert flushed["cut"].parts["b", 1].heard_ms == pytest.approx(1000.0)
    assert not voices.playing
    assert voices.flush() == {}
    clock.pass_(9.0)
    assert voices.of("cut") == flushed["cut"]  # time goes on, the voice does not


async def test_a_delay_puts_off_the_end() -> None:
    ended: list[str] = []
    voices = VoiceClock(ended.append)
    voices.note_delay(60.0)
    voices.add(bytes(BYTES_PER_SECOND // 50), "late")
    await asyncio.sleep(0.1)
    assert ended == []
    assert voices.plays("late")
    voices.note_delay(0.0)
    await eventually(lambda: ended == ["late"])


async def test_all_that_was_received_can_be_heard_and_no_more(clock: StoppedClock) -> None:
    voices = VoiceClock(lambda _: None)
    for _ in range(7):
        voices.add(bytes(1_234), "r", ("i", 0))
    clock.pass_(100.0)
    sound = voices.of("r").parts["i", 0]
    assert sound.heard_ms == sound.received_ms
    voices.flush()


async def test_an_hour_of_answers_is_not_remembered(clock: StoppedClock) -> None:
    voices = VoiceClock(lambda _: None)
    for number in range(100):
        voices.add(bytes(480), f"r{number}")
        voices.flush()
    assert voices.of("r0").parts == {}
    assert voices.of("r99").parts
    assert len(voices._answers) <= 9


async def test_answers_without_a_name_are_told_apart_by_their_beginning(clock: StoppedClock) -> None:
    voices = VoiceClock(lambda _: None)
    voices.add(bytes(480))
    voices.flush()
    voices.begin("")
    assert voices.of("").parts == {}
    voices.add(bytes(480))
    voices.begin("")  # the next is announced while this one is still heard
    assert voices.of("").parts
    voices.flush()


@pytest.mark.parametrize("uptime", [0.0, 1e5, 1e6, 1e9 + 0.1])
async def test_a_voice_played_to_its_end_is_heard_whole_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch, uptime: float
) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    monkeypatch.setattr(loop, "time", lambda: time.monotonic() - begun + uptime)
    at_the_end: dict[str, list[Sound]] = {}
    voices = VoiceClock(lambda answer: at_the_end.update({answer: list(voices.of(answer).parts.values())}))
    voices.note_delay(0.0013)
    for number in range(8):
        for piece in range(3):  # each of a length that is no round number of seconds
            voices.add(bytes(2 * (101 + 7 * number + piece)), f"r{number}", (f"i{piece % 2}", 0))
    await eventually(lambda: len(at_the_end) == 8)
    for sounds in at_the_end.values():
        assert [sound.heard_ms for sound in sounds] == [sound.received_ms for sound in sounds]


@pytest.mark.parametrize("uptime", [0.0, 1e5, 1e6, 1e9 + 0.1])
async def test_what_was_heard_before_a_cut_is_whole_samples(clock: StoppedClock, uptime: float) -> None:
    clock.now = uptime
    voices = VoiceClock(lambda _: None)
    voices.add(bytes(2 * 2_400), "first", ("a", 0))
    voices.add(bytes(2 * 24_000), "second", ("b", 0))
    clock.pass_(0.1)
    flushed = voices.flush()
    assert flushed["first"].parts["a", 0] == Sound(100.0, 100.0)
    assert flushed["second"].parts["b", 0] == Sound(1_000.0, 0.0)


async def test_a_voice_played_to_its_end_stays_heard_when_the_delay_grows() -> None:
    ended: list[str] = []
    voices = VoiceClock(ended.append)
    voices.add(bytes(480), "r")
    await eventually(lambda: ended)
    voices.note_delay(5.0)
    assert voices.of("r").parts["", 0] == Sound(10.0, 10.0)
