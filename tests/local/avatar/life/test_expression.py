from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.life.expression import NEUTRAL, REACH, Expression, Said, Texts, expression_at
from navtalk_widget.local.playout import Playout, ScheduledText

FRAME = SAMPLE_RATE // 25
START, END = SAMPLE_RATE, 4 * SAMPLE_RATE


def said(text: str, cut: int = END) -> list[Said]:
    return [Said(text, START, END, cut)]


def at(share: float, text: str) -> Expression:
    return expression_at(round(START + share * (END - START)), said(text))


def test_plain_words_leave_the_face_as_it_is() -> None:
    assert at(0.5, "The train leaves at nine.") == NEUTRAL


def test_a_question_raises_brows_and_tilts_the_head_towards_its_end() -> None:
    text = "Would you like to take the train at nine in the morning?"
    assert at(0.3, text) == NEUTRAL
    assert at(0.97, text).brows > 1.5
    assert at(0.97, text).tilt > 0.015


def test_an_exclamation_brightens() -> None:
    assert at(0.5, "What a train that is!").brows > 0.8
    assert at(0.5, "What a train that is!").smile > 0.2


@pytest.mark.parametrize("text", ["Hello, this is the train.", "Danke für alles.", "The train is here 😊"])
def test_friendly_words_smile(text: str) -> None:
    assert at(0.5, text).smile > 0.6


def test_regret_lifts_the_inner_brows_and_smiles_less() -> None:
    sorry = at(0.5, "Unfortunately the train has gone.")
    assert sorry.worry > 0.6
    assert sorry.smile < -0.2


def test_only_the_sentence_that_is_being_said_shows() -> None:
    text = "I am so sorry about all of that now. The train leaves from platform nine, on the other side of the hall."
    assert at(0.2, text).worry > 0.6
    assert at(0.9, text) == NEUTRAL


@pytest.mark.parametrize(
    "text", ["Hello! How are you today?", "Sorry. Thanks! Really? No.", "Unfortunately not, but thank you 😊!"]
)
@pytest.mark.parametrize("cut", [END, START + (END - START) // 3, START + FRAME])
def test_expressions_come_and_go_without_jumps(text: str, cut: int) -> None:
    shown = [expression_at(position, said(text, cut)) for position in range(0, END + 2 * SAMPLE_RATE, FRAME)]
    for before, after in pairwise(shown):
        change = np.abs(np.subtract(astuple(after), astuple(before)))
        assert (change < (0.8, 0.01, 0.3, 0.35, 0.25)).all()
    assert shown[0] == shown[-1] == NEUTRAL


def test_what_lies_out_of_reach_does_not_show() -> None:
    assert expression_at(END + REACH, said("Hello, thank you, how lovely!")) == NEUTRAL


def test_cutting_the_words_lets_the_expression_go_from_there() -> None:
    text, cut = "Hello, I am so happy to see you here.", 2 * SAMPLE_RATE
    for position in range(START, cut + 1, FRAME):
        assert expression_at(position, said(text, cut)) == expression_at(position, said(text))
    assert expression_at(cut + SAMPLE_RATE // 3, said(text, cut)) == NEUTRAL


def test_the_length_of_a_text_is_remembered_when_the_playout_cuts_it() -> None:
    now = 0.0
    playout, texts = Playout(lambda: now), Texts()
    start, end = playout.say(SpokenPiece("Hello there.", np.zeros(3 * SAMPLE_RATE, dtype=np.int16), (), ()))
    assert texts.said(playout.texts_between(start, end)) == [Said("Hello there.", start, end, end)]
    now = 1.0
    playout.flush()
    (cut,) = texts.said(playout.texts_between(start, end))
    assert (cut.start, cut.end) == (start, end)
    assert SAMPLE_RATE <= cut.cut < 1.1 * SAMPLE_RATE


def test_only_so_many_texts_are_remembered() -> None:
    texts = Texts()
    for at_ in range(1_000):
        texts.said([ScheduledText("Hello", at_ * 10, at_ * 10 + 10)])
    assert len(texts._ends) <= 64
