"""A conversation with an avatar that answers: what the client asks of it, and who speaks when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.sound_formats import SoundDecoder
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.life.motion import Mood
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.speech.listening.echo import EchoGuard
from navtalk_widget.local.speech.listening.listener import Listener
from navtalk_widget.local.talk.answering import Answering
from navtalk_widget.local.talk.floor import Floor
from navtalk_widget.local.talk.history import ROOT, History, ItemError
from navtalk_widget.local.talk.recordings import Recordings
from navtalk_widget.local.talk.refusal import Refuse
from navtalk_widget.local.talk.response_options import ResponseOptions, read_options
from navtalk_widget.local.talk.settings import Settings, check_nesting
from navtalk_widget.local.talk.voice_turns import VoiceTurns
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import ContentPart, Item, function_output, new_id, user_text

MODEL = "navtalk-local"
"""What the session object names as its model."""

UPDATED_GRACE_S = 0.5
"""Where the service confirms the settings by itself: how long to wait for a `session.update`, which is then confirmed
instead. Clients take a second confirmation for a second beginning, so it is longer than most ways there and back."""

ROOM_S = 0.3
"""How long the avatar's voice goes on in the room after its last sample, on the way there and back included."""


class Assistant:
    """Hears the person, keeps the conversation, and answers.

    Args:
        session_id: names the session.
        character: who speaks.
        greeting: what they say first, if the instructions ask for nothing else; ``""`` for what the responder likes.
        engines: shared with all conversations of the service.
        playout: plays the voice.
        send: takes each event for the client.
        refuse: tells the client that something cannot be done.
        on_configured: called in the loop each time the client has set up the session.
        confirms_by_itself: whether `session.updated` comes without being asked for, once (second generation).
        expires_at: when the session will end, in seconds since 1970; None for never.
        config: the settings to begin with.
    """

    def __init__(
        self,
        *,
        session_id: str,
        character: str,
        greeting: str,
        engines: Engines,
        playout: Playout,
        send: Callable[[Event], None],
        refuse: Refuse,
        on_configured: Callable[[], None],
        confirms_by_itself: bool,
        expires_at: int | None,
        config: SessionConfig,
    ) -> None:
        self.configured = False
        self._session_id = session_id
        self._playout = playout
        self._send = send
        self._refuse = refuse
        self._on_configured = on_configured
        self._confirms_by_itself = confirms_by_itself
        self._expires_at = expires_at
        self._grace: asyncio.TimerHandle | None = None
        self._settings = Settings(config)
        self._history = History()
        self._answering = Answering(
            engines=engines,
            character=character,
            greeting=greeting,
            history=self._history,
            playout=playout,
            send=send,
            may_begin=lambda: not self._turns.under_way and not self._recordings.under_way,
        )
        self._recordings = Recordings(engines.recognizer, self._recording_understood)
        self._echo = EchoGuard(playout)
        self._half_duplex = engines.options.half_duplex
        self._listener = Listener(engines.recognizer, is_person=lambda: not self._echo.is_echo())
        self._decoder = SoundDecoder(config.input_audio_format)
        floor = Floor(
            playout,
            self._answering,
            send,
            config=lambda: self._settings.config,
            interruption_ms=engines.options.interruption_ms,
        )
        self._turns = VoiceTurns(self._listener, self._history, send, floor=floor, on_said=self._person_said)
        self._follow_settings()

    @property
    def mood(self) -> Mood:
        """What the avatar is doing, as far as its face shows it."""
        if self._playout.speaking and not self._playout.held:
            return "speaking"
        # A voice is noticed before it counts as speech: who is spoken to looks up at once.
        if self._turns.speaking or self._playout.held or self._listener.hears_voice:
            return "listening"
        return "thinking" if self._turns.under_way or self._answering.active is not None else "idle"

    def begin(self) -> None:
        """Tell the client that there is a session."""
        self._send(events.SessionCreated(session=self._session()))
        conversation = {"id": self._answering.conversation_id, "object": "realtime.conversation"}
        self._send(events.ConversationCreated(conversation=conversation))
        if self._confirms_by_itself:
            self._grace = asyncio.get_running_loop().call_later(UPDATED_GRACE_S, self._confirm)

    async def run(self) -> None:
        """Follow the microphone until the conversation is closed."""
        await self._turns.run()

    async def close(self) -> None:
        """End whatever is under way."""
        if self._grace is not None:
            self._grace.cancel()
        await asyncio.gather(self._answering.close(), self._listener.close(), self._recordings.close())

    async def handle(self, event: Event) -> None:
        """Do what the client asks."""
        try:
            await self._do(event)
        except ConfigurationError as error:
            self._refuse("invalid_value", error.message, event.event_id)
        except ItemError as error:
            self._refuse(error.code, str(error), event.event_id)

    async def _do(self, event: Event) -> None:
        match event:
            case events.InputAudioBufferAppend():
                await self._hear(event)
            case events.InputAudioBufferCommit():
                if not await self._turns.commit():
                    self._refuse("input_audio_buffer_commit_empty", "There is no sound to commit.", event.event_id)
            case events.InputAudioBufferClear():
                self._turns.clear()
                self._send(events.InputAudioBufferCleared())
            case events.SessionUpdate() | events.InputConfig() | events.InputFunctionCall():
                self._configure(event)
            case events.ConversationItemCreate():
                self._add_item(event.item, event.previous_item_id)
            case events.ConversationItemRetrieve():
                self._send(events.ConversationItemRetrieved(item=self._history.item(event.item_id)))
            case events.ConversationItemTruncate():
                place = {"content_index": event.content_index, "audio_end_ms": event.audio_end_ms}
                self._history.truncate(event.item_id, **place)
                self._send(events.ConversationItemTruncated(item_id=event.item_id, **place))
            case events.ConversationItemDelete():
                self._history.delete(event.item_id)
                self._send(events.ConversationItemDeleted(item_id=event.item_id))
            case events.InputText(content=text):
                self._add_item(user_text(text), reply=event.reply)
            case events.InputImage(content=url):
                picture = ContentPart(type="input_image", image_url=url)
                self._add_item(Item(role="user", content=(picture,)), reply=event.reply)
            case events.FunctionCallOutput():
                self._add_item(function_output(event.call_id, event.output), reply=event.reply)
            case events.ResponseCreate():
                self._create_response(event)
            case events.ResponseCancel():
                if not self._answering.cancel(event.response_id):
                    message = "There is no such response to cancel."
                    self._refuse("response_cancel_not_active", message, event.event_id)
                elif not self._playout.held:
                    self._turns.believe()  # there is nothing left to interrupt
            case _:
                name = events.name_of(event)
                self._refuse("invalid_event", f"There is no client event {name!r}.", event.event_id)

    # ── what the client asks ─────────────────────────────────────────────────────────────────────────────

    async def _hear(self, event: events.InputAudioBufferAppend) -> None:
        try:
            samples = self._decoder.decode(event.audio)
        except ValueError as error:
            self._refuse("invalid_value", f"audio: {error}.", event.event_id)
            return
        if self._half_duplex and self._settings.config.turn_detection is not None and self._sounds_in_the_room:
            samples = np.zeros_like(samples)  # not nothing: the microphone's time goes on
        self._echo.hear(samples)
        await self._turns.hear(samples)

    @property
    def _sounds_in_the_room(self) -> bool:
        since = (self._playout.position - self._playout.ends_at) / SAMPLE_RATE
        return self._playout.ends_at > 0 and since < ROOM_S

    def _configure(self, event: events.SessionUpdate | events.InputConfig | events.InputFunctionCall) -> None:
        match event:
            case events.SessionUpdate():
                self._settings.update(event.session)
            case events.InputConfig():
                self._settings.apply(voice=event.voice, prompt=event.prompt, tools=event.tools)
            case events.InputFunctionCall():
                self._settings.declare(event.tools)
        self._follow_settings()
        if isinstance(event, events.SessionUpdate):
            self._confirm()

    def _follow_settings(self) -> None:
        config = self._settings.config
        self._turns.configure(config)
        transcription = config.input_audio_transcription
        self._recordings.language = (transcription.language if transcription is not None else None) or ""
        if config.input_audio_format != self._decoder.format:
            self._decoder = SoundDecoder(config.input_audio_format)

    def _confirm(self) -> None:
        """Tell the settings in force; before the grace is over, this is the one confirmation that comes anyway."""
        if self._grace is not None:
            self._grace.cancel()
        self.configured = True
        self._send(events.SessionUpdated(session=self._session()))
        self._on_configured()

    def _add_item(self, item: Item, previous_id: str | None = None, *, reply: bool = False) -> None:
        place = self._history.last_id if previous_id is None else previous_id
        sound = self._recordings.read(item, self._decoder.format)
        taken = self._history.add_item(item.id or new_id("item"), item, previous_id)
        self._send(events.ConversationItemCreated(item=taken, previous_item_id=None if place == ROOT else place))
        if sound.size:
            self._recordings.add(taken.id or "", sound)
        if reply:  # unlike `response.create`, this is never too early: it asks for an answer, not for a response
            self._answering.owe(ResponseOptions(self._settings.config))

    def _create_response(self, event: events.ResponseCreate) -> None:
        wanted = event.response or {}
        check_nesting(wanted)
        options = read_options(wanted, self._settings.config, self._history)
        active = self._answering.active
        if options.in_conversation and active is not None:
            message = f"The response {active.response_id} is still in progress; cancel it, or wait for its end."
            self._refuse("conversation_already_has_active_response", message, event.event_id)
        elif not options.in_conversation and not self._answering.has_room_aside:
            message = "There are too many responses outside the conversation in progress; wait for the end of one."
            self._refuse("too_many_responses", message, event.event_id)
        elif options.verbatim is not None and not self._answering.has_room:
            self._refuse("too_many_responses", "There is too much that waits to be said.", event.event_id)
        else:
            self._answering.owe(options)

    # ── who speaks when ──────────────────────────────────────────────────────────────────────────────────

    def _person_said(self, text: str) -> None:
        detection = self._settings.config.turn_detection
        if text and detection is not None and detection.create_response:
            self._answering.owe(ResponseOptions(self._settings.config))
        self._answering.answer_if_owed()

    def _recording_understood(self, item_id: str, words: str) -> None:
        place = self._history.set_transcript(item_id, words)
        if self._settings.config.input_audio_transcription is not None:
            told = events.InputTranscriptionCompleted(item_id=item_id, content_index=place, transcript=words)
            self._send(told)
        self._answering.answer_if_owed()

    def _session(self) -> dict[str, Any]:
        return {
            "id": self._session_id,
            "object": "realtime.session",
            "model": MODEL,
            "expires_at": self._expires_at,
            **self._settings.config.as_json(),
        }
