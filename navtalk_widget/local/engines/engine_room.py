"""The engines of a service: made when they are first wanted, shared by all conversations, ended with it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from navtalk_widget.engines import recognizer_function, responder_function, synthesizer_function
from navtalk_widget.engines.choices import (
    Automatic,
    Choice,
    Function,
    ImportedFunction,
    LocalOptions,
    RecognizerChoice,
    ResponderChoice,
    SynthesizerChoice,
)
from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.engines.responder import Responder
from navtalk_widget.engines.synthesizer import Synthesizer
from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.local.avatar.faces import SIZE, Faces, Size
from navtalk_widget.local.engines.engine_shelf import Shelf
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.engines.hosted import HostedFunctions
from navtalk_widget.local.engines.imported_function import imported_function
from navtalk_widget.local.responders.choosing import choose_responder
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder
from navtalk_widget.local.speech.choosing import choose_recognizer, choose_synthesizer
from navtalk_widget.local.speech.recognizers.whisper_model import WhisperDownloads
from navtalk_widget.local.speech.synthesizers.clausewise import Clausewise
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.protocol.config import SessionConfig

logger = logging.getLogger(__name__)


def unheard(what: str, share: float | None) -> None:
    """Progress that nobody follows."""


class EngineRoom:
    """Gives each conversation its engines. Made in the service's loop.

    Args:
        responder: to be used where none is chosen; None for the best that is there.
        hosted: the kernel's functions, if a kernel has started the service.
        warms: whether ears and voices load what they need before their first turn.
    """

    def __init__(
        self, responder: Responder | None = None, hosted: HostedFunctions | None = None, *, warms: bool = True
    ) -> None:
        self.faces = Faces()
        self._responder = responder
        self._hosted = hosted
        self._warms = warms
        self._downloads = WhisperDownloads()
        self._responders: Shelf[ResponderChoice, Responder] = Shelf(self._make_responder, self._end, _is_kept)
        self._recognizers: Shelf[RecognizerChoice, Recognizer] = Shelf(self._make_recognizer, self._end, _is_kept)
        self._speakers: Shelf[SynthesizerChoice, Speaker] = Shelf(self._make_speaker, self._end, _is_kept)
        self._warming: dict[asyncio.Task[None], object] = {}

    async def engines(self, options: LocalOptions, progress: Progress = unheard) -> Engines:
        """Make ready what a conversation chose; to be given back by `release`.

        Args:
            options: its choices.
            progress: told what takes time, in the loop.

        Raises:
            NavTalkError: an engine that was chosen by name cannot be had.
        """
        engines, _ = await self.chosen(options, progress)
        return engines

    async def chosen(
        self, options: LocalOptions, progress: Progress = unheard
    ) -> tuple[Engines, dict[str, Chosen[Any]]]:
        """Do as `engines` does, and return too what came of each choice, by the names of the options."""
        taken: list[Callable[[], None]] = []
        try:
            responder = await self._responders.take(options.responder, progress)
            taken.append(functools.partial(self._responders.give_back, options.responder))
            recognizer = await self._recognizers.take(options.recognizer, progress)
            taken.append(functools.partial(self._recognizers.give_back, options.recognizer))
            speaker = await self._speakers.take(options.synthesizer, progress)
        except BaseException:
            for give_back in taken:
                give_back()
            raise
        engines = Engines(responder.engine, speaker.engine, recognizer.engine, self.faces, options)
        return engines, {"responder": responder, "recognizer": recognizer, "synthesizer": speaker}

    def release(self, options: LocalOptions) -> None:
        """Give back what `engines` or `chosen` gave."""
        self._responders.give_back(options.responder)
        self._recognizers.give_back(options.recognizer)
        self._speakers.give_back(options.synthesizer)

    async def draw(self, source: str | Path, size: Size = SIZE) -> None:
        """Draw a face that will be asked for, which is what a client waits for when it begins; see `Faces.face`."""
        try:
            await self.faces.face(source, size)
        except NavTalkError as error:  # the client that wants to see it is told
            logger.error("a face is not ready: %s", error)

    async def close(self) -> None:
        """End all engines."""
        for task in self._warming:
            task.cancel()
        if self._warming:
            await asyncio.wait(self._warming)
        await asyncio.gather(self._responders.close(), self._recognizers.close(), self._speakers.close())
        await self.faces.close()

    # ── one engine ───────────────────────────────────────────────────────────────────────────────────────

    async def _make_responder(self, choice: ResponderChoice, progress: Progress) -> Chosen[Responder]:
        match choice:
            case Function():
                function = self._hosts().responder(choice.id)
                return Chosen(responder_function.from_callable(function), "a function")
            case ImportedFunction(path=path):
                return Chosen(responder_function.from_callable(imported_function(path, "responder")), path)
            case Automatic() if self._responder is not None:
                return Chosen(self._responder, "the responder it was given")
        return await choose_responder(choice, progress)

    async def _make_recognizer(self, choice: RecognizerChoice, progress: Progress) -> Chosen[Recognizer]:
        match choice:
            case Function():
                function = self._hosts().recognizer(choice.id)
                return Chosen(recognizer_function.from_callable(function), "a function")
            case ImportedFunction(path=path):
                return Chosen(recognizer_function.from_callable(imported_function(path, "recognizer")), path)
        chosen = await choose_recognizer(choice, progress, self._downloads)
        if chosen.sends_to is None and self._warms:
            self._warm(chosen.engine, _listen(chosen.engine))
        return chosen

    async def _make_speaker(self, choice: SynthesizerChoice, progress: Progress) -> Chosen[Speaker]:
        chosen: Chosen[Synthesizer]
        match choice:
            case Function():
                function = self._hosts().synthesizer(choice.id)
                chosen = Chosen(Clausewise(synthesizer_function.from_callable(function)), "a function")
            case ImportedFunction(path=path):
                function = imported_function(path, "synthesizer")
                chosen = Chosen(Clausewise(synthesizer_function.from_callable(function)), path)
            case _:
                chosen = await choose_synthesizer(choice, progress)
        speaker = Speaker(chosen.engine)
        if not isinstance(choice, Function | ImportedFunction) and chosen.sends_to is None and self._warms:
            self._warm(speaker, _speak(speaker))
        return Chosen(speaker, chosen.name, chosen.sends_to, chosen.instead_of)

    def _hosts(self) -> HostedFunctions:
        if self._hosted is None:
            raise ConfigurationError("There is no kernel whose function could be called.")
        return self._hosted

    def _warm(self, engine: object, work: Coroutine[None, None, None]) -> None:
        """Let an engine load what it needs, so that nobody's first turn waits for it."""
        task = asyncio.create_task(work, name="warm up")
        self._warming[task] = engine
        task.add_done_callback(self._warming.pop)

    async def _end(self, engine: object) -> None:
        for task in [task for task, warmed in self._warming.items() if warmed is engine]:
            task.cancel()
            await asyncio.wait([task])
        close = getattr(engine, "close", None)
        if close is not None and inspect.isawaitable(closing := close()):
            await closing


async def _listen(recognizer: Recognizer) -> None:
    try:
        recognition = await asyncio.to_thread(recognizer.start)
        await asyncio.to_thread(recognition.abandon)
    except NavTalkError as error:  # the conversation that needs it will tell its client
        logger.warning("the recogniser is not ready: %s", error)


async def _speak(speaker: Speaker) -> None:
    try:
        async for _ in speaker.speak("Hello.", voice=SessionConfig().voice, language="en"):
            pass
    except NavTalkError as error:
        logger.warning("the voice is not ready: %s", error)


def _is_kept(choice: Choice, chosen: Chosen[Any]) -> bool:
    """Whether an engine may be wanted again.

    Models are dear, rules are not; a function of the user's is nothing without him; and where something better was
    looked for in vain, it may be there the next time.
    """
    is_cheap = isinstance(choice, Function) or isinstance(chosen.engine, BuiltinResponder)
    return not is_cheap and chosen.instead_of is None
