from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.upstream.relayed_voice import LEAD_S, MAX_AHEAD_S, RelayedVoice, Unheard


class Stage:
    """A voice on a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.playout = Playout(lambda: self.now)
        self.voice = RelayedVoice(self.playout)

    def played(self, seconds: float) -> NDArray[np.int16]:
        return self.playout.read(0, round(seconds * SAMPLE_RATE))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def tone(seconds: float) -> NDArray[np.int16]:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(8_000 * np.sin(2 * np.pi * 220 * time) + 1, dtype=np.int16)


@pytest.mark.parametrize("block", [1, 333, 4_800, 1_000_000])
def test_sound_is_played_whole_however_it_is_cut(stage: Stage, block: int) -> None:
    pcm = tone(0.25)
    for start in range(0, pcm.size, block):
        assert stage.voice.add("item", 0, pcm[start : start + block])
    stage.voice.finish()
    lead = round(LEAD_S * SAMPLE_RATE)
    assert np.array_equal(stage.played(LEAD_S + 0.25)[lead:], pcm)


def test_the_mouth_moves_with_the_sound_and_the_words_are_known(stage: Stage) -> None:
    stage.voice.write("Hello ")
    stage.voice.write("there.")
    stage.voice.add("item", 0, tone(1.0))
    end = round(1.2 * SAMPLE_RATE)
    assert stage.playout.phonemes_between(0, end)
    assert [each.text for each in stage.playout.texts_between(0, end)] == ["Hello there."]


def test_what_was_heard_of_a_message_is_told_when_it_is_cut(stage: Stage) -> None:
    stage.voice.add("one", 0, tone(1.0))
    stage.voice.finish()
    stage.voice.add("two", 1, tone(2.0))
    stage.now = LEAD_S + 1.5
    assert stage.voice.cut() == [Unheard("two", 1, 500)]
    assert not stage.voice.cut()


def test_a_message_of_which_nothing_was_heard_is_cut_to_nothing(stage: Stage) -> None:
    stage.voice.add("one", 0, tone(1.0))
    stage.voice.add("two", 0, tone(1.0))
    stage.now = LEAD_S + 0.25
    assert stage.voice.cut() == [Unheard("one", 0, 250), Unheard("two", 0, 0)]
    assert not np.any(stage.playout.read(round((stage.now + 0.1) * SAMPLE_RATE), SAMPLE_RATE))


def test_a_pause_in_a_message_does_not_count_as_heard(stage: Stage) -> None:
    stage.voice.add("one", 0, tone(0.4))
    stage.now = LEAD_S + 5.0
    stage.voice.add("one", 0, tone(0.4))
    stage.now += LEAD_S + 0.2
    assert stage.voice.cut() == [Unheard("one", 0, 600)]


def test_what_was_heard_to_its_end_is_not_cut(stage: Stage) -> None:
    stage.voice.add("one", 0, tone(1.0))
    stage.now = LEAD_S + 2.0
    assert stage.voice.cut() == []


def test_sound_too_far_ahead_is_lost(stage: Stage) -> None:
    for _ in range(round(MAX_AHEAD_S)):
        assert stage.voice.add("one", 0, tone(1.0))
    assert not stage.voice.add("one", 0, tone(1.0))
    stage.now = 10.0
    assert stage.voice.add("one", 0, tone(1.0))
