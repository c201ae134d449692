"""NavTalk's own records of conversations, as its HTTP interface and its webhooks tell them.

``GET /api/chat/sessions/{id}`` and the webhook ``/api/webhook/session`` tell a conversation with its messages,
``GET /api/chat/messages`` messages alone, in an envelope of ``code``, ``message`` and ``data``. The names inside a
message are documented nowhere that could be read, so each is looked for under all names that the vendor's interfaces
use for such a thing; what is not found is an error and not a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from navtalk_widget.protocol.items import Item
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.validated import turn_from_values
from navtalk_widget.transcript.turn import Role, Turn

_MESSAGES = ("messages", "messageList", "message_list", "chatMessages")
_SESSION_IDS = ("sessionId", "session_id", "chatId", "conversationId", "conversation_id")
_MESSAGE_IDS = ("id", "messageId", "message_id", "itemId", "item_id")
_SPEAKERS = ("role", "sender", "speaker", "from", "type")
_WORDS = ("content", "text", "transcript", "message")
_TIMES = ("createTime", "createdAt", "created_at", "startTime", "sendTime", "timestamp", "time")
_CHARACTERS = ("characterName", "character", "avatarName", "avatar_name")

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("user", "human", "customer"), "user"),
    **dict.fromkeys(("assistant", "ai", "agent", "avatar", "bot", "digital_human"), "avatar"),
}

_TIME = TypeAdapter(datetime)

_HINT = "Save what the interface replied, unchanged, and read that."
_NO_MESSAGES_HINT = "Get its messages, from /api/chat/messages or /api/chat/sessions/{id}, and read those."


def load_records(data: bytes, path: Path | None = None) -> list[Turn]:
    """Read such a record from a file.

    Raises:
        TranscriptFileError: it is none.
    """
    try:
        records = from_json(data)
    except ValueError as error:
        raise TranscriptFileError(path, None, f"it is not JSON: {error}", hint=_HINT) from error
    return turns_of(records, path)


def turns_of(records: Any, path: Path | None = None) -> list[Turn]:
    """Make turns of such a record.

    Only when a message was written is known, often to the second: that is when its turn begins, and turns of one second
    keep the order of the record.

    Args:
        records: what the JSON says: a reply, its ``data``, a webhook's body, or a list of conversations or messages.
        path: where it comes from.

    Raises:
        TranscriptFileError: it is no such record, has no messages, or the service reported an error.
    """
    try:
        found = list(_messages(records, {}))
    except ValueError as error:
        raise TranscriptFileError(path, None, str(error), hint=_HINT) from error
    if not found:
        refusal = records.get("message") if isinstance(records, Mapping) and records.get("code", 200) != 200 else None
        fault = f"the service refused: {refusal}" if refusal else "there are no messages in it"
        raise TranscriptFileError(path, None, fault, hint=_NO_MESSAGES_HINT)
    turns: list[Turn] = []
    known: dict[tuple[str, str], Turn] = {}
    number = 0
    for conversation, messages in found:
        latest: datetime | None = None
        for message in messages:
            number += 1
            try:
                turn = _turn(number, message, conversation, after=latest)
            except ValueError as error:
                raise TranscriptFileError(path, None, f"message {number}: {error}", hint=_HINT) from error
            other = known.setdefault(turn.key, turn)
            if other is not turn:
                if (other.role, other.text) == (turn.role, turn.text):
                    continue  # it is told twice
                turn = replace(turn, id=f"{turn.id}_{number}")  # or one would take the other's place
            latest = turn.started_at
            turns.append(turn)
    return turns


def _messages(
    record: Any, conversation: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """Conversations in a record, and their messages, oldest first."""
    if isinstance(record, Mapping):
        told = _first(record, _MESSAGES)
        if isinstance(told, list):
            yield from _messages(told, {**conversation, **record})
        elif isinstance(record.get("data"), Mapping | list):  # an envelope, or the page of a list inside it
            yield from _messages(record["data"], conversation)
    elif isinstance(record, list) and all(isinstance(each, Mapping) for each in record):
        if any(isinstance(_first(each, _MESSAGES), list) for each in record):
            for each in record:
                yield from _messages(each, conversation)
        elif any(_first(each, _SPEAKERS) is not None for each in record):
            yield from _by_conversation(record, conversation)


def _by_conversation(
    messages: Sequence[Mapping[str, Any]], conversation: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    own_id = str(_first(conversation, (*_SESSION_IDS, "id")) or "")
    told: dict[str, list[Mapping[str, Any]]] = {}
    for message in messages:
        told.setdefault(str(_first(message, _SESSION_IDS) or own_id), []).append(message)
    for conversation_id, said in told.items():
        times = [_first(message, _TIMES) for message in said]
        newest_first = len(said) > 1 and None not in times and _time(times[0]) > _time(times[-1])
        yield {**conversation, "sessionId": conversation_id}, said[::-1] if newest_first else said


def _turn(number: int, message: Mapping[str, Any], conversation: Mapping[str, Any], *, after: datetime | None) -> Turn:
    speaker = str(_first(message, _SPEAKERS) or "").lower()
    if speaker not in _ROLES:
        raise ValueError(f"it does not say whether the user or the avatar spoke, but {speaker or 'nothing'!r}")
    words = _first(message, _WORDS)
    if isinstance(words, list):
        words = _text_of_parts(words)
    if not isinstance(words, str):
        raise ValueError(f"it has no words under any of {', '.join(_WORDS)}")
    said_at = _first(message, _TIMES) or conversation.get("startTime")
    if said_at is None and after is None:
        raise ValueError(f"it has no time under any of {', '.join(_TIMES)}")
    begin = _time(said_at) if said_at is not None else after
    assert begin is not None
    if after is not None and begin <= after:
        begin = after + timedelta(microseconds=1)
    conversation_id = conversation.get("sessionId") or ""
    return turn_from_values(
        {
            "id": str(_first(message, _MESSAGE_IDS) or f"{conversation_id or 'navtalk'}_{number}"),
            "role": _ROLES[speaker],
            "text": words,
            "started_at": begin,
            "final": True,
            "conversation_id": conversation_id,
            "character": _first(message, _CHARACTERS) or _first(conversation, _CHARACTERS),
        }
    )


def _text_of_parts(parts: list[Any]) -> str | None:
    try:
        return Item.model_validate({"content": parts}).text
    except ValidationError:
        return None


def _time(value: Any) -> datetime:
    """A time as ``2025-11-12 18:20:38`` (UTC), in ISO 8601, or in seconds or milliseconds since 1970."""
    try:
        time = _TIME.validate_python(value)
    except ValidationError:
        raise ValueError(f"{value!r} is no time") from None
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)


def _first(record: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)
