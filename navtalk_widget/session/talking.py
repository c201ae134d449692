"""Talking with the avatar: by voice, in writing and with pictures."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.client.endpoint import TRANSPARENCY
from navtalk_widget.errors import ConfigurationError, NotConnectedError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.session.picture import as_data_url
from navtalk_widget.session.recordable import Recordable
from navtalk_widget.session.recording import as_speech, at_the_speed_of_speech, with_pause
from navtalk_widget.session.talk.reply import Reply, ReplyCollector
from navtalk_widget.session.utterance import as_response, spoken_sound, spoken_text
from navtalk_widget.transcript.turn import Turn

_SILENCE = np.zeros(0, dtype=np.int16)


class Talking(Recordable):
    """What can be said to the avatar, what it can be asked to say, and how it is cut short."""

    _asking: asyncio.Lock

    def append_audio(self, pcm: bytes, captured_at: float | None = None) -> None:
        """Send a block of the microphone; without a conversation it is dropped.

        Args:
            pcm: little-endian PCM16 at 24,000 Hz, mono.
            captured_at: when the block's last sample was captured, in seconds since 1970 by this machine's clock; None
                if nobody knows.
        """
        place = self._note_microphone(pcm, captured_at)
        if self._link is not None and self._link.configured:
            self._link.send(events.InputAudioBufferAppend(audio=pcm), captured_at, place)

    def commit_audio(self, *, reply: bool = True) -> None:
        """End the person's turn by hand, where `turn_detection` is None (push-to-talk).

        Args:
            reply: whether the avatar is to answer.

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running().commit(reply=reply)

    def discard_audio(self) -> None:
        """Forget what the microphone heard since the last turn, where `turn_detection` is None (push-to-talk).

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running()
        self._send(events.InputAudioBufferClear())

    async def send_audio(self, sound: NDArray[Any] | str | Path, sample_rate: int | None = None) -> None:
        """Say something from a recording, at the speed of speech, and the pause that ends a turn.

        Args:
            sound: shape (samples,) or (samples, channels), int16 or floats in [-1, 1]; or the path of a sound file.
            sample_rate: hertz, which samples need; a file has its own.

        Raises:
            NotConnectedError: there is no conversation, or it ended meanwhile.
            ConfigurationError: it is not sound.
        """
        self._running()
        link, detection = self._link, self.config.turn_detection
        speech = with_pause(await asyncio.to_thread(as_speech, sound, sample_rate), detection)
        async for block in at_the_speed_of_speech(speech):
            self.append_audio(block)
            if self._link is not link:
                raise NotConnectedError("The connection was lost before the recording's end.", hint="Send it again.")
        if detection is None:
            self.commit_audio()

    def send_text(self, text: str) -> None:
        """Say something by typing; the avatar answers.

        Raises:
            NotConnectedError: there is no conversation.
            ConfigurationError: the text is empty.
        """
        self._say(text)

    async def send_image(self, image: Any, text: str = "", *, reply: bool = True) -> None:
        """Show something; the avatar can then be asked about it.

        Args:
            image: PIL image, numpy array, matplotlib figure, the bytes of an image file, or its path. Large ones are
                scaled down.
            text: what to say about it.
            reply: whether the avatar is to answer.

        Raises:
            NotConnectedError: there is no conversation, or it ended meanwhile.
            ConfigurationError: it is no picture.
        """
        self._running()
        picture = await asyncio.to_thread(as_data_url, image)
        conversation = self._running()
        self._pictures.append(picture)
        self._send(events.InputImage(content=picture))
        if text.strip():
            self._begin_turn()
            conversation.say(text.strip(), reply=reply)
        elif reply:
            conversation.create_response()

    def create_response(self) -> None:
        """Let the avatar speak: an answer, or a greeting when nothing has been said yet.

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running().create_response()

    def note_playback(self, delay_ms: float | None) -> None:
        """Take in how the avatar's voice is heard, which decides how much of an answer that is cut counts as heard.

        `Turn.latency` has no `heard_ms` without it, unless `note_heard` tells.

        Args:
            delay_ms: milliseconds from the arrival of sound to its being heard; None if nothing can be heard.
        """
        self._recorder.note_delay(None if delay_ms is None else delay_ms / 1000)
        if self._conversation is not None:
            self._conversation.note_playback(delay_ms)

    def note_heard(self, at: float, offset_ms: float | None = None) -> None:
        """Take in when the avatar's voice began to be heard, for `Turn.latency`; without it, `note_playback` counts.

        Args:
            at: in seconds since 1970, by this machine's clock.
            offset_ms: how much later than its voice the picture is seen; None where nobody knows.
        """
        if self._conversation is not None:
            self._conversation.note_heard(time.time() - at, offset_ms)

    def note_silent(self, at: float) -> None:
        """Take in when nothing was heard any more of a voice that was cut short.

        Args:
            at: in seconds since 1970, by this machine's clock.
        """
        if self._conversation is not None:
            self._conversation.note_silent(time.time() - at)

    def interrupt(self) -> None:
        """Cut the avatar short.

        Raises:
            NotConnectedError: there is no conversation.
        """
        self._running().interrupt()

    async def ask(self, text: str, *, timeout: float = 60.0) -> Reply:
        """Say something by typing, and wait for the whole answer, tools included. Questions are asked in turn.

        Args:
            text: what to say.
            timeout: seconds to wait for the end of the answer (its sound may take longer to be heard).

        Raises:
            ResponseTimeout: the answer is not complete in time; it goes on.
            NavTalkError: the service failed or refused.
        """
        self._running()
        async with self._asking:
            collector = ReplyCollector()
            self.on("*", collector.note)
            try:
                self._say(text, collector)
                return await asyncio.wait_for(collector.reply(), timeout)
            except (asyncio.TimeoutError, TimeoutError):
                raise ResponseTimeout(f"The answer to {text[:40]!r} was not complete within {timeout:g} s.") from None
            finally:
                self.off("*", collector.note)

    async def speak(
        self, what: str | NDArray[Any] | Path, sample_rate: int | None = None, *, timeout: float = 60.0
    ) -> Reply:
        """Have the avatar say something, as it is; wait until all of it is there. It follows what is being said.

        The embedded service says a text to the letter; the language model of another service is asked to.

        Args:
            what: a text; samples, int16 or floats in [-1, 1], of shape (samples,) or (samples, channels), at most
                60 s of them; or the path of a sound file, as a `Path`. Services other than the embedded one say sounds
                with ``model="transparency"`` only, and these then take as long as they sound.
            sample_rate: hertz, if not 24,000; a file has its own.
            timeout: seconds to wait for the end of it (its sound may take longer to be heard).

        Returns:
            What was said. With ``model="transparency"`` the service tells nothing of it: it is what was given, at once.

        Raises:
            ConfigurationError: it is no text and no sound, or the service cannot say sounds.
            ResponseTimeout: it was not said in time.
            NavTalkError: the service failed or refused.
        """
        self._running()
        local, mirror = self.service.kind == "local", self.avatar.model == TRANSPARENCY
        if isinstance(what, str):
            if mirror and not local:
                raise ConfigurationError(
                    "With model='transparency' this service says sounds only.",
                    hint="Pass samples, or leave model= out.",
                )
            return await self._uttered(spoken_text(what, local=local), timeout, Reply(what, _SILENCE, ()))
        sound = await spoken_sound(what, sample_rate)
        if local:
            return await self._uttered(as_response(sound), timeout, Reply("", sound, ()))
        if not mirror:
            raise ConfigurationError(
                "This service says sounds only with model='transparency'.",
                hint="Pass text, or connect with model='transparency'; service='local' says both.",
            )
        await self.send_audio(sound, SAMPLE_RATE)
        return Reply("", sound, ())

    async def wait_until_heard(self, *, timeout: float = 60.0) -> Turn | None:
        """Wait until the avatar has nothing more to say: all of it was heard to its end, or was cut short.

        What was asked before, and is not answered yet, is waited for; so is a connection that is being made. Where no
        page plays the voice, it counts as heard at the speed of speech. Of a service that sends it to the page alone
        the end is an estimate, and with ``model="transparency"`` nothing is known of it.

        Args:
            timeout: seconds to wait at most.

        Returns:
            What the avatar said last: `Turn.interrupted` and `Turn.text_heard` tell what became of it. None if it has
            said nothing.

        Raises:
            NotConnectedError: there is no conversation, or it was ended meanwhile.
            ResponseTimeout: the avatar still thinks or speaks; it goes on.
            NavTalkError: the conversation failed meanwhile.
        """
        try:
            await asyncio.wait_for(self._at_its_end(), timeout)
        except (asyncio.TimeoutError, TimeoutError):
            raise ResponseTimeout(
                f"The avatar was not heard to the end within {timeout:g} s.", hint="Wait again, or raise timeout=."
            ) from None
        return self.transcript.last("avatar")

    async def _at_its_end(self) -> None:
        if self.status == "connecting" and self._connecting is not None:
            await asyncio.wait({self._connecting})  # who waits for that to say something goes first
        if self.status in ("idle", "closed", "failed"):
            raise self.error or NotConnectedError("There is no conversation.")
        async with self._asking:  # what others ask is answered first
            pass
        changed = asyncio.Event()

        def note(_: object) -> None:
            changed.set()

        self.on("status", note)
        try:
            while self.status in ("thinking", "speaking", "reconnecting"):
                changed.clear()
                await changed.wait()
        finally:
            self.off("status", note)
        if self.status != "listening":
            raise self.error or NotConnectedError("The conversation was ended before all of it was heard.")

    async def _uttered(self, response: dict[str, Any], timeout: float, given: Reply) -> Reply:
        if self.avatar.model == TRANSPARENCY:  # where nothing is answered, and nothing told of what is said
            self._running()
            self._send(events.ResponseCreate(response=response))
            return given
        async with self._asking:
            collector = ReplyCollector()
            self.on("*", collector.note)
            try:
                self._running().utter(response, collector)
                return await asyncio.wait_for(collector.reply(), timeout)
            except (asyncio.TimeoutError, TimeoutError):
                raise ResponseTimeout(f"It was not said within {timeout:g} s.") from None
            finally:
                self.off("*", collector.note)

    def _say(self, text: str, collector: ReplyCollector | None = None) -> None:
        conversation = self._running()
        if not text.strip():
            raise ConfigurationError("There is no text to send.", hint="Write something first.")
        self._begin_turn()
        conversation.say(text.strip(), collector)
