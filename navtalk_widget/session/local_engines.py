"""What a conversation wants of the embedded service beyond the protocol, and what it gets."""

from __future__ import annotations

import asyncio
import functools
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.client.registration import EngineInUse, LocalWish, Registration
from navtalk_widget.engines.choices import Automatic, Function
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.engines.names import checked_options, recognizer_choice, responder_choice, synthesizer_choice
from navtalk_widget.errors import ConfigurationError, NotConnectedError, ServiceStartError
from navtalk_widget.session.own_character import OwnCharacter

LOCAL_SETTINGS = (
    "responder",
    "recognizer",
    "synthesizer",
    "video_size",
    "video_codec",
    "interruption_ms",
    "half_duplex",
)
"""What only the embedded service can be told. Changes hold from the next connection on."""

SILENCE_LIMIT = 120.0
"""Seconds in which engines that are being made ready must tell of some progress."""

LIMIT = 3 * 3600.0
"""Seconds after which engines must be ready, whatever progress they tell of."""


class LocalEngines:
    """Keeps the settings, and registers them with the embedded service. Belongs to the session's loop, but for `set`.

    Args:
        local: whether the conversation uses the embedded service; no other can be told these settings.
        character: a character of the user's own; None for one that the service has.
        model: of a responder that is named without one.
        settings: initial values by the names in `LOCAL_SETTINGS`; None for the usual ones.

    Raises:
        ConfigurationError: a value is not valid, or the service is another one.
    """

    def __init__(self, *, local: bool, character: OwnCharacter | None, model: str, settings: Mapping[str, Any]) -> None:
        self._local = local
        self._character = character
        self._model = model
        self._settings: dict[str, Any] = dict.fromkeys(LOCAL_SETTINGS)
        self._changes = 0
        self._setting = threading.Lock()
        self._registering = asyncio.Lock()
        self._service: EmbeddedService | None = None
        self._registration: Registration | None = None
        self._registered_changes = -1
        self._awaited: Registration | None = None
        self._engines: tuple[EngineInUse, ...] = ()
        if character is not None and not local:
            raise _elsewhere("a character of your own")
        self.set(**{name: value for name, value in settings.items() if value is not None})

    def __getitem__(self, name: str) -> Any:
        return self._settings[name]

    def set(self, **settings: Any) -> None:
        """Change settings from the next connection on, all or none of them; from any thread.

        Raises:
            ConfigurationError: a value is not valid, or the service is another one.
        """
        if settings and not self._local:
            raise _elsewhere(f"{next(iter(settings))}=")
        with self._setting:
            changed = {**self._settings, **settings}
            self._wish(changed)
            self._settings = changed
            self._changes += bool(settings)

    async def registered(self, service: EmbeddedService, progress: Progress) -> SecretStr:
        """Have the service make the engines ready, unless it has; return what names them.

        Args:
            service: the running service.
            progress: told in the loop what takes time.

        Raises:
            NavTalkError: an engine cannot be had, or the service has ended.
        """
        async with self._registering:
            known = self._registration
            if known is not None and service.knows(known) and self._registered_changes == self._changes:
                return SecretStr(known.id)
            self._forget()
            self._engines = ()  # nobody knows yet
            changes, settings = self._changes, self._settings
            folder = None if self._character is None else await self._character.write()
            wish = self._wish(settings, None if folder is None else str(folder))
            if self._character is not None and self._character.is_written:
                wish = replace(wish, lent_folder=str(folder))
            registration = await self._register(service, wish, progress)
            self._service, self._registration, self._registered_changes = service, registration, changes
            return SecretStr(registration.id)

    async def release(self) -> None:
        """The conversation has ended: let the service forget it, and remove what was written for it."""
        if self._awaited is not None:
            self._awaited.fail(NotConnectedError("The conversation was ended while it was beginning."))
        await self.release_unless(lambda: False)

    async def release_unless(self, needed: Callable[[], bool]) -> None:
        """Do as `release` does, unless somebody needs what is registered; the service keeps a model for a while."""
        async with self._registering:
            if needed():
                return
            self._forget()
            if self._character is not None:
                await self._character.remove()

    @property
    def in_use(self) -> tuple[EngineInUse, ...]:
        """The engines that were chosen; empty until that is known."""
        return self._engines

    @property
    def notes(self) -> tuple[str, ...]:
        """Why an engine is not the one that would have been better, a sentence each."""
        return tuple(engine.note for engine in self._engines if engine.note)

    @property
    def label(self) -> str:
        """Where the person's words go, once that is known."""
        if not self._engines:
            return "Local service: no account"
        flows: dict[str, list[EngineInUse]] = {}
        for engine in self._engines:
            if engine.sends_to is not None or not engine.is_ours:
                flows.setdefault(engine.sends_to or engine.name, []).append(engine)
        if not flows:
            here = "the hub" if "JUPYTERHUB_SERVICE_PREFIX" in os.environ else "this machine"
            return f"Local service: no account, nothing leaves {here}"
        return f"Local service; {', '.join(_flow(target, engines) for target, engines in flows.items())}"

    async def _register(self, service: EmbeddedService, wish: LocalWish, progress: Progress) -> Registration:
        loop = asyncio.get_running_loop()
        began = heard = loop.time()

        def note(what: str, share: float | None) -> None:
            nonlocal heard
            heard = loop.time()
            progress(what, share)

        def relay(what: str, share: float | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(note, what, share)

        registration = self._awaited = service.register(wish, relay)
        ready = asyncio.wrap_future(registration.ready)
        try:
            while not ready.done():
                until = min(heard + SILENCE_LIMIT, began + LIMIT)
                if loop.time() >= until:
                    raise ServiceStartError("The engines of the local service do not get ready.")
                await asyncio.wait({ready}, timeout=until - loop.time())
            self._engines = ready.result()
        except BaseException:
            service.forget(registration)
            raise
        finally:
            self._awaited = None
        return registration

    def _forget(self) -> None:
        registration, self._registration = self._registration, None
        if registration is not None and self._service is not None:
            self._service.forget(registration)

    def _wish(self, settings: Mapping[str, Any], character: str | None = None) -> LocalWish:
        functions: dict[str, Callable[..., Any]] = {}
        named: dict[str, Callable[[object], Any]] = {
            "responder": functools.partial(responder_choice, model=self._model),
            "recognizer": recognizer_choice,
            "synthesizer": synthesizer_choice,
        }
        values: dict[str, Any] = {"character": character}
        for name, value in settings.items():
            if name not in named:
                if value is not None:
                    values[name] = value
            elif callable(value) and not isinstance(value, type):
                function = Function(id=secrets.token_urlsafe(12))
                functions[function.id] = value
                values[name] = function
            else:
                values[name] = Automatic() if value is None else named[name](value)
        return LocalWish(checked_options(values), functions)


_GOODS = {"responder": "your words", "recognizer": "your voice", "synthesizer": "its words"}


def _flow(target: str, engines: list[EngineInUse]) -> str:
    goods = [_GOODS[engine.part] for engine in engines]
    verb = "goes" if goods == ["your voice"] else "go"
    mind = next((engine.name for engine in engines if engine.part == "responder" and engine.name != target), None)
    return f"{' and '.join(goods)} {verb} to {target}" + (f" ({mind})" if mind else "")


def _elsewhere(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"Only the embedded service can be told {what}; this is another service.",
        hint="Leave it out, or use service='local'.",
    )
