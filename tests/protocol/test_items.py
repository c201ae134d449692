import json
from typing import Any

import pytest

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.items import Item


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


@pytest.mark.parametrize("content", ["[hello]", "[{type=input_text, text=hello}]", "[]", "[{}]", "[" * 100_000])
def test_a_text_in_place_of_parts_is_a_part(content: str) -> None:
    assert Item.model_validate({"content": content}).text == content


def test_parts_rendered_as_a_text_are_parts() -> None:
    item = Item.model_validate(
        {"content": '[{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]'}
    )
    assert item.text == "a b"
