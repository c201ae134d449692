from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.life.visemes import LEAD, REACH, REST, VISEMES, Mouth, mouth_at, visemes_of
from navtalk_widget.local.playout import ScheduledPhoneme

FRAME = SAMPLE_RATE // 25

LARGEST_STEP = {"opening": 0.72, "spread": 0.62, "rounding": 0.62, "tuck": 0.85, "press": 0.8, "tongue": 0.68}
"""From one frame to the next, as fast as the lips of a hasty speaker."""

SOUNDS = [
    "p",
    "b",
    "m",
    "f",
    "v",
    "θ",
    "ð",
    "t",
    "d",
    "n",
    "l",
    "s",
    "z",
    "ʃ",
    "tʃ",
    "k",
    "ɡ",
    "ŋ",
    "ɹ",
    "h",
    "w",
    "j",
    "iː",
    "ɪ",
    "e",
    "ɛ",
    "æ",
    "ɑː",
    "ɔː",
    "ʊ",
    "uː",
    "ʌ",
    "ɜː",
    "ə",
    "aɪ",
    "eɪ",
    "oʊ",
    "aʊ",
]


def spoken(*sounds: tuple[str, float], start: float = 1.0) -> list[ScheduledPhoneme]:
    phonemes, at = [], start
    for symbol, length in sounds:
        end = at + length
        if symbol:
            phonemes.append(ScheduledPhoneme(symbol, round(at * SAMPLE_RATE), round(end * SAMPLE_RATE)))
        at = end
    return phonemes


def film(phonemes: list[ScheduledPhoneme], offset: int = 0) -> list[Mouth]:
    """Twenty-five mouths a second, from before the first sound to after the last."""
    end = phonemes[-1].end if phonemes else 2 * SAMPLE_RATE
    return [mouth_at(position, phonemes) for position in range(offset, end + SAMPLE_RATE, FRAME)]


@pytest.mark.parametrize("sound", ["m", "b", "p"])
@pytest.mark.parametrize("offset", range(0, FRAME, 120))
def test_closures_close_the_lips_in_some_frame_wherever_the_frames_fall(sound: str, offset: int) -> None:
    mouths = film(spoken(("ɑː", 0.15), (sound, 0.06), ("ɑː", 0.15)), offset)
    opened = [i for i, mouth in enumerate(mouths) if mouth.opening > 0.4]
    between = mouths[opened[0] : opened[-1] + 1]
    assert min(mouth.opening for mouth in between) < 0.03
    assert max(mouth.press for mouth in between) > 0.9


@pytest.mark.parametrize("sound", ["m", "b", "p"])
def test_the_lips_are_closed_in_the_middle_of_a_closure(sound: str) -> None:
    phonemes = spoken(("ɑː", 0.15), (sound, 0.07), ("ɑː", 0.15))
    middle = (phonemes[1].start + phonemes[1].end) // 2
    closed = [
        position
        for position in range(middle - 4 * FRAME, middle + 4 * FRAME, 48)
        if mouth_at(position, phonemes).press > 0.95
    ]
    assert phonemes[1].start - FRAME - LEAD <= closed[0] <= middle <= closed[-1] + LEAD <= phonemes[1].end + FRAME


def test_neighbours_colour_each_other() -> None:
    between_round = mouth_at(round(1.28 * SAMPLE_RATE), spoken(("uː", 0.22), ("t", 0.06), ("uː", 0.2)))
    between_wide = mouth_at(round(1.28 * SAMPLE_RATE), spoken(("iː", 0.22), ("t", 0.06), ("iː", 0.2)))
    assert between_round.rounding > 0.2 > between_wide.rounding
    assert between_wide.spread > between_round.spread + 0.4


def test_f_and_v_bring_the_lower_lip_to_the_teeth() -> None:
    for sound in "fv":
        assert max(mouth.tuck for mouth in film(spoken(("ɑː", 0.12), (sound, 0.09), ("iː", 0.12)))) > 0.9


def test_rounded_vowels_round_and_spread_ones_spread() -> None:
    assert max(mouth.rounding for mouth in film(spoken(("uː", 0.2)))) > 0.8
    assert max(mouth.spread for mouth in film(spoken(("iː", 0.2)))) > 0.7
    assert max(mouth.rounding for mouth in film(spoken(("iː", 0.2)))) == 0.0


def test_open_vowels_open_the_jaw_more_than_closed_ones() -> None:
    widest = {sound: max(mouth.opening for mouth in film(spoken((sound, 0.2)))) for sound in ("ɑː", "ɛ", "iː")}
    assert widest["ɑː"] > widest["ɛ"] > widest["iː"] > 0.15


def test_a_diphthong_passes_through_both_its_vowels() -> None:
    mouths = film(spoken(("oʊ", 0.3)))
    assert max(mouth.rounding for mouth in mouths) > 0.75
    assert visemes_of("aɪ") == ("ah", "ee")


def test_silence_is_rest() -> None:
    assert mouth_at(0, []) == REST
    assert film(spoken(("ɑː", 0.2)))[-1] == REST
    assert film(spoken(("ɑː", 0.2)))[0] == REST


def test_the_mouth_is_open_in_the_middle_of_the_sound_that_opens_it() -> None:
    phonemes = spoken(("ɑː", 0.12))
    middle = (phonemes[0].start + phonemes[0].end) // 2
    openings = {position: mouth_at(position, phonemes).opening for position in range(middle - 9600, middle + 9600, 60)}
    widest = max(openings, key=lambda position: openings[position])
    assert middle - FRAME <= widest <= middle


@given(st.lists(st.tuples(st.sampled_from([*SOUNDS, ""]), st.floats(0.03, 0.3)), min_size=1, max_size=12))
def test_the_mouth_never_snaps(sounds: list[tuple[str, float]]) -> None:
    mouths = film(spoken(*sounds))
    for before, after in pairwise(mouths):
        for measure, bound in LARGEST_STEP.items():
            assert abs(getattr(after, measure) - getattr(before, measure)) < bound, measure


@given(st.lists(st.tuples(st.sampled_from([*SOUNDS, ""]), st.floats(0.03, 0.3)), min_size=1, max_size=12))
def test_all_measures_stay_in_their_range(sounds: list[tuple[str, float]]) -> None:
    for mouth in film(spoken(*sounds)):
        assert -1.0 <= mouth.spread <= 1.0
        for measure in (mouth.opening, mouth.rounding, mouth.tuck, mouth.press, mouth.tongue):
            assert 0.0 <= measure <= 1.0


def test_sounds_out_of_reach_do_not_move_the_mouth() -> None:
    phonemes = spoken(("ɑː", 0.2))
    assert mouth_at(phonemes[0].start - REACH - LEAD - 1, phonemes) == REST
    assert mouth_at(phonemes[0].end + REACH + 1, phonemes) == REST


@pytest.mark.parametrize("symbol", [*SOUNDS, "ɚ", "tʃʰ", "ñ", "ǃ", "ˈɑː", "y", "ø", "x", "ʁ"])
def test_every_sound_has_a_shape(symbol: str) -> None:
    assert visemes_of(symbol)
    assert set(visemes_of(symbol)) <= set(VISEMES)


@pytest.mark.parametrize("symbol", ["", "_", " "])
def test_silence_has_none(symbol: str) -> None:
    assert visemes_of(symbol) == ()
