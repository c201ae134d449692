import json
from typing import Any

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import signalling
from navtalk_widget.protocol.signalling import Create, IceCandidate
from tests.support.wire import samples


@pytest.mark.parametrize("message", samples("v1", "signalling"), ids=lambda message: str(message["type"]))
def test_a_message_survives_decoding_and_encoding(message: dict[str, Any]) -> None:
    signal = signalling.decode(json.dumps(message))
    assert signal is not None
    assert json.loads(signalling.encode(signal)) == message


def test_the_service_may_leave_the_target_out_of_a_candidate() -> None:
    signal = signalling.decode('{"type": "iceCandidate", "candidate": {"candidate": ""}}')
    assert signal == IceCandidate(candidate={"candidate": ""})


def test_the_end_of_candidates_is_none() -> None:
    signal = signalling.decode('{"type": "iceCandidate", "candidate": null}')
    assert isinstance(signal, IceCandidate)
    assert signal.candidate is None


def test_a_type_nobody_documents_is_passed_over() -> None:
    assert signalling.decode('{"type": "ping"}') is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": "offer"}', '{"type": "offer", "sdp": "v=0"}'])
def test_a_broken_message_is_refused_in_words(text: str) -> None:
    with pytest.raises(ProtocolError, match="signalling message"):
        signalling.decode(text)


def test_the_target_has_its_name_on_the_wire() -> None:
    assert json.loads(signalling.encode(Create(target="x"))) == {"type": "create", "targetSessionId": "x"}
