"""A conversation with a digital human, without Jupyter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.client.endpoint import TRANSPARENCY, AvatarChoice, as_secret, choose_service
from navtalk_widget.errors import ConfigurationError, NotConnectedError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.chosen_engines import ChosenEngines
from navtalk_widget.session.life import Life
from navtalk_widget.session.local_engines import LOCAL_SETTINGS, LocalEngines
from navtalk_widget.session.own_character import own_character
from navtalk_widget.session.picture import as_data_url
from navtalk_widget.session.recording import as_speech, at_the_speed_of_speech, with_pause
from navtalk_widget.session.settings import SETTINGS, configured, default_voice
from navtalk_widget.session.talk.reply import Reply, ReplyCollector
from navtalk_widget.session.utterance import as_response, spoken_sound, spoken_text
from navtalk_widget.tools.registry import AnyTool, ToolRegistry

_SILENCE = np.zeros(0, dtype=np.int16)


class Session(ChosenEngines, Life):
    """A conversation: configuration, tools, state and transcript.

    Everything but the constructor belongs to the asyncio loop in which `connect` is called::

        async with Session(service="local", tools=[opening_hours]) as session:
            reply = await session.ask("When does the museum open?")

    Args:
        service: ``"auto"``, ``"local"``, ``"v1"``, ``"v2"`` or a ``ws://`` / ``wss://`` address.
        protocol: the generation spoken, ``"v1"`` or ``"v2"``, where `service` does not say.
        license: the NavTalk licence key; it leaves this process in the service's address only.
        character: whom to talk with: a name; or, with the embedded service, one's own: the path of a folder with a
            ``character.json`` or of a photo, a Pillow image, a numpy array, or a `navtalk_widget.engines.Portrait`.
        avatar_id: whom to talk with, exactly, where several have the name; second generation only.
        model: what the service is to use for a mind, such as ``"gpt-realtime"``; ``"transparency"`` for none: the
            avatar then says what it is sent by `send_audio` and the microphone. Empty for the service's own choice.
            With a chat service as `responder`, its model.
        responder: the mind of the embedded service: ``"builtin"``, ``"ollama"``, ``"openai"``, the address of a
            service that speaks OpenAI's API, a choice of `navtalk_widget.engines`, or a function of ``(messages,
            tools)`` that returns text or a `ToolCall`, or yields them; None for the best that is there.
        recognizer: its ears: ``"pocketsphinx"``, ``"faster-whisper"``, ``"faster-whisper:small"``, ``"openai"``, an
            address, a choice, or a function of ``(samples, language)`` that returns text.
        synthesizer: its voice: ``"espeak"``, ``"piper"``, ``"piper:en_GB-alan-medium"``, ``"openai"``, an address, a
            choice, or a function of ``(text, voice, language)`` that returns samples.
        video_size: pixels of its pictures, such as ``(640, 800)``.
        video_codec: ``"vp8"`` or ``"h264"``, offered first.
        interruption_ms: milliseconds of speech that do not interrupt it yet; 0 lets everything interrupt.
        half_duplex: whether it does not listen while it speaks, for loudspeakers whose echo nothing else gets rid of.
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
        character: Any = "navtalk.Leo",
        avatar_id: str = "",
        model: str = "",
        responder: Any = None,
        recognizer: Any = None,
        synthesizer: Any = None,
        video_size: tuple[int, int] | None = None,
        video_codec: str | None = None,
        interruption_ms: int | None = None,
        half_duplex: bool | None = None,
        tools: Iterable[Callable[..., Any]] = (),
        **settings: Any,
    ) -> None:
        license = as_secret(license)  # at once: some tracebacks show variables
        for setting in settings:
            if setting not in SETTINGS:
                raise TypeError(f"Session() got an unexpected keyword argument {setting!r}")
        own = own_character(character)
        name = character if own is None else own.name
        texts = {"service": service, "avatar_id": avatar_id, "model": model}
        for option, value in texts.items():
            if not isinstance(value, str):  # unsaid: it may be a licence
                raise ConfigurationError(f"{option}= takes text, not {type(value).__name__}.")
        avatar = AvatarChoice(name, avatar_id, model)
        chosen = choose_service(service, protocol=protocol, license=license, avatar=avatar)
        given = {
            "responder": responder,
            "recognizer": recognizer,
            "synthesizer": synthesizer,
            "video_size": video_size,
            "video_codec": video_codec,
            "interruption_ms": interruption_ms,
            "half_duplex": half_duplex,
        }
        voice = (None if own is None else own.voice) or default_voice(name)
        super().__init__(
            chosen,
            avatar,
            ToolRegistry(tools),
            configured(SessionConfig(voice=voice), settings),
            LocalEngines(local=chosen.kind == "local", character=own, model=model, settings=given),
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

        Those of the embedded service, such as ``responder``, hold from the next connection on: see `reconnect`.

        Raises:
            ConfigurationError: a setting is unknown or its value is not valid; nothing is changed then.
        """
        config = configured(self.config, {name: settings[name] for name in settings if name not in LOCAL_SETTINGS})
        for name in settings:
            if name in LOCAL_SETTINGS:
                self._engines.set(name, settings[name])
        self.config = config
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
