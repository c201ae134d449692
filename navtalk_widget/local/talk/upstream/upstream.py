"""A conversation whose mind is a realtime backend elsewhere, and whose avatar is ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from navtalk_widget.audio.pcm import to_bytes
from navtalk_widget.audio.sound_formats import SoundDecoder
from navtalk_widget.errors import ConfigurationError, ProtocolError
from navtalk_widget.local.avatar.life.motion import Mood
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.talk.assistant import UPDATED_GRACE_S
from navtalk_widget.local.talk.refusal import Refuse
from navtalk_widget.local.talk.upstream.backend import Backend, BackendError, BackendLink
from navtalk_widget.local.talk.upstream.dialects import in_beta, speaks_today
from navtalk_widget.local.talk.upstream.relayed_answers import RelayedAnswers
from navtalk_widget.local.talk.upstream.relayed_settings import RelayedSettings
from navtalk_widget.local.talk.upstream.to_backend import messages_for
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event

logger = logging.getLogger(__name__)

MAX_WAITING = 256
"""Messages of the client that wait for the backend, 5 s of sound or so. Policy: the client's socket is not read while
there are more, which the client feels."""

GREETED_WITHIN_S = 10.0


class Upstream:
    """Relays a conversation to a backend and back, and plays the backend's voice.

    The backend hears, decides on turns and answers; the sound between it and here is PCM16 at 24,000 Hz, whatever
    format the client has chosen.

    Args:
        backend: where the mind is.
        playout: plays the voice.
        send: takes each event for the client.
        refuse: tells the client that something cannot be done.
        on_configured: called in the loop each time the client has set up the session.
        confirms_by_itself: whether `session.updated` comes without being asked for, once (second generation).
        half_duplex: whether the person is not listened to while the avatar speaks.
        config: the avatar's own settings.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        playout: Playout,
        send: Callable[[Event], None],
        refuse: Refuse,
        on_configured: Callable[[], None],
        confirms_by_itself: bool,
        half_duplex: bool,
        config: SessionConfig,
    ) -> None:
        self.configured = False
        self._backend = backend
        self._playout = playout
        self._send = send
        self._refuse = refuse
        self._on_configured = on_configured
        self._confirms_by_itself = confirms_by_itself
        self._half_duplex = half_duplex
        self._settings = RelayedSettings(config)
        self._decoder = SoundDecoder(config.input_audio_format)
        self._answers = RelayedAnswers(playout, config.output_audio_format)
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING)
        self._greeted = asyncio.Event()
        self._closed = asyncio.Event()
        self._grace: asyncio.TimerHandle | None = None
        self._speaks_today = False
        self._hearing = False

    @property
    def mood(self) -> Mood:
        """What the avatar is doing, as far as its face shows it."""
        if self._playout.speaking:
            return "speaking"
        if self._hearing:
            return "listening"
        return "thinking" if self._answers.active else "idle"

    def begin(self) -> None:
        """Say nothing: the backend's own greeting is passed on."""

    async def run(self) -> None:
        """Relay until the conversation is closed.

        Raises:
            BackendError: the backend cannot be reached, or has ended the conversation.
        """
        link = await self._backend.connect()
        work = [
            asyncio.create_task(part, name="upstream") for part in (self._tell(link), self._listen(link), self._watch())
        ]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await link.close()

    async def close(self) -> None:
        """End."""
        if self._grace is not None:
            self._grace.cancel()
        self._greeted.set()
        self._closed.set()

    async def handle(self, event: Event) -> None:
        """Do what the client asks; it waits while the backend takes nothing."""
        try:
            for each in self._understood(event):
                await self._waiting.put(each)
        except ConfigurationError as error:
            self._refuse("invalid_value", error.message, event.event_id)

    # ── from the client ──────────────────────────────────────────────────────────────────────────────────

    def _understood(self, event: Event) -> list[Event]:
        """What the backend is to be told when the client says this."""
        match event:
            case events.InputAudioBufferAppend():
                return self._heard(event)
            case events.SessionUpdate() | events.InputConfig() | events.InputFunctionCall():
                self._settings.take(event)
                config = self._settings.config
                if config.input_audio_format != self._decoder.format:
                    self._decoder = SoundDecoder(config.input_audio_format)
                self._answers.set_format(config.output_audio_format)
                if self._grace is not None and isinstance(event, events.SessionUpdate):
                    self._grace.cancel()
                elif self._confirms_by_itself and not self.configured:
                    return []  # told with everything else when the grace is over
                return [event]
            case events.ResponseCreate(response=wanted) if wanted and {"say", "say_audio"} & set(wanted):
                message = "What is to be said can only be given where the service itself is the mind."
                self._refuse("invalid_value", message, event.event_id)
                return []
            case events.ResponseCancel():
                was_active, was_speaking = bool(self._answers.active), self._playout.speaking
                truncated = self._answers.cut()
                if was_speaking and not was_active:  # the backend has said it all, and would know of no such response
                    return truncated
                return [event, *truncated]
        if event.type not in _RELAYED:
            name = events.name_of(event)
            self._refuse("invalid_event", f"There is no client event {name!r}.", event.event_id)
            return []
        return [event]

    def _heard(self, event: events.InputAudioBufferAppend) -> list[Event]:
        try:
            samples = self._decoder.decode(event.audio)
        except ValueError as error:
            self._refuse("invalid_value", f"audio: {error}.", event.event_id)
            return []
        if not samples.size:
            return []
        is_open = self._settings.config.turn_detection is not None  # who pushes to talk, wants to be heard
        if self._half_duplex and is_open and self._playout.speaking:
            samples = np.zeros_like(samples)  # time goes on for the backend, which counts it by the sound
        return [event.model_copy(update={"audio": to_bytes(samples)})]

    async def _watch(self) -> None:
        try:
            await asyncio.wait_for(self._greeted.wait(), GREETED_WITHIN_S)
        except asyncio.TimeoutError as error:
            message = f"The backend {self._backend.host} takes connections, but says nothing."
            raise BackendError(message) from error
        await self._closed.wait()

    async def _tell(self, link: BackendLink) -> None:
        await self._greeted.wait()
        while True:
            event = await self._waiting.get()
            for message in messages_for(event, self._settings, today=self._speaks_today):
                await link.send(message)

    # ── from the backend ─────────────────────────────────────────────────────────────────────────────────

    async def _listen(self, link: BackendLink) -> None:
        while True:
            try:
                message = await link.receive()
                if message["type"] == events.SessionCreated.type:
                    self._begin_with(message.get("session"))
                told = in_beta(message)
                event = None if told is None else v1.server_event(told)
            except ProtocolError as error:
                logger.warning("the backend sent a message that is passed over: %s", error.message)
                continue
            if event is not None:
                await self._pass_on(event)

    def _begin_with(self, session: Any) -> None:
        self._speaks_today = isinstance(session, dict) and speaks_today(session)
        if self._confirms_by_itself and not self._greeted.is_set():
            self._grace = asyncio.get_running_loop().call_later(UPDATED_GRACE_S, self._configure_by_itself)
        self._greeted.set()

    def _configure_by_itself(self) -> None:
        try:
            self._waiting.put_nowait(events.SessionUpdate(session={}))
        except asyncio.QueueFull:
            logger.warning("the backend does not take what the client says")

    async def _pass_on(self, event: Event) -> None:
        match event:
            case events.SessionCreated() | events.SessionUpdated():
                self._tell_of_the_session(event)
                return
            case events.SpeechStarted():
                self._hearing = True
                if self._settings.interrupts:
                    truncated = self._answers.cut()
                    self._send(event)
                    for each in truncated:
                        await self._waiting.put(each)
                    return
            case events.SpeechStopped() | events.InputAudioBufferCommitted() | events.InputAudioBufferCleared():
                self._hearing = False
        for told in self._answers.follow(event):
            self._send(told)

    def _tell_of_the_session(self, event: events.SessionCreated | events.SessionUpdated) -> None:
        is_confirmation = isinstance(event, events.SessionUpdated)
        if is_confirmation and not self._settings.confirmed(by_itself=not self._confirms_by_itself):
            return
        self._send(event.model_copy(update={"session": self._settings.told(event.session)}))
        if is_confirmation:
            self.configured = True
            self._on_configured()


_RELAYED = frozenset(
    {
        *v1.CLIENT_EVENTS,
        events.InputText.type,
        events.InputImage.type,
        events.FunctionCallOutput.type,
    }
)
