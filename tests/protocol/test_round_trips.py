import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import signalling, v1, v2
from navtalk_widget.protocol.codec import Codec
from navtalk_widget.protocol.event import Event, UnknownEvent
from navtalk_widget.protocol.signalling import Create, Signal
from tests.protocol.generated import JSON, MESSAGES, SIGNALS, UNKNOWN, made
from tests.protocol.wire_samples import plain, without_id

CLIENT = [(codec, cls) for codec in (v1, v2) for cls in codec.CLIENT_EVENTS.values()]
SERVER = [(codec, cls) for codec in (v1, v2) for cls in codec.SERVER_EVENTS.values()]

few = settings(max_examples=20, deadline=None)
many = settings(max_examples=300, deadline=None)


def named(value: Any) -> str:
    return str(getattr(value, "type", None) or getattr(value, "__name__", value))


@pytest.mark.parametrize(("codec", "cls"), CLIENT, ids=named)
@given(data=st.data())
@few
def test_what_a_client_writes_is_read_as_it_was(codec: Codec, cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(made(cls))
    assert codec.decode_client(codec.encode_client(event)) == event


@pytest.mark.parametrize(("codec", "cls"), SERVER, ids=named)
@given(data=st.data())
@few
def test_what_a_service_writes_is_read_as_it_was(codec: Codec, cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(made(cls))
    assert without_id(codec.decode_server(codec.encode_server(event))) == without_id(event)


@pytest.mark.parametrize("codec", [v1, v2], ids=named)
@given(event=UNKNOWN)
@few
def test_what_nobody_documents_is_read_as_it_was(codec: Codec, event: UnknownEvent) -> None:
    assert codec.decode_client(codec.encode_client(event)) == event
    assert codec.decode_server(codec.encode_server(event)) == event


@given(signal=SIGNALS)
@many
def test_a_signal_is_read_as_it_was(signal: Signal) -> None:
    assert signalling.decode(signalling.encode(signal)) == signal


@given(signal=SIGNALS.filter(lambda signal: not isinstance(signal, Create)))
@many
def test_a_signal_of_the_second_generation_needs_no_target(signal: Signal) -> None:
    nobody = signal.model_copy(update={"target": type(signal).model_fields["target"].default})
    for decode, encode in ((v2.decode_client, v2.encode_client), (v2.decode_server, v2.encode_server)):
        assert decode(encode(signal)) == nobody


@given(message=MESSAGES | JSON)
@many
def test_whatever_json_arrives_it_is_refused_or_what_it_says_can_be_told_again(message: Any) -> None:
    read_again(json.dumps(message))


@given(message=st.text() | st.binary())
@many
def test_whatever_arrives_it_is_refused_or_what_it_says_can_be_told_again(message: str | bytes) -> None:
    read_again(message)


def read_again(message: str | bytes) -> None:
    for codec in (v1, v2):
        for decode, encode in (
            (codec.decode_client, codec.encode_client),
            (codec.decode_server, codec.encode_server),
        ):
            try:
                event = decode(message)
            except ProtocolError:
                continue
            assert plain(decode(encode(event))) == plain(event)
    with suppress(ProtocolError):
        signal = signalling.decode(message)
        assert signal is None or signalling.decode(signalling.encode(signal)) == signal
