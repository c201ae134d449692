import json

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import signalling
from navtalk_widget.protocol.signalling import Create, IceCandidate
from tests.protocol.wire_samples import Sample, recorded


@pytest.mark.parametrize("sample", recorded("signalling", "both"), ids=str)
def test_a_message_survives_decoding_and_encoding(sample: Sample) -> None:
    signal = signalling.decode(json.dumps(sample.message))
    assert signal is not None
    assert signal == sample.event
    assert json.loads(signalling.encode(signal)) == sample.message


def test_the_service_may_leave_the_target_out_of_a_candidate() -> None:
    signal = signalling.decode('{"type": "iceCandidate", "candidate": {"candidate": ""}}')
    assert signal == IceCandidate(candidate={"candidate": ""})


def test_the_end_of_candidates_is_none() -> None:
    signal = signalling.decode('{"type": "iceCandidate", "candidate": null}')
    assert isinstance(signal, IceCandidate)
    assert signal.candidate is None


def test_a_type_nobody_documents_is_passed_over() -> None:
    assert signalling.decode('{"type": "ping"}') is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "string `type`"),
        ('{"type": "offer"}', "'offer' has a missing or wrong field"),
        ('{"type": "offer", "sdp": "v=0"}', "'offer' has a missing or wrong field"),
        (b'{"type": "create"}', "must be text"),
    ],
)
def test_a_broken_message_is_refused_in_words(text: str | bytes, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint):
        signalling.decode(text)


def test_half_a_surrogate_pair_does_not_reach_the_wire() -> None:
    text = signalling.encode(IceCandidate(candidate={"candidate": "a\udcffb"}))
    assert json.loads(text.encode())["candidate"] == {"candidate": "a\ufffdb"}


def test_the_target_has_its_name_on_the_wire() -> None:
    assert json.loads(signalling.encode(Create(target="x"))) == {"type": "create", "targetSessionId": "x"}
