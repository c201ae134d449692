"""What pages ask for, and what comes of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from navtalk_widget.errors import NavTalkError, ToolError
from navtalk_widget.gateway import from_page
from navtalk_widget.gateway.device import Device
from navtalk_widget.gateway.frames import read_microphone
from navtalk_widget.gateway.from_page import FromPage
from navtalk_widget.gateway.ownership import Ownership
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.page_clock import PageClock
from navtalk_widget.gateway.page_problem import MICROPHONE_PROBLEMS, page_problem
from navtalk_widget.gateway.push_to_talk import PushToTalk
from navtalk_widget.gateway.recording_consent import RecordingConsent
from navtalk_widget.gateway.shared_traits import SharedTraits
from navtalk_widget.session.session import Session

GREETING_TIMEOUT = 6.0
"""Seconds that the greeting waits for the page to see and hear the avatar; without WebRTC that takes most of them."""

_logger = logging.getLogger(__name__)


class Requests:
    """Does what pages ask for. Belongs to the session's loop.

    Args:
        session: the conversation.
        ownership: of microphone, speaker and video.
        traits: the widget's, as pages set them.
        consent: to being recorded.
        greet: whether the avatar speaks first in a conversation that a page begins.
        link: makes a link to the page that the gateway serves itself.
        extras: the part of the page's script that it began without.
        found_devices: called with the microphones and speakers of the page that owns the media, or would.
    """

    def __init__(
        self,
        session: Session,
        ownership: Ownership,
        traits: SharedTraits,
        consent: RecordingConsent,
        *,
        greet: bool,
        link: Callable[[], str],
        extras: Callable[[], str],
        found_devices: Callable[[tuple[Device, ...]], None],
    ) -> None:
        self._session = session
        self._ownership = ownership
        self._traits = traits
        self._consent = consent
        self._greet = greet
        self._link = link
        self._extras = extras
        self._found_devices = found_devices
        self._push_to_talk = PushToTalk(session)
        self._starting: asyncio.Task[None] | None = None
        self._dismissed = False

    async def take(self, page: Page, frame: str | bytes) -> None:
        """Take in a frame of a page, which is told what is wrong with it."""
        if self._dismissed:
            return
        try:
            if isinstance(frame, bytes):
                block = read_microphone(frame)
                if page is self._ownership.owner:
                    self._push_to_talk.heard(block.pcm)
                    self._session.append_audio(block.pcm, page.clock.by_ours(block.captured_at))
                    self._session.note_remedy(MICROPHONE_PROBLEMS)
            else:
                await self._obey(page, from_page.read(frame))
        except NavTalkError as error:
            page.tell_error(error)

    def forget(self, page: Page) -> None:
        """A page has gone, and with it the finger on its button."""
        if page is self._ownership.owner:
            self._push_to_talk.let_go()

    def dismiss(self) -> None:
        """Do nothing that pages ask for from now on."""
        self._dismissed = True

    async def call_off_start(self) -> None:
        """Let nothing more come of a Start that is under way; the connection that it began is the session's."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)

    async def _obey(self, page: Page, message: FromPage) -> None:
        match message:
            case from_page.Start():
                await self._begin(page)
            case from_page.Stop():
                await self.call_off_start()
                await self._ownership.release()
                await self._session.close()
            case from_page.TakeOver():
                if page is not self._ownership.owner:
                    self._push_to_talk.let_go()
                await self._ownership.take(page)
            case from_page.SendText(text=text):
                self._session.send_text(text)
            case from_page.Interrupt():
                self._session.interrupt()
            case from_page.Approve(call_id=call_id, decision=decision):
                self._decide(call_id, decision)
            case from_page.MayRecord(agreed=agreed):
                self._consent.take(agreed)
            case from_page.StopRecording():
                if (recording := self._session.recording) is not None:
                    recording.stop()  # what the page says next does not wait for the file
            case from_page.ReconnectNow():
                if self._session.status == "reconnecting":
                    self._session.begin_connecting()
            case from_page.SetTrait():
                self._traits.write(page, message)
            case from_page.Devices(devices=devices):
                if self._ownership.owner in (None, page):
                    self._found_devices(tuple(devices))
            case from_page.AskLink():
                page.tell({"type": "link", "url": self._link()})
            case from_page.AskExtras():
                page.tell({"type": "extras", "script": self._extras()})
            case from_page.Pong():
                page.clock.take(message)
                if page is self._ownership.owner:
                    self._note_clock(page.clock)
            case from_page.PageProblem(code=code, message=detail):
                self._session.note_error(page_problem(code, detail))
            case from_page.Decoders(codecs=codecs):
                await self._ownership.note_decoders(page, tuple(codecs))
            case _ if page is self._ownership.owner:
                await self._note_media(page, message)

    def _note_clock(self, clock: PageClock) -> None:
        if clock.round_trip_ms is not None:
            self._session.measured("round_trip_ms", clock.round_trip_ms)
        if (ahead_ms := clock.ahead_ms) is not None:
            self._session.measured("clock_offset_ms", ahead_ms)

    def _decide(self, call_id: str, decision: str) -> None:
        with contextlib.suppress(ToolError):  # another page, Python or the time limit was first, as the page is told
            if decision == "deny":
                self._session.reject(call_id)
            else:
                self._session.approve(call_id, always=decision == "always")

    async def _note_media(self, page: Page, message: FromPage) -> None:
        match message:
            case from_page.TalkBegin():
                self._push_to_talk.begin()
            case from_page.TalkEnd():
                self._push_to_talk.end()
            case from_page.AnswerPeer():
                await self._ownership.media.answer(message)
            case from_page.PageCandidate():
                await self._ownership.media.candidate(message)
            case from_page.MediaState():
                await self._ownership.media_changed(message)
            case from_page.Playback(delay_ms=delay_ms, offset_ms=offset_ms):
                self._session.note_playback(delay_ms)
                if offset_ms is not None:
                    self._session.measured("av_offset_ms", offset_ms)
            case from_page.VoiceHeard(at_ms=at_ms, offset_ms=offset_ms):
                if (at := page.clock.by_ours(at_ms / 1000)) is not None:
                    self._session.note_heard(at, offset_ms)
            case from_page.VoiceSilent(at_ms=at_ms):
                if (at := page.clock.by_ours(at_ms / 1000)) is not None:
                    self._session.note_silent(at)
            case from_page.KeyFrame():
                self._ownership.want_key_frame()
            case from_page.FirstFrame(elapsed_ms=elapsed_ms):
                self._session.measured("first_frame_ms", elapsed_ms)
                self._ownership.ready.set()

    # ── Start ────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, page: Page) -> None:
        await self.call_off_start()
        if self._dismissed:
            return
        self._ownership.call_off_ending()  # until it stands; then the page takes it over, or it is ended
        if not self._session.connected:
            self._session.begin_connecting()
        self._starting = asyncio.create_task(self._start(page), name="navtalk-start")

    async def _start(self, page: Page) -> None:
        try:
            await self._session.connect()
        except NavTalkError:
            return  # the pages learn it from the state
        if page is not self._ownership.owner:
            self._push_to_talk.let_go()
        await self._ownership.take(page, anew=True)
        if page is not self._ownership.owner:  # gone while we were connecting
            await self._session.close()
        elif self._greet and not len(self._session.transcript):
            await self._greet_when_heard()

    async def _greet_when_heard(self) -> None:
        try:
            await asyncio.wait_for(self._ownership.ready.wait(), GREETING_TIMEOUT)
        except (asyncio.TimeoutError, TimeoutError):
            _logger.info("The page shows no video yet; the avatar greets all the same")
        if self._session.connected and not len(self._session.transcript):
            self._session.create_response()
