"""The synthesiser in its threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.talk.speaker import Speaker
from tests.support.waiting import eventually


class Slow:
    """Speaks for ever; tells in which thread it is closed."""

    def __init__(self) -> None:
        self.closed_in: list[threading.Thread] = []

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        try:
            while True:
                yield SpokenPiece(text, np.zeros(240, np.int16), (), ())
        finally:
            self.closed_in.append(threading.current_thread())


async def test_a_voice_that_is_interrupted_is_closed_away_from_the_loop() -> None:
    slow = Slow()
    speaker = Speaker(slow)
    pieces = speaker.speak("on and on", voice="alloy", language="en")
    async for _ in pieces:
        break
    await pieces.aclose()
    await eventually(lambda: slow.closed_in)
    assert slow.closed_in[0] is not threading.current_thread()
    speaker.close()


async def test_a_voice_can_be_interrupted_after_the_service_has_ended() -> None:
    speaker = Speaker(Slow())
    pieces = speaker.speak("on and on", voice="alloy", language="en")
    async for _ in pieces:
        break
    speaker.close()
    await pieces.aclose()
