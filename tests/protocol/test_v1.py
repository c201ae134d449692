import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.events import UnknownEvent, name_of
from tests.support.wire import samples

CLIENT = samples("v1", "client")
SERVER = samples("v1", "server")


def by_type(message: dict[str, Any]) -> str:
    return str(message["type"])


@pytest.mark.parametrize("message", CLIENT, ids=by_type)
def test_a_client_message_survives_decoding_and_encoding(message: dict[str, Any]) -> None:
    event = v1.decode_client(json.dumps(message))
    assert name_of(event) == message["type"]
    written = json.loads(v1.encode_client(event))
    assert _contains(written, message)
    assert v1.decode_client(v1.encode_client(event)) == event


@pytest.mark.parametrize("message", SERVER, ids=by_type)
def test_a_server_message_survives_decoding_and_encoding(message: dict[str, Any]) -> None:
    event = v1.decode_server(json.dumps(message))
    assert name_of(event) == message["type"]
    written = json.loads(v1.encode_server(event))
    assert _contains(written, message)
    assert written["event_id"]


def test_every_event_has_a_sample() -> None:
    assert {by_type(message) for message in CLIENT} == set(v1.CLIENT_EVENTS)
    assert {by_type(message) for message in SERVER} == set(v1.SERVER_EVENTS)


def _contains(written: Any, sample: Any) -> bool:
    """Whether all that the sample says, nulls and what no client reads aside, was written again."""
    if isinstance(sample, dict):
        left_out = {"logprobs", "usage"}
        return all(_contains(written.get(k), v) for k, v in sample.items() if v is not None and k not in left_out)
    if isinstance(sample, list):
        return len(written) == len(sample) and all(map(_contains, written, sample))
    return bool(written == sample)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "must be a JSON object"),
        ("3", "must be a JSON object"),
        ("{}", "string `type`"),
        ('{"type": 3}', "string `type`"),
        ('{"type": "input_audio_buffer.append"}', "audio: Field required"),
        ('{"type": "input_audio_buffer.append", "audio": "A"}', "not base64"),
        ('{"type": "input_audio_buffer.append", "audio": "A*=="}', "not base64"),
        ('{"type": "input_audio_buffer.append", "audio": "AA=="}', "no whole number of 16-bit samples"),
        ('{"type": "input_audio_buffer.append", "audio": 7}', "audio"),
        ('{"type": "session.update", "session": "loud"}', "session"),
        ('{"type": "conversation.item.create", "item": {"type": "song"}}', "item.type"),
    ],
)
def test_a_broken_client_message_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint.replace("`", ".").replace("[", r"\[")):
        v1.decode_client(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_whatever_json_arrives_it_is_decoded_or_refused(value: Any) -> None:
    for name in [*v1.SERVER_EVENTS, "x"]:
        for message in (value, {"type": name}, {"type": name, "delta": value, "item": value, "error": value}):
            for decode in (v1.decode_client, v1.decode_server):
                with suppress(ProtocolError):  # anything else fails the test
                    decode(json.dumps(message))


def test_an_unknown_event_passes_through_untouched() -> None:
    message = {"type": "rate_limits.updated", "rate_limits": [{"name": "requests"}]}
    event = v1.decode_server(json.dumps(message))
    assert isinstance(event, UnknownEvent)
    assert event.raw == message
    assert name_of(event) == "rate_limits.updated"


def test_a_delta_given_as_object_is_its_text() -> None:
    event = v1.decode_server('{"type": "response.audio_transcript.delta", "delta": {"text": "Hel"}}')
    assert isinstance(event, events.AudioTranscriptDelta)
    assert event.delta == "Hel"


@pytest.mark.parametrize("key", ["sessionId", "session_id"])
def test_the_session_id_is_known_under_both_names(key: str) -> None:
    event = v1.decode_server(json.dumps({"type": "session.session_id", key: "0f1c"}))
    assert isinstance(event, events.SessionId)
    assert event.session_id == "0f1c"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "error", "error": {"message": "no"}},
        {"type": "response.error", "error": {"message": "no"}},
        {"type": "response.error", "message": "no"},
        {"type": "error", "error": "no"},
    ],
)
def test_an_error_is_understood_in_every_spelling(message: dict[str, Any]) -> None:
    event = v1.decode_server(json.dumps(message))
    assert isinstance(event, events.ErrorEvent)
    assert event.error["message"] == "no"


def test_arguments_given_as_object_become_text() -> None:
    event = v1.decode_server(
        '{"type": "response.function_call_arguments.done", "call_id": "c", "name": "f", "arguments": {"a": 1}}'
    )
    assert isinstance(event, events.FunctionCallArgumentsDone)
    assert json.loads(event.arguments) == {"a": 1}


def test_sound_travels_as_base64_of_little_endian_samples() -> None:
    text = v1.encode_client(events.InputAudioBufferAppend(audio=b"\x01\x00\xff\xff"))
    assert json.loads(text) == {"type": "input_audio_buffer.append", "audio": "AQD//w=="}


def test_a_history_item_whose_parts_are_a_string_keeps_its_words() -> None:
    event = v1.decode_client(
        '{"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": "[hello]"}}'
    )
    assert isinstance(event, events.ConversationItemCreate)
    assert event.item.text == "[hello]"


def test_half_a_surrogate_pair_does_not_reach_the_wire() -> None:
    update = events.SessionUpdate(session={"instructions": "a\udcffb", "voice": "\N{GRINNING FACE}"})
    text = v1.encode_client(update)
    assert json.loads(text.encode())["session"] == {"instructions": "a\ufffdb", "voice": "\N{GRINNING FACE}"}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_know_is_null_on_the_wire(number: float) -> None:
    for event in (events.SessionUpdate(session={"a": [number]}), UnknownEvent(name="x", raw={"a": [number]})):
        assert "[null]" in v1.encode_client(event).replace(" ", "")
