"""From eSpeak's phoneme events to phonemes with a beginning and an end."""

from __future__ import annotations

import re

import numpy as np

from navtalk_widget.engines.spoken import Phoneme
from navtalk_widget.local.speech.synthesizers.espeak_library import RawSpeech

# Stress, tone letters and numbers, and the marks of a change of language such as "(en)".
_NO_SOUND = re.compile(r"\([^)]*\)?|[ˈˌ˥˦˧˨˩0-9\-\s'_|.]")
_SILENT_PEAK = 300


def timed_phonemes(raw: RawSpeech, first: int, last: int, duration_s: float) -> tuple[Phoneme, ...]:
    """Phonemes that cover a piece without gaps.

    Args:
        raw: what eSpeak made.
        first: the sample of ``raw`` with which the piece begins.
        last: the sample of ``raw`` before which the speech of the piece ends; silence follows.
        duration_s: seconds from the first sample of the piece to its end.
    """
    starts: list[tuple[str, int]] = [("", first)]
    for index, (name, sample) in enumerate(raw.phonemes):
        start = min(max(sample, first), last)
        end = raw.phonemes[index + 1][1] if index + 1 < len(raw.phonemes) else last
        symbol = _NO_SOUND.sub("", name).replace("ᵻ", "ɪ")  # eSpeak's own sign for the vowel of "roses"
        # A glide has no IPA name either, but it sounds: it belongs to the sound before it.
        if not symbol and _sounds(raw, start, min(end, last)):
            continue
        if start == starts[-1][1]:
            starts.pop()
        if not starts or starts[-1][0] != symbol or symbol:
            starts.append((symbol, start))
    if starts[-1][1] >= last and len(starts) > 1:
        starts.pop()
    if starts[-1][0]:
        starts.append(("", last))
    times = [max(0.0, (sample - first) / raw.rate) for _, sample in starts]
    ends = [*times[1:], duration_s]
    phonemes = zip((symbol for symbol, _ in starts), times, ends, strict=True)
    return tuple(Phoneme(symbol, start_s, end_s) for symbol, start_s, end_s in phonemes if end_s > start_s)


def _sounds(raw: RawSpeech, start: int, end: int) -> bool:
    return end > start and int(np.abs(raw.pcm[start:end].astype(np.int32)).max()) > _SILENT_PEAK
