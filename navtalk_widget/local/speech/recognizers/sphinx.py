"""Recognition of English by PocketSphinx: offline, with a model of its own, about seven times as fast as speech."""

from __future__ import annotations

import contextlib
import re
import threading

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.engines.recognizer import Recognition, RecognitionError
from navtalk_widget.local.speech.recognizers.sphinx_decoder import Decoder, load_decoder

MOST_DECODERS = 6
"""Utterances at once: each takes some 90 MB. A conversation needs a decoder only while its person speaks."""

IDLE_DECODERS = 2
"""Decoders kept when nobody speaks."""

WAIT_S = 4.0
"""Seconds an utterance waits for a decoder when all are busy."""

# "<sil>", "[NOISE]", "++BREATH++", and the number of a variant of pronunciation: "the(2)".
_MARKER = re.compile(r"<[^>]*>|\[[^\]]*\]|\+\+[^+]*\+\+|\(\d+\)")


class SphinxRecognizer:
    """A `Recognizer` that keeps loaded decoders for the next utterance of whichever conversation."""

    def __init__(self, most_decoders: int = MOST_DECODERS) -> None:
        self._most = most_decoders
        self._idle: list[Decoder] = []
        self._in_use = 0
        self._changed = threading.Condition()

    def start(self, after: Recognition | None = None, *, language: str = "") -> Recognition:
        """Begin an utterance; see `Recognizer`.

        Raises:
            RecognitionError: if PocketSphinx does not load, or all decoders stay busy.
        """
        decoder = self._take()
        try:
            adaptation = after.adaptation if isinstance(after, SphinxRecognition) else None
            return SphinxRecognition(self, decoder, adaptation)
        except RecognitionError:
            self._discard()
            raise

    def _take(self) -> Decoder:
        with self._changed:
            if not self._changed.wait_for(lambda: self._idle or self._in_use < self._most, WAIT_S):
                raise RecognitionError(
                    f"{self._most} people speak at once, and no recogniser became free within {WAIT_S:g} s.",
                    hint="Say it again in a moment.",
                )
            self._in_use += 1
            if self._idle:
                return self._idle.pop()
        try:
            return load_decoder()
        except RecognitionError:
            self._discard()
            raise

    def _give_back(self, decoder: Decoder) -> None:
        with self._changed:
            self._in_use -= 1
            if len(self._idle) < IDLE_DECODERS:
                self._idle.append(decoder)
            self._changed.notify()

    def _discard(self) -> None:
        with self._changed:
            self._in_use -= 1
            self._changed.notify()


class SphinxRecognition:
    """One utterance in one decoder.

    Attributes:
        adaptation: what the engine learnt about voice and microphone, once the utterance is finished.
    """

    def __init__(self, recognizer: SphinxRecognizer, decoder: Decoder, adaptation: str | None) -> None:
        self.adaptation = adaptation
        self._recognizer = recognizer
        self._decoder: Decoder | None = decoder
        decoder.start(adaptation)

    def feed(self, samples: NDArray[np.int16]) -> str:
        """Take the next samples; see `Recognition`."""
        if self._decoder is None:
            raise RecognitionError("The utterance has already been ended.")
        return plain_words(self._decoder.feed(samples)) if samples.size else ""

    def finish(self) -> str:
        """End the utterance and return its words; see `Recognition`."""
        if self._decoder is None:
            raise RecognitionError("The utterance has already been ended.")
        decoder, self._decoder = self._decoder, None
        try:
            words, self.adaptation = decoder.finish()
        except RecognitionError:
            self._recognizer._discard()
            raise
        self._recognizer._give_back(decoder)
        return plain_words(words)

    def abandon(self) -> None:
        """End the utterance and forget it."""
        if self._decoder is not None:
            with contextlib.suppress(RecognitionError):
                self.finish()


def plain_words(hypothesis: str) -> str:
    """The words of a hypothesis without PocketSphinx's marks."""
    return " ".join(_MARKER.sub(" ", hypothesis).split())
