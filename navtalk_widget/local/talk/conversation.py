"""One conversation: the greeting of its generation, and what it is, a talk with the avatar or a voice for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.life.moody_face import MoodyFace
from navtalk_widget.local.avatar.test_card import playout_for
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.rtc.picture_encoder import VideoCodec
from navtalk_widget.local.talk.assistant import Assistant
from navtalk_widget.local.talk.mirror import Mirror
from navtalk_widget.local.talk.refusal import invalid_request
from navtalk_widget.local.talk.upstream.backend import Backend
from navtalk_widget.local.talk.upstream.upstream import Upstream
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id

Mode: TypeAlias = Literal["assistant", "transparency", "audio_back"]


class Conversation:
    """The service's side of one main socket, without the socket.

    Args:
        license: what the client presented.
        character: who speaks.
        engines: shared with all conversations of the service.
        send: takes each event for the client; it must not block.
        on_configured: called in the loop each time the client has set up the session.
        protocol: the generation, which decides on the greeting.
        mode: whether the avatar answers, or says what it is sent.
        ice_servers: `RTCIceServer` dictionaries for the client; the second generation is told them.
        expires_at: when the session will end, in seconds since 1970; None for never.
        config: the avatar's own settings, which the client may change; None for the usual ones.
        warning: what the client should know about the choice of its avatar (second generation).
        avatar_id: the avatar that was chosen, told with the warning.
        backend: that hears and answers in the place of our own engines; None for these.
        greeting: what the avatar says first, if the instructions ask for nothing else.
    """

    def __init__(
        self,
        *,
        license: str,
        character: str,
        engines: Engines,
        send: Callable[[Event], None],
        on_configured: Callable[[], None],
        protocol: Literal["v1", "v2"] = "v1",
        mode: Mode = "assistant",
        ice_servers: Sequence[Mapping[str, Any]] = (),
        expires_at: int | None = None,
        config: SessionConfig | None = None,
        warning: str | None = None,
        avatar_id: str = "",
        backend: Backend | None = None,
        greeting: str = "",
    ) -> None:
        self.session_id = str(uuid4()) if protocol == "v2" else new_id("sess")
        self.license = license
        self.playout = playout_for(character)
        self._protocol = protocol
        self._ice_servers = tuple(dict(server) for server in ice_servers)
        self._warning = warning
        self._avatar_id = avatar_id
        self._face: MoodyFace | None = None
        self._character = character
        self._engines = engines
        self._send = send
        self._part: Assistant | Mirror | Upstream
        if mode == "assistant" and backend is not None:
            self._part = Upstream(
                backend,
                playout=self.playout,
                send=send,
                refuse=self.refuse,
                on_configured=on_configured,
                confirms_by_itself=protocol == "v2",
                half_duplex=engines.options.half_duplex,
                config=config or SessionConfig(),
            )
        elif mode == "assistant":
            self._part = Assistant(
                session_id=self.session_id,
                character=character,
                greeting=greeting,
                engines=engines,
                playout=self.playout,
                send=send,
                refuse=self.refuse,
                on_configured=on_configured,
                confirms_by_itself=protocol == "v2",
                expires_at=expires_at,
                config=config or SessionConfig(),
            )
        else:
            self._part = Mirror(
                self.playout,
                speaker=engines.speaker,
                config=config or SessionConfig(),
                refuse=self.refuse,
                on_configured=on_configured,
            )

    @property
    def configured(self) -> bool:
        """Whether the client has set up the session."""
        return self._part.configured

    def begin(self) -> None:
        """Greet the client, the session's identifier first: some open the signalling socket with it."""
        self._engines.faces.want(self._looks, self._engines.options.video_size)
        if self._protocol == "v1":
            self._send(events.SessionId(session_id=self.session_id))
        else:
            self._send(events.ConversationConnected(session_id=self.session_id, ice_servers=self._ice_servers))
            if self._warning is not None:
                self._send(events.ConnectionWarning(message=self._warning, avatar_id=self._avatar_id))
        self._part.begin()

    async def run(self) -> None:
        """Follow what is going on until the conversation is closed."""
        await self._part.run()

    async def handle(self, event: Event) -> None:
        """Do what the client asks; what cannot be done is answered with an `error` event."""
        await self._part.handle(event)

    def refuse(self, code: str, message: str, event_id: str | None = None, /) -> None:
        """Tell the client that it did something that cannot be; the conversation goes on."""
        self._send(events.ErrorEvent(error=invalid_request(code, message, event_id)))

    @property
    def video_codec(self) -> VideoCodec:
        """By which the picture is sent to viewers who can decode it."""
        return self._engines.options.video_codec

    @property
    def _looks(self) -> str | Path:
        own = self._engines.options.character
        return self._character if own is None else Path(own)

    async def face(self) -> MoodyFace:
        """The avatar's picture, when it is drawn; the same for all who view the conversation."""
        if self._face is None:
            face = await self._engines.faces.face(self._looks, self._engines.options.video_size)
            self._face = self._face or MoodyFace(LiveFace(face, self.playout), lambda: self._part.mood)
        return self._face

    async def close(self) -> None:
        """End whatever is under way."""
        self.playout.flush()
        await self._part.close()
