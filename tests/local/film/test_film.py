from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece
from navtalk_widget.local.avatar.test_card import INTERVAL, WHITE, TestCard, playout_for
from navtalk_widget.local.film.film import AFTER_S, BEFORE_S, write_film

SIZE = (320, 400)
FRAME_S = 1 / 25


@dataclass
class Film:
    """What a player would show and play."""

    seconds: float
    rate: float
    pictures: dict[float, NDArray[np.uint8]]
    sound: NDArray[np.float64]

    @property
    def flashes(self) -> NDArray[np.float64]:
        """When the picture turns white, in seconds."""
        times = list(self.pictures)
        white = np.array([picture[: SIZE[1]].mean() > (WHITE - 40) for picture in self.pictures.values()])
        return np.asarray(np.array(times)[white & ~np.r_[False, white[:-1]]])

    @property
    def onsets(self) -> NDArray[np.float64]:
        """When sound begins after at least 300 ms of silence, in seconds."""
        (loud,) = np.nonzero(np.abs(self.sound) > 0.1)
        return np.asarray(loud[np.r_[True, np.diff(loud) > 0.3 * SAMPLE_RATE]] / SAMPLE_RATE)


def played(path: Path) -> Film:
    pictures: dict[float, NDArray[np.uint8]] = {}
    sounds = []
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert video.time_base is not None
        assert video.duration is not None
        seconds, rate = float(video.duration * video.time_base), float(video.average_rate or 0)
        for frame in container.decode(video=0, audio=0):
            assert isinstance(frame, AudioFrame | VideoFrame)
            assert frame.time is not None
            if isinstance(frame, VideoFrame):
                pictures[frame.time] = np.asarray(frame.to_ndarray(format="yuv420p"), dtype=np.uint8)
            else:
                sounds.append((frame.time, frame.to_ndarray()[0]))
    sound = np.zeros(round((seconds + 1) * SAMPLE_RATE))
    for time, samples in sounds:
        start = round(time * SAMPLE_RATE)
        sound[start : start + samples.size] = samples
    return Film(seconds, rate, pictures, sound)


async def said(pieces: Sequence[SpokenPiece]) -> AsyncIterator[SpokenPiece]:
    for piece in pieces:
        yield piece


def tone(seconds: float) -> SpokenPiece:
    """Half a second of silence, a hum with the mouth wide open, and silence again."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    hum = np.asarray(12_000 * np.sin(2 * np.pi * 440 * t), dtype=np.int16)
    quiet = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)
    phonemes = (Phoneme("", 0.0, 0.5), Phoneme("ɑː", 0.5, 0.5 + seconds), Phoneme("", 0.5 + seconds, 1.0 + seconds))
    return SpokenPiece("aah ", np.concatenate((quiet, hum, quiet)), phonemes, ())


async def test_a_film_lasts_as_long_as_what_is_said_and_a_little_before_and_after(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    seconds = await write_film(path, said([tone(0.4), tone(0.6)]), TestCard(SIZE))
    film = played(path)
    assert seconds == pytest.approx(BEFORE_S + 1.4 + 1.6 + AFTER_S, abs=FRAME_S)
    assert film.seconds == pytest.approx(seconds)
    assert film.rate == 25
    assert len(film.pictures) == round(seconds * 25)
    assert next(iter(film.pictures.values())).shape == (SIZE[1] * 3 // 2, SIZE[0])


async def test_the_voice_is_as_loud_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    await write_film(path, said([tone(1.0)]), TestCard(SIZE))
    film = played(path)
    begin = round((BEFORE_S + 0.5) * SAMPLE_RATE)
    assert np.abs(film.sound[begin + 2_000 : begin + 20_000]).max() == pytest.approx(12_000 / 32_768, rel=0.1)
    assert np.abs(film.sound[: begin - 2_400]).max() < 0.01


async def test_the_mouth_opens_with_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    await write_film(path, said([tone(0.3), tone(0.5), tone(0.2)]), TestCard(SIZE))
    film = played(path)
    assert film.flashes.shape == film.onsets.shape == (3,)
    assert np.abs(film.flashes - film.onsets).max() <= FRAME_S


@pytest.mark.parametrize("delay_ms", [0, 80, -80])
async def test_flash_and_beep_of_the_test_card_are_as_far_apart_as_they_should_be(
    tmp_path: Path, delay_ms: int
) -> None:
    path = tmp_path / "film.mp4"
    name = "navtalk.TestCard" + (f"{delay_ms:+d}ms" if delay_ms else "")
    pause = SpokenPiece("", np.zeros(4 * SAMPLE_RATE, dtype=np.int16), (), ())
    await write_film(path, said([pause]), TestCard(SIZE), playout=functools.partial(playout_for, name))
    film = played(path)
    moments = np.arange(1, 5) * INTERVAL / SAMPLE_RATE
    flashes = np.array([film.flashes[np.abs(film.flashes - moment).argmin()] for moment in moments])
    beeps = np.array([film.onsets[np.abs(film.onsets - moment).argmin()] for moment in moments])
    assert np.abs(flashes - moments).max() < 0.001
    assert np.abs(beeps - moments - delay_ms / 1_000).max() < 0.005


async def test_it_is_told_how_far_the_film_is(tmp_path: Path) -> None:
    told: list[float] = []
    seconds = await write_film(tmp_path / "film.mp4", said([tone(0.4)]), TestCard(SIZE), on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(seconds)


async def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        await write_film(tmp_path / "no" / "film.mp4", said([tone(0.4)]), TestCard(SIZE))


async def test_an_engine_that_fails_ends_the_film(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[SpokenPiece]:
        yield tone(0.4)
        raise RuntimeError("no more voice")

    with pytest.raises(RuntimeError, match="no more voice"):
        await write_film(tmp_path / "film.mp4", broken(), TestCard(SIZE))
