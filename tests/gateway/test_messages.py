import json
from datetime import datetime, timezone
from typing import Any, get_args

import pytest

from navtalk_widget.gateway import from_page, to_page
from navtalk_widget.session.news import AnswerLatency, Progressed, ToolCallChanged
from navtalk_widget.transcript.turn import Latency, Turn
from tests.support.wire import samples

TO_KERNEL = samples("page_messages", "to_kernel")
TO_PAGE = {message["type"]: message for message in samples("page_messages", "to_page")}


@pytest.mark.parametrize("message", TO_KERNEL, ids=lambda message: str(message["type"]))
def test_every_sample_of_the_page_is_understood_whole(message: dict[str, Any]) -> None:
    assert from_page.read(json.dumps(message)).model_dump(exclude_unset=True) == message


def test_every_message_of_the_page_has_a_sample() -> None:
    types = {cls.model_fields["type"].annotation for cls in get_args(from_page.FromPage)}
    assert {message["type"] for message in TO_KERNEL} == {get_args(each)[0] for each in types}


def test_a_turn_is_written_as_the_sample_shows() -> None:
    turn = Turn(
        id="item_1",
        role="user",
        text="hello",
        started_at=datetime.fromtimestamp(1760000000.123, timezone.utc),
        final=True,
    )
    assert to_page.turn_message(turn) == TO_PAGE["turns"]["turns"][0]


@pytest.mark.parametrize(
    ("heard", "interrupted", "unheard"),
    [("Let me", True, " tell you"), ("", True, "Let me tell you"), (None, True, ""), ("Let me", False, "")],
)
def test_of_a_turn_that_was_cut_the_page_learns_what_nobody_heard(
    heard: str | None, interrupted: bool, unheard: str
) -> None:
    now = datetime.now(timezone.utc)
    turn = Turn(
        id="a", role="avatar", text="Let me tell you", text_heard=heard, started_at=now, interrupted=interrupted
    )
    message = to_page.turn_message(turn)
    assert (message["text"], message["unheard"]) == ("Let me tell you", unheard)


def test_progress_and_hints_are_written_as_the_samples_show() -> None:
    written = [
        to_page.progress_message(Progressed("Downloading the Whisper model base", 0.42)),
        to_page.progress_message(Progressed("")),
        to_page.hint_message("PocketSphinx listens, because the Whisper model could not be downloaded."),
    ]
    assert written == [each for each in samples("page_messages", "to_page") if each["type"] in ("progress", "hint")]


def test_a_tool_call_is_written_as_the_sample_shows() -> None:
    ended = ToolCallChanged("call_1", "weather", {"city": "Paris"}, "done", 1760000001.5, "18 degrees and sunny")
    under_way = ToolCallChanged("call_2", "read", {}, "running", 1760000002.5, progress=0.4, message="reading…")
    written = [to_page.tool_call_message(call) for call in (ended, under_way)]
    assert written == [each for each in samples("page_messages", "to_page") if each["type"] == "tool_call"]


def test_what_is_no_number_is_null_for_the_page() -> None:
    call = ToolCallChanged("call_1", "f", {"x": float("nan"), "y": [float("inf"), 1.5]}, "running", 0.0)
    assert to_page.tool_call_message(call)["arguments"] == {"x": None, "y": [None, 1.5]}


def test_how_long_an_answer_took_is_written_as_the_sample_shows() -> None:
    latency = AnswerLatency("item_2", Latency(recognized_ms=310.5, words_ms=420.0, audio_ms=455.0, mouth_ms=500.0))
    assert to_page.latency_message(latency) == TO_PAGE["latency"]


def test_traits_are_written_as_the_samples_show() -> None:
    written = [
        to_page.traits_message({"muted": False, "voice": "cedar", "turn_detection": None}),
        to_page.traits_message({"volume": 0.5}, 3),
    ]
    assert written == [each for each in samples("page_messages", "to_page") if each["type"] == "traits"]
