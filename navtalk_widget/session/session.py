"""A conversation with a digital human, without Jupyter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from numpy.typing import NDArray
from pydantic import SecretStr

from navtalk_widget.client.endpoint import AvatarChoice, as_secret, choose_service
from navtalk_widget.errors import ConfigurationError, NotConnectedError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.life import Life
from navtalk_widget.session.picture import as_data_url
from navtalk_widget.session.recording import as_speech, at_the_speed_of_speech, with_pause
from navtalk_widget.session.settings import SETTINGS, configured, default_voice
from navtalk_widget.session.talk.reply import Reply, ReplyCollector
from navtalk_widget.tools.registry import AnyTool, ToolRegistry


class Session(Life):
    """A conversation: configuration, tools, state and transcript.

    Everything but the constructor belongs to the asyncio loop in which `connect` is called::

        async with Session(service="local", tools=[opening_hours]) as session:
            reply = await session.ask("When does the museum open?")

    Args:
        service: ``"auto"``, ``"local"``, ``"v1"``, ``"v2"`` or a ``ws://`` / ``wss://`` address.
        protocol: the generation spoken, ``"v1"`` or ``"v2"``, where `service` does not say.
        license: the NavTalk licence key; it leaves this process in the service's address only.
        character: whom to talk with.
        avatar_id: whom to talk with, exactly, where several have the name; second generation only.
        model: what the service is to use for a mind, such as ``"gpt-realtime"``; ``"transparency"`` for none: the
            avatar then says what it is sent by `send_audio` and the microphone. Empty for the service's own choice.
        tools: functions that the avatar may call.
        **settings: initial values of the settings listed in `navtalk_widget.session.settings.SETTINGS`.

    Raises:
        ConfigurationError: a setting is not valid.
        TypeError: a keyword is unknown.
    """

    def __init__(
        self,
        *,
        service: str = "auto",
        protocol: str | None = None,
        license: str | SecretStr | None = None,
        character: str = "navtalk.Leo",
        avatar_id: str = "",
        model: str = "",
        tools: Iterable[Callable[..., Any]] = (),
        **settings: Any,
    ) -> None:
        license = as_secret(license)  # at once: some tracebacks show variables
        for name in settings:
            if name not in SETTINGS:
                raise TypeError(f"Session() got an unexpected keyword argument {name!r}")
        texts = {"service": service, "character": character, "avatar_id": avatar_id, "model": model}
        for name, value in texts.items():
            if not isinstance(value, str):  # unsaid: it may be a licence
                raise ConfigurationError(f"{name}= takes text, not {type(value).__name__}.")
        avatar = AvatarChoice(character, avatar_id, model)
        super().__init__(
            choose_service(service, protocol=protocol, license=license, avatar=avatar),
            avatar,
            ToolRegistry(tools),
            configured(SessionConfig(voice=default_voice(character)), settings),
        )
        self._asking = asyncio.Lock()

    def __repr__(self) -> str:
        if not hasattr(self, "_asking"):  # in the traceback of a constructor that failed
            return "<Session that could not be made>"
        name = self.avatar.avatar_id or self.avatar.character
        return f"<Session with {name}: {self.status}, {len(self.transcript)} turns>"

    async def __aenter__(self) -> Session:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # ── settings and tools ───────────────────────────────────────────────────────────────────────────────

    def update(self, **settings: Any) -> None:
        """Change settings, in the running conversation too. Changes made together are sent together.

        Raises:
            ConfigurationError: a setting is unknown or its value is not valid; nothing is changed then.
        """
        self.config = configured(self.config, settings)
        self.announce_tools()

    def tool(self, function: Callable[..., Any]) -> AnyTool:
        """Let the avatar call a function; usable as a decorator, in the running conversation too.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool.
        """
        tool = self.tools.add(function)
        self.announce_tools()
        return tool

    def announce_tools(self) -> None:
        """Tell the service which tools and settings there are now, if a conversation is running."""
        if self._link is not None:
            self._link.tell_changes()

    # ── talking ──────────────────────────────────────────────────────────────────────────────────────────

    def append_audio(self, pcm: bytes, captured_at: float | None = None) -> None:
        """Send a block of the microphone; without a conversation it is dropped.

        Args:
            pcm: little-endian PCM16 at 24,000 Hz, mono.
            captured_at: when the block's last sample was heard, in seconds since 1970.
        """
        if self._link is not None and self._link.configured:
            self._link.send(events.InputAudioBufferAppend(audio=pcm), captured_at)

    def commit_audio(self, *, reply: bool = True) -> None:
        """End the person's turn by hand, where `turn_detection` is None (push-to-talk).

        Args:
            reply: whether the avatar is to answer.

        Raises:
            NotConnectedError: there is no conversation.
        """
        conversation = self._running()
        self._send(events.InputAudioBufferCommit())
        if reply:
            conversation.create_response()

    async def send_audio(self, sound: NDArray[Any] | str | Path, sample_rate: int | None = None) -> None:
        """Say something from a recording, at the speed of speech, and the pause that ends a turn.

        Args:
            sound: shape (samples,) or (samples, channels), int16 or floats in [-1, 1]; or the path of a sound file.
            sample_rate: hertz; a file has its own.

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

        Args:
            delay_ms: milliseconds from the arrival of sound to its being heard; None if nothing can be heard.
        """
        if self._conversation is not None:
            self._conversation.note_playback(delay_ms)

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

    def _say(self, text: str, collector: ReplyCollector | None = None) -> None:
        conversation = self._running()
        if not text.strip():
            raise ConfigurationError("There is no text to send.", hint="Write something first.")
        self._begin_turn()
        conversation.say(text.strip(), collector)
