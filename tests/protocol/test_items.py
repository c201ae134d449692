import json
from typing import Any

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, v1


@pytest.mark.parametrize(
    "response",
    [
        {"id": "r", "status": "completed", "output": [{"id": "i", "type": "reasoning"}]},
        {"id": "r", "status": "queued"},
        {"id": "r", "object": "realtime.answer", "output": [{"object": "x", "status": "odd", "role": "tool"}]},
    ],
)
def test_what_a_service_adds_to_the_protocol_loses_no_event(response: dict[str, Any]) -> None:
    event = v1.decode_server(json.dumps({"type": "response.done", "response": response}))
    assert isinstance(event, events.ResponseDone)
    assert event.response.id == "r"


def test_cancelled_is_understood_in_either_spelling() -> None:
    event = v1.decode_server('{"type": "response.done", "response": {"id": "r", "status": "canceled"}}')
    assert isinstance(event, events.ResponseDone)
    assert event.response.status == "cancelled"


@pytest.mark.parametrize(("item", "named"), [({"type": "song"}, "item.type"), ({"role": "robot"}, "item.role")])
def test_a_client_may_not_invent_items(item: dict[str, Any], named: str) -> None:
    with pytest.raises(ProtocolError, match=named):
        v1.decode_client(json.dumps({"type": "conversation.item.create", "item": item}))
