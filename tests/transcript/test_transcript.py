"""The sequence of turns: order, snapshots, cost."""

import copy
import dataclasses
import pickle
import random
import threading
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navtalk_widget.transcript import Transcript, Turn
from tests.transcript.turns import NOON, any_turns, said

distinct_turns = st.lists(any_turns, unique_by=lambda turn: turn.key, max_size=6)


def grown(turns: list[Turn]) -> Transcript:
    transcript = Transcript.empty()
    for turn in turns:
        transcript = transcript.with_turn(turn)
    return transcript


def test_turns_are_in_the_order_in_which_they_began_not_arrived() -> None:
    answer, question = said(2, "Fine.", "avatar"), said(1, "How are you?")
    assert list(grown([answer, question])) == [question, answer]


def test_a_turn_is_replaced_under_its_id() -> None:
    transcript = grown([said(1, "Hel"), said(2, "other")]).with_turn(said(1, "Hello"))
    assert [turn.text for turn in transcript] == ["Hello", "other"]


def test_a_turn_whose_beginning_is_corrected_moves() -> None:
    late = dataclasses.replace(said(1, "first"), started_at=NOON + timedelta(seconds=10))
    assert [turn.id for turn in grown([said(2), late, said(1)])] == ["item_1", "item_2"]


@given(distinct_turns, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_arrival_makes_no_difference(turns: list[Turn], shuffler: random.Random) -> None:
    shuffled = turns.copy()
    shuffler.shuffle(shuffled)
    assert grown(shuffled) == grown(turns) == Transcript(turns)
    assert grown(shuffled).to_pandas().equals(grown(turns).to_pandas())


@pytest.mark.parametrize("disorder", [0, 5, 50, 500])
def test_long_conversations_keep_order_however_late_turns_arrive(disorder: int) -> None:
    numbers = list(range(700))
    shuffler = random.Random(1)
    numbers.sort(key=lambda number: number + shuffler.uniform(0, disorder))
    assert list(grown([said(number) for number in numbers])) == [said(number) for number in range(700)]


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["a", "b"])), min_size=1, max_size=40))
def test_earlier_snapshots_never_change(changes: list[tuple[int, str]]) -> None:
    transcript = Transcript(said(number) for number in range(0, 400, 2))
    snapshots = [(transcript, tuple(transcript))]
    for number, text in changes:
        transcript = transcript.with_turn(said(number, text))
        snapshots.append((transcript, tuple(transcript)))
    for snapshot, seen in snapshots:
        assert tuple(snapshot) == seen
        assert snapshot == Transcript(seen)


def test_snapshots_stay_apart_when_two_conversations_go_on_from_one() -> None:
    common = grown([said(number) for number in range(200)])
    left, right = common, common
    for number in range(200, 400):
        left = left.with_turn(said(number, "left"))
        right = right.with_turn(said(number, "right"))
    assert len(common) == 200
    assert {turn.text for turn in left[200:]} == {"left"}
    assert {turn.text for turn in right[200:]} == {"right"}


def test_threads_that_go_on_from_one_snapshot_do_not_mix() -> None:
    common = grown([said(number) for number in range(190)])
    start = threading.Barrier(8, timeout=30)
    ends: dict[int, Transcript] = {}

    def go_on(thread: int) -> None:
        mine = common
        start.wait()
        for number in range(190, 600):
            mine = mine.with_turn(said(number, str(thread)))
        ends[thread] = mine

    threads = [threading.Thread(target=go_on, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ends) == 8
    for number, end in ends.items():
        assert len(end) == 600
        assert {turn.text for turn in end[190:]} == {str(number)}


def allocated_by_updates(length: int) -> int:
    """Bytes held by 300 snapshots, one per update, of a transcript that has grown to that length."""
    transcript = grown([said(number) for number in range(length)])
    turns = [said(length + number // 3, "x" * (number % 3)) for number in range(300)]
    kept = []
    tracemalloc.start()
    try:
        for turn in turns:
            transcript = transcript.with_turn(turn)
            kept.append(transcript)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_an_update_of_a_long_transcript_copies_no_more_than_one_of_a_short() -> None:
    # Copying every turn would take ten times the memory. The shared log itself takes more room now and then.
    assert allocated_by_updates(6_000) < 3 * allocated_by_updates(300)


def allocated_by_comparing(length: int) -> int:
    """Bytes needed to find that setting a trait to a changed transcript of that length is a change."""
    transcript = Transcript(said(number) for number in range(length))
    changed = transcript.with_turn(said(length, "changed"))
    for number in range(200):  # so that the two see different lengths of the log they share
        changed = changed.with_turn(said(length + number))
    same = changed.with_turn(changed[-1])
    tracemalloc.start()
    try:
        assert changed != transcript
        assert changed == same
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_comparing_snapshots_does_not_go_through_what_they_share() -> None:
    assert allocated_by_comparing(30_000) < 3 * allocated_by_comparing(300)


def test_it_is_a_sequence() -> None:
    turns = [said(number) for number in range(300)]
    transcript = grown(turns)
    assert len(transcript) == 300
    assert transcript[0] == turns[0]
    assert transcript[-1] == turns[-1]
    assert [transcript[number] for number in range(300)] == turns
    assert list(reversed(transcript)) == turns[::-1]
    assert turns[7] in transcript
    assert transcript.index(turns[7]) == 7
    with pytest.raises(IndexError, match="no turn 300 in a transcript of 300"):
        transcript[300]
    with pytest.raises(IndexError, match="no turn -301"):
        transcript[-301]


def test_a_slice_is_a_transcript() -> None:
    transcript = grown([said(number) for number in range(300)])
    assert transcript[-3:] == Transcript([said(297), said(298), said(299)])
    assert [turn.id for turn in transcript[10:20:5]] == ["item_10", "item_15"]
    assert len(transcript[5:5]) == 0
    with pytest.raises(ValueError, match="reversed"):
        transcript[::-1]


def test_of_several_turns_with_one_id_the_last_counts() -> None:
    assert [turn.text for turn in Transcript([said(1, "a"), said(2), said(1, "b")])] == ["b", ""]


def test_turns_of_two_conversations_may_have_the_same_ids() -> None:
    # As of a service that counts its items anew in each conversation.
    first, second = (
        [said(number, f"{name} {number}", conversation_id=name) for number in range(200)] for name in ("a", "b")
    )
    both = Transcript([*first, *second])
    assert len(both) == 400
    assert both == Transcript([*second, *first]) == grown([*first, *second])
    changed = both.with_turn(dataclasses.replace(first[0], text="changed")).with_turn(second[199])
    assert [turn.text for turn in changed[:2]] == ["changed", "b 0"]
    assert changed[2:] == both[2:]


def test_the_last_turn_of_each_side() -> None:
    transcript = grown([said(1, "Hello"), said(2, "Hi", "avatar"), said(3, "Bye")])
    assert transcript.last() == said(3, "Bye")
    assert transcript.last("avatar") == said(2, "Hi", "avatar")
    assert Transcript.empty().last() is None
    assert grown([said(1)]).last("avatar") is None


def test_equality_is_that_of_the_turns() -> None:
    assert grown([said(1), said(2)]) == grown([said(2), said(1)])
    assert grown([said(1)]) != grown([said(1, "other")])
    assert grown([said(1)]) != [said(1)]


def test_it_can_be_pickled_and_copied() -> None:
    transcript = grown([said(number) for number in range(300)])
    assert pickle.loads(pickle.dumps(transcript)) == transcript
    assert copy.deepcopy(transcript) == transcript
