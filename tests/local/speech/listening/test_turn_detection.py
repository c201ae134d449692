"""How long a silence ends a turn."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from navtalk_widget.local.speech.listening.listener import FinalTranscript, SemanticVad, ServerVad
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from tests.local.speech.conftest import Pcm, Say, blocks, room_noise, silence

from .test_listener import idle, listening

QUESTION = "what is the weather in paris today"
HANGING = "i would like to know about the"


@pytest.mark.parametrize("eagerness", ["low", "medium", "high", "auto"])
def test_the_more_complete_the_sooner(eagerness: Literal["low", "medium", "high", "auto"]) -> None:
    vad = SemanticVad(eagerness)
    question, either, hanging = (vad.silence_after(words, "") for words in (QUESTION, "it rains", HANGING))
    assert 250 <= question < either < hanging <= 1_500


def test_eagerness_scales_the_patience() -> None:
    low, medium, auto, high = (
        SemanticVad(each).silence_after("it rains", "") for each in ("low", "medium", "auto", "high")
    )
    assert low > medium == auto > high


def test_a_fixed_silence_does_not_listen_to_the_words() -> None:
    assert {ServerVad(silence_duration_ms=700).silence_after(words, "") for words in (QUESTION, HANGING)} == {700}


async def utterances(recognizer: SphinxRecognizer, sound: Pcm) -> list[str]:
    """What is understood, turn by turn, at the pace at which the recogniser takes it in."""
    async with listening(recognizer, SemanticVad()) as (listener, heard):
        for block in blocks(sound, 2_400):
            await listener.feed(block)
            await idle(listener)
        await listener.commit()
        count = listener._utterances
        events = await heard.until(FinalTranscript, count)
    return [event.text for event in events if isinstance(event, FinalTranscript)]


@pytest.mark.parametrize(("words", "turns"), [(HANGING, 1), (QUESTION, 2)])
async def test_the_same_pause_ends_a_question_and_no_hanging_clause(
    sphinx: SphinxRecognizer, say: Say, words: str, turns: int
) -> None:
    parts = (silence(0.5), say(words), silence(0.7), say("history of this city"), silence(0.1))
    said = await utterances(sphinx, room_noise(np.concatenate(parts)))
    assert len(said) == turns, said
