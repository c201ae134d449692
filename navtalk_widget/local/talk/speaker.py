"""The synthesiser at work in threads, away from the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import Synthesizer


class Speaker:
    """Speaks for all conversations of a service.

    Args:
        synthesizer: the engine.
        threads: how many conversations it may speak for at the same time; others wait their turn, clause by clause.
    """

    def __init__(self, synthesizer: Synthesizer, *, threads: int = 4) -> None:
        self._synthesizer = synthesizer
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="speaker")

    async def speak(self, text: str, *, voice: str, language: str) -> AsyncGenerator[SpokenPiece, None]:
        """Speak a text clause by clause; closing the iterator, or cancelling the task in it, ends the work.

        Raises:
            SynthesisError: the engine is missing or fails.
        """
        pieces = self._synthesizer.synthesize(text, voice=voice, language=language)
        under_way: Future[SpokenPiece | None] | None = None
        try:
            while True:
                under_way = self._threads.submit(next, pieces, None)
                piece = await asyncio.wrap_future(under_way)
                if piece is None:
                    return
                yield piece
        finally:
            # A cancelled wait leaves the thread in the middle of a clause, and an iterator cannot be closed there.
            if under_way is not None:
                under_way.add_done_callback(lambda _: self._end(pieces))

    def close(self) -> None:
        """End the threads; a clause under way is finished first, nothing waits for it."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _end(self, pieces: Iterator[SpokenPiece]) -> None:
        """Close an iterator in a thread: a function of the user's may take its time about it, or run a loop there."""
        close = getattr(pieces, "close", None)
        if close is not None:
            with contextlib.suppress(RuntimeError):  # the threads have been ended, and so has the service
                self._threads.submit(close)
