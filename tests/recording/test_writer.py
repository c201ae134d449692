"""The thread that writes: whatever goes wrong in it, nobody waits for ever."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget.errors import RecordingError
from navtalk_widget.recording import recording as module
from navtalk_widget.recording.recorder import Recorder
from navtalk_widget.recording.sides import PERSON
from navtalk_widget.recording.wav_file import DATA_AT, FRAME_BYTES, WavFile
from navtalk_widget.recording.writer import Writer
from tests.recording.sounds import click
from tests.support.waiting import eventually


@pytest.fixture
def disk() -> Iterator[threading.Event]:
    """Set when the disk that stalls works again."""
    works = threading.Event()
    yield works
    works.set()


def stalling(path: Path, disk: threading.Event) -> WavFile:
    """A file on a disk that stalls."""

    class Stalling(WavFile):
        def close(self) -> None:
            disk.wait(30)
            super().close()

    return Stalling(path)


def test_an_error_that_nobody_foresaw_ends_the_recording_too(tmp_path: Path) -> None:
    failures: list[Exception] = []
    writer = Writer(WavFile(tmp_path / "a.wav"), failures.append)
    writer.write(PERSON, 0, click())
    writer.put(lambda: [][0])
    writer.write(PERSON, 480, click())
    writer.close().result(10)
    assert [type(failure) for failure in failures] == [IndexError]
    assert (tmp_path / "a.wav").stat().st_size == DATA_AT + 480 * FRAME_BYTES


async def test_who_gives_up_waiting_leaves_the_file_to_be_finished(tmp_path: Path, disk: threading.Event) -> None:
    writer = Writer(stalling(tmp_path / "a.wav", disk), lambda error: None)
    waiting = asyncio.wrap_future(writer.close())
    waiting.cancel()
    disk.set()
    await eventually(writer.close().done)
    assert not writer.close().cancelled()


async def test_a_disk_that_stalls_is_not_waited_for_for_ever(
    tmp_path: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FINISH_LIMIT", 0.1)
    recorder = Recorder(lambda error: None)
    recording = recorder.begin(tmp_path / "a.wav", stalling(tmp_path / "a.wav", disk))
    with pytest.raises(RecordingError, match=r"a\.wav has ended, and its file is still being written"):
        await recorder.end()
    with pytest.raises(RecordingError, match="still being written"), recording:
        pass
    assert not recording.active
    disk.set()
    ending: Future[None] = recording.stop()
    await asyncio.wrap_future(ending)


async def test_what_an_earlier_recording_lost_is_not_held_against_the_next(tmp_path: Path) -> None:
    recorder = Recorder(lambda error: None)
    first = recorder.begin(tmp_path / "a.wav", WavFile(tmp_path / "a.wav"))
    for number in range(3):  # ten minutes of a voice may wait to be heard
        recorder.speak(np.ones(24_000 * 250, dtype=np.int16), number * 24_000 * 250 + first.origin, "r")
    await recorder.end()
    assert first.lost_s == 250
    recorder.cut_voice()
    second = recorder.begin(tmp_path / "b.wav", WavFile(tmp_path / "b.wav"))
    await recorder.end()
    assert second.lost_s == 0
