import json
from typing import Any

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, v1, v2
from navtalk_widget.protocol.event import Event
from navtalk_widget.protocol.signalling import Create
from tests.protocol.wire_samples import Sample, recorded, says_all_of, without_id

CLIENT = recorded("v2", "client")
SERVER = recorded("v2", "server")
UPSTREAM = [sample for sample in recorded("v1", "server") if sample.event.type != events.SessionId.type]


@pytest.mark.parametrize("sample", CLIENT, ids=str)
def test_a_client_is_understood_in_every_spelling(sample: Sample) -> None:
    event = v2.decode_client(json.dumps(sample.message))
    assert event == sample.event
    written = v2.encode_client(event)
    assert v2.decode_client(written) == event
    assert not sample.ours or says_all_of(json.loads(written), sample.message)


@pytest.mark.parametrize("sample", SERVER, ids=str)
def test_a_service_is_understood_in_every_spelling(sample: Sample) -> None:
    event = v2.decode_server(json.dumps(sample.message))
    assert event == sample.event
    written = v2.encode_server(event)
    assert without_id(v2.decode_server(written)) == without_id(event)
    assert not sample.ours or says_all_of(json.loads(written), sample.message)


@pytest.mark.parametrize("sample", UPSTREAM, ids=str)
@pytest.mark.parametrize("place", ["raw_data", "data", "on top", "without prefix"])
def test_an_event_of_the_first_generation_is_understood_wherever_its_fields_are(sample: Sample, place: str) -> None:
    message = sample.message
    name = f"realtime.{message['type']}"
    fields = {key: value for key, value in message.items() if key != "type"}
    wrapped: dict[str, Any] = {
        "raw_data": {"type": name, "data": {}, "raw_data": message},
        "data": {"type": name, "data": fields},
        "on top": {"type": name, **fields},
        "without prefix": message,
    }
    assert v2.decode_server(json.dumps(wrapped[place])) == v1.decode_server(json.dumps(message))


def test_every_event_has_a_sample() -> None:
    told = {type(sample.event) for sample in (*SERVER, *UPSTREAM)}
    assert set(v2.SERVER_EVENTS.values()) <= told
    assert set(v2.CLIENT_EVENTS.values()) <= {type(sample.event) for sample in CLIENT}


def test_every_event_that_we_send_has_a_sample_of_its_own() -> None:
    sent = {cls for cls in v2.SERVER_EVENTS.values() if v2.sends_to_clients(cls.model_construct())}
    assert sent <= {type(sample.event) for sample in SERVER if sample.ours}


# ── what the sources tell of a message we write ──────────────────────────────────────────────────────────


def written(event: Event, **options: bool) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(v2.encode_server(event, **options))
    return message


CALL = events.FunctionCallArgumentsDone(call_id="call_1", name="weather", arguments='{"city": "Ghent"}')


def test_the_arguments_of_a_call_are_an_object_and_upstream_a_text() -> None:
    message = written(CALL)
    assert message["data"] == {
        "function_name": "weather",
        "name": "weather",
        "call_id": "call_1",
        "arguments": {"city": "Ghent"},
    }
    assert message["raw_data"]["name"] == "weather"
    assert message["raw_data"]["arguments"] == '{"city": "Ghent"}'


def test_transitional_clients_are_given_the_arguments_of_a_call_as_text() -> None:
    message = written(CALL, arguments_as_text=True)
    assert message["data"]["arguments"] == '{"city": "Ghent"}'
    assert message["raw_data"]["arguments"] == '{"city": "Ghent"}'


@pytest.mark.parametrize("arguments", ["", "{", "[" * 100_000, "[" * 300 + "]" * 300])
def test_arguments_that_are_no_json_stay_text(arguments: str) -> None:
    call = events.FunctionCallArgumentsDone(call_id="call_1", arguments=arguments)
    assert written(call)["data"]["arguments"] == arguments
    assert without_id(v2.decode_server(v2.encode_server(call))) == call


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_number_in_the_arguments_that_json_does_not_know_is_null(number: str) -> None:
    call = events.FunctionCallArgumentsDone(call_id="call_1", arguments=f'{{"a": {number}}}')
    assert written(call)["data"]["arguments"] == {"a": None}
    assert without_id(v2.decode_server(v2.encode_server(call))) == call


def test_every_client_finds_the_words_and_the_answer_they_belong_to() -> None:
    delta = written(events.AudioTranscriptDelta(delta="Hel", response_id="resp_1"))["data"]
    assert delta == {"content": "Hel", "delta": "Hel", "id": "resp_1", "response_id": "resp_1"}
    done = written(events.AudioTranscriptDone(transcript="Hello", response_id="resp_1"))["data"]
    assert done == {"content": "Hello", "transcript": "Hello", "id": "resp_1", "response_id": "resp_1"}
    heard = written(events.InputTranscriptionCompleted(transcript="Hi"))
    assert heard["data"] == {"content": "Hi", "transcript": "Hi"}
    assert heard["raw_data"]["transcript"] == "Hi"


@pytest.mark.parametrize(
    "event",
    [
        events.ConnectionWarning(message="no"),
        events.ConnectionFailed(message="no"),
        events.ConnectionClosing(message="no"),
        events.SessionGpuFull(message="no"),
        events.SessionInsufficientBalance(message="no"),
        events.SessionConnectionLimitExceeded(message="no"),
        events.SessionBackendError(message="no"),
        events.ErrorEvent(error={"message": "no"}),
    ],
    ids=lambda event: event.type,
)
def test_a_complaint_is_in_data_and_on_top(event: Event) -> None:
    message = written(event)
    assert message["message"] == "no"
    assert message["data"]["message"] == "no"


def test_sound_is_written_once() -> None:
    text = v2.encode_server(events.AudioDelta(delta=b"\x01\x00\xff\xff", response_id="resp_1"))
    assert text.count("AQD//w==") == 1


def test_what_the_server_sends_upstream_is_beside_what_navtalk_makes_of_it() -> None:
    message = written(events.SpeechStarted(event_id="event_1", audio_start_ms=20, item_id="item_1"))
    assert message["type"] == "realtime.input_audio_buffer.speech_started"
    assert message["data"] == {}
    assert message["raw_data"] == {
        "type": "input_audio_buffer.speech_started",
        "event_id": "event_1",
        "audio_start_ms": 20,
        "item_id": "item_1",
    }


def test_configuration_is_json_inside_a_text() -> None:
    config = events.InputConfig(voice="ash", prompt="Be brief.", tools=({"type": "function", "name": "f"},))
    content = json.loads(v2.encode_client(config))["data"]["content"]
    assert json.loads(content) == {
        "voice": "ash",
        "prompt": "Be brief.",
        "tools": [{"type": "function", "name": "f"}],
    }


# ── what is refused, and what is not ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({"type": "realtime.input_config"}, "data.content must be the JSON text of an object"),
        ({"type": "realtime.input_config", "data": {"content": "[]"}}, "data.content must be the JSON text of an obj"),
        ({"type": "realtime.input_config", "data": {"content": "{"}}, "data.content is not JSON"),
        ({"type": "realtime.input_config", "data": {"content": "[" * 100_000}}, "data.content is not JSON"),
        ({"type": "realtime.input_function_call", "data": {"content": "{}"}}, "data.content must be the JSON text of"),
        ({"type": "realtime.input_function_call", "data": {"content": "[3]"}}, "tools"),
        ({"type": "realtime.input_audio_buffer.append", "data": {}}, "audio: Field required"),
        ({"type": "realtime.input_audio_buffer.append", "data": "AAAA"}, "audio: Field required"),
        ({"type": "realtime.input_image", "data": {"reply": 1}}, "content: Field required"),
        ({"type": "realtime.function_call_output", "data": {"content": "sunny"}}, "call_id: Field required"),
        ({"type": "webrtc.signaling.answer", "data": {"sdp": "v=0"}}, "answer"),
        ({"type": "webrtc.signaling.answer"}, "answer"),
    ],
)
def test_a_broken_client_message_is_refused_in_words(message: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        v2.decode_client(json.dumps(message))


def test_an_empty_configuration_configures_nothing() -> None:
    assert v2.decode_client('{"type": "realtime.input_config", "data": {"content": ""}}') == events.InputConfig()


def test_the_text_inside_a_text_is_read_with_the_same_care() -> None:
    def prompt(inner: str) -> str:
        return json.dumps({"type": "realtime.input_config", "data": {"content": f'{{"prompt": {inner}}}'}})

    assert v2.decode_client(prompt(r'"a\ud83d"')) == events.InputConfig(prompt="a\ufffd")
    assert v2.decode_client(prompt("NaN")) == events.InputConfig()
    with pytest.raises(ProtocolError, match="inside one another"):
        v2.decode_client(prompt("[" * 300 + "]" * 300))


def test_a_binary_message_of_a_service_is_sound() -> None:
    assert v2.decode_server(b"\x01\x02") == events.AudioDelta(delta=b"\x01\x02")


def test_a_binary_message_of_a_client_is_refused() -> None:
    with pytest.raises(ProtocolError, match="must be text"):
        v2.decode_client(b"\x01\x02")


@pytest.mark.parametrize("name", ["realtime.moods.updated", "conversation.connected.moody", "unknow"])
def test_an_unknown_event_passes_through_untouched(name: str) -> None:
    message = {"type": name, "data": {"mood": None}, "raw_data": {"type": "mood"}}
    event = v2.decode_server(json.dumps(message))
    assert event == events.UnknownEvent(name=name, raw=message)
    assert json.loads(v2.encode_server(event)) == message


@pytest.mark.parametrize("event", [events.SpeechStarted(), events.ConversationConnected()])
def test_a_client_does_not_send_what_is_for_others_to_send(event: Event) -> None:
    with pytest.raises(ProtocolError, match=event.type):
        v2.encode_client(event)


@pytest.mark.parametrize("event", [events.SessionId(session_id="0f1c"), events.InputText(content="hello")])
def test_a_service_does_not_send_what_is_for_others_to_send(event: Event) -> None:
    with pytest.raises(ProtocolError, match=event.type):
        v2.encode_server(event)


def test_nobody_asks_for_the_offer() -> None:
    with pytest.raises(ProtocolError, match="offers by itself"):
        v2.encode_client(Create())


def test_an_identifier_that_is_no_text_is_none() -> None:
    event = v2.decode_server('{"type": "realtime.response.audio.done", "data": {"id": true}}')
    assert event == events.AudioDone()
