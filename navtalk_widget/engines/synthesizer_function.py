"""Any function as a synthesiser."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from navtalk_widget.engines.given_sound import read_sound
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.spoken_stream import SpokenStream
from navtalk_widget.engines.synthesizer import Synthesizer

_END = object()

SynthesizerFunction: TypeAlias = Callable[[str, str, str], Any]


def from_callable(function: SynthesizerFunction) -> Synthesizer:
    """Make a synthesiser of a function of text, voice and language.

    It speaks each text as a whole, however long it is, and leaves out phonemes and words whose times the function does
    not give.

    Args:
        function: takes the text, the name of the session's voice and the language, and returns the sound: samples as
            int16, or as floats in [-1, 1], at 24,000 Hz; ``(samples, rate)``; ``(samples, rate, times)``; None for
            silence; or several of these one by one (a generator), which are played while more are being made.
            See `read_sound` for the times. The function runs in a worker thread, so that it may take its time; an
            ``async`` one runs there in an event loop of its own.
    """
    return _CallableSynthesizer(function)


class _CallableSynthesizer:
    def __init__(self, function: SynthesizerFunction) -> None:
        self._function = function

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        if not text:
            return
        given = self._function(text, voice, language)
        if inspect.isawaitable(given):
            given = asyncio.run(_result(given))
        if isinstance(given, AsyncIterator):
            given = _one_by_one(given)
        if not isinstance(given, Iterator):
            yield read_sound(text, given)
            return
        try:
            first, second = next(given, _END), next(given, _END)
            if second is _END:  # no stream, whatever it came in
                yield read_sound(text, None if first is _END else first)
                return
            stream = SpokenStream(text)
            for each in chain((first, second), given):
                piece = read_sound("", each)
                yield from stream.add(piece) if piece.phonemes or piece.words else stream.feed(piece.pcm)
        finally:
            close = getattr(given, "close", None)
            if close is not None:
                close()
        yield stream.finish()


async def _result(given: Awaitable[object]) -> object:
    return await given


def _one_by_one(given: AsyncIterator[object]) -> Iterator[object]:
    """Iterate over an asynchronous generator in the thread that wants the next item."""
    loop = asyncio.new_event_loop()
    try:
        while True:
            try:
                yield loop.run_until_complete(anext(given))
            except StopAsyncIteration:
                return
    finally:
        close = getattr(given, "aclose", None)
        if close is not None:
            loop.run_until_complete(close())
        loop.run_until_complete(loop.shutdown_asyncgens())  # those that it goes through itself
        loop.close()
