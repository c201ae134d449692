"""What the client wants said word for word: a text, or sound, with no mind asked about it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.speech.synthesizers.sounded import SHAPE_S, phonemes_by_sound

LONGEST_SOUND_S = 60.0
"""Of one `say_audio`; more is refused."""

LONGEST_TEXT = 20_000
"""Characters of one `say`; more is refused."""

BLOCK_SAMPLES = round(SHAPE_S * SAMPLE_RATE)
"""Sound whose size is a multiple of this has mouth shapes of the same length all through."""

PIECE_SAMPLES = 25 * BLOCK_SAMPLES
"""Sound is scheduled in pieces of a second at most, for the face looks through all of a piece at each picture."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What is to be said: a text, or if there is none, sound, int16 at 24,000 Hz."""

    text: str
    sound: NDArray[np.int16]

    async def parts(self) -> AsyncIterator[str | SpokenPiece]:
        """What an answer is made of."""
        if self.text:
            yield self.text
        for piece in pieces_of(self.sound):
            yield piece


def read_verbatim(wanted: Mapping[str, Any]) -> Verbatim | None:
    """Read `say` or `say_audio` of the `response` of `response.create`; None if neither is there.

    Raises:
        ConfigurationError: it cannot be said; the message names the field.
    """
    nothing = np.zeros(0, dtype=np.int16)
    text, sound = wanted.get("say"), wanted.get("say_audio")
    if text is not None and sound is not None:
        raise ConfigurationError("say and say_audio cannot be said at once.")
    if text is not None:
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
            raise ConfigurationError(f"say should be a text of at most {LONGEST_TEXT} characters.")
        return Verbatim(text, nothing)
    if sound is None:
        return None
    try:
        samples = from_bytes(base64.b64decode(sound, validate=True))
    except (TypeError, ValueError, binascii.Error) as error:
        raise ConfigurationError(f"say_audio should be PCM16 in base64: {error}.") from error
    if not 0 < samples.size <= LONGEST_SOUND_S * SAMPLE_RATE:
        raise ConfigurationError(f"say_audio should be sound of at most {LONGEST_SOUND_S:.0f} s.")
    return Verbatim("", samples)


def pieces_of(sound: NDArray[np.int16]) -> Iterator[SpokenPiece]:
    """Sound as pieces that follow each other without a seam, with the movements of a mouth."""
    for start in range(0, sound.size, PIECE_SAMPLES):
        piece = sound[start : start + PIECE_SAMPLES]
        yield SpokenPiece("", piece, phonemes_by_sound(piece), ())
