"""The engines of a service: made when they are first wanted, shared by all conversations, ended with it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

from navtalk_widget.engines import recognizer_function, responder_function, synthesizer_function
from navtalk_widget.engines.choices import (
    Automatic,
    Builtin,
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
from navtalk_widget.local.avatar.cast import character_names
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.engines.engine_shelf import Shelf
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.engines.hosted import HostedFunctions
from navtalk_widget.local.engines.imported_function import imported_function
from navtalk_widget.local.responders.choosing import choose_responder
from navtalk_widget.local.speech.choosing import choose_recognizer, choose_synthesizer
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
    """

    def __init__(self, responder: Responder | None = None, hosted: HostedFunctions | None = None) -> None:
        self.faces = Faces()
        self._responder = responder
        self._hosted = hosted
        self._responders: Shelf[ResponderChoice, Responder] = Shelf(self._make_responder, _end, _is_kept)
        self._recognizers: Shelf[RecognizerChoice, Recognizer] = Shelf(self._make_recognizer, _end, _is_kept)
        self._speakers: Shelf[SynthesizerChoice, Speaker] = Shelf(self._make_speaker, _end, _is_kept)
        self._warming: set[asyncio.Task[None]] = set()

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

    async def draw(self) -> None:
        """Draw the characters' faces, which are what a client waits for when it begins."""
        for name in character_names():
            await self.faces.face(name)

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
        chosen = await choose_recognizer(choice, progress)
        if chosen.sends_to is None:
            self._warm(_listen(chosen.engine))
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
        if not isinstance(choice, Function | ImportedFunction) and chosen.sends_to is None:
            self._warm(_speak(speaker))
        return Chosen(speaker, chosen.name, chosen.sends_to, chosen.instead_of)

    def _hosts(self) -> HostedFunctions:
        if self._hosted is None:
            raise ConfigurationError("There is no kernel whose function could be called.")
        return self._hosted

    def _warm(self, work: Any) -> None:
        """Let an engine load what it needs, so that nobody's first turn waits for it."""
        task = asyncio.create_task(work, name="warm up")
        self._warming.add(task)
        task.add_done_callback(self._warming.discard)


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


async def _end(engine: object) -> None:
    close = getattr(engine, "close", None)
    if close is not None and inspect.isawaitable(closing := close()):
        await closing


def _is_kept(choice: Choice) -> bool:
    """Whether an engine may be wanted again: models are dear, a function of the user's is nothing without him."""
    return not isinstance(choice, Function | Builtin)
