import asyncio
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.testing import ScriptedClient, ScriptedService, VirtualClock, WavMicrophone

pytestmark = pytest.mark.usefixtures("no_leftovers", "virtual_clock")


class Heard:
    """What came out of the microphone, and when."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.times: list[float] = []

    def append_audio(self, pcm: bytes) -> None:
        self.blocks.append(pcm)
        self.times.append(asyncio.get_running_loop().time())

    @property
    def sound(self) -> NDArray[np.int16]:
        return from_bytes(b"".join(self.blocks))


def ones(count: int) -> NDArray[np.int16]:
    return np.ones(count, dtype=np.int16)


async def test_a_recording_comes_whole_with_silence_around_it() -> None:
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        await microphone.play(ones(1_000), before=0.1, after=0.2)
    position = int(np.argmax(heard.sound))
    assert heard.sound[position : position + 1_000].all()
    assert position >= 2_400
    assert heard.sound.size >= 2_400 + 1_000 + 4_800
    assert heard.sound.sum() == 1_000
    assert {len(block) for block in heard.blocks} == {960}


async def test_it_comes_at_the_speed_of_speech_in_blocks_of_20_ms(virtual_clock: VirtualClock) -> None:
    heard = Heard()
    began = virtual_clock.time()
    async with WavMicrophone(heard.append_audio) as microphone:
        await microphone.play(ones(24_000 * 5))
    assert np.diff(heard.times) == pytest.approx(0.02)
    assert virtual_clock.time() - began == pytest.approx(5, abs=0.05)


async def test_silence_flows_until_the_microphone_is_closed() -> None:
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        await asyncio.sleep(1)
        silent = len(heard.blocks)
        await microphone.play(ones(480))
        await asyncio.sleep(1)
    assert silent == pytest.approx(50, abs=2)
    assert microphone.blocks == len(heard.blocks) == pytest.approx(101, abs=4)
    assert heard.sound.sum() == 480


async def test_recordings_follow_one_another() -> None:
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        await asyncio.gather(microphone.play(ones(480)), microphone.play(2 * ones(480)))
    assert [block.sum() for block in np.split(heard.sound, len(heard.blocks)) if block.any()] == [480, 960]


async def test_a_file_of_another_rate_is_brought_to_24_khz(tmp_path: Path) -> None:
    write_wav(tmp_path / "tone.wav", 1_000 * ones(8_000), 8_000)
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        await microphone.play(tmp_path / "tone.wav")
    assert np.count_nonzero(heard.sound > 500) == pytest.approx(24_000, rel=0.01)


async def test_a_recording_that_nobody_waits_for_any_more_stops() -> None:
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        playing = asyncio.create_task(microphone.play(ones(24_000)))
        await asyncio.sleep(0.1)
        playing.cancel()
        await asyncio.sleep(2)
    assert heard.sound.sum() < 24_000 / 2


async def test_who_waits_when_it_closes_is_told() -> None:
    heard = Heard()
    async with WavMicrophone(heard.append_audio) as microphone:
        playing = asyncio.create_task(microphone.play(ones(24_000)))
        await asyncio.sleep(0.1)
    with pytest.raises(asyncio.CancelledError):
        await playing
    with pytest.raises(RuntimeError, match="closed"):
        await microphone.play(ones(480))


async def test_too_much_is_refused() -> None:
    async with WavMicrophone(Heard().append_audio) as microphone:
        with pytest.raises(OverflowError):
            await microphone.play(ones(24_000 * 601))


async def test_it_feeds_a_client_that_is_to_be_awaited() -> None:
    service = ScriptedService("v2", ignore=["input_audio_buffer.append"])
    async with service, ScriptedClient(service.url, "v2") as client:
        await client.begin()
        async with WavMicrophone(client.append_audio) as microphone:
            await microphone.play(ones(480))
            await service.until(lambda: len(service.of("input_audio_buffer.append")) >= microphone.blocks)
