import base64
import struct
import subprocess
import sys
import threading
import time
import zlib

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.drawn.rasteriser import Rasteriser

RED = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect width="4" height="6" fill="#ff0000"/></svg>'


def heavy(times: int) -> str:
    blurred = '<circle cx="500" cy="500" r="400" filter="url(#b)"/>' * times
    blur = '<filter id="b"><feGaussianBlur stdDeviation="9"/></filter>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">{blur}{blurred}</svg>'


def test_a_drawing_becomes_pixels() -> None:
    with Rasteriser() as rasteriser:
        for _ in range(3):
            picture = rasteriser.draw(RED, 8, 6)
            assert (picture.mode, picture.size) == ("RGBA", (8, 6))
            assert picture.getpixel((1, 3)) == (255, 0, 0, 255)
            assert picture.getpixel((6, 3)) == (0, 0, 0, 0)


def test_what_is_no_drawing_is_told_and_the_next_one_drawn() -> None:
    with Rasteriser() as rasteriser:
        with pytest.raises(ConfigurationError, match="cannot be drawn"):
            rasteriser.draw("<svg", 8, 6)
        assert rasteriser.draw(RED, 8, 6).size == (8, 6)


def test_a_drawing_without_end_is_ended() -> None:
    with Rasteriser(time_limit_s=0.3) as rasteriser, pytest.raises(ConfigurationError, match="too long"):
        rasteriser.draw(heavy(10_000), 1000, 1000)


def huge_png(side: int) -> bytes:
    """The beginning of a picture, which says how large it will be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000)))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
def test_a_drawing_that_would_take_all_memory_is_ended() -> None:
    data = base64.b64encode(huge_png(60_000)).decode()
    image = f'<image width="8" height="6" href="data:image/png;base64,{data}"/>'
    with Rasteriser() as rasteriser, pytest.raises(ConfigurationError, match="too much memory"):
        rasteriser.draw(f'<svg xmlns="http://www.w3.org/2000/svg">{image}</svg>', 8, 6)


def test_it_ends_by_itself_when_nobody_is_left_to_end_it() -> None:
    abandon = (
        "import os, subprocess, sys\n"
        "subprocess.DEVNULL = None  # so that the drawing process inherits standard error, and keeps it until it ends\n"
        "from navtalk_widget.local.avatar.drawn.rasteriser import _REQUEST, Rasteriser\n"
        "text = sys.stdin.buffer.read()\n"
        "rasteriser = Rasteriser(time_limit_s=1.0)\n"
        "rasteriser._process.stdin.write(_REQUEST.pack(1000, 1000, len(text)) + text)\n"
        "rasteriser._process.stdin.flush()\n"
        "os._exit(0)\n"
    )
    command = [sys.executable, "-c", abandon]
    ended = subprocess.run(command, input=heavy(10_000).encode(), capture_output=True, timeout=120)
    assert b"Timeout" in ended.stderr


def test_everything_else_goes_on_meanwhile() -> None:
    drawn = threading.Event()
    beats = 0

    def draw() -> None:
        with Rasteriser() as rasteriser:
            rasteriser.draw(heavy(8), 1000, 1000)
        drawn.set()

    thread = threading.Thread(target=draw)
    thread.start()
    while not drawn.is_set():
        time.sleep(0.002)
        beats += 1
    thread.join()
    assert beats > 20


def test_its_process_ends_with_it() -> None:
    with Rasteriser() as rasteriser:
        rasteriser.draw(RED, 8, 6)
    assert rasteriser._process.returncode is not None
    assert not rasteriser._limit.is_alive() or rasteriser._limit.finished.is_set()
