import threading
import time

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
