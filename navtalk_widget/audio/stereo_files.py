"""Reading pieces of recordings: stereo files at 24,000 Hz, however long, and also while they grow."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

CHANNELS = 2

FRAME_BYTES = 2 * CHANNELS

RUN_UP_S = 0.5
"""Encoded sound is read from so much earlier: decoders need a moment to be right."""


def read_piece(path: Path, start_ms: float, end_ms: float | None = None) -> NDArray[np.int16]:
    """Read a piece of a file.

    Args:
        path: a WAV file of 16 bits at 24,000 Hz; or, with PyAV installed, whatever FFmpeg reads.
        start_ms: milliseconds at which the piece begins.
        end_ms: and ends; None for the end of the file.

    Returns:
        Shape (n, 2), int16 at 24,000 Hz. Shorter than asked for if the file is.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no stereo sound at 24,000 Hz, or cannot be understood; says why.
    """
    start = max(0, round(start_ms * SAMPLE_RATE / 1000))
    end = None if end_ms is None else max(start, round(end_ms * SAMPLE_RATE / 1000))
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
            return _wav_piece(file, start, end)
    return _decoded_piece(path, start, end)


def _wav_piece(file: BinaryIO, start: int, end: int | None) -> NDArray[np.int16]:
    """Read up to the file's end, whatever its header says: it may be growing."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        kind, size = struct.unpack("<4sI", head)
        if kind == b"fmt ":
            _, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", file.read(size))
            if (channels, rate, bits) != (CHANNELS, SAMPLE_RATE, 16):
                raise ValueError(f"it has {channels} channels of {bits} bits at {rate} Hz")
        elif kind == b"data":
            file.seek(start * FRAME_BYTES, 1)
            data = file.read() if end is None else file.read((end - start) * FRAME_BYTES)
            whole = len(data) - len(data) % FRAME_BYTES
            return np.frombuffer(data[:whole], dtype="<i2").astype(np.int16).reshape(-1, CHANNELS)
        else:
            file.seek(size + size % 2, 1)
    raise ValueError("there is no sound in it")


def _decoded_piece(path: Path, start: int, end: int | None) -> NDArray[np.int16]:
    try:
        import av
    except ImportError:
        raise ValueError("reading it needs PyAV: pip install 'navtalk-widget[local]'") from None
    pieces: list[NDArray[np.int16]] = []
    at = None
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise ValueError("there is no sound in it")
            run_up = start / SAMPLE_RATE - RUN_UP_S
            if run_up > 0:
                container.seek(round(run_up * av.time_base), backward=True)
            resampler = av.AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE)
            for frame in container.decode(audio=0):
                if at is None:
                    at = round((frame.time or 0.0) * SAMPLE_RATE)
                pieces.extend(_frames(each) for each in resampler.resample(frame))
                if end is not None and frame.time is not None and frame.time * SAMPLE_RATE > end + SAMPLE_RATE // 10:
                    break
            pieces.extend(_frames(each) for each in resampler.resample(None))
    except av.FFmpegError as error:
        if not pieces:
            raise ValueError(str(error)) from error
    if at is None:
        return np.zeros((0, CHANNELS), dtype=np.int16)
    sound = np.concatenate(pieces)[max(0, start - at) :]
    return sound if end is None else sound[: end - start]


def _frames(block: Any) -> NDArray[np.int16]:
    return np.asarray(block.to_ndarray(), dtype=np.int16).reshape(-1, CHANNELS)
