"""The `Avatar` widget: its construction, and the way between traits, page and session."""

from __future__ import annotations

import atexit
import functools
import inspect
import logging
from collections.abc import Callable, Coroutine, Iterable
from os import PathLike
from typing import Any, TypeVar

from pydantic import SecretStr

from navtalk_widget.errors import NavTalkError, NotConnectedError
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.history.keeper import Redact
from navtalk_widget.loop_thread import LoopThread, Pending
from navtalk_widget.session.casting import warn_of_voice
from navtalk_widget.session.chosen_engines import ChosenEngines
from navtalk_widget.session.event_names import refuse_unknown_event
from navtalk_widget.session.session import Session
from navtalk_widget.session.settings import LOCAL_VOICES, SETTINGS
from navtalk_widget.session.slips import unexpected
from navtalk_widget.session.subscribers import Callback
from navtalk_widget.tools.registry import AnyTool
from navtalk_widget.tools.takes_tools import TakesTools
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.widget import bundle
from navtalk_widget.widget.assignments import CheckedAssignments
from navtalk_widget.widget.comm_messages import CommMessages
from navtalk_widget.widget.dispatcher import Dispatcher
from navtalk_widget.widget.in_browser import InBrowser
from navtalk_widget.widget.recording_verbs import RecordingVerbs
from navtalk_widget.widget.shared_traits import WidgetTraits
from navtalk_widget.widget.shown_state import ShownState
from navtalk_widget.widget.streaming import Streaming
from navtalk_widget.widget.traits import AvatarTraits
from navtalk_widget.widget.verbs import Verbs

T = TypeVar("T")

_logger = logging.getLogger(__name__)

EXIT_LIMIT_S = 3.0
"""How long the end of a process may wait for a recording's file; Jupyter kills a kernel after five seconds."""


@functools.cache
def _kernel_loop() -> LoopThread:
    """The thread of this kernel in which all sessions and gateways run."""
    return LoopThread()


class Avatar(Verbs, TakesTools, RecordingVerbs, InBrowser, Streaming, ChosenEngines, CheckedAssignments):
    """A digital human to talk with.

    ::

        avatar = Avatar(character="navtalk.Leo", instructions="You are a museum guide.")
        avatar                                    # shows the avatar; press Start and talk

    Without a licence, given or in the environment variable ``NAVTALK_LICENSE``, the embedded service is used.

    Settings may be changed at any time, and take effect in the running conversation. Verbs return at once; what
    they return can be awaited, or asked for its ``result()``, by those who want to wait; what goes wrong is raised
    there, as `Session` says of each, and shown in the widget in any case. Observers of traits and functions given to
    `on` are called in a thread of their own.

    Args:
        character: whom to talk with: a name; or, with the embedded service, one's own: the path of a folder with a
            ``character.json`` or of a photo, a Pillow image, a numpy array, or a `navtalk_widget.engines.Portrait`.
        avatar_id: whom to talk with, exactly, where several have the name; second generation only.
        model: what the service is to use for a mind, such as ``"gpt-realtime"``, or ``"transparency"`` for none: the
            avatar then says what it hears. Empty for the service's own choice. With a chat service as `responder`,
            its model.
        responder: the mind of the embedded service: a name, an address, a choice of `navtalk_widget.engines`, or a
            function; see `Session`. None for the best that is there.
        recognizer: its ears, likewise.
        synthesizer: its voice, likewise.
        video_size: pixels of its pictures, across and down, such as ``(640, 800)``; None for ``(320, 400)``.
        video_codec: ``"vp8"`` or ``"h264"``, offered first.
        interruption_ms: milliseconds of speech that do not interrupt it yet; 0 lets everything interrupt, None is 600.
        half_duplex: whether it does not listen while it speaks.
        service: ``"auto"``, ``"local"``, ``"v1"``, ``"v2"``, or the ``ws://`` / ``wss://`` address of a service.
        protocol: the generation spoken, ``"v1"`` or ``"v2"``, where `service` does not say.
        license: the NavTalk licence key. It is kept in this process: no trait, no page and no file gets it.
        tools: functions that the avatar may call; see also `tool`.
        greet: whether the avatar speaks first when Start is pressed.
        history: what was said before, such as ``Transcript.read(path)``: the transcript begins with it, and the
            service is told its last turns.
        history_dir: a folder in which the conversation is stored as it happens; see `navtalk_widget.history`.
        redact: a function of a turn that returns what is stored there of it, a `Turn` or None for nothing.
        **traits: initial values of what can also be assigned: ``instructions``, ``voice``, ``temperature``,
            ``max_response_output_tokens``, ``modalities``, ``turn_detection``, ``transcription_model``,
            ``tool_choice``, ``input_audio_format``, ``output_audio_format``; ``muted``, ``volume``, ``captions``,
            ``locale``, ``push_to_talk``, ``microphone``, ``speaker``, ``saved_turns``.

    Raises:
        ConfigurationError: a setting is not valid.
        ToolDefinitionError: one of `tools` cannot serve as a tool.
        TypeError: a keyword is unknown.
    """

    _ended = True  # until the constructor is through: `__del__` of a half-made widget calls `close` too

    def __init__(
        self,
        *,
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
        service: str = "auto",
        protocol: str | None = None,
        license: str | SecretStr | None = None,
        tools: Iterable[Callable[..., Any]] = (),
        greet: bool = True,
        history: Transcript | None = None,
        history_dir: str | PathLike[str] | None = None,
        redact: Redact | None = None,
        **traits: Any,
    ) -> None:
        license = SecretStr(license) if isinstance(license, str) else license  # some tracebacks show variables
        for name in traits:
            trait = {**AvatarTraits.class_own_traits(), "layout": AvatarTraits.layout}.get(name)
            if trait is None or trait.read_only:
                known = [*inspect.signature(Avatar).parameters, *AvatarTraits.class_own_traits()]
                raise unexpected("Avatar", name, known)
        settings = {name: value for name, value in traits.items() if name in SETTINGS}
        if traits.get("push_to_talk"):
            settings["turn_detection"] = None
        self._session = Session(
            service=service,
            protocol=protocol,
            license=license,
            character=character,
            avatar_id=avatar_id,
            model=model,
            responder=responder,
            recognizer=recognizer,
            synthesizer=synthesizer,
            video_size=video_size,
            video_codec=video_codec,
            interruption_ms=interruption_ms,
            half_duplex=half_duplex,
            tools=tools,
            history=history,
            history_dir=history_dir,
            redact=redact,
            **settings,
        )
        self._engines = self._session.engines
        super().__init__(**{**traits, "voice": self._session.config.voice})
        self.set_trait("transcript", self._session.transcript)
        if self._session.service.kind == "local":
            self.set_trait("voices", list(LOCAL_VOICES))
        self.set_trait("character", self._session.avatar.character)
        self.set_trait("avatar_id", avatar_id)
        self.set_trait("model", model)
        self.set_trait("service_label", self._session.service_label)
        # Apart, so that a callback that blocks does not keep the state from being shown.
        setting = Dispatcher("navtalk-traits")
        self._calling = Dispatcher("navtalk-callbacks")
        self._relays: dict[tuple[str, int], list[Callback]] = {}
        self._shown = ShownState(self, self._session, setting)
        shared = WidgetTraits(self, setting, self._call)
        self._gateway = Gateway(
            self._session,
            traits=shared,
            greet=greet,
            front_end=bundle,
            found_devices=functools.partial(self._shown.show, "devices"),
        )
        shared.follow(self._gateway.traits.changed)
        self._ended = False
        self._submit(self._session.warm_up())  # so that Start is quick
        self.observe(self._setting_changed, names=[*SETTINGS, "push_to_talk"])
        self._comm_messages = CommMessages(
            self._gateway,
            send=lambda *sent: self.send(*sent),
            submit=self._submit,
            call=self._call,
        )
        self.on_msg(self._comm_messages.take)
        atexit.register(self._end_at_exit)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "voice" and hasattr(self, "_ended"):  # the session has judged the first one
            warn_of_voice(self.voice, self._session.service, self.synthesizer)

    def __repr__(self) -> str:
        return f"<Avatar {self.avatar_id or self.character}: {self.status}, {len(self.transcript)} turns>"

    def close(self) -> None:
        """End the conversation and, as with every ipywidget, the widget itself."""
        if self._ended:
            return
        self._ended = True
        atexit.unregister(self._end_at_exit)
        _kernel_loop().submit(self._end())
        self._close_stream()
        super().close()

    def mute(self) -> None:
        """Silence the microphone."""
        self.muted = True

    def unmute(self) -> None:
        """Open the microphone again."""
        self.muted = False

    # ── callbacks ────────────────────────────────────────────────────────────────────────────────────────

    def on(self, name: str, callback: Callback) -> None:
        """Call a function with each event of that name, such as ``"response.audio_transcript.delta"``, or ``"*"``.

        Raises:
            ConfigurationError: the name is almost one of `Session.on`: a slip of the pen.
        """
        refuse_unknown_event(name)
        relay = functools.partial(self._relay, callback)
        self._relays.setdefault((name, id(callback)), []).append(relay)
        self._call(self._session.on, name, relay)

    def off(self, name: str, callback: Callback) -> None:
        """Undo `on`; nothing happens if it was not on."""
        relays = self._relays.get((name, id(callback)))
        if relays:
            self._call(self._session.off, name, relays.pop())

    # ── in the kernel's thread for conversations ─────────────────────────────────────────────────────────

    def _submit(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        if self._ended:
            work.close()
            raise NotConnectedError("This widget was closed.", hint="Make a new Avatar.")
        return _kernel_loop().submit(self._run(work))

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        _kernel_loop().call(function, *arguments)

    def _add_tool(self, function: Callable[..., Any]) -> AnyTool:
        added = self._session.tools.add(function)
        self._call(self._session.announce_tools)
        return added

    async def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work of a verb; an error that nobody waits for is shown all the same."""
        try:
            result = await work
        except NavTalkError as error:
            self._session.note_error(error)
            raise
        except Exception:
            _logger.exception("A verb of %r failed", self)
            raise
        await self._shown.all_shown()
        return result

    async def _end(self) -> None:
        self._gateway.dismiss()  # or a page that sees the end could begin again
        await self._session.close()
        await self._comm_messages.close()
        await self._gateway.close()

    def _end_at_exit(self) -> None:
        """Finish what is being recorded, or its file would have no end; the transcript is stored as it happens."""
        self._ended = True
        loop = _kernel_loop()
        if self._session.recording is None or not loop.running:  # as in a copy of the process
            return
        try:
            loop.submit(self._session.stop_recording()).result(EXIT_LIMIT_S)
        except (TimeoutError, NavTalkError) as error:
            _logger.error("The recording of %r was not finished: %s", self, error)

    # ── between traits, page and session ─────────────────────────────────────────────────────────────────

    def _setting_changed(self, change: Any) -> None:
        name, value = change["name"], change["new"]
        if name in ("push_to_talk", "turn_detection"):
            # Who holds a button ends their turns by it: a pause for thought must not.
            name, value = "turn_detection", None if self.push_to_talk else self.turn_detection
        self._call(functools.partial(self._session.update, **{name: value}))

    def _relay(self, callback: Callback, event: Any) -> None:
        self._calling.post(functools.partial(callback, event))
