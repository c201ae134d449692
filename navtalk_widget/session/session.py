"""A conversation with a digital human, without Jupyter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.client.endpoint import Endpoint, choose_service
from navtalk_widget.client.sockets import SignallingSocket
from navtalk_widget.errors import (
    ConfigurationError,
    NavTalkError,
    NotConnectedError,
    ProtocolError,
    ResponseTimeout,
    ServiceUnreachable,
)
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import ServerVad, SessionConfig
from navtalk_widget.protocol.events import Event, name_of
from navtalk_widget.session.conversation import Conversation
from navtalk_widget.session.link import Link
from navtalk_widget.session.news import Measured, News, Status, StatusChanged, TurnChanged
from navtalk_widget.session.recording import as_speech
from navtalk_widget.session.reply import Reply, ReplyCollector
from navtalk_widget.session.settings import configured, default_voice
from navtalk_widget.session.subscribers import Callback, Subscribers
from navtalk_widget.tools.registry import AnyTool, ToolRegistry
from navtalk_widget.transcript.transcript import Transcript

BLOCK = SAMPLE_RATE // 50
"""Samples in a 20 ms block."""

_RESTART_HINT = "Press Start, or call connect(), to start it again; the conversation so far is kept."


class Session:
    """A conversation: configuration, tools, state and transcript.

    Everything but the constructor belongs to the asyncio loop in which `connect` is called::

        async with Session(service="local", tools=[opening_hours]) as session:
            reply = await session.ask("When does the museum open?")

    Args:
        service: ``"auto"``, ``"local"``, ``"v1"`` or a ``ws://`` / ``wss://`` address.
        protocol: the generation spoken at an address.
        license: the NavTalk licence key; it leaves this process in the service's address only.
        character: whom to talk with.
        tools: functions that the avatar may call.
        **settings: initial values of the settings listed in `navtalk_widget.session.settings.SETTINGS`.

    Raises:
        ConfigurationError: a setting is not valid.
    """

    def __init__(
        self,
        *,
        service: str = "auto",
        protocol: str | None = None,
        license: str | None = None,
        character: str = "navtalk.Leo",
        tools: Iterable[Callable[..., Any]] = (),
        **settings: Any,
    ) -> None:
        self.service = choose_service(service, protocol=protocol, license=license)
        self.character = character
        self.tools = ToolRegistry(tools)
        self.config = configured(SessionConfig(voice=default_voice(character)), settings)
        self.transcript = Transcript.empty()
        self.status: Status = "idle"
        self.error: NavTalkError | None = None
        self._subscribers = Subscribers()
        self._endpoint: Endpoint | None = None
        self._link: Link | None = None
        self._conversation: Conversation | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._unsent: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<Session with {self.character}: {self.status}, {len(self.transcript)} turns>"

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Session:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """Whether the conversation is running."""
        return self._link is not None and self._link.configured

    async def connect(self) -> None:
        """Begin the conversation, or go on with it after a failure; what was said before is told to the service.

        Raises:
            NavTalkError: the service cannot be started, reached or used.
        """
        if not self.connected:
            await asyncio.shield(self.begin_connecting())

    def begin_connecting(self) -> asyncio.Task[None]:
        """Do what `connect` does, without waiting: errors that arise from now on belong to the new connection."""
        if self._connecting is None:
            self._set_status("connecting")
            self._connecting = asyncio.create_task(self._connect(), name="navtalk-connect")
            self._connecting.add_done_callback(self._forget_connecting)
        return self._connecting

    async def close(self) -> None:
        """End the conversation. The transcript stays; `connect` goes on with it."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        await self._end()
        self._set_status("closed")

    async def open_signalling(self) -> SignallingSocket:
        """Open the socket on which the service offers the avatar's video and voice.

        Raises:
            NotConnectedError: there is no conversation.
            ServiceError: the service does not answer.
        """
        self._running()
        assert self._link is not None and self._endpoint is not None
        return await SignallingSocket.open(self._endpoint, self._link.session_id)

    async def _connect(self) -> None:
        if self._ending is not None:
            await self._ending
        link = self._link = Link(self._received, self._lost)
        self._conversation = Conversation(
            self.tools, send=link.send, publish=self._publish, changed=self._conversation_changed
        )
        try:
            self._endpoint = await self._find_service()
            await link.open(self._endpoint, self.character, self._full_config, self.transcript)
        except NavTalkError as error:
            await self._end()
            self._set_status("failed", error)
            raise
        except asyncio.CancelledError:
            await self._end()
            raise
        self._set_status("listening", self.error)  # the page may have lacked a microphone meanwhile

    async def warm_up(self) -> None:
        """Start the embedded service ahead of `connect`, if it is to be used; what goes wrong is told in `error`."""
        if self.service.kind == "local":
            try:
                await self._find_service()
            except NavTalkError as error:
                self.report(error)

    async def _find_service(self) -> Endpoint:
        if self.service.kind != "local":
            return self.service.endpoint()
        return await asyncio.to_thread(embedded_service().start)

    def _forget_connecting(self, task: asyncio.Task[None]) -> None:
        self._connecting = None
        if not task.cancelled():
            task.exception()  # told through `error`, and to those who await connect()

    def _lost(self, error: NavTalkError) -> None:
        if self.service.kind == "local" and embedded_service().pid is None:
            error = ServiceUnreachable("The embedded service has ended.", hint=_RESTART_HINT)
        self._set_status("failed", error)
        self._ending = asyncio.create_task(self._end(), name="navtalk-end")

    async def _end(self) -> None:
        link, self._link = self._link, None
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            await conversation.end()
        if link is not None:
            await link.close()

    # ── settings and tools ───────────────────────────────────────────────────────────────────────────────

    def update(self, **settings: Any) -> None:
        """Change settings, in the running conversation too. Changes made together are sent together.

        Raises:
            ConfigurationError: a setting is unknown or its value is not valid; nothing is changed then.
        """
        before, self.config = self.config.as_json(), configured(self.config, settings)
        self._send_later({name: value for name, value in self.config.as_json().items() if value != before[name]})

    def tool(self, function: Callable[..., Any]) -> AnyTool:
        """Let the avatar call a function; usable as a decorator, in the running conversation too.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool.
        """
        tool = self.tools.add(function)
        self.announce_tools()
        return tool

    def announce_tools(self) -> None:
        """Tell the service which tools there are now, if a conversation is running."""
        self._send_later({"tools": self.tools.definitions()})

    def _full_config(self) -> dict[str, Any]:
        self._unsent = {}
        return {**self.config.as_json(), "tools": self.tools.definitions()}

    def _send_later(self, changes: dict[str, Any]) -> None:
        if not changes or not self.connected:
            return
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send_changes)
        self._unsent |= changes

    def _send_changes(self) -> None:
        changes, self._unsent = self._unsent, {}
        if changes and self._link is not None and self.connected:
            self._link.send(events.SessionUpdate(session=changes))

    # ── talking ──────────────────────────────────────────────────────────────────────────────────────────

    def append_audio(self, pcm: bytes, captured_at: float | None = None) -> None:
        """Send a block of the microphone; without a conversation it is dropped.

        Args:
            pcm: little-endian PCM16 at 24,000 Hz, mono.
            captured_at: when the block's last sample was heard, in seconds since 1970.
        """
        if self._link is not None and self._link.configured:
            self._link.send(events.InputAudioBufferAppend(audio=pcm), captured_at)

    async def send_audio(self, samples: NDArray[Any], sample_rate: int) -> None:
        """Say something from a recording, at the speed of speech.

        The pause that ends a turn is added, so that a recording which ends with its last word is answered too.

        Args:
            samples: shape (samples,) or (samples, channels); int16, or floats in [-1, 1].
            sample_rate: hertz.

        Raises:
            NotConnectedError: there is no conversation.
            ConfigurationError: the array is not sound.
        """
        conversation = self._running()
        sound = as_speech(samples, sample_rate)
        detection = self.config.turn_detection
        if isinstance(detection, ServerVad):
            pause = np.zeros(SAMPLE_RATE * (detection.silence_duration_ms + 300) // 1000, dtype=np.int16)
            sound = np.concatenate([sound, pause])
        loop = asyncio.get_running_loop()
        started = loop.time()
        for sent, start in enumerate(range(0, sound.size, BLOCK), start=1):
            self.append_audio(to_bytes(sound[start : start + BLOCK]))
            await asyncio.sleep(max(0.0, started + sent * BLOCK / SAMPLE_RATE - loop.time()))
        if detection is None and self._link is not None:
            self._link.send(events.InputAudioBufferCommit())
            conversation.create_response()

    def send_text(self, text: str) -> None:
        """Say something by typing; the avatar answers.

        Raises:
            NotConnectedError: there is no conversation.
            ConfigurationError: the text is empty.
        """
        conversation = self._running()
        if not text.strip():
            raise ConfigurationError("There is no text to send.", hint="Write something first.")
        conversation.say(text.strip())

    def create_response(self) -> None:
        """Let the avatar speak: an answer, or a greeting when nothing has been said yet.

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running().create_response()

    def interrupt(self) -> None:
        """Cut the avatar short.

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running().interrupt()

    async def ask(self, text: str, *, timeout: float = 60.0) -> Reply:
        """Say something by typing, and wait for the whole answer, tools included.

        Args:
            text: what to say.
            timeout: seconds to wait for the end of the answer (its sound may take longer to be heard).

        Raises:
            ResponseTimeout: the answer is not complete in time; it goes on.
            NavTalkError: the service failed or refused.
        """
        self.send_text(text)
        collector = ReplyCollector()
        self.on("*", collector.note)
        try:
            return await asyncio.wait_for(collector.reply(), timeout)
        except (asyncio.TimeoutError, TimeoutError):
            raise ResponseTimeout(f"The answer to {text[:40]!r} was not complete within {timeout:g} s.") from None
        finally:
            self.off("*", collector.note)

    def _running(self) -> Conversation:
        if self._conversation is None or not self.connected:
            raise NotConnectedError("There is no conversation.")
        return self._conversation

    # ── following ────────────────────────────────────────────────────────────────────────────────────────

    def on(self, name: str, callback: Callback) -> Callback:
        """Call a function with each event of that name, in the session's thread.

        Names are the protocol's (``"response.audio_transcript.delta"``), those of `navtalk_widget.session.news`
        (``"status"``, ``"turn"``, ``"tool_call"``, ``"voice_flushed"``, ``"measured"``), or ``"*"`` for everything.
        """
        return self._subscribers.on(name, callback)

    def off(self, name: str, callback: Callback) -> None:
        """Undo `on`."""
        self._subscribers.off(name, callback)

    def __aiter__(self) -> AsyncIterator[Event | News]:
        return self._subscribers.stream()

    @property
    def microphone_delays_ms(self) -> tuple[float, ...]:
        """Of the last blocks: milliseconds from their last sample to the service's socket."""
        return () if self._link is None else tuple(self._link.microphone_delays_ms)

    def report(self, error: NavTalkError) -> None:
        """Make an error known that arose outside, such as in the page; the conversation goes on."""
        self._set_status(self.status, error)

    def measured(self, name: str, milliseconds: float) -> None:
        """Make a figure known that was measured outside, such as in the page."""
        self._publish(Measured(name, milliseconds))

    def _received(self, event: Event | ProtocolError) -> None:
        if self._conversation is None:
            return
        if isinstance(event, ProtocolError):  # one message is lost, nothing else is affected
            self._set_status(self.status, event)
            return
        if isinstance(event, events.SpeechStarted):
            self.error = None  # errors concern the turn in which they arose
        self._conversation.receive(event)
        self._subscribers.publish(name_of(event), event)

    def _publish(self, news: News) -> None:
        if isinstance(news, TurnChanged):
            self.transcript = self.transcript.with_turn(news.turn)
        self._subscribers.publish(news.type, news)

    def _conversation_changed(self, error: NavTalkError | None) -> None:
        if self._conversation is not None and self.connected:
            self._set_status(self._conversation.facts.status, error or self.error)

    def _set_status(self, status: Status, error: NavTalkError | None = None) -> None:
        if status != self.status or error is not self.error:
            self.status, self.error = status, error
            self._publish(StatusChanged(status, error))
