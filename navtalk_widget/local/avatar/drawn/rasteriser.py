"""Draws SVG in a process of its own: ``python -m navtalk_widget.local.avatar.drawn.rasteriser`` is its other end.

The rasteriser keeps the interpreter to itself while it draws, up to a second for a large picture, in which no
conversation of the service would be heard. And a drawing that never ends can be ended.
"""

from __future__ import annotations

import faulthandler
import importlib
import io
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import IO

from PIL import Image

from navtalk_widget.errors import ConfigurationError

TIME_LIMIT_S = 60.0
"""For all drawings of one face, which on a slow machine take some seconds."""

MEMORY_LIMIT = 2 * 1024**3
"""Bytes that the process may take, where the system can see to it; ours take a tenth of that."""

_REQUEST = struct.Struct("<III")
"""Width, height, and bytes of the SVG that follows."""

_REPLY = struct.Struct("<?I")
"""Whether it was drawn, and bytes of the PNG, or of the complaint, that follows."""


class Rasteriser:
    """A process that draws, for as long as the context lasts; to be used by one thread.

    Args:
        time_limit_s: after which the process is ended, whatever it is doing.
    """

    def __init__(self, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "navtalk_widget.local.avatar.drawn.rasteriser", str(time_limit_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._limit = threading.Timer(time_limit_s, self._process.kill)
        self._limit.daemon = True
        self._limit.start()

    def __enter__(self) -> Rasteriser:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._limit.cancel()
        self._process.kill()
        self._process.communicate()

    def draw(self, svg: str, width: int, height: int) -> Image.Image:
        """Return the drawing as RGBA.

        Args:
            svg: the drawing, of the same size.
            width: in pixels.
            height: in pixels.

        Raises:
            ConfigurationError: if it cannot be drawn, or not in time.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        text = svg.encode()
        try:
            self._process.stdin.write(_REQUEST.pack(width, height, len(text)) + text)
            self._process.stdin.flush()
            drawn, length = _REPLY.unpack(_exactly(self._process.stdout, _REPLY.size))
            reply = _exactly(self._process.stdout, length)
        except (BrokenPipeError, EOFError) as error:
            raise ConfigurationError(
                "A drawing of the character takes too long to draw, or too much memory.",
                hint="Simplify it: most of the time goes into blurs and other filters.",
            ) from error
        if not drawn:
            raise ConfigurationError(f"A drawing of the character cannot be drawn: {reply.decode()}.")
        with Image.open(io.BytesIO(reply)) as image:
            return image.convert("RGBA")


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    import resvg_py  # here, as only this end needs it

    while True:
        try:
            width, height, length = _REQUEST.unpack(_exactly(requests, _REQUEST.size))
            svg = _exactly(requests, length).decode()
        except EOFError:
            return
        try:
            drawn, reply = (
                True,
                resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True),
            )
        except ValueError as error:
            drawn, reply = False, str(error).encode()
        replies.write(_REPLY.pack(drawn, len(reply)) + reply)
        replies.flush()


def _limit(time_limit_s: float) -> None:
    """See to it that this process ends, also when nobody is left to end it, before it has taken all memory."""
    faulthandler.dump_traceback_later(time_limit_s, exit=True)  # works while the interpreter is kept busy
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits, and a system may allow fewer
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    _limit(float(sys.argv[1]))
    _serve(sys.stdin.buffer, sys.stdout.buffer)
