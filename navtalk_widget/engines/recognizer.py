"""The interface of a speech recogniser."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.errors import NavTalkError

RECOGNITION_RATE = 16_000
"""Hertz. What recognisers and voice activity detectors are trained on."""


class RecognitionError(NavTalkError):
    """The recogniser could not be loaded, or failed on an utterance."""

    code = "recognition_failed"
    hint = 'reinstall the speech engines with: pip install --force-reinstall "navtalk-widget[local]"'


class Recognition(Protocol):
    """One utterance being recognised. Every method blocks, and one thread at a time calls them."""

    def feed(self, samples: NDArray[np.int16]) -> str:
        """Take the next samples, mono int16 of shape (samples,) at 16,000 Hz.

        Returns:
            What has been understood so far; later sound may change it.

        Raises:
            RecognitionError: if the engine fails.
        """
        ...

    def finish(self) -> str:
        """End the utterance and return its words, ``""`` if there were none; nothing may be called afterwards.

        Raises:
            RecognitionError: if the engine fails.
        """
        ...

    def abandon(self) -> None:
        """End the utterance and forget it; nothing may be called afterwards."""
        ...


class Recognizer(Protocol):
    """Turns speech into words, for several conversations at once."""

    def start(self, after: Recognition | None = None, *, language: str = "") -> Recognition:
        """Begin an utterance. Blocks while the engine loads, so it is called in a worker thread.

        Args:
            after: the finished utterance before this one of the same person, whose voice and microphone the engine
                has already adapted to.
            language: that is spoken, such as ``"en"`` or ``"de"``; ``""`` where nobody said. An engine that knows but
                one language passes over it.

        Raises:
            RecognitionError: if the engine is missing or has no room for another utterance.
        """
        ...
