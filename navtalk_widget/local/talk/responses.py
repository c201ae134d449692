"""The events of one response, in the order in which clients expect them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.sound_formats import SoundEncoder
from navtalk_widget.engines.responder import ResponseRequest
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.talk.history import History
from navtalk_widget.local.talk.response_options import ResponseOptions
from navtalk_widget.local.talk.usage import rate_limits, usage
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import ContentPart, Item, Response, new_id

AUDIO_DELTA_SAMPLES = SAMPLE_RATE // 5
"""200 ms of voice in each event."""

Status = Literal["completed", "cancelled", "failed", "incomplete"]


@dataclass(slots=True)
class _Open:
    """The message that is being said; its place in the response is after the items already in it."""

    item_id: str
    encoder: SoundEncoder
    text: str = ""


class ResponseEvents:
    """Tells the client of one response, and the history what was said in it.

    Every method sends at once and none waits, so that an interruption finds the response between two events and
    can end it properly.

    Args:
        send: takes each event.
        history: learns of each item when it begins.
        conversation_id: goes into the response object, unless the response is outside the conversation.
        request: what the responder is asked.
        options: what the client asked for.
    """

    def __init__(
        self,
        send: Callable[[Event], None],
        history: History,
        *,
        conversation_id: str,
        request: ResponseRequest,
        options: ResponseOptions,
    ) -> None:
        self.response_id = new_id("resp")
        self.spoken = "audio" in options.config.modalities
        self._send = send
        self._history = history if options.in_conversation else History()
        self._conversation_id = conversation_id
        self._request = request
        self._options = options
        self._output: list[Item] = []
        self._message: _Open | None = None
        self._words = ""
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether `response.done` has been sent; nothing may follow it."""
        return self._ended

    def begin(self) -> None:
        """Announce the response."""
        self._send(events.ResponseCreated(response=self._response("in_progress")))
        self._send(events.RateLimitsUpdated(rate_limits=rate_limits()))

    def speak(self, piece: SpokenPiece) -> str:
        """Add words and their sound to a spoken response.

        Returns:
            The identifier of the message they belong to.
        """
        message = self._add_words(piece.text)
        where = self._where(message.item_id)
        self._history.add_clause(message.item_id, piece)
        if piece.text:  # sound that the client sent has none
            self._send(events.AudioTranscriptDelta(**where, delta=piece.text))
        for start in range(0, piece.pcm.size, AUDIO_DELTA_SAMPLES):
            self._send_voice(where, message.encoder.encode(piece.pcm[start : start + AUDIO_DELTA_SAMPLES]))
        return message.item_id

    def write(self, text: str) -> str:
        """Add words to a response in text alone.

        Returns:
            The identifier of the message they belong to.
        """
        message = self._add_words(text)
        self._send(events.TextDelta(**self._where(message.item_id), delta=text))
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
        self._history.add_call(item_id, call)
        self._words += text
        where = self._where(item_id)
        self._send(events.OutputItemAdded(**where, item=begun))
        self._tell_item(begun, previous)
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

    def _add_words(self, text: str) -> _Open:
        message = self._message or self._begin_message()
        message.text += text
        self._words += text
        self._history.set_text(message.item_id, message.text.strip())
        return message

    def _begin_message(self) -> _Open:
        encoder = SoundEncoder(self._options.config.output_audio_format)
        self._message = message = _Open(new_id("item"), encoder)
        item = Item(id=message.item_id, status="in_progress", role="assistant", content=())
        where = self._where(message.item_id)
        previous = self._history.last_id
        self._history.begin(message.item_id, "assistant", "audio" if self.spoken else "text")
        self._send(events.OutputItemAdded(**where, item=item))
        self._tell_item(item, previous)
        self._send(events.ContentPartAdded(**where, part=self._part("")))
        return message

    def _finish_message(self, status: Literal["completed", "incomplete"]) -> None:
        message, self._message = self._message, None
        if message is None:
            return
        text = message.text.strip()
        where = self._where(message.item_id)
        if self.spoken:
            if status == "completed":
                self._send_voice(where, message.encoder.finish())
            self._send(events.AudioDone(**where))
            self._send(events.AudioTranscriptDone(**where, transcript=text))
        else:
            self._send(events.TextDone(**where, text=text))
        part = self._part(text)
        item = Item(id=message.item_id, status=status, role="assistant", content=(ContentPart(**part),))
        self._send(events.ContentPartDone(**where, part=part))
        self._send(events.OutputItemDone(**where, item=item))
        self._history.set_text(message.item_id, text)
        self._history.set_status(message.item_id, status)
        self._output.append(item)

    def _send_voice(self, where: dict[str, Any], sound: bytes) -> None:
        if sound:  # a resampler's filter may hold all of a short block back
            self._send(events.AudioDelta(**where, delta=sound))

    def _tell_item(self, item: Item, previous_id: str | None) -> None:
        if self._options.in_conversation:
            self._send(events.ConversationItemCreated(item=item, previous_item_id=previous_id))

    def _where(self, item_id: str) -> dict[str, Any]:
        return {"response_id": self.response_id, "item_id": item_id, "output_index": len(self._output)}

    def _part(self, text: str) -> dict[str, Any]:
        return {"type": "audio", "transcript": text} if self.spoken else {"type": "text", "text": text}

    def _response(self, status: Literal["in_progress"] | Status, details: dict[str, Any] | None = None) -> Response:
        config = self._options.config
        return Response(
            id=self.response_id,
            status=status,
            status_details=details,
            output=tuple(self._output),
            conversation_id=self._conversation_id if self._options.in_conversation else None,
            modalities=config.modalities,
            voice=config.voice,
            output_audio_format=config.output_audio_format,
            temperature=config.temperature,
            max_output_tokens=config.max_response_output_tokens,
            metadata=self._options.metadata,
            usage=None if status == "in_progress" else usage(self._request, self._words),
        )
