"""The verbs of the `Avatar`: each is handed to the kernel's thread for conversations, and returns at once."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from navtalk_widget.loop_thread import Pending
from navtalk_widget.session.metrics import Metrics
from navtalk_widget.session.news import AnswerLatency, ToolCallChanged
from navtalk_widget.session.protocol_report import ProtocolReport
from navtalk_widget.session.reported import reported
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk.reply import Reply
from navtalk_widget.transcript.report.report import Report
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn

T = TypeVar("T")


class Verbs:
    """What an avatar can be asked to do. What is returned can be awaited, or asked for its ``result()``."""

    _session: Session
    transcript: Transcript
    service_label: str
    metrics: Metrics

    def _submit(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        raise NotImplementedError

    def connect(self) -> Pending[None]:
        """Begin the conversation without the page, which can join by Start. Only the page opens a microphone.

        Returns:
            A `Pending` that is done when the avatar listens; nothing more happens where a conversation stands already.

        Raises:
            NavTalkError: from its ``result()``: the service cannot be reached, or refused. `error` has it too.
        """
        return self._submit(self._session.connect())

    def disconnect(self) -> Pending[None]:
        """End the conversation. The widget and the transcript stay; Start and `connect` go on with it.

        Returns:
            A `Pending` that is done when the connection is closed and what was said is stored.
        """
        return self._submit(self._session.close())

    def reconnect(self) -> Pending[None]:
        """Go on over a new connection, for settings that a service takes at the beginning only.

        Returns:
            A `Pending` that is done when the avatar listens again.

        Raises:
            NavTalkError: from its ``result()``: the service cannot be reached, or refused.
        """
        return self._submit(self._session.reconnect())

    def protocol_report(self) -> ProtocolReport:
        """What the service said that no source documents."""
        return self._session.protocol_report()

    def report(self) -> Report:
        """The conversation in figures: talk time, words, latency, tools, connection. It shows itself as a table."""
        return reported(self.transcript, self.service_label, self.metrics)

    @property
    def conversation_id(self) -> str:
        """Names all that is said with this avatar, in its transcript and where it is stored."""
        return self._session.conversation_id

    @property
    def latencies(self) -> tuple[AnswerLatency, ...]:
        """How long each of the last answers took, until it was recognised, worded, sounding and heard."""
        return self._session.latencies

    def send_text(self, text: str) -> Pending[None]:
        """Say something by typing; begins the conversation if there is none.

        Args:
            text: what to say; the answer is in `transcript`, and `ask` waits for it.

        Returns:
            A `Pending` that is done when it is sent.

        Raises:
            NavTalkError: from its ``result()``: the conversation cannot begin.
        """
        return self._submit(self._send_text(text))

    def ask(self, text: str, *, timeout: float = 60.0) -> Pending[Reply]:
        """Say something by typing; begins the conversation if there is none.

        ::

            reply = await avatar.ask("What is the capital of Peru?")
            print(reply.text)

        Args:
            text: what to say.
            timeout: seconds to wait for the whole answer.

        Returns:
            A `Pending` for the `Reply`: its text, sound and calls of tools. In code that does not await, ``result()``
            gives it.

        Raises:
            ResponseTimeout: from ``result()`` or ``await``: there was no whole answer in time.
            NavTalkError: likewise: the conversation cannot begin, or the service failed.
        """
        return self._submit(self._ask(text, timeout))

    def speak(
        self, what: str | NDArray[Any] | Path, sample_rate: int | None = None, *, timeout: float = 60.0
    ) -> Pending[Reply]:
        """Have the avatar say something, as it is; begins the conversation if there is none. See `Session.speak`.

        Args:
            what: a text; samples, int16 or floats in [-1, 1]; or the path of a sound file, as a `Path`.
            sample_rate: hertz, if not 24,000; a file has its own.
            timeout: seconds to wait for the end of it.
        """
        return self._submit(self._speak(what, sample_rate, timeout))

    def wait_until_heard(self, *, timeout: float = 60.0) -> Pending[Turn | None]:
        """What is returned waits until the avatar has nothing more to say, and has been heard to its end or cut short.

        See `Session.wait_until_heard`; it gives what the avatar said last.

        Args:
            timeout: seconds to wait at most.
        """
        return self._submit(self._session.wait_until_heard(timeout=timeout))

    def send_audio(self, sound: NDArray[Any] | str | Path, sample_rate: int | None = None) -> Pending[None]:
        """Say something from a recording, at the speed of speech; begins the conversation if there is none.

        Args:
            sound: shape (samples,) or (samples, channels), int16 or floats in [-1, 1]; or the path of a sound file.
            sample_rate: hertz, which samples need; a file has its own.
        """
        return self._submit(self._send_audio(sound, sample_rate))

    def commit_audio(self, *, reply: bool = True) -> Pending[None]:
        """End the person's turn by hand, where `turn_detection` is None (push-to-talk).

        Args:
            reply: whether the avatar is to answer.

        Returns:
            A `Pending` that is done when it is sent.

        Raises:
            NotConnectedError: from its ``result()``: there is no conversation.
        """
        return self._submit(self._commit_audio(reply))

    def send_image(self, image: Any, text: str = "", *, reply: bool = True) -> Pending[None]:
        """Show something; begins the conversation if there is none.

        Args:
            image: PIL image, numpy array, matplotlib figure, the bytes of an image file, or its path. Large ones are
                scaled down.
            text: what to say about it.
            reply: whether the avatar is to answer.
        """
        return self._submit(self._send_image(image, text, reply))

    def interrupt(self) -> Pending[None]:
        """Cut the avatar short, as the person does by speaking.

        Returns:
            A `Pending` that is done when the service is told.

        Raises:
            NotConnectedError: from its ``result()``: there is no conversation.
        """
        return self._submit(self._interrupt())

    def approve(self, call_id: str, *, always: bool = False) -> Pending[None]:
        """Allow a call of a tool that needs approval, as the button in the widget does.

        Args:
            call_id: which; see `tool_calls`.
            always: whether its tool needs no further approval until the conversation ends.
        """
        return self._submit(self._approve(call_id, always))

    def reject(self, call_id: str, reason: str = "") -> Pending[None]:
        """Refuse a call of a tool that needs approval; the avatar learns it, and goes on without.

        Args:
            call_id: which; see `tool_calls`.
            reason: told to the avatar.
        """
        return self._submit(self._reject(call_id, reason))

    @property
    def tool_calls(self) -> tuple[ToolCallChanged, ...]:
        """The last calls of tools, in the order in which they began; to follow them: ``on("tool_call", …)``."""
        return self._session.tool_calls

    # ── in the kernel's thread for conversations ─────────────────────────────────────────────────────────

    async def _send_text(self, text: str) -> None:
        await self._session.connect()
        self._session.send_text(text)

    async def _ask(self, text: str, timeout: float) -> Reply:
        await self._session.connect()
        return await self._session.ask(text, timeout=timeout)

    async def _speak(self, what: str | NDArray[Any] | Path, sample_rate: int | None, timeout: float) -> Reply:
        await self._session.connect()
        return await self._session.speak(what, sample_rate, timeout=timeout)

    async def _send_audio(self, sound: NDArray[Any] | str | Path, sample_rate: int | None) -> None:
        await self._session.connect()
        await self._session.send_audio(sound, sample_rate)

    async def _commit_audio(self, reply: bool) -> None:
        self._session.commit_audio(reply=reply)

    async def _send_image(self, image: Any, text: str, reply: bool) -> None:
        await self._session.connect()
        await self._session.send_image(image, text, reply=reply)

    async def _interrupt(self) -> None:
        self._session.interrupt()

    async def _approve(self, call_id: str, always: bool) -> None:
        self._session.approve(call_id, always=always)

    async def _reject(self, call_id: str, reason: str) -> None:
        self._session.reject(call_id, reason)
