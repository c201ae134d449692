"""The two ways to reach a PocketSphinx decoder."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from navtalk_widget.local.speech.recognizers import sphinx_decoder
from navtalk_widget.local.speech.recognizers.sphinx_decoder import Decoder, load_decoder
from tests.local.speech.conftest import Say

REFERENCE = "what is the weather in paris today"


@pytest.fixture(params=["library", "module"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Decoder:
    if request.param == "module":
        monkeypatch.setattr(sphinx_decoder, "_library", lambda: None)
    elif sphinx_decoder._library() is None:
        pytest.skip("this platform does not show the library's symbols")
    return load_decoder()


def test_both_ways_understand_the_same(decoder: Decoder, say: Say) -> None:
    for _ in range(2):
        decoder.start(None)
        decoder.feed(say(REFERENCE, rate=16_000))
        words, adaptation = decoder.finish()
        assert words == REFERENCE
        assert adaptation.count(",") > 5


def test_an_adaptation_can_be_handed_on(decoder: Decoder, say: Say) -> None:
    decoder.start("46,-4,3")
    decoder.feed(say(REFERENCE, rate=16_000))
    assert decoder.finish()[0] == REFERENCE


def test_other_threads_go_on_while_the_library_decodes(say: Say) -> None:
    if sphinx_decoder._library() is None:
        pytest.skip("this platform does not show the library's symbols")
    decoder = load_decoder()
    sound = np.tile(say(REFERENCE, rate=16_000), 4)  # longer than anything holds this thread up
    decoding, steps = threading.Event(), 0
    decoder.start(None)

    def decode() -> None:
        decoding.set()
        decoder.feed(sound)
        decoding.clear()

    thread = threading.Thread(target=decode)
    thread.start()
    decoding.wait(30)
    while decoding.is_set():
        steps += 1
        time.sleep(0)
    thread.join(timeout=60)
    # With the interpreter's lock held, this thread would get a turn before and after, not in between.
    assert steps > 50
