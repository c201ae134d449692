"""What a client says, as a backend is told it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from navtalk_widget.local.talk.upstream.dialects import item_today, response_today
from navtalk_widget.local.talk.upstream.relayed_settings import RelayedSettings
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import ContentPart, Item, function_output, user_text


def messages_for(event: Event, settings: RelayedSettings, *, today: bool) -> Iterator[dict[str, Any]]:
    """What to send to the backend for an event of the client's.

    Args:
        event: of either generation.
        settings: of the conversation, whose changes are told with the next event that is about settings.
        today: whether the backend speaks OpenAI Realtime as it is today, not the beta.
    """
    match event:
        case events.SessionUpdate() | events.InputConfig() | events.InputFunctionCall():
            tells = isinstance(event, events.SessionUpdate)
            yield _identified(event, {"type": "session.update", "session": settings.changes(today=today, tells=tells)})
        case events.ConversationItemCreate():
            yield _created(v1.native(event, exclude_none=True), today=today)
        case events.InputText(content=text):
            yield from _item(event, user_text(text), today=today, reply=event.reply)
        case events.InputImage(content=url):
            picture = Item(role="user", content=(ContentPart(type="input_image", image_url=url),))
            yield from _item(event, picture, today=today, reply=event.reply)
        case events.FunctionCallOutput():
            yield from _item(event, function_output(event.call_id, event.output), today=today, reply=event.reply)
        case events.ResponseCreate(response=wanted) if wanted is not None:
            left_out = ("output_audio_format",)  # the sound between us and the backend is always the same
            response = {name: value for name, value in wanted.items() if name not in left_out}
            told = response_today(response) if today else response
            yield _identified(event, {"type": "response.create", "response": told})
        case _:
            yield v1.native(event, exclude_none=True)


def _item(event: Event, item: Item, *, today: bool, reply: bool) -> Iterator[dict[str, Any]]:
    create = events.ConversationItemCreate(item=item, event_id=event.event_id)
    yield _created(v1.native(create, exclude_none=True), today=today)
    if reply:
        yield {"type": "response.create"}


def _created(message: dict[str, Any], *, today: bool) -> dict[str, Any]:
    item = {name: value for name, value in message["item"].items() if name != "object"}
    return {**message, "item": item_today(item) if today else item}


def _identified(event: Event, message: dict[str, Any]) -> dict[str, Any]:
    return message if event.event_id is None else {**message, "event_id": event.event_id}
