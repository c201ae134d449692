"""What is counted."""

from dataclasses import replace

import pytest

from navtalk_widget.transcript import Transcript
from navtalk_widget.transcript.report.figures import conversations, sides, span_s, stages, tokens, tools
from tests.support.talks import long_talk, museum, took, turn


def test_each_side_has_its_turns_its_time_and_its_words() -> None:
    person, avatar = sides(museum())
    assert (person.turns, avatar.turns) == (5, 6)
    assert person.talk_s == pytest.approx(2.9 + 2.2 + 1.9 + 4.4 + 1.5)
    assert avatar.talk_s == pytest.approx(3.4 + 5.6 + 11.4 + 6.3 + 7.1 + 4.1)
    assert person.talk_share == pytest.approx(12.9 / 50.8)
    assert avatar.talk_share == pytest.approx(37.9 / 50.8)
    assert person.words == 7 + 9 + 5 + 11 + 4  # of 谢谢，再见！ each character
    assert (person.interrupted, avatar.interrupted) == (0, 1)


def test_of_an_answer_that_was_cut_short_the_words_count_that_were_heard() -> None:
    answer = turn(0, "avatar", 0, 3, "one two three four five six", heard="one two three", interrupted=True)
    _, avatar = sides([answer])
    assert avatar.words == 3
    assert avatar.words_per_minute == pytest.approx(60)


def test_typed_turns_take_no_talk_time() -> None:
    typed = replace(turn(0, "user", 0, 5, "When does it open?"), source="text")
    person, avatar = sides([typed, turn(1, "avatar", 6, 2, "At nine.")])
    assert (person.talk_s, person.words, person.words_per_minute) == (0, 4, None)
    assert avatar.talk_share == 1


def test_where_nobody_spoke_there_is_no_share() -> None:
    assert [side.talk_share for side in sides([])] == [None, None]


def test_the_stages_of_answers_are_those_that_are_known() -> None:
    answers = [turn(n, "avatar", 10 * n, 3, "Yes.", latency=took(100 * n, 200, 300, 400)) for n in range(1, 22)]
    known = stages([*answers, turn(0, "user", 0, 1, "Hello")])
    assert list(known) == ["recognized_ms", "words_ms", "audio_ms", "heard_ms"]
    assert known["recognized_ms"].answers == 21
    assert known["recognized_ms"].p50_ms == 1100
    assert known["recognized_ms"].p95_ms == 2000
    assert known["heard_ms"].p95_ms == 400


def test_tools_come_with_their_failures_the_most_called_first() -> None:
    called = tools(museum())
    assert list(called) == ["opening_hours", "visitor_count"]
    assert (called["opening_hours"].calls, called["opening_hours"].failures) == (2, 0)
    assert called["opening_hours"].mean_s == pytest.approx(0.2)
    assert (called["visitor_count"].calls, called["visitor_count"].failures) == (1, 1)


def test_tokens_are_added_up_where_they_are_told() -> None:
    used = tokens(museum())
    assert used is not None
    assert (used.input_tokens, used.output_tokens, used.cached_tokens) == (6 * 412, 6 * 96, 6 * 320)
    assert tokens(long_talk(4)) is None


def test_conversations_are_told_apart_and_the_time_between_them_does_not_count() -> None:
    first = [turn(0, "user", 0, 2, "a"), turn(1, "avatar", 3, 4, "b")]
    second = [turn(0, "user", 5000, 1, "c", conversation="conv_2")]
    found = conversations(Transcript([*second, *first]))
    assert [[each.text for each in turns] for turns in found] == [["a", "b"], ["c"]]
    assert [span_s(turns) for turns in found] == [7, 1]


def test_a_turn_that_goes_on_counts_from_its_beginning() -> None:
    assert span_s([turn(0, "user", 0, None, "a"), turn(1, "avatar", 3, None, "b")]) == 3
