"""The conversation as a chat endpoint is told it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from navtalk_widget.engines.responder import Message, ResponseRequest

HISTORY_CHARACTERS = 32_000
"""How much of the conversation is told, about 8,000 tokens; beyond, the oldest messages are left out. Small models have
no room for more, and every one takes longer to begin."""

PICTURE_CHARACTERS = 3_000
"""What a picture counts for in that, whatever its size: models charge for it by tiles."""

SPOKEN = (
    "Your words are spoken aloud by a synthetic voice and shown as captions. Answer as one speaks: in plain sentences, "
    "with no Markdown, headings, bullet lists, tables, emoji or addresses, and briefly unless more is asked for."
)

GREETING = "(The conversation begins. Greet the person, as your instructions say.)"
"""What is asked before anybody has said anything: many models insist on a message of the user."""

NO_RESULT = "(No result has come.)"
"""The result of a call that has none yet: a call must have one."""

UNSEEN = "(a picture that you cannot see)"


def chat_messages(request: ResponseRequest, *, with_pictures: bool = True) -> list[dict[str, Any]]:
    """Return the ``messages`` for a request to ``/chat/completions``.

    Args:
        request: what is to be answered.
        with_pictures: whether the model can see.
    """
    system = {"role": "system", "content": f"{request.instructions}\n\n{SPOKEN}".strip()}
    told = list(_told(_newest(request.messages), with_pictures=with_pictures))
    return [system, *(told or [{"role": "user", "content": GREETING}])]


def chat_tools(request: ResponseRequest) -> list[dict[str, Any]]:
    """Return the ``tools`` for a request to ``/chat/completions``."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in request.tools
    ]


def _newest(messages: Sequence[Message]) -> list[Message]:
    kept: list[Message] = []
    room = HISTORY_CHARACTERS
    for message in reversed(messages):
        room -= len(message.text) + PICTURE_CHARACTERS * len(message.images)
        if room < 0 and kept:
            break
        kept.append(message)
    return kept[::-1]


def _told(messages: Sequence[Message], *, with_pictures: bool) -> Iterator[dict[str, Any]]:
    results = {message.call_id: message.text for message in messages if message.role == "tool"}
    calls: list[Message] = []
    for message in messages:
        if message.role == "assistant" and message.name is not None:
            calls.append(message)
            continue
        yield from _calls(calls, results)
        calls = []
        if message.role == "assistant":
            yield {"role": "assistant", "content": message.text}
        elif message.role == "user":
            yield {"role": "user", "content": _content(message, with_pictures=with_pictures)}
    yield from _calls(calls, results)


def _calls(calls: Sequence[Message], results: dict[str | None, str]) -> Iterator[dict[str, Any]]:
    """Calls that were made together and, wherever it came in the conversation, the result of each."""
    if not calls:
        return
    yield {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.text}}
            for call in calls
        ],
    }
    for call in calls:
        result = results.get(call.call_id, NO_RESULT)
        yield {"role": "tool", "tool_call_id": call.call_id, "content": _shortened(result)}


def _content(message: Message, *, with_pictures: bool) -> str | list[dict[str, Any]]:
    if not message.images:
        return _shortened(message.text)
    if not with_pictures:
        return "\n".join(filter(None, (_shortened(message.text), UNSEEN)))
    parts: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": url}} for url in message.images]
    return [{"type": "text", "text": _shortened(message.text)}, *parts] if message.text else parts


def _shortened(text: str) -> str:
    return text if len(text) <= HISTORY_CHARACTERS else f"{text[:HISTORY_CHARACTERS]}…"
