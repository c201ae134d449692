"""Recording over real sockets: what is found where in the file, and what turns say of it."""

import asyncio
import resource
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.errors import ConfigurationError, RecordingError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.items import Response
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn
from tests.recording.sounds import clicks, onsets_ms
from tests.support.waiting import eventually

BLOCK = SAMPLE_RATE // 50


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    async with Session(service=service.url, license="sk_navtalk_canary") as session:
        yield session


class Page:
    """A microphone whose blocks come late and in bursts, and tell when they were captured."""

    def __init__(self, session: Session, burst: int = 5) -> None:
        self._session = session
        self._burst = burst

    async def say(self, sound: NDArray[np.int16]) -> float:
        """Speak. Returns when it began, by the loop's clock."""
        loop = asyncio.get_running_loop()
        began, began_at = loop.time(), time.time()
        blocks = [sound[at : at + BLOCK] for at in range(0, sound.size, BLOCK)]
        for first in range(0, len(blocks), self._burst):
            burst = blocks[first : first + self._burst]
            await asyncio.sleep(began + (first + len(burst)) * 0.02 - loop.time())
            for number, block in enumerate(burst, start=first + 1):
                self._session.append_audio(to_bytes(block), began_at + number * 0.02)
        return began


def heard(start_ms: int, end_ms: int, text: str, item: str) -> list[events.Event]:
    """What the service tells of a spoken turn."""
    return [
        events.SpeechStarted(item_id=item, audio_start_ms=start_ms),
        events.SpeechStopped(item_id=item, audio_end_ms=end_ms),
        events.InputTranscriptionCompleted(item_id=item, transcript=text),
    ]


async def final(session: Session, text: str) -> Turn:
    """Wait for the end of a turn."""

    def found() -> list[Turn]:
        return [turn for turn in session.transcript if turn.text == text and turn.final and turn.ended_at]

    await eventually(found)
    return found()[0]


def waiting(session: Session) -> int:
    """How many pieces the recording's thread has not written yet."""
    writer = session._recorder._writer
    return 0 if writer is None else writer.waiting


def place_ms(turn: Turn) -> tuple[float, float]:
    assert turn.recorded is not None and turn.recorded.end_ms is not None
    return turn.recorded.start_ms, turn.recorded.end_ms


@pytest.mark.parametrize("ending", [".wav", ".opus"])
async def test_what_was_said_is_in_the_file_where_the_turns_say(
    session: Session, service: ScriptedService, tmp_path: Path, ending: str
) -> None:
    loop = asyncio.get_running_loop()
    page = Page(session)
    await Page(session, burst=1).say(clicks([], 300))  # before the recording, which the service counts all the same
    await service.answer("before", to_bytes(clicks([0], 40)), "r0")  # takes longer than any other: it is the first
    await final(session, "before")
    await asyncio.sleep(0.1)  # a pause, after which the microphone's next block is placed anew
    async with session.start_recording(tmp_path / f"talk{ending}", consent=True) as recording:
        origin = recording.origin / SAMPLE_RATE

        first = await page.say(clicks([200, 500], 800))
        await service.send(*heard(300 + 200, 300 + 520, "one", "u1"))
        await asyncio.sleep(0.4)  # muted
        second = await page.say(clicks([100], 400))
        await service.send(*heard(300 + 800 + 100, 300 + 800 + 120, "two", "u2"))

        arrivals: list[float] = []
        session.on(events.AudioDelta.type, lambda _: arrivals.append(loop.time()))
        session.note_playback(80.0)
        await service.answer("three", to_bytes(clicks([0, 250, 400], 500)), "r1")
        await final(session, "three")
        await service.send(events.ResponseCreated(response=Response(id="r2")))
        ids = {"response_id": "r2", "item_id": "item_of_r2"}
        await service.send(events.AudioTranscriptDelta(delta="four", **ids))
        await service.send(events.AudioDelta(delta=to_bytes(clicks([0, 5_000], 9_000)), **ids))
        await eventually(lambda: len(arrivals) == 2)
        await asyncio.sleep(0.3)
        session.interrupt()
        cut = loop.time()
        await final(session, "four")
        await asyncio.sleep(0.2)

    left, right = recording.audio("user"), recording.audio("avatar")
    spoken = [1000 * (moment - origin) for moment in (first + 0.2, first + 0.5, second + 0.1)]
    assert onsets_ms(left) == pytest.approx(spoken, abs=20)
    voiced = [1000 * (moment + 0.08 - origin) for moment in (arrivals[0], arrivals[0] + 0.25, arrivals[0] + 0.4)]
    assert onsets_ms(right) == pytest.approx([*voiced, 1000 * (arrivals[1] + 0.08 - origin)], abs=20)

    one, two, three, four = [await final(session, text) for text in ("one", "two", "three", "four")]
    assert place_ms(one) == pytest.approx((onsets_ms(left)[0], onsets_ms(left)[1] + 20), abs=20)
    assert place_ms(two) == pytest.approx((onsets_ms(left)[2], onsets_ms(left)[2] + 20), abs=20)
    assert place_ms(three) == pytest.approx((onsets_ms(right)[0], onsets_ms(right)[0] + 500), abs=20)
    assert place_ms(four) == pytest.approx((onsets_ms(right)[3], 1000 * (cut - origin)), abs=20)

    assert onsets_ms(one.audio()) == pytest.approx([0, 300], abs=20)
    assert onsets_ms(two.audio("user")) == pytest.approx([0], abs=20)
    assert onsets_ms(three.audio("avatar")) == pytest.approx([0, 250, 400], abs=20)
    assert not np.abs(three.audio("user")).max() > 100
    assert three.audio("both").shape == (three.audio().size, 2)
    assert recording.lost_s == 0


async def test_a_turn_can_be_heard_while_the_recording_goes_on(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    session.start_recording(tmp_path / "talk.wav", consent=True)
    await service.answer("hello", to_bytes(clicks([100], 300)), "r1")
    turn = await final(session, "hello")
    await eventually(lambda: turn.audio().size == 7_200)
    assert onsets_ms(turn.audio()) == pytest.approx([100], abs=1)
    assert session.recording is not None


async def test_a_transcript_that_is_read_back_finds_its_sound(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    async with session.start_recording(tmp_path / "talk.wav", consent=True):
        await service.answer("hello", to_bytes(clicks([100], 300)), "r1")
        await final(session, "hello")
    session.transcript.to_jsonl(tmp_path / "talk.jsonl")
    turn = Transcript.read(tmp_path / "talk.jsonl")[0]
    assert onsets_ms(turn.audio()) == pytest.approx([100], abs=1)
    (tmp_path / "talk.wav").rename(tmp_path / "elsewhere.wav")
    with pytest.raises(RecordingError, match=r"talk\.wav is not there"):
        turn.audio()
    (tmp_path / "talk.wav").write_text("no sound at all")
    with pytest.raises(RecordingError, match=r"talk\.wav cannot be read"):
        turn.audio()


async def test_what_was_not_recorded_says_so(session: Session, service: ScriptedService, tmp_path: Path) -> None:
    await service.answer("before", to_bytes(clicks([0], 200)), "r1")
    before = await final(session, "before")
    async with session.start_recording(tmp_path / "talk.wav", consent=True):
        session.send_text("typed")
        await eventually(lambda: len(session.transcript) == 2)
    assert before.recorded is None
    with pytest.raises(RecordingError, match=r"no recording of 'before'.*start_recording"):
        before.audio()
    with pytest.raises(RecordingError, match="typed"):
        session.transcript[-1].audio()


@pytest.mark.parametrize("consent", [False, None, 1, "yes"])
async def test_nothing_is_recorded_without_consent(session: Session, tmp_path: Path, consent: object) -> None:
    with pytest.raises(ConfigurationError, match="consent=True"):
        session.start_recording(tmp_path / "talk.wav", consent=consent)  # type: ignore[arg-type]
    assert not (tmp_path / "talk.wav").exists()
    assert session.recording is None


async def test_where_it_cannot_record_it_says_why(session: Session, tmp_path: Path) -> None:
    (tmp_path / "there.wav").write_text("precious")
    for path, words in {
        "there.wav": "there already",
        "talk.mp3": r"not written as \.mp3",
        "nowhere/talk.wav": "cannot be written: there is no such folder",
    }.items():
        with pytest.raises(ConfigurationError, match=words):
            session.start_recording(tmp_path / path, consent=True)
    recording = session.start_recording(tmp_path, consent=True)
    assert recording.path.parent == tmp_path
    assert recording.path.suffix == ".wav"
    with pytest.raises(ConfigurationError, match="being recorded already"):
        session.start_recording(tmp_path / "second.wav", consent=True)
    assert (tmp_path / "there.wav").read_text() == "precious"


async def test_its_state_can_be_seen_and_followed(session: Session, tmp_path: Path) -> None:
    told: list[str] = []
    session.on("recording", lambda news: told.append(news.state))
    assert await session.stop_recording() is None
    recording = session.start_recording(tmp_path / "talk.wav", consent=True)
    assert session.recording is recording
    assert recording.active
    await eventually(lambda: recording.duration_s > 0.25)
    assert await session.stop_recording() is recording
    assert session.recording is None
    assert not recording.active
    assert told == ["on", "off"]
    assert len(recording.audio()) == recording.samples
    assert recording.duration_s == recording.samples / SAMPLE_RATE


async def test_it_goes_on_over_a_lost_connection_and_ends_with_the_session(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    recording = session.start_recording(tmp_path / "talk.wav", consent=True)
    page = Page(session, burst=1)
    await page.say(clicks([50], 200))
    await service.send(*heard(50, 70, "before", "u1"))
    await final(session, "before")
    service.cut()
    await eventually(lambda: service.connections == 2 and session.connected)
    await page.say(clicks([150], 300))
    await service.send(*heard(150, 170, "after", "u1"))  # a service counts milliseconds and items anew
    await service.answer("answer", to_bytes(clicks([0], 200)), "r1")
    turns = [await final(session, text) for text in ("before", "after", "answer")]
    await session.close()
    assert not recording.active
    for turn in turns:
        assert onsets_ms(turn.audio()) == pytest.approx([0], abs=20), turn.text
    assert len(onsets_ms(recording.audio("user"))) == 2


async def test_a_turn_in_whose_midst_the_recording_begins_is_found(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    page = Page(session, burst=1)
    await page.say(clicks([100], 300))
    async with session.start_recording(tmp_path / "talk.wav", consent=True) as recording:
        await page.say(clicks([100], 300))
        await service.send(*heard(100, 420, "the rest of it", "u1"))
        turn = await final(session, "the rest of it")
    (click,) = onsets_ms(recording.audio("user"))
    assert place_ms(turn) == pytest.approx((0, click + 20), abs=20)


async def test_what_was_told_of_one_conversation_does_not_silence_the_next(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    session.note_playback(None)  # by a page that nobody unmutes, and that is closed then
    await session.close()
    await session.connect()
    async with session.start_recording(tmp_path / "talk.wav", consent=True):
        await service.answer("hello", to_bytes(clicks([100], 300)), "r1")
        turn = await final(session, "hello")
    assert onsets_ms(turn.audio()) == pytest.approx([100], abs=1)


async def test_a_turn_that_is_ended_by_hand_is_found(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    session.update(turn_detection=None)
    async with session.start_recording(tmp_path / "talk.wav", consent=True):
        page = Page(session, burst=1)
        await page.say(clicks([100], 200))
        session.discard_audio()
        began = await page.say(clicks([100], 300))
        session.commit_audio()
        await service.send(
            events.InputAudioBufferCommitted(item_id="u1"),
            events.InputTranscriptionCompleted(item_id="u1", transcript="by hand"),
        )
        turn = await final(session, "by hand")
        origin = session.recording.origin / SAMPLE_RATE if session.recording else 0
    start, end = place_ms(turn)
    assert start == pytest.approx(1000 * (began - origin), abs=20)
    assert end - start == pytest.approx(300, abs=20)
    assert onsets_ms(turn.audio()) == pytest.approx([100], abs=20)


async def test_a_turn_by_hand_is_found_after_one_that_was_too_short(
    session: Session, service: ScriptedService, tmp_path: Path
) -> None:
    session.update(turn_detection=None)
    async with session.start_recording(tmp_path / "talk.wav", consent=True) as recording:
        page = Page(session, burst=1)
        await page.say(clicks([], 40))
        session.commit_audio()
        await service.send(events.ErrorEvent(error={"code": "input_audio_buffer_commit_empty", "message": "no sound"}))
        await asyncio.sleep(0.2)
        began = await page.say(clicks([100], 300))
        session.commit_audio()
        await service.send(
            events.InputAudioBufferCommitted(item_id="u1"),
            events.InputTranscriptionCompleted(item_id="u1", transcript="by hand"),
        )
        turn = await final(session, "by hand")
    assert place_ms(turn)[0] == pytest.approx(1000 * (began - recording.origin / SAMPLE_RATE), abs=20)


async def test_a_disk_that_is_full_ends_the_recording_and_not_the_conversation(
    session: Session, service: ScriptedService, tmp_path: Path, file_size_limit: int
) -> None:
    recording = session.start_recording(tmp_path / "talk.wav", consent=True)
    await Page(session, burst=1).say(clicks([100], 1_000 * (file_size_limit + 100_000) / 96_000))
    await eventually(lambda: session.recording is None)
    assert isinstance(session.error, RecordingError)
    assert "talk.wav ended: File too large" in session.error.message
    await session.stop_recording()
    assert len(onsets_ms(recording.audio("user", end_ms=500))) == 1
    await service.answer("hello", b"", "r1")
    await final(session, "hello")


@pytest.fixture
def file_size_limit() -> Iterator[int]:
    """Bytes after which the system writes no more of any file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield 100_000
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_plain_with_ends_it_too(session: Session, tmp_path: Path) -> None:
    with session.start_recording(tmp_path / "talk.wav", consent=True) as recording:
        await Page(session).say(clicks([50], 200))
    assert not recording.active
    assert len(onsets_ms(recording.audio("user"))) == 1


@pytest.mark.parametrize("ending", [".wav", ".opus"])
async def test_five_minutes_take_no_more_memory_than_one(tmp_path: Path, ending: str) -> None:
    few = await memory_of(1, tmp_path / f"few{ending}")
    many = await memory_of(5, tmp_path / f"many{ending}")
    assert many < few + 8, "it is 29 MB of sound"


async def memory_of(minutes: int, path: Path) -> float:
    """Record so many minutes of sound without waiting for it. Returns how much memory that took, in megabytes."""
    session = Session(service="ws://127.0.0.1:1", protocol="v1", license="sk_navtalk_canary")
    block = to_bytes(clicks([0], 200))
    tracemalloc.start()
    try:
        recording = session.start_recording(path, consent=True)
        for number in range(1, minutes * 300 + 1):
            session.append_audio(block)
            if number % 100 == 0:  # or the disk could not keep up with sound that is faster than sound
                await eventually(lambda: waiting(session) < 10)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
        await session.close()
        assert recording.duration_s == pytest.approx(60 * minutes, abs=0.3)
        assert recording.lost_s == 0
        assert recording.audio(start_ms=60_000 * minutes - 1_000).shape[0] > SAMPLE_RATE / 2
