"""What came of a choice: the engine, and what the person should know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")

Progress: TypeAlias = Callable[[str, float | None], None]
"""Takes what is being done, in words such as ``"Downloading the Whisper model base"``, and how much of it, 0 to 1, is
done, or None where that is unknown. It may be called from any thread, and must not block."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """An engine that is ready.

    Attributes:
        engine: the engine.
        name: in words, such as ``"llama3.2 by Ollama"`` or ``"PocketSphinx"``.
        sends_to: the host that gets the person's words or voice; None if they stay on this machine.
        instead_of: why this is not what would have been better, in a sentence for the person; None if nothing is amiss.
    """

    engine: T
    name: str
    sends_to: str | None = None
    instead_of: str | None = None
