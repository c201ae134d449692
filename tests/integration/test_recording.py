"""Recordings of conversations with the embedded service: real voices, real speech detection, real pictures."""

import asyncio
import itertools
import statistics
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget import Session
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol import events
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript.turn import Turn
from tests.recording.sounds import samples
from tests.support.flite import flite, silence
from tests.support.waiting import eventually


def found_ms(sound: NDArray[np.int16], where: NDArray[np.int16]) -> float:
    """Where a sound is in a longer one, in milliseconds, by correlation."""
    length = 2 ** int(np.ceil(np.log2(where.size + sound.size)))
    spectrum = np.fft.rfft(where.astype(float), length) * np.conj(np.fft.rfft(sound.astype(float), length))
    return 1000 * int(np.argmax(np.fft.irfft(spectrum, length)[: where.size])) / SAMPLE_RATE


def has_ended(turn: Turn | None) -> bool:
    return turn is not None and turn.ended_at is not None and turn.final


async def test_what_both_sides_said_is_where_the_turns_say(tmp_path: Path) -> None:
    question = flite("what is two plus three")
    async with Session(service="local") as session:
        voice: list[bytes] = []
        session.on(events.AudioDelta.type, lambda event: voice.append(event.delta))
        async with session.start_recording(tmp_path / "talk.wav", consent=True) as recording:
            await session.send_audio(np.concatenate([silence(0.7), question]), SAMPLE_RATE)
            await eventually(lambda: session.status == "speaking", 30)
            await asyncio.sleep(1.0)
            session.interrupt()
            await eventually(lambda: has_ended(session.transcript.last("avatar")))
    user, avatar = session.transcript.last("user"), session.transcript.last("avatar")
    assert user is not None and user.recorded is not None and user.audio_start_ms is not None
    assert avatar is not None and avatar.recorded is not None and avatar.recorded.end_ms is not None

    spoken_at = found_ms(question, recording.audio("user"))
    sent_at = spoken_at - 700  # the place of the microphone's first sample, from which the service counts
    assert user.recorded.start_ms == pytest.approx(sent_at + user.audio_start_ms, abs=20)
    assert abs(user.recorded.start_ms - spoken_at) < 400, "it is what the service heard, and a little before"

    heard = avatar.audio()
    answer = np.frombuffer(b"".join(voice), dtype="<i2")[: heard.size]
    heard_at = found_ms(answer, recording.audio("avatar"))
    assert avatar.recorded.start_ms == pytest.approx(heard_at, abs=20)
    assert heard_at > spoken_at + 1000 * question.size / SAMPLE_RATE
    assert 0 < heard.size < sum(map(len, voice)) / 2, "it was cut short"
    assert np.array_equal(heard, answer)
    assert not recording.audio("avatar", start_ms=avatar.recorded.end_ms + 1).any(), "what was cut is not in the file"


@pytest.mark.parametrize(("ending", "codecs"), [(".mp4", ("h264", "aac")), (".webm", ("vp8", "opus"))])
async def test_a_film_shows_and_sounds_at_one_moment(tmp_path: Path, ending: str, codecs: tuple[str, str]) -> None:
    path = tmp_path / f"talk{ending}"
    async with Session(service="local", character="navtalk.TestCard") as session:
        async with session.start_recording(path, consent=True) as recording:
            await eventually(lambda: path.stat().st_size, 30)  # the first picture is there
            begun = recording.duration_s
            await eventually(lambda: recording.duration_s > begun + 5.5, 30)
        assert recording.lost_s == 0
    with av.open(str(path)) as container:
        streams = (*container.streams.video, *container.streams.audio)
        assert tuple(stream.codec_context.name for stream in streams) == codecs
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(recording.duration_s, abs=0.5)
        pictures = [
            (float(frame.time or 0), frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]
    assert len(pictures) > 4 * 25 - 5
    flashes = [time for (_, before), (time, level) in itertools.pairwise(pictures) if level > 200 >= before]
    beeps = beginnings(recording.audio("avatar"))
    offsets = [1000 * min((beep - flash for beep in beeps), key=abs) for flash in flashes[1:]]
    assert len(offsets) >= 3
    assert statistics.median(map(abs, offsets)) < 40, offsets  # what is held up may lose a picture or two


def beginnings(sound: NDArray[np.int16]) -> list[float]:
    """Seconds at which it becomes loud after it was quiet for a while."""
    loud = np.nonzero(np.abs(sound.astype(np.int32)) > 6_000)[0]
    return [float(place) / SAMPLE_RATE for place in loud[np.diff(loud, prepend=-SAMPLE_RATE) > samples(300)]]


async def test_in_a_film_turns_find_their_voice_too(tmp_path: Path) -> None:
    async with (
        Session(service="local") as session,
        session.start_recording(tmp_path / "talk.mp4", consent=True) as recording,
    ):
        await eventually(lambda: recording.path.stat().st_size, 30)  # the first picture is there
        session.note_playback(400.0)  # a page that hears it much later is not what is filmed
        reply = await session.ask("What is two plus three?")
        await eventually(lambda: has_ended(session.transcript.last("avatar")), 30)
        await asyncio.sleep(0.5)
    turn = session.transcript.last("avatar")
    assert turn is not None and turn.recorded is not None
    heard_at = found_ms(reply.audio, recording.audio("avatar"))
    assert turn.recorded.start_ms == pytest.approx(heard_at, abs=20)


async def test_a_service_without_pictures_for_us_says_what_else_can_be_done(tmp_path: Path) -> None:
    async with ScriptedService(ignore=["*"]) as service, Session(service=service.url, license="sk_canary") as session:
        with pytest.raises(ConfigurationError, match=r"page only.*\.wav.*press Record"):
            session.start_recording(tmp_path / "talk.mp4", consent=True)
    assert not (tmp_path / "talk.mp4").exists()
