"""One question, and its answer as a film: mind, voice and face of the local service without the service."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.engines.choices import Automatic
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.engines.responder import Message, Responder, ResponseRequest
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.faces import SIZE, Faces
from navtalk_widget.local.avatar.test_card import playout_for
from navtalk_widget.local.avatars import Avatars
from navtalk_widget.local.film.film import write_film
from navtalk_widget.local.responders.choosing import choose_responder
from navtalk_widget.local.speech.choosing import choose_synthesizer
from navtalk_widget.local.talk.clause_buffer import ClauseBuffer
from navtalk_widget.local.talk.speaker import Speaker


@dataclass(frozen=True, slots=True)
class FilmedReply:
    """What was answered.

    Attributes:
        text: the words.
        audio: the voice, mono int16 of shape (samples,) at 24,000 Hz.
        seconds: the length of the film.
    """

    text: str
    audio: NDArray[np.int16]
    seconds: float


async def film_reply(
    path: str | PathLike[str],
    question: str,
    *,
    character: str | Path,
    size: tuple[int, int] = SIZE,
    voice: str | None = None,
    instructions: str = "",
    on_progress: Callable[[float], None] | None = None,
    on_engine: Progress = lambda what, share: None,
) -> FilmedReply:
    """Ask the avatar one thing, and film its answer.

    The engines are the best that are there, as in a conversation with the service.

    Args:
        path: of the film, see `write_film`.
        question: what it is asked.
        character: a name, or the path of a character's folder or of a portrait.
        size: width and height of the pictures in pixels, both even.
        voice: None for the character's own.
        instructions: what the avatar is and how it should talk.
        on_progress: told, in a worker thread, how many seconds have been drawn.
        on_engine: told what takes long before that.

    Raises:
        NavTalkError: if there is no such character, or an engine fails.
        OSError: if the file cannot be written.
    """
    name = character if isinstance(character, str) else ""
    faces = Faces()
    responder = (await choose_responder(Automatic(), on_engine)).engine
    speaker = Speaker((await choose_synthesizer(Automatic(), on_engine)).engine)
    try:
        face: Face = await faces.face(character, size)
        request = ResponseRequest((Message("user", question),), (), instructions, name)
        said: list[SpokenPiece] = []

        async def pieces() -> AsyncIterator[SpokenPiece]:
            language = responder.language(request)
            own_voice = voice or Avatars().choose("", name, "").avatar.config.voice
            async for clauses in _clauses(responder, request):
                async for piece in speaker.speak(clauses, voice=own_voice, language=language):
                    said.append(piece)
                    yield piece

        playout = functools.partial(playout_for, name)
        seconds = await write_film(path, pieces(), face, playout=playout, on_progress=on_progress)
    finally:
        speaker.close()
        await faces.close()
        await _close(responder)
    sound = [piece.pcm for piece in said]
    audio = np.concatenate(sound) if sound else np.zeros(0, dtype=np.int16)
    return FilmedReply("".join(piece.text for piece in said).strip(), audio, seconds)


async def _clauses(responder: Responder, request: ResponseRequest) -> AsyncIterator[str]:
    """The answer, as soon as parts of it can be spoken; there are no tools that it could ask for."""
    buffer = ClauseBuffer()
    async for part in responder.respond(request):
        if isinstance(part, str) and (ready := buffer.add(part)):
            yield ready
    if rest := buffer.rest():
        yield rest


async def _close(engine: object) -> None:
    close = getattr(engine, "close", None)
    if close is not None and inspect.isawaitable(closing := close()):
        await closing
