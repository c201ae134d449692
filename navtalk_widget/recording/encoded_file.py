"""Files that PyAV encodes and writes from beginning to end."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.errors import MissingExtraError
from navtalk_widget.private_file import open_private
from navtalk_widget.recording.window import Window

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

BITRATE = 64_000
"""Of both voices; Opus needs no more for speech that nobody can tell from the original."""


def pyav(what: str) -> Any:
    """The PyAV package.

    Args:
        what: for which it is needed, for the error.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import av
    except ImportError:
        raise MissingExtraError(
            f"{what} are written by PyAV, which is not installed.",
            hint="Install it with: pip install 'navtalk-widget[local]'; or record to a .wav file.",
        ) from None
    return av


class EncodedFile:
    """A file with both voices, written some seconds after they were heard.

    Args:
        path: a new file.
        what: such files in words, for the error.
        container: FFmpeg's name of the container.
        codec: of the voices, ``"libopus"`` or ``"aac"``.
        options: of the container.

    Raises:
        OSError: the file cannot be made.
        MissingExtraError: PyAV is not installed.
    """

    def __init__(self, path: Path, what: str, *, container: str, codec: str, options: Mapping[str, str]) -> None:
        self._av = pyav(what)
        self._file = open(path, "xb+", opener=open_private)  # noqa: SIM115 - `close` closes it
        self._container: OutputContainer = self._av.open(
            self._file, "w", format=container, options={**options, "flush_packets": "1"}
        )
        self._sound = SoundStream(self._av, self._container, codec)

    @property
    def lost(self) -> int:
        """Samples of either side that came too late to be written."""
        return self._sound.window.lost

    def write(self, side: int, start: int, samples: NDArray[np.int16]) -> None:
        """Put sound of one side at a place."""
        self._sound.window.write(side, start, samples)

    def extend(self, end: int) -> None:
        """Write what is some seconds before this place."""
        self._sound.window.extend(end)
        self._encode()

    def close(self) -> None:
        """Write the rest, and finish the file."""
        try:
            self._sound.finish()
        finally:
            with written(self._av):
                self._container.close()
            self._file.close()

    def _encode(self) -> None:
        self._sound.encode()
        self._file.flush()


class SoundStream:
    """Both voices as one stream of a container.

    Args:
        av: the PyAV package.
        container: open, its streams not begun.
        codec: ``"libopus"`` or ``"aac"``.
    """

    def __init__(self, av: Any, container: OutputContainer, codec: str) -> None:
        self.window = Window()
        self._av = av
        self._container = container
        self._stream = cast("AudioStream", container.add_stream(codec, rate=SAMPLE_RATE, layout="stereo"))
        self._stream.bit_rate = BITRATE
        self._resampler = av.AudioResampler(format=self._stream.format, layout="stereo", rate=SAMPLE_RATE)
        self._written = 0

    def encode(self, *, all: bool = False) -> None:
        """Write what will not change any more, or all of the rest.

        Raises:
            OSError: the file cannot be written.
        """
        both = self.window.take(all=all)
        if len(both) == 0:
            return
        frame = self._av.AudioFrame.from_ndarray(both.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._written, Fraction(1, SAMPLE_RATE)
        self._written += len(both)
        with written(self._av):
            for each in self._resampler.resample(frame):
                self._container.mux(self._stream.encode(each))

    def finish(self) -> None:
        """Write the rest.

        Raises:
            OSError: the file cannot be written.
        """
        self.encode(all=True)
        with written(self._av):
            self._container.mux(self._stream.encode(None))


@contextmanager
def written(av: Any) -> Iterator[None]:
    """Make FFmpeg's errors those of the file."""
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise OSError(errno.EIO, str(error)) from error
