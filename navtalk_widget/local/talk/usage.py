"""What an answer costs, in tokens, and how much may be asked: told because clients expect to be.

Nothing is billed or limited here, and no model reads tokens: the figures are estimates, by the rule of thumb that four
characters make a token. A voice costs none, so that the tokens of an answer never exceed the limit set for it.
"""

from __future__ import annotations

import json
from typing import Any

from navtalk_widget.engines.responder import ResponseRequest

CHARACTERS_PER_TOKEN = 4


def tokens_in(text: str) -> int:
    """How many tokens a text is, about."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def usage(request: ResponseRequest, words: str) -> dict[str, Any]:
    """The `usage` of a response.

    Args:
        request: what the responder was asked.
        words: all that it said, arguments of calls included.
    """
    tools = sum(tokens_in(tool.description + json.dumps(dict(tool.parameters))) for tool in request.tools)
    heard = sum(tokens_in(message.text) for message in request.messages)
    read, written = heard + tools + tokens_in(request.instructions), tokens_in(words)
    return {
        "total_tokens": read + written,
        "input_tokens": read,
        "output_tokens": written,
        "input_token_details": {"cached_tokens": 0, "text_tokens": read, "audio_tokens": 0},
        "output_token_details": {"text_tokens": written, "audio_tokens": 0},
    }


def rate_limits() -> tuple[dict[str, Any], ...]:
    """The `rate_limits` of a service that has none: what there is, is always all left."""
    return tuple(
        {"name": name, "limit": limit, "remaining": limit, "reset_seconds": 0}
        for name, limit in (("requests", 1_000), ("tokens", 1_000_000))
    )


class Allowance:
    """The words that an answer may still use.

    Args:
        tokens: as `max_response_output_tokens` says; None for any number.
    """

    def __init__(self, tokens: int | None) -> None:
        self._left = None if tokens is None else tokens * CHARACTERS_PER_TOKEN

    def take(self, text: str) -> tuple[str, bool]:
        """Return as much of the text as may be used, in whole words, and whether that is all of it."""
        if self._left is None or len(text) <= self._left:
            if self._left is not None:
                self._left -= len(text)
            return text, True
        words = text[: self._left]
        if not text[self._left].isspace():
            words = words[: max((place + 1 for place, sign in enumerate(words) if sign.isspace()), default=0)]
        self._left = 0
        return words, False
