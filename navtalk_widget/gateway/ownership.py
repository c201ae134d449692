"""Which page has microphone, speaker and video, and what follows from it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Collection
from typing import Literal

from navtalk_widget.errors import NavTalkError, PageError
from navtalk_widget.gateway.from_page import MediaState
from navtalk_widget.gateway.media import MediaLink
from navtalk_widget.gateway.media_relay import MediaRelay
from navtalk_widget.gateway.page import Page
from navtalk_widget.protocol.media_frames import VideoCodec
from navtalk_widget.session.metrics import MediaPath
from navtalk_widget.session.session import Session

ORPHAN_TIMEOUT = 30.0
"""Seconds that a conversation goes on after its page is gone; a page that is only reloaded may take it over."""

BREAKS = 4
BREAKS_WINDOW = 60.0
"""Media that broke so often within so many seconds are not negotiated again."""

_BREAKS_HINT = "The conversation goes on by sound and text; look at the network, then Stop and Start."


class Ownership:
    """At most one page owns the media. Changes are made one after the other, and what is wanted last holds.

    Args:
        session: the conversation.
        pages: those connected now; nobody else can own the media.
    """

    def __init__(self, session: Session, pages: Collection[Page]) -> None:
        self._session = session
        self._pages = pages
        self._changing = asyncio.Lock()
        self._voice_by_gateway = False
        self._orphan: asyncio.Task[None] | None = None
        self._breaks: deque[float] = deque(maxlen=BREAKS)
        self.owner: Page | None = None
        self._path: Literal["gateway", "voice-only"] | None = None  # where it is not WebRTC
        self._relay = MediaRelay(session, self._relay_began, self._relay_ended)
        self.media = MediaLink(session, self._media_failed)
        self.ready = asyncio.Event()
        """Set when the owner can see or hear the avatar, as well as it ever will."""

    async def take(self, page: Page, *, anew: bool = False) -> None:
        """Make a page the owner; nothing happens if it has gone.

        Args:
            page: who wants the media.
            anew: whether to negotiate again with a page that owns them already. Where that costs the connection to
                the service, it is done only if nothing comes of the media it has.
        """
        if page in self._pages:
            if anew and page is self.owner and (self.media.broken or self._session.offers_media):
                self.ready.clear()
                async with self._changing:
                    self._path = None
                    await self._relay.close()
                    await self.media.close()
            self.call_off_ending()
            self._set_owner(page)
            await self.settle()

    async def release(self) -> None:
        """Take the media from whoever has them."""
        self._set_owner(None)
        await self.settle()

    async def leave(self, page: Page) -> None:
        """A page has gone; the conversation that it led ends unless another takes it over soon."""
        if page is self.owner:
            await self.release()
            # Whether it stands or is being reconnected; while it is beginning, who began it sees to its end.
            goes_on = self._session.status not in ("idle", "connecting", "failed", "closed")
            if self.owner is None and goes_on:  # nobody took over meanwhile
                self.call_off_ending()
                self._orphan = asyncio.create_task(self._end_unless_taken_over(), name="navtalk-orphan")

    async def settle(self) -> None:
        """Bring the media to where they belong now; called after the owner or the conversation's state has changed."""
        if self._session.status in ("failed", "closed"):
            self.call_off_ending()  # it has ended; the next one is not to be ended for it
        async with self._changing:
            if self._session.status == "reconnecting":
                return  # the last picture stays until the new connection brings another
            wanted = self.owner if self._session.connected else None
            if self._relay.page is not wanted:
                await self._relay.close()
            if self.media.page is wanted and not (self.media.outdated and wanted is not None):
                return
            if wanted is None:
                await self.media.close()
            elif self._path == "gateway":  # WebRTC does not reach this page, whatever the connection
                self.media.outdated = False
                self._relay.open(wanted, wanted.codecs[0])
            else:
                self._path = None
                await self.media.open(wanted)

    def call_off_ending(self) -> None:
        """Do not end the conversation for want of a page, as was to happen a while after its page was gone."""
        if self._orphan is not None:
            self._orphan.cancel()
            self._orphan = None

    async def close(self) -> None:
        """End the media, and what was to happen later."""
        self.call_off_ending()
        self.owner = None
        await self._relay.close()
        await self.media.close()

    async def media_changed(self, message: MediaState) -> None:
        """The owner tells how its peer connection fares."""
        if not self.media.is_current(message.peer):
            return
        if message.state == "connected":
            self.media.stood = True
            self.media.broken = False
            self._path = None
            await self._relay.close()
            self._voice_by_gateway = not message.audio_track
            self._note_media("webrtc" if message.video_track else "voice-only")
            if not message.video_track:
                self.ready.set()
        elif message.state == "failed":
            self.play_by_gateway()
        elif message.state == "closed":
            self.media.broken = True
            self._voice_by_gateway = self._path != "gateway"  # or it would be heard twice
            self.ready.set()
        if message.state in ("frozen", "failed") and self.media.stood:
            await self._renegotiate(message.peer)

    async def _renegotiate(self, peer: int) -> None:
        """The media stood and do not any more: have them offered again, though not for ever."""
        now = time.monotonic()
        self._breaks.append(now)
        if len(self._breaks) == BREAKS and now - self._breaks[0] < BREAKS_WINDOW:
            async with self._changing:
                if not self.media.is_current(peer):  # another page took them over meanwhile
                    return
                await self.media.abandon()  # or the voice would be heard twice if they recovered
                self.play_by_gateway()
            if self._path != "gateway":
                error = PageError("The picture keeps breaking off.", code="webrtc_failed", hint=_BREAKS_HINT)
                self._session.note_error(error)
            return
        self.media.outdated = True
        await self.settle()

    def play_by_gateway(self) -> None:
        """Nothing comes by WebRTC: what the service sends otherwise, and the page can show, comes over the gateway."""
        self.media.broken = True
        page = self.owner
        if page is None or self._path is not None:
            return
        if not self._session.relays_media:
            self._leave_voice_only("not_relayed")
        elif not page.codecs:
            self._leave_voice_only("no_decoder")
        else:
            self._path = "gateway"
            self._relay.open(page, page.codecs[0])

    async def note_decoders(self, page: Page, codecs: tuple[VideoCodec, ...]) -> None:
        """A page tells which pictures it can show; one that is shown some already may find that it cannot."""
        page.codecs = codecs
        if page is self.owner and self._path == "gateway" and not codecs:
            async with self._changing:
                await self._relay.close()
            self._leave_voice_only("no_decoder")

    def want_key_frame(self) -> None:
        """The owner needs a picture that it can understand without those before."""
        self._relay.want_key_frame()

    def play(self, pcm: bytes) -> None:
        """Pass on a piece of voice, if it reaches the owner in no other way."""
        if self.owner is not None and self._voice_by_gateway:
            self.owner.play(pcm)

    def flush_voice(self) -> None:
        """Silence the owner's speaker."""
        if self.owner is not None:
            self.owner.flush_voice()

    def _set_owner(self, page: Page | None) -> None:
        if page is self.owner:
            return
        self.owner = page
        self._voice_by_gateway = False
        self._path = None
        self.ready.clear()
        for each in self._pages:
            each.tell({"type": "owner", "owner": each is page, "owned": page is not None})

    def _media_failed(self, error: NavTalkError) -> None:
        self.play_by_gateway()
        if self._path != "gateway":
            self._session.note_error(error)

    def _relay_began(self) -> None:
        if self.owner is not None and self.owner is self._relay.page:  # else another took over meanwhile
            self._voice_by_gateway = False
            self._note_media("gateway")
            self.owner.tell({"type": "media_path", "path": "gateway", "why": "relayed"})

    def _relay_ended(self) -> None:
        if self.owner is not None and self.owner is self._relay.page:
            self._leave_voice_only("not_relayed")

    def _leave_voice_only(self, why: str) -> None:
        self._path = "voice-only"
        self._voice_by_gateway = True
        self.ready.set()
        if self.owner is not None and self._session.connected:
            self._note_media("voice-only")
            self.owner.tell({"type": "media_path", "path": self._path, "why": why})

    def _note_media(self, path: MediaPath) -> None:
        if self.owner is not None:
            self._session.note_media(path, self.owner.way)

    async def _end_unless_taken_over(self) -> None:
        await asyncio.sleep(ORPHAN_TIMEOUT)
        self._orphan = None
        if self.owner is None:
            await self._session.close()
