"""Which words have been heard."""

from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.session.talk.spoken_words import USUAL_PACE, SpokenWords
from navtalk_widget.session.talk.voice_clock import Sound


def spoken(*pieces: tuple[str, float], complete: bool = True) -> SpokenWords:
    words = SpokenWords(sound_complete=complete)
    for text, received_ms in pieces:
        words.add(text, received_ms)
    return words


def test_pieces_that_come_with_their_sound_are_heard_with_it() -> None:
    words = spoken(("One two ", 0.0), ("three four ", 4000.0), ("five.", 5000.0))
    heard = [words.heard(Sound(6000.0, heard_ms)) for heard_ms in (0.0, 2000.0, 3999.0, 4001.0, 4990.0, 5999.0, 6000.0)]
    assert heard == [
        "",
        "One",
        "One two",
        "One two",
        "One two three four",
        "One two three four",
        "One two three four five.",
    ]


def test_words_ahead_of_all_sound_are_spread_over_it() -> None:
    text = "aa bb cc dd ee ff gg hh ii jj"
    at_once = spoken((text, 0.0))
    assert at_once.heard(Sound(10_000.0, 5_000.0)) == "aa bb cc dd ee"
    piece_by_piece = spoken(*((word + " ", 0.0) for word in text.split()))
    assert piece_by_piece.heard(Sound(10_000.0, 5_000.0)) == "aa bb cc dd ee"


def test_words_that_run_ahead_do_not_count_as_heard_when_they_come() -> None:
    ahead = spoken(*((f"word{number} ", 100.0 * number) for number in range(10)))
    assert ahead.heard(Sound(4_000.0, 2_000.0)) == "word0 word1 word2 word3 word4"


def test_words_whose_sound_is_still_to_come_were_not_heard() -> None:
    story = "Once upon a time there was a king who had never slept in all his life. " * 5
    words = spoken((story, 0.0), complete=False)
    heard = words.heard(Sound(1_500.0, 1_000.0))
    assert heard
    assert len(heard) <= 1_000.0 / USUAL_PACE


def test_without_sound_nothing_was_heard() -> None:
    words = spoken(("Hello.", 0.0))
    assert words.heard(None) == ""
    assert words.heard(Sound(0.0, 0.0)) == ""


def test_chinese_is_heard_character_by_character() -> None:
    words = spoken(("你好，世界。今天很好。", 0.0))
    assert words.heard(Sound(1_100.0, 550.0)) == "你好，世界"[:4]


def test_a_word_in_two_pieces_is_heard_with_its_second() -> None:
    words = spoken(("Once up", 0.0), ("on a time", 1_000.0))
    assert words.heard(Sound(2_000.0, 1_000.0)) == "Once"
    assert words.heard(Sound(2_000.0, 1_300.0)) == "Once upon"


def test_the_same_words_as_a_whole_keep_their_places() -> None:
    words = spoken(("One ", 0.0), ("two.", 9_000.0))
    words.replace("One two.")
    assert words.heard(Sound(10_000.0, 8_000.0)) == "One"
    words.replace("One, two.")
    assert words.text == "One, two."
    assert words.heard(Sound(10_000.0, 10_000.0)) == "One, two."


_pieces = st.lists(st.tuples(st.text(alphabet="ab 你，.", max_size=8), st.floats(0, 5_000)), max_size=8)


@given(_pieces, st.booleans(), st.floats(0, 8_000), st.lists(st.floats(0, 1), min_size=2, max_size=4))
def test_more_hearing_never_hears_less(
    pieces: list[tuple[str, float]], complete: bool, received_ms: float, shares: list[float]
) -> None:
    words = spoken(*sorted(pieces, key=lambda piece: piece[1]), complete=complete)
    heard = [words.heard(Sound(received_ms, received_ms * share)) for share in sorted(shares)]
    assert all(words.text.startswith(each) for each in heard)
    assert [len(each) for each in heard] == sorted(len(each) for each in heard)
