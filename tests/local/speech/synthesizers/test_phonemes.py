"""Phonemes with a beginning and an end."""

from __future__ import annotations

import numpy as np

from navtalk_widget.engines.spoken import Phoneme
from navtalk_widget.local.speech.synthesizers.espeak_library import RawSpeech
from navtalk_widget.local.speech.synthesizers.phonemes import timed_phonemes


def speech(*phonemes: tuple[str, int], sounding: tuple[int, int] = (0, 1000)) -> RawSpeech:
    """One second at 1,000 Hz that sounds from one sample to another."""
    pcm = np.zeros(1000, dtype=np.int16)
    pcm[slice(*sounding)] = 5000
    return RawSpeech(pcm, 1000, phonemes, ())


def test_each_lasts_until_the_next_and_silence_follows_the_last() -> None:
    raw = speech(("ˈaɪ", 0), ("m", 300), ("", 700), sounding=(0, 700))
    assert timed_phonemes(raw, 0, 700, 1.0) == (
        Phoneme("aɪ", 0.0, 0.3),
        Phoneme("m", 0.3, 0.7),
        Phoneme("", 0.7, 1.0),
    )


def test_a_nameless_glide_belongs_to_the_sound_before_it() -> None:
    raw = speech(("iː", 0), ("", 300), ("oʊ", 400))
    assert [phoneme.symbol for phoneme in timed_phonemes(raw, 0, 1000, 1.1)] == ["iː", "oʊ", ""]


def test_a_pause_within_a_clause_is_silence() -> None:
    raw = speech(("a", 0), ("", 500), sounding=(0, 500))
    assert [phoneme.symbol for phoneme in timed_phonemes(raw, 0, 1000, 1.0)] == ["a", ""]


def test_times_count_from_the_first_sample_that_is_kept() -> None:
    raw = speech(("a", 200), ("b", 500), sounding=(200, 800))
    assert timed_phonemes(raw, 100, 800, 0.9) == (
        Phoneme("", 0.0, 0.1),
        Phoneme("a", 0.1, 0.4),
        Phoneme("b", 0.4, 0.7),
        Phoneme("", 0.7, 0.9),
    )


def test_marks_of_tone_and_of_a_change_of_language_are_no_sounds() -> None:
    raw = speech(("(fr)", 0), ("a˥˩", 0), ("b5", 500))
    assert [phoneme.symbol for phoneme in timed_phonemes(raw, 0, 1000, 1.0)] == ["a", "b"] + [""] * 0
