from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.local.talk.upstream.dialects import (
    in_beta,
    response_today,
    session_in_beta,
    session_today,
    speaks_today,
)

TODAY: dict[str, Any] = {
    "type": "realtime",
    "id": "sess_1",
    "model": "gpt-realtime",
    "instructions": "Be brief.",
    "output_modalities": ["audio"],
    "max_output_tokens": "inf",
    "audio": {
        "input": {"turn_detection": None, "transcription": {"model": "whisper-1"}, "noise_reduction": None},
        "output": {"voice": "ash", "speed": 1.1},
    },
}
BETA: dict[str, Any] = {
    "id": "sess_1",
    "model": "gpt-realtime",
    "instructions": "Be brief.",
    "modalities": ["text", "audio"],
    "max_response_output_tokens": "inf",
    "turn_detection": None,
    "input_audio_transcription": {"model": "whisper-1"},
    "input_audio_noise_reduction": None,
    "voice": "ash",
    "speed": 1.1,
}


_WORDS = ("type", "session", "item", "part", "response", "content", "audio", "output", "input", "output_modalities")


def test_the_two_are_told_apart_by_the_session() -> None:
    assert speaks_today(TODAY)
    assert speaks_today({"output_modalities": ["text"]})
    assert not speaks_today(BETA)
    assert not speaks_today({})


def test_a_session_comes_through_in_both_directions() -> None:
    assert session_in_beta(TODAY) == BETA
    assert session_in_beta(BETA) == BETA
    asked = session_today({name: value for name, value in BETA.items() if name not in ("id", "model")})
    assert asked == {name: value for name, value in TODAY.items() if name not in ("id", "model")}


def test_only_what_is_set_is_asked_for() -> None:
    assert session_today({"instructions": "Hi."}) == {"type": "realtime", "instructions": "Hi."}
    assert session_today({"temperature": 0.8}) == {"type": "realtime"}
    assert session_today({"modalities": ["text"]})["output_modalities"] == ["text"]


@pytest.mark.parametrize(
    ("today", "beta"),
    [
        ("response.output_audio.delta", "response.audio.delta"),
        ("response.output_audio.done", "response.audio.done"),
        ("response.output_audio_transcript.delta", "response.audio_transcript.delta"),
        ("response.output_audio_transcript.done", "response.audio_transcript.done"),
        ("response.output_text.delta", "response.text.delta"),
        ("response.output_text.done", "response.text.done"),
        ("conversation.item.added", "conversation.item.created"),
        ("input_audio_buffer.speech_started", "input_audio_buffer.speech_started"),
        ("something.new", "something.new"),
    ],
)
def test_events_are_called_as_clients_know_them(today: str, beta: str) -> None:
    assert in_beta({"type": today, "delta": "x"}) == {"type": beta, "delta": "x"}


def test_an_event_that_the_beta_has_no_word_for_is_left_out() -> None:
    assert in_beta({"type": "conversation.item.done", "item": {}}) is None


def test_what_is_inside_items_and_responses_is_called_so_too() -> None:
    item = {"id": "i", "content": [{"type": "output_audio", "transcript": "Hi."}, {"type": "output_text", "text": "x"}]}
    written = {"id": "i", "content": [{"type": "audio", "transcript": "Hi."}, {"type": "text", "text": "x"}]}
    response = {"id": "r", "output": [item], "output_modalities": ["audio"], "audio": {"output": {"voice": "ash"}}}
    told = in_beta({"type": "response.done", "response": response})
    assert told is not None
    assert told["response"] == {"id": "r", "output": [written], "modalities": ["text", "audio"], "voice": "ash"}
    assert in_beta({"type": "response.output_item.done", "item": item}) == {
        "type": "response.output_item.done",
        "item": written,
    }
    assert in_beta({"type": "response.content_part.added", "part": {"type": "output_audio"}}) == {
        "type": "response.content_part.added",
        "part": {"type": "audio"},
    }


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["audio", "output_audio", "realtime", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(_WORDS), _ANYTHING), st.sampled_from(["session.created", "response.done", "x"]))
def test_nothing_that_a_backend_sends_breaks_it(message: dict[str, Any], name: str) -> None:
    told = in_beta({**message, "type": name})
    assert told is not None
    assert told["type"] == name


@pytest.mark.parametrize("strange", [{"item": None}, {"item": 3}, {"part": "x"}, {"response": []}, {"session": "x"}])
def test_what_has_no_known_shape_is_handed_on(strange: dict[str, Any]) -> None:
    assert in_beta({"type": "something.new", **strange}) == {"type": "something.new", **strange}


def test_an_answer_is_asked_for_in_todays_words() -> None:
    context = [{"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi."}]}]
    asked = response_today({"conversation": "none", "input": context, "metadata": {"a": "b"}, "temperature": 1})
    assert asked == {
        "conversation": "none",
        "metadata": {"a": "b"},
        "input": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi."}]}],
    }
