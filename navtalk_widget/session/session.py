"""A conversation with a digital human, without Jupyter."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable
from os import PathLike
from types import TracebackType
from typing import Any, NoReturn

from pydantic import SecretStr

from navtalk_widget.client.endpoint import AvatarChoice, as_secret, choose_service
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.history.keeper import Redact
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.assignable import AssignableSettings
from navtalk_widget.session.casting import first_voice, warn_of_stand_in, warn_of_voice
from navtalk_widget.session.chosen_engines import ChosenEngines
from navtalk_widget.session.local_engines import LOCAL_SETTINGS, LocalEngines
from navtalk_widget.session.own_character import own_character
from navtalk_widget.session.settings import SETTINGS, configured
from navtalk_widget.session.slips import unexpected
from navtalk_widget.session.stored import keep
from navtalk_widget.session.talking import Talking
from navtalk_widget.tools.approval import Approvals
from navtalk_widget.tools.registry import AnyTool, ToolRegistry
from navtalk_widget.tools.takes_tools import TakesTools
from navtalk_widget.transcript.transcript import Transcript


class Session(AssignableSettings, TakesTools, ChosenEngines, Talking):
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
        video_size: pixels of its pictures, across and down, such as ``(640, 800)``; None for ``(320, 400)``.
        video_codec: ``"vp8"`` or ``"h264"``, offered first.
        interruption_ms: milliseconds of speech that do not interrupt it yet; 0 lets everything interrupt, None is 600.
        half_duplex: whether it does not listen while it speaks, for loudspeakers whose echo nothing else gets rid of.
        tools: functions that the avatar may call.
        history: what was said before, such as ``Transcript.read(path)``: the transcript begins with it, and the
            service is told its last turns.
        history_dir: a folder in which the conversation is stored as it happens; see `navtalk_widget.history`.
        redact: a function of a turn that returns what is stored of it, a `Turn` or None for nothing.
        **settings: initial values of the settings listed in `navtalk_widget.session.settings.SETTINGS`.

    Raises:
        ConfigurationError: a setting is not valid.
        ToolDefinitionError: one of `tools` cannot serve as a tool.
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
        history: Transcript | None = None,
        history_dir: str | PathLike[str] | None = None,
        redact: Redact | None = None,
        **settings: Any,
    ) -> None:
        license = as_secret(license)  # at once: some tracebacks show variables
        for setting in settings:
            if setting not in SETTINGS:
                raise unexpected("Session", setting, [*inspect.signature(Session).parameters, *SETTINGS])
        own = own_character(character)
        name = character if own is None else own.name
        texts = {"service": service, "avatar_id": avatar_id, "model": model}
        for option, value in texts.items():
            if not isinstance(value, str):  # unsaid: it may be a licence
                raise ConfigurationError(f"{option}= takes text, not {type(value).__name__}.")
        if not isinstance(history, Transcript | None):
            raise ConfigurationError(
                f"history= takes a Transcript, not {type(history).__name__}.", hint="Transcript.read(path) reads one."
            )
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
        super().__init__(
            chosen,
            avatar,
            ToolRegistry(tools),
            configured(SessionConfig(voice=first_voice(avatar, own, chosen)), settings),
            LocalEngines(local=chosen.kind == "local", character=own, model=model, settings=given),
        )
        if history is not None:
            self.transcript = history
            """What was said so far, with what was said before: an immutable snapshot."""
        self._keeper = keep(self, history_dir, redact)
        self._asking = asyncio.Lock()
        warn_of_stand_in(avatar, own, chosen)
        if "voice" in settings:
            warn_of_voice(self.config.voice, chosen, synthesizer)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "voice":
            warn_of_voice(self.config.voice, self.service, self.engines["synthesizer"])

    def __repr__(self) -> str:
        if not hasattr(self, "_asking"):  # in the traceback of a constructor that failed
            return "<Session that could not be made>"
        name = self.avatar.avatar_id or self.avatar.character
        return f"<Session with {name}: {self.status}, {len(self.transcript)} turns>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A Session cannot be pickled: it is a live connection. Keep its transcript.")

    async def __aenter__(self) -> Session:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the conversation, and store the rest of it. The transcript stays; `connect` goes on with it."""
        await super().close()
        if self._keeper is not None:
            await self._keeper.rest()

    # ── settings and tools ───────────────────────────────────────────────────────────────────────────────

    def update(self, **settings: Any) -> None:
        """Change settings, in the running conversation too. Changes made together are sent together.

        Those of the embedded service, such as ``responder``, hold from the next connection on: see `reconnect`.

        Raises:
            ConfigurationError: a setting is unknown or its value is not valid; nothing is changed then.
        """
        config = configured(self.config, {name: settings[name] for name in settings if name not in LOCAL_SETTINGS})
        self._engines.set(**{name: settings[name] for name in settings if name in LOCAL_SETTINGS})
        self.config = config
        self.announce_tools()

    def _add_tool(self, function: Callable[..., Any]) -> AnyTool:
        added = self.tools.add(function)
        self.announce_tools()
        return added

    def approve(self, call_id: str, *, always: bool = False) -> None:
        """Allow a call of a tool that needs approval; until then it waits, `APPROVAL_TIMEOUT` seconds at most.

        ::

            session.on("tool_call", lambda call: call.state == "awaiting_approval" and session.approve(call.call_id))

        Args:
            call_id: which, as `tool_calls` and ``"tool_call"`` news tell.
            always: whether its tool needs no further approval until the conversation ends.

        Raises:
            ToolError: no such call awaits approval.
        """
        self._approvals().approve(call_id, always=always)

    def reject(self, call_id: str, reason: str = "") -> None:
        """Refuse a call of a tool that needs approval; the avatar learns it, and goes on without.

        Args:
            call_id: which.
            reason: told to the avatar.

        Raises:
            ToolError: no such call awaits approval.
        """
        self._approvals().reject(call_id, reason)

    def _approvals(self) -> Approvals:
        return Approvals() if self._conversation is None else self._conversation.approvals

    def announce_tools(self) -> None:
        """Tell the service which tools and settings there are now, if a conversation is running."""
        if self._link is not None:
            self._link.tell_changes()
