"""The engines of the local service, as those who choose or write one see them: a mind, ears and a voice.

What an engine must be able to do is in `responder`, `recognizer` and `synthesizer`; which ones there are to choose from
in `choices`. The engines themselves are the service's, in `navtalk_widget.local`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from navtalk_widget.engines.choices import (
        Builtin,
        ChatEndpoint,
        Espeak,
        FasterWhisper,
        Kokoro,
        Piper,
        PocketSphinx,
        SpeechEndpoint,
        TranscriptionEndpoint,
    )
    from navtalk_widget.engines.portrait import Portrait
    from navtalk_widget.engines.responder import Message, ToolCall, ToolDefinition
    from navtalk_widget.engines.spoken import Phoneme, Word

__all__ = [
    "Builtin",
    "ChatEndpoint",
    "Espeak",
    "FasterWhisper",
    "Kokoro",
    "Message",
    "Phoneme",
    "Piper",
    "PocketSphinx",
    "Portrait",
    "SpeechEndpoint",
    "ToolCall",
    "ToolDefinition",
    "TranscriptionEndpoint",
    "Word",
]

_HOMES = {
    "Message": "responder",
    "Phoneme": "spoken",
    "Portrait": "portrait",
    "ToolCall": "responder",
    "ToolDefinition": "responder",
    "Word": "spoken",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'choices')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
