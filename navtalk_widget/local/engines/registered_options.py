"""What the conversations of the kernel want, as it tells over its pipe before they begin."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from navtalk_widget.engines.choices import Choice, Function, ImportedFunction, LocalOptions, OpenAIEndpoint
from navtalk_widget.engines.chosen import Chosen
from navtalk_widget.errors import NavTalkError, ServiceFault
from navtalk_widget.local.engines.engine_room import EngineRoom
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder

MAX_REGISTERED = 1_000
"""Of the conversations of a kernel that have not ended; further ones are refused. They share their engines, and each
avatar of a notebook is registered for a moment when it is made."""

PROGRESS_INTERVAL_S = 0.1
"""Progress is told no more often than this, but for its words."""

logger = logging.getLogger(__name__)


class RegisteredOptions:
    """Makes the engines of each registration ready, and keeps them until it is forgotten.

    Args:
        room: makes the engines.
        tell: sends a message to the kernel.
    """

    def __init__(self, room: EngineRoom, tell: Callable[[dict[str, Any]], None]) -> None:
        self._room = room
        self._tell = tell
        self._options: dict[str, LocalOptions] = {}
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._lent: dict[str, str] = {}

    def find(self, registration: str) -> LocalOptions | None:
        """The options of a registration whose engines are ready."""
        return self._options.get(registration)

    def take(self, message: dict[str, Any]) -> None:
        """Take in a registration, or forget one."""
        registration = str(message.get("id"))
        if message["type"] == "forget_options":
            self._forget(registration)
        elif len(self._options) + len(self._preparing) >= MAX_REGISTERED:
            self._refuse(registration, ServiceFault("Too many conversations are open in this kernel."))
        else:
            if isinstance(folder := message.get("lent_folder"), str):
                self._lent[registration] = folder
            task = asyncio.create_task(self._prepare(registration, message.get("options")), name="prepare engines")
            self._preparing[registration] = task
            task.add_done_callback(lambda _: self._preparing.pop(registration, None))

    async def close(self) -> None:
        """Give up what is being prepared, and remove what a kernel that is gone has left in our hands."""
        tasks = list(self._preparing.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for folder in self._lent.values():
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _prepare(self, registration: str, given: Any) -> None:
        progress = _Told(registration, self._tell)
        try:
            options = LocalOptions.model_validate(given)
            if options.character is not None:
                progress("Loading the character", None)
                await self._room.faces.face(Path(options.character), options.video_size)
            _, chosen = await self._room.chosen(options, progress)
        except ValidationError as error:
            words = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            self._refuse(registration, ServiceFault(f"The options are not understood: {words}."))
        except NavTalkError as error:
            self._refuse(registration, error)
        except Exception as error:
            # A picture that no library expected must not keep the kernel waiting.
            logger.exception("the options of a conversation cannot be used")
            self._refuse(registration, ServiceFault(f"The options cannot be used: {type(error).__name__}: {error}."))
        else:
            self._options[registration] = options
            engines = [_told(part, getattr(options, part), each) for part, each in chosen.items()]
            self._tell({"type": "options_ready", "id": registration, "engines": engines})

    def _forget(self, registration: str) -> None:
        self._lent.pop(registration, None)  # the kernel is there, and removes it itself
        preparing = self._preparing.get(registration)
        if preparing is not None:
            preparing.cancel()
        options = self._options.pop(registration, None)
        if options is not None:
            self._room.release(options)

    def _refuse(self, registration: str, error: NavTalkError) -> None:
        self._tell({"type": "options_failed", "id": registration, **error.as_dict()})


class _Told:
    """Tells the kernel of progress, though not of every byte."""

    def __init__(self, registration: str, tell: Callable[[dict[str, Any]], None]) -> None:
        self._registration = registration
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._what = ""
        self._next = 0.0

    def __call__(self, what: str, share: float | None) -> None:
        now = self._loop.time()
        if what != self._what or now >= self._next:
            self._what, self._next = what, now + PROGRESS_INTERVAL_S
            self._tell({"type": "progress", "id": self._registration, "what": what, "share": share})


def _told(part: str, choice: Choice, chosen: Chosen[Any]) -> dict[str, Any]:
    told = {"part": part, "name": chosen.name, "sends_to": chosen.sends_to, "note": chosen.instead_of}
    return {**told, "is_ours": _is_ours(part, choice, chosen)}


def _is_ours(part: str, choice: Choice, chosen: Chosen[Any]) -> bool:
    """Whether an engine is part of this package, so that it is known what becomes of the person's words."""
    if part == "responder":
        return isinstance(chosen.engine, BuiltinResponder)
    return not isinstance(choice, OpenAIEndpoint | Function | ImportedFunction)
