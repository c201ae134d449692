"""The events of one response, in the order in which clients expect them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.local.history import History
from navtalk_widget.local.responders.responder import Message
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import ContentPart, Item, Response, new_id

AUDIO_DELTA_SAMPLES = SAMPLE_RATE // 5
"""200 ms of voice in each event."""

Status = Literal["completed", "cancelled", "failed"]


@dataclass(slots=True)
class _Open:
    """The message that is being said; its place in the response is after the items already in it."""

    item_id: str
    text: str = ""


class ResponseEvents:
    """Tells the client of one response, and the history what was said in it.

    Every method sends at once and none waits, so that an interruption finds the response between two events and
    can end it properly.

    Args:
        send: takes each event.
        history: learns of each item when it begins.
        conversation_id: goes into the response object.
        spoken: whether the answer is voice with a transcript, or text alone.
    """

    def __init__(
        self, send: Callable[[Event], None], history: History, *, conversation_id: str, spoken: bool = True
    ) -> None:
        self.response_id = new_id("resp")
        self._send = send
        self._history = history
        self._conversation_id = conversation_id
        self._spoken = spoken
        self._output: list[Item] = []
        self._message: _Open | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether `response.done` has been sent; nothing may follow it."""
        return self._ended

    def begin(self) -> None:
        """Announce the response."""
        self._send(events.ResponseCreated(response=self._response("in_progress")))

    def say(self, text: str, voice: NDArray[np.int16] | None = None) -> str:
        """Add words, and their sound (mono int16 of shape (samples,) at 24,000 Hz) if the answer is spoken.

        Returns:
            The identifier of the message they belong to.
        """
        message = self._message or self._begin_message()
        where = self._where(message.item_id)
        message.text += text
        self._history.set_text(message.item_id, message.text.strip())
        if not self._spoken:
            self._send(events.TextDelta(**where, delta=text))
            return message.item_id
        self._send(events.AudioTranscriptDelta(**where, delta=text))
        if voice is not None:
            for start in range(0, voice.size, AUDIO_DELTA_SAMPLES):
                block = to_bytes(voice[start : start + AUDIO_DELTA_SAMPLES])
                self._send(events.AudioDelta(**where, delta=block))
        return message.item_id

    def call(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Add a function call; a message before it is complete."""
        self._finish_message("completed")
        call = Item(
            id=new_id("item"),
            type="function_call",
            status="completed",
            call_id=new_id("call"),
            name=name,
            arguments=json.dumps(arguments, ensure_ascii=False),
        )
        item_id, call_id, text = str(call.id), str(call.call_id), str(call.arguments)
        begun = call.model_copy(update={"status": "in_progress", "arguments": ""})
        previous = self._history.last_id
        self._history.add(item_id, Message("assistant", text, name=name, call_id=call_id))
        where = self._where(item_id)
        self._send(events.OutputItemAdded(**where, item=begun))
        self._send(events.ConversationItemCreated(item=begun, previous_item_id=previous))
        self._send(events.FunctionCallArgumentsDelta(**where, call_id=call_id, delta=text))
        self._send(events.FunctionCallArgumentsDone(**where, call_id=call_id, name=name, arguments=text))
        self._send(events.OutputItemDone(**where, item=call))
        self._output.append(call)

    def end(self, status: Status, details: dict[str, Any] | None = None, *, heard: str | None = None) -> None:
        """End the response; a second end changes nothing.

        Args:
            status: how it ended.
            details: why, for one that was not completed.
            heard: the words of the last message that were played before it was cut; None if it was not cut.
        """
        if self._ended:
            return
        if self._message is not None and heard is not None:
            self._message.text = heard
        self._finish_message("completed" if status == "completed" else "incomplete")
        self._ended = True
        self._send(events.ResponseDone(response=self._response(status, details)))

    def _begin_message(self) -> _Open:
        self._message = message = _Open(new_id("item"))
        item = Item(id=message.item_id, status="in_progress", role="assistant", content=())
        where = self._where(message.item_id)
        previous = self._history.last_id
        self._history.add(message.item_id, Message("assistant", ""))
        self._send(events.OutputItemAdded(**where, item=item))
        self._send(events.ConversationItemCreated(item=item, previous_item_id=previous))
        self._send(events.ContentPartAdded(**where, part=self._part("")))
        return message

    def _finish_message(self, status: Literal["completed", "incomplete"]) -> None:
        message, self._message = self._message, None
        if message is None:
            return
        text = message.text.strip()
        where = self._where(message.item_id)
        if self._spoken:
            self._send(events.AudioDone(**where))
            self._send(events.AudioTranscriptDone(**where, transcript=text))
        else:
            self._send(events.TextDone(**where, text=text))
        part = self._part(text)
        item = Item(id=message.item_id, status=status, role="assistant", content=(ContentPart(**part),))
        self._send(events.ContentPartDone(**where, part=part))
        self._send(events.OutputItemDone(**where, item=item))
        self._history.set_text(message.item_id, text)
        self._output.append(item)

    def _where(self, item_id: str) -> dict[str, Any]:
        return {"response_id": self.response_id, "item_id": item_id, "output_index": len(self._output)}

    def _part(self, text: str) -> dict[str, Any]:
        return {"type": "audio", "transcript": text} if self._spoken else {"type": "text", "text": text}

    def _response(
        self, status: Literal["in_progress", "completed", "cancelled", "failed"], details: dict[str, Any] | None = None
    ) -> Response:
        return Response(
            id=self.response_id,
            status=status,
            status_details=details,
            output=tuple(self._output),
            conversation_id=self._conversation_id,
        )
