"""Which of an endpoint's models one can talk with, and which of them to take when nobody said."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NO_CHAT = re.compile(
    r"embed|minilm|(?:^|[-/])(?:bge|e5|gte)[-:]|rerank|whisper|tts|transcri|realtime|audio|dall-?e|image|"
    r"diffusion|moderation|guard|clip|sora|davinci|babbage|search|codex|computer-use|deep-research|kokoro|piper",
    re.IGNORECASE,
)
_AT_OPENAI = ("gpt-4.1-mini", "gpt-4o-mini", "gpt-5-mini", "gpt-4o")
"""Prompt ones first: in a conversation, thinking for seconds is worse than knowing less."""


def is_chat_model(name: str) -> bool:
    """Whether a model of this name is likely to be one to talk with: no embedding, voice or picture model."""
    return _NO_CHAT.search(name) is None


def is_same_model(asked: str, listed: str) -> bool:
    """Whether a model that was asked for is the one in a list; Ollama's have ``:latest`` where no tag was given."""
    return asked == listed or f"{asked}:latest" == listed


def openai_model(listed: Sequence[str]) -> str:
    """The model to take at OpenAI itself.

    Args:
        listed: what the key may use.
    """
    return next((name for name in _AT_OPENAI if name in listed), _AT_OPENAI[0])
