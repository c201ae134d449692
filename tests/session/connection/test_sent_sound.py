"""From the service's milliseconds to where they belong in time, in samples."""

from navtalk_widget.protocol import events
from navtalk_widget.session.connection.sent_sound import REMEMBERED_TURNS, SentSound

BLOCK = events.InputAudioBufferAppend(audio=bytes(960))  # 480 samples: 20 ms


def spoken(sound: SentSound, *places: int) -> None:
    for place in places:
        sound.note(BLOCK, place)
        sound.sent()


def test_without_a_gap_milliseconds_are_places() -> None:
    sound = SentSound()
    spoken(sound, 10_000, 10_480, 10_960)
    assert sound.place(0) == 10_000
    assert sound.place(30) == 10_720
    assert sound.place(60, end=True) == 11_440


def test_what_was_not_sent_is_not_counted() -> None:
    sound = SentSound()
    spoken(sound, 10_000, 10_480, 50_000, 50_480)  # muted for a while
    assert sound.place(40, end=True) == 10_960, "what ends there was said before the gap"
    assert sound.place(40) == 50_000, "what begins there, after it"
    assert sound.place(50) == 50_240


def test_what_was_dropped_on_its_way_is_not_counted_either() -> None:
    sound = SentSound()
    for place in (10_000, 10_480, 10_960):
        sound.note(BLOCK, place)
    sound.dropped()
    sound.sent()
    sound.sent()
    assert sound.place(0) == 10_480


def test_before_anything_was_sent_nothing_is_known() -> None:
    assert SentSound().place(100) is None


def test_a_turn_that_is_ended_by_hand_begins_after_what_was_discarded() -> None:
    sound = SentSound()
    spoken(sound, 10_000)
    sound.note(events.InputAudioBufferClear(), 0)
    spoken(sound, 20_000, 20_480)
    sound.note(events.InputAudioBufferCommit(), 0)
    sound.confirmed("item")
    assert sound.turn("item") == (20_000, 20_960)
    assert sound.turn("other") is None


def test_a_turn_that_was_too_short_for_the_service_does_not_give_its_place_to_the_next() -> None:
    sound = SentSound()
    for place in (10_000, 20_000):
        spoken(sound, place)
        sound.note(events.InputAudioBufferCommit(), 0)
    sound.refused()
    sound.confirmed("item")
    assert sound.turn("item") == (20_000, 20_480)
    sound.refused()  # what was not ended by hand is none of its business


def test_no_more_turns_are_remembered_than_are_asked_for() -> None:
    sound = SentSound()
    for number in range(2 * REMEMBERED_TURNS):
        spoken(sound, 1_000 * number)
        sound.note(events.InputAudioBufferCommit(), 0)
        sound.confirmed(f"item_{number}")
    assert sound.turn("item_0") is None
    assert sound.turn(f"item_{2 * REMEMBERED_TURNS - 1}") is not None
