"""One conversation: what the client says to it, what is heard from the microphone, and who speaks when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.answer import Answer
from navtalk_widget.local.avatar.live import LiveFace
from navtalk_widget.local.avatar.motion import Mood
from navtalk_widget.local.engines import Engines
from navtalk_widget.local.history import History
from navtalk_widget.local.moody_face import MoodyFace
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.responders.responder import ResponseRequest, ToolDefinition
from navtalk_widget.local.responses import ResponseEvents
from navtalk_widget.local.speech.listener import Listener
from navtalk_widget.local.voice_turns import VoiceTurns
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Item, new_id

MODEL = "navtalk-local"
"""What the session object names as its model."""

MAX_ERROR_CHARACTERS = 500
"""An error may quote what the client sent, which may be long."""

_SETTINGS_OF_A_RESPONSE = ("instructions", "modalities", "voice", "tools", "tool_choice", "temperature")


class Conversation:
    """The service's side of one main socket, without the socket.

    Args:
        license: what the client presented.
        character: who speaks.
        engines: shared with all conversations of the service.
        send: takes each event for the client; it must not block.
        on_configured: called in the loop each time the client has set up the session.
    """

    def __init__(
        self,
        *,
        license: str,
        character: str,
        engines: Engines,
        send: Callable[[Event], None],
        on_configured: Callable[[], None],
    ) -> None:
        self.session_id = new_id("sess")
        self.license = license
        self.configured = False
        self.playout = Playout()
        self._face: MoodyFace | None = None
        self._character = character
        self._engines = engines
        self._send = send
        self._on_configured = on_configured
        self._conversation_id = new_id("conv")
        self._config = SessionConfig()
        self._history = History()
        self._answers: list[Answer] = []
        self._owed: SessionConfig | None = None
        self._listener = Listener(engines.recognizer)
        self._turns = VoiceTurns(
            self._listener, self._history, send, on_began=self._person_began, on_said=self._person_said
        )
        self._turns.configure(self._config)

    def begin(self) -> None:
        """Greet the client: the session's identifier first, for those who open the signalling socket with it."""
        self._engines.faces.want(self._character)
        self._send(events.SessionId(session_id=self.session_id))
        self._send(events.SessionCreated(session=self._session()))

    async def run(self) -> None:
        """Follow the microphone until the conversation is closed."""
        await self._turns.run()

    async def handle(self, event: Event) -> None:
        """Do what the client asks; what cannot be done is answered with an `error` event."""
        match event:
            case events.InputAudioBufferAppend():
                await self._listener.feed(from_bytes(event.audio))
            case events.SessionUpdate():
                self._update(event)
            case events.ConversationItemCreate():
                self._create_item(event)
            case events.ResponseCreate():
                self._create_response(event)
            case events.ResponseCancel():
                self._cancel_response(event)
            case events.InputAudioBufferCommit():
                if not await self._turns.commit():
                    self.refuse("input_audio_buffer_commit_empty", "There is no sound to commit.", event.event_id)
            case events.InputAudioBufferClear():
                self._turns.clear()
                self._send(events.InputAudioBufferCleared())
            case _:
                self.refuse("invalid_event", f"There is no client event {events.name_of(event)!r}.", event.event_id)

    def refuse(self, code: str, message: str, event_id: str | None = None) -> None:
        """Tell the client that it did something that cannot be; the conversation goes on."""
        short = message if len(message) <= MAX_ERROR_CHARACTERS else f"{message[:MAX_ERROR_CHARACTERS]}…"
        self._send(events.ErrorEvent(error=invalid_request(code, short, event_id)))

    async def face(self) -> MoodyFace:
        """The avatar's picture, when it is drawn; the same for all who view the conversation."""
        if self._face is None:
            face = await self._engines.faces.face(self._character)
            self._face = self._face or MoodyFace(LiveFace(face, self.playout), self._mood)
        return self._face

    async def close(self) -> None:
        """End whatever is under way."""
        self.playout.flush()
        for answer in self._answers:
            await answer.close()
        await self._listener.close()

    # ── what the client asks ─────────────────────────────────────────────────────────────────────────────

    def _update(self, event: events.SessionUpdate) -> None:
        try:
            self._config = self._config.updated(event.session)
        except ConfigurationError as error:
            self.refuse("invalid_value", error.message, event.event_id)
            return
        self._turns.configure(self._config)
        self.configured = True
        self._send(events.SessionUpdated(session=self._session()))
        self._on_configured()

    def _create_item(self, event: events.ConversationItemCreate) -> None:
        item_id = event.item.id or new_id("item")
        previous = self._history.last_id
        try:
            self._history.add_item(item_id, event.item)
        except ValueError as error:
            self.refuse("invalid_item", str(error), event.event_id)
            return
        item = event.item.model_copy(update={"id": item_id, "status": "completed", "content": _echo(event.item)})
        self._send(events.ConversationItemCreated(item=item, previous_item_id=previous))

    def _create_response(self, event: events.ResponseCreate) -> None:
        if self._active is not None:
            message = f"The response {self._active.response_id} is still in progress; cancel it, or wait for its end."
            self.refuse("conversation_already_has_active_response", message, event.event_id)
            return
        wanted = event.response or {}
        try:
            config = self._config.updated({key: wanted[key] for key in _SETTINGS_OF_A_RESPONSE if key in wanted})
        except ConfigurationError as error:
            self.refuse("invalid_value", error.message, event.event_id)
            return
        self._owed = config
        self._answer_if_owed()

    def _cancel_response(self, event: events.ResponseCancel) -> None:
        active = self._active
        names_another = event.response_id and (active is None or active.response_id != event.response_id)
        if names_another or (active is None and self._owed is None and not self.playout.speaking):
            self.refuse("response_cancel_not_active", "There is no such response to cancel.", event.event_id)
            return
        self._owed = None
        self.playout.flush()
        self._interrupt("client_cancelled")

    # ── who speaks when ──────────────────────────────────────────────────────────────────────────────────

    def _person_began(self, event: events.SpeechStarted) -> None:
        detection = self._config.turn_detection
        interrupts = detection is not None and detection.interrupt_response
        if interrupts:
            self.playout.flush()  # before anything else: the voice is still going out
        self._send(event)
        if interrupts:
            self._interrupt("turn_detected")

    def _person_said(self, text: str) -> None:
        detection = self._config.turn_detection
        if text and detection is not None and detection.create_response:
            self._owed = self._config
        self._answer_if_owed()

    def _answer_if_owed(self) -> None:
        # The responder needs the words. And who goes on speaking, or speaks into an answer that cannot be
        # interrupted, gets one answer to everything.
        if self._owed is not None and not self._turns.under_way and self._active is None:
            self._respond(self._owed)

    def _respond(self, config: SessionConfig) -> None:
        self._owed = None
        spoken = "audio" in config.modalities
        request = ResponseRequest(
            messages=self._history.messages,
            tools=offered_tools(config),
            instructions=self._history.instructions(config.instructions),
            character=self._character,
        )
        answer = Answer(
            request,
            responder=self._engines.responder,
            speaker=self._engines.speaker,
            voice=config.voice if spoken else None,
            playout=self.playout,
            events=ResponseEvents(self._send, self._history, conversation_id=self._conversation_id, spoken=spoken),
            history=self._history,
            on_end=self._answer_if_owed,
        )
        self._answers = [*(other for other in self._answers if not other.settled), answer]

    @property
    def _active(self) -> Answer | None:
        return next((answer for answer in self._answers if answer.active), None)

    def _interrupt(self, reason: Literal["turn_detected", "client_cancelled"]) -> None:
        for answer in self._answers:
            if answer.active or answer.audible:
                answer.interrupt(reason)

    def _mood(self) -> Mood:
        if self.playout.speaking:
            return "speaking"
        if self._turns.speaking:
            return "listening"
        return "thinking" if self._turns.under_way or self._active is not None else "idle"

    def _session(self) -> dict[str, Any]:
        return {"id": self.session_id, "object": "realtime.session", "model": MODEL, **self._config.as_json()}


def invalid_request(code: str, message: str, event_id: str | None = None) -> dict[str, Any]:
    """The object inside an `error` event."""
    return {
        "type": "invalid_request_error",
        "code": code,
        "message": message,
        "param": None,
        "event_id": event_id,
    }


def offered_tools(config: SessionConfig) -> tuple[ToolDefinition, ...]:
    """The tools that `tool_choice` leaves to the responder."""
    choice = config.tool_choice
    if choice == "none":
        return ()
    only = choice.get("name") if isinstance(choice, dict) else None
    return tuple(
        ToolDefinition(tool.name, tool.description, tool.parameters)
        for tool in config.tools
        if only is None or tool.name == only
    )


def _echo(item: Item) -> Any:
    """The parts of an item for the client; a picture's data, which may be large, is not sent back."""
    if item.content is None:
        return None
    return tuple(part.model_copy(update={"image_url": None}) for part in item.content)
