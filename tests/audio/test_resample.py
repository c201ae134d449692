import numpy as np

from navtalk_widget.audio.pcm import to_int16
from navtalk_widget.audio.resample import Resampler, resample


def test_blocks_join_without_a_seam() -> None:
    sine = to_int16(0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000))
    stream = Resampler(48_000, 24_000)
    blocks = [stream.process(sine[start : start + 960]) for start in range(0, sine.size, 960)]
    joined = np.concatenate([*blocks, stream.finish()])
    whole = resample(sine, 48_000, 24_000)
    assert abs(joined.size - whole.size) <= 1
    assert np.abs(joined[: whole.size].astype(int) - whole[: joined.size]).max() <= 2


def test_the_same_rate_changes_nothing() -> None:
    samples = np.arange(10, dtype=np.int16)
    assert resample(samples, 24_000, 24_000) is samples
