"""When speech begins and ends."""

from __future__ import annotations

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.speech.listening.vad import VoiceActivity, VoiceStarted, VoiceStopped
from tests.local.speech.conftest import Say, blocks, in_a_room, room_noise, silence

SENTENCE = "hello how are you"


def test_speech_is_found_with_its_prefix_and_the_silence_that_ends_it(say: Say) -> None:
    speech = say(SENTENCE)
    started, stopped = VoiceActivity(0.5, 300, 500).feed(in_a_room(speech, 1.0, 1.0))
    assert isinstance(started, VoiceStarted)
    assert isinstance(stopped, VoiceStopped)
    assert 1000 - 300 <= started.at_ms <= 1300 - 300 + 50
    speech_ends_ms = 1000 + speech.size * 1000 // SAMPLE_RATE
    assert speech_ends_ms - 300 + 500 <= stopped.at_ms <= speech_ends_ms + 500 + 100


@pytest.mark.parametrize("size", [1, 77, 480, 12_345, 10 * SAMPLE_RATE])
def test_the_size_of_blocks_does_not_matter(say: Say, size: int) -> None:
    sound = in_a_room(say("stop please"), 0.5, 0.8)
    whole = VoiceActivity().feed(sound)
    activity = VoiceActivity()
    assert [event for block in blocks(sound, size) for event in activity.feed(block)] == whole
    assert len(whole) == 2


def test_the_prefix_padding_moves_the_beginning(say: Say) -> None:
    sound = in_a_room(say(SENTENCE))
    none, half_a_second = (VoiceActivity(0.5, padding, 500).feed(sound)[0].at_ms for padding in (0, 500))
    assert none - half_a_second == 500


def test_no_speech_begins_before_the_microphone_did(say: Say) -> None:
    assert VoiceActivity(0.5, 3000, 500).feed(in_a_room(say(SENTENCE)))[0] == VoiceStarted(0)


def test_a_longer_silence_is_awaited_if_asked_for(say: Say) -> None:
    sound = in_a_room(say(SENTENCE), 0.5, 1.5)
    quick, slow = (VoiceActivity(0.5, 300, silence_ms).feed(sound)[-1].at_ms for silence_ms in (320, 960))
    assert slow - quick == 640


def test_a_pause_within_a_sentence_ends_nothing(say: Say) -> None:
    word = say("please")
    sound = room_noise(np.concatenate((silence(0.5), word, silence(0.3), word, silence(1.0))))
    assert [type(event) for event in VoiceActivity(0.5, 300, 600).feed(sound)] == [VoiceStarted, VoiceStopped]


def test_the_prefix_of_the_next_speech_does_not_reach_into_the_last(say: Say) -> None:
    word = say("please")
    sound = room_noise(np.concatenate((silence(0.5), word, silence(0.8), word, silence(0.8))))
    events = VoiceActivity(0.5, 3000, 320).feed(sound)
    assert [type(event) for event in events] == [VoiceStarted, VoiceStopped, VoiceStarted, VoiceStopped]
    assert events[2].at_ms >= events[1].at_ms


def test_a_high_threshold_hears_less(say: Say) -> None:
    murmur = np.asarray(in_a_room(say(SENTENCE, "kal16")) * 0.05, dtype=np.int16)

    def judged_as_voice(threshold: float) -> int:
        events = VoiceActivity(threshold, 0, 64).feed(murmur)
        return sum(stop.at_ms - start.at_ms for start, stop in zip(events[::2], events[1::2], strict=True))

    assert judged_as_voice(0.95) < judged_as_voice(0.1)


def test_noise_and_clicks_are_no_speech() -> None:
    sound = room_noise(silence(5.0), 300)
    sound[SAMPLE_RATE : SAMPLE_RATE + 100] = 30_000
    assert VoiceActivity().feed(sound) == []


def test_quiet_speech_is_still_speech(say: Say) -> None:
    quiet = np.asarray(np.concatenate((silence(0.5), say(SENTENCE), silence(1.0))) * 0.03, dtype=np.int16)
    assert [type(event) for event in VoiceActivity().feed(quiet)] == [VoiceStarted, VoiceStopped]


def test_a_voice_is_heard_before_it_counts_as_speech(say: Say) -> None:
    activity = VoiceActivity()
    heard, began = [], []
    for block in blocks(in_a_room(say(SENTENCE)), SAMPLE_RATE // 100):
        began += activity.feed(block)
        heard.append(activity.hears_voice)
        if began:
            break
    assert 20 <= sum(heard[:-1]) * 10 <= 160
    assert heard[-1]


def test_speech_can_be_ended_from_outside(say: Say) -> None:
    activity = VoiceActivity()
    activity.feed(in_a_room(say(SENTENCE), 0.5, 0.0))
    assert activity.speaking
    assert activity.end_speech() == VoiceStopped(activity.position_ms)
    assert not activity.speaking
    assert activity.end_speech() is None


@pytest.mark.parametrize("noise", [30.0, 110.0, 300.0])
def test_a_room_that_has_been_quiet_for_long_is_heard_as_well_as_a_new_one(say: Say, noise: float) -> None:
    sentence = np.asarray(say(SENTENCE) * 0.5, dtype=np.int16)
    starts = []
    for quiet_s in (0.5, 6.0):
        sound = room_noise(np.concatenate((silence(quiet_s), sentence, silence(1.0))), noise)
        started, _ = VoiceActivity(0.5, 0, 500).feed(sound)
        starts.append(started.at_ms - quiet_s * 1000)
    assert abs(starts[1] - starts[0]) <= 160
