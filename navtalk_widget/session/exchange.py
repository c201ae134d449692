"""The conversation that is running, and what it and the service tell each other over the present connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from navtalk_widget.client.endpoint import Endpoint
from navtalk_widget.client.sockets import MediaSocket, SignallingSocket
from navtalk_widget.errors import NavTalkError, NotConnectedError, ProtocolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event, name_of
from navtalk_widget.protocol.media_frames import MediaUse, VideoCodec
from navtalk_widget.protocol.signalling import Signal
from navtalk_widget.session.connection.link import Link
from navtalk_widget.session.connection.one_socket_signalling import OneSocketSignalling
from navtalk_widget.session.faults import warning
from navtalk_widget.session.followed import Followed
from navtalk_widget.session.metrics import Metrics
from navtalk_widget.session.protocol_report import ProtocolReport, Sightings
from navtalk_widget.session.talk.conversation import Conversation
from navtalk_widget.tools.registry import ToolRegistry


class Exchange(Followed):
    """Passes on what is said, to the service and from it; others make and lose the connections.

    Args:
        tools: what the avatar may call.
        config: the settings.
        character: whom the person talks with.
    """

    def __init__(self, tools: ToolRegistry, config: SessionConfig, character: str) -> None:
        super().__init__(character)
        self.tools = tools
        self.config = config
        self._endpoint: Endpoint | None = None
        self._link: Link | None = None
        self._opening: Link | None = None
        self._conversation: Conversation | None = None
        self._sightings = Sightings()

    @property
    def connected(self) -> bool:
        """Whether the conversation is running."""
        return self._link is not None and self._link.configured

    @property
    def microphone_delays_ms(self) -> tuple[float, ...]:
        """Of the last blocks: milliseconds from their last sample to the service's socket."""
        return () if self._link is None else tuple(self._link.microphone_delays_ms)

    @property
    def metrics(self) -> Metrics:
        """How well the conversation goes so far, in figures; summed up at each look."""
        link = self._link or self._opening  # the last one, when the conversation is over
        if link is None:
            return self._measurements.metrics()
        return self._measurements.metrics(
            microphone_ms=link.microphone_delays_ms, service_round_trip_ms=link.round_trip_ms
        )

    @property
    def effective_settings(self) -> dict[str, Any]:
        """The settings in force, as the service confirmed them last; empty where it does not tell."""
        return {} if self._link is None else dict(self._link.effective)

    def protocol_report(self) -> ProtocolReport:
        """What the service said that no source documents."""
        return self._sightings.report()

    # ── the avatar's picture and voice ───────────────────────────────────────────────────────────────────

    @property
    def offers_media(self) -> bool:
        """Whether `open_signalling` will bring an offer: in the second generation a connection makes only one."""
        return self.connected and (
            self._link is None or self._link.signalling is None or not self._link.signalling.taken
        )

    async def open_signalling(self) -> SignallingSocket | OneSocketSignalling:
        """Open the way on which the service offers the avatar's video and voice.

        Raises:
            NotConnectedError: there is no conversation.
            ServiceError: the service does not answer.
        """
        self._running()
        assert self._link is not None and self._endpoint is not None
        if self._link.signalling is None:
            return await SignallingSocket.open(self._endpoint, self._link.session_id)
        self._link.signalling.taken = True
        return self._link.signalling

    async def open_media(self, codec: VideoCodec, use: MediaUse = "page") -> MediaSocket:
        """Have voice and picture sent over a connection of its own, in the place of WebRTC or beside it.

        Args:
            codec: of the pictures.
            use: what they are for: each use has one such connection.

        Raises:
            NotConnectedError: there is no conversation.
            ServiceError: the service does not answer, or has no such thing.
        """
        self._running()
        assert self._link is not None and self._endpoint is not None
        return await MediaSocket.open(self._endpoint, self._link.session_id or "", codec, use)

    async def ice_servers(self) -> tuple[dict[str, Any], ...]:
        """What the page needs to find the service's media: `RTCIceServer` dictionaries."""
        return () if self._link is None else await self._link.ice_servers()

    # ── the running conversation ─────────────────────────────────────────────────────────────────────────

    def _begin_conversation(self, spoken: Callable[[str], dict[str, Any]]) -> None:
        """Begin anew; `spoken` makes of a sentence what has this service say it as it is."""
        self._conversation = Conversation(
            self.tools,
            send=self._send,
            publish=self._publish,
            changed=self._conversation_changed,
            answers_speech=self._answers_speech,
            spoken=spoken,
            truncates=lambda: self._link is not None and self._link.truncates,
            interruptible=self._interruptible,
            voice_placed=self._voice_placed,
            said_before=self.transcript,
        )

    def _voice_placed(self, pcm: bytes, start: int, answer: str) -> None:
        """Take in where a piece of the avatar's voice is heard, see `AvatarVoice`."""

    def _running(self) -> Conversation:
        if self._conversation is None or not self.connected:
            if self.status == "reconnecting":
                raise NotConnectedError("The connection is being made again.", hint="Wait a moment, then try again.")
            raise NotConnectedError("There is no conversation.")
        return self._conversation

    def _at_rest(self) -> bool:
        return self._conversation is not None and self._conversation.facts.status == "listening"

    def _send(self, event: Event | Signal) -> None:
        if self._link is not None:
            self._link.send(event)

    def _full_config(self) -> dict[str, Any]:
        return {**self.config.as_json(), "tools": self.tools.definitions()}

    def _answers_speech(self) -> bool:
        return self.config.turn_detection is not None and self.config.turn_detection.create_response

    def _interruptible(self) -> bool:
        return self.config.turn_detection is None or self.config.turn_detection.interrupt_response

    def _received(self, link: Link, event: Event | ProtocolError) -> None:
        if self._conversation is None or link is not (self._link or self._opening):
            return  # what an earlier connection still says
        self._sightings.note(event)
        if isinstance(event, ProtocolError):  # one message is lost, nothing else is affected
            self.note_error(event)
            return
        if (notice := warning(event)) is not None:
            self.note_error(notice)
        if self._link is None:  # the connection is being made again: the conversation does not go on yet
            self._subscribers.publish(name_of(event), event)
            return
        if isinstance(event, events.SpeechStarted):
            self._begin_turn()
        if self._conversation.receive(event):
            self._subscribers.publish(name_of(event), event)

    def _conversation_changed(self, error: NavTalkError | None) -> None:
        if self._conversation is not None and self.connected:
            self._set_status(self._conversation.facts.status, error or self.error)
