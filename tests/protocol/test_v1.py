import json

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.event import Event
from navtalk_widget.protocol.events import UnknownEvent, name_of
from navtalk_widget.protocol.signalling import Create
from tests.protocol.wire_samples import Sample, recorded, says_all_of, without_id

CLIENT = recorded("v1", "client")
SERVER = recorded("v1", "server")


@pytest.mark.parametrize("sample", CLIENT, ids=str)
def test_a_client_is_understood_in_every_spelling(sample: Sample) -> None:
    event = v1.decode_client(json.dumps(sample.message))
    assert event == sample.event
    written = v1.encode_client(event)
    assert v1.decode_client(written) == event
    assert not sample.ours or says_all_of(json.loads(written), sample.message)


@pytest.mark.parametrize("sample", SERVER, ids=str)
def test_a_service_is_understood_in_every_spelling(sample: Sample) -> None:
    event = v1.decode_server(json.dumps(sample.message))
    assert event == sample.event
    written = v1.encode_server(event)
    assert without_id(v1.decode_server(written)) == without_id(event)
    assert json.loads(written)["event_id"]
    assert not sample.ours or says_all_of(json.loads(written), sample.message)


def test_every_event_has_a_sample() -> None:
    assert {type(sample.event) for sample in CLIENT} == set(v1.CLIENT_EVENTS.values())
    assert {type(sample.event) for sample in SERVER} == set(v1.SERVER_EVENTS.values())


@pytest.mark.parametrize("event", [events.InputText(content="hello"), events.SpeechStarted()])
def test_a_client_does_not_send_what_is_for_others_to_send(event: Event) -> None:
    with pytest.raises(ProtocolError, match=event.type):
        v1.encode_client(event)


@pytest.mark.parametrize("event", [events.ConversationConnected(), events.ResponseCreate()])
def test_a_service_does_not_send_what_is_for_others_to_send(event: Event) -> None:
    with pytest.raises(ProtocolError, match=event.type):
        v1.encode_server(event)


def test_a_signal_has_a_socket_of_its_own() -> None:
    with pytest.raises(ProtocolError, match="signalling socket"):
        v1.encode_client(Create())


def test_a_binary_message_of_a_service_is_sound() -> None:
    assert v1.decode_server(b"\x01\x02") == events.AudioDelta(delta=b"\x01\x02")


def test_what_has_no_form_in_json_is_refused_in_words() -> None:
    with pytest.raises(ProtocolError, match=r"session\.update cannot be written"):
        v1.encode_client(events.SessionUpdate(session={"voice": object()}))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "must be a JSON object"),
        ("3", "must be a JSON object"),
        ("{}", "string `type`"),
        ('{"type": 3}', "string `type`"),
        ('{"type": "input_audio_buffer.append"}', "audio: Field required"),
        ('{"type": "input_audio_buffer.append", "audio": "A"}', "not base64"),
        ('{"type": "input_audio_buffer.append", "audio": "A*=="}', "not base64"),
        ('{"type": "input_audio_buffer.append", "audio": 7}', "audio"),
        ('{"type": "session.update", "session": "loud"}', "session"),
        ('{"type": "conversation.item.create", "item": {"type": "song"}}', "item.type"),
    ],
)
def test_a_broken_client_message_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint.replace("`", ".").replace("[", r"\[")):
        v1.decode_client(text)


def test_an_unknown_event_passes_through_untouched() -> None:
    message = {"type": "moods.updated", "moods": [{"name": "joy", "since": None}]}
    event = v1.decode_server(json.dumps(message))
    assert isinstance(event, UnknownEvent)
    assert event.raw == message
    assert name_of(event) == "moods.updated"
    assert json.loads(v1.encode_server(event)) == message


def test_fields_that_nobody_documents_are_kept() -> None:
    event = v1.decode_server('{"type": "response.audio.done", "mood": {"name": "joy", "since": null}}')
    assert event.model_extra == {"mood": {"name": "joy", "since": None}}
    assert json.loads(v1.encode_server(event))["mood"] == {"name": "joy", "since": None}


def test_an_odd_number_of_bytes_is_for_those_to_refuse_who_know_the_format() -> None:
    event = v1.decode_client('{"type": "input_audio_buffer.append", "audio": "AA=="}')
    assert event == events.InputAudioBufferAppend(audio=b"\0")


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
