"""What a conversation wants of the embedded service, and what it is told that it gets."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.errors import ConfigurationError, MissingExtraError, NavTalkError, ServiceStartError


@dataclass(frozen=True, slots=True)
class LocalWish:
    """Options, and the functions that stand in them by their identifiers."""

    options: LocalOptions = field(default_factory=LocalOptions)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict, repr=False)
    lent_folder: str | None = None
    """Was written for this conversation. If this process ends without removing it, the service does."""


@dataclass(frozen=True, slots=True)
class EngineInUse:
    """An engine that was chosen.

    Attributes:
        part: ``"responder"``, ``"recognizer"`` or ``"synthesizer"``.
        name: in words.
        sends_to: the host that gets the person's words or voice; None if they stay on this machine.
        note: why this is not what would have been better, if so.
        is_ours: whether it is part of this package. What a function of the user's, or another program on this machine,
            does with the person's words is known to nobody else.
    """

    part: str
    name: str
    sends_to: str | None = None
    note: str | None = None
    is_ours: bool = False


@dataclass(slots=True, eq=False)
class Registration:
    """A wish that the service was told. `id` is unguessable: whoever has it may talk with these engines.

    Attributes:
        ready: the engines, once they are there, or why they cannot be had.
        progress: called meanwhile, in the thread that reads the pipe.
    """

    wish: LocalWish
    progress: Progress
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    ready: Future[tuple[EngineInUse, ...]] = field(default_factory=Future)

    def take(self, message: Mapping[str, Any]) -> None:
        """Take in what the service says of it."""
        match message:
            case {"type": "progress", "what": str() as what}:
                share = message.get("share")
                self.progress(what, min(max(float(share), 0.0), 1.0) if isinstance(share, int | float) else None)
            case {"type": "options_ready", "engines": list() as told}:
                engines = tuple(self._in_use(each) for each in told)
                with suppress(InvalidStateError):  # it was given up meanwhile
                    self.ready.set_result(engines)
            case {"type": "options_failed"}:
                self.fail(error_of(message))

    def fail(self, error: NavTalkError) -> None:
        """There will be no engines; nothing happens if there are, or somebody was told so before. From any thread."""
        with suppress(InvalidStateError):
            self.ready.set_exception(error)

    def _in_use(self, told: Mapping[str, Any]) -> EngineInUse:
        part, name, sends_to = str(told["part"]), str(told["name"]), told.get("sends_to")
        chosen = getattr(self.wish.options, part)
        if chosen.kind == "function" and chosen.id in self.wish.functions:
            return EngineInUse(part, name_of(self.wish.functions[chosen.id]))
        return EngineInUse(part, name, sends_to, told.get("note"), is_ours=told.get("is_ours") is True)


def name_of(function: Callable[..., Any]) -> str:
    """What to call a function of the user's; objects that can be called have the name of their class."""
    name = str(getattr(function, "__name__", type(function).__name__))
    return "a function of yours" if name == "<lambda>" else f"{name}()"


def error_of(message: Mapping[str, Any]) -> NavTalkError:
    """The error that the service tells of by code, words and hint."""
    words, hint = str(message.get("message") or "The engines cannot be had."), message.get("hint")
    code = message.get("code")
    kind: type[NavTalkError] = ServiceStartError
    if code == "missing_extra":
        kind = MissingExtraError
    elif code == "configuration":
        kind = ConfigurationError
    return kind(words, hint=hint if isinstance(hint, str) else None, code=code if isinstance(code, str) else None)
