"""JSON messages that pages are told; ``tests/wire/page_messages.json`` holds a sample of each."""

from __future__ import annotations

import json
from typing import Any

from navtalk_widget.recording.recording import Recording
from navtalk_widget.session.news import AnswerLatency, Progressed, ToolCallChanged
from navtalk_widget.transcript.turn import Turn


def progress_message(progress: Progressed) -> dict[str, Any]:
    """What takes time, as the page shows it; without words where nothing does any more."""
    return {"type": "progress", "what": progress.what, "share": progress.share}


def hint_message(text: str) -> dict[str, Any]:
    """What the person should know, and need not do anything about; a page shows it once."""
    return {"type": "hint", "text": text}


def traits_message(values: dict[str, Any], written: int | None = None) -> dict[str, Any]:
    """Traits of the widget, by name; `written` answers what a page has set, by its number."""
    return {"type": "traits", "values": _for_browsers(values), "written": written}


def latency_message(news: AnswerLatency) -> dict[str, Any]:
    """How long an answer took, as the page shows it."""
    shown = ("recognized_ms", "words_ms", "audio_ms", "heard_ms")
    return {"type": "latency", "turn_id": news.turn_id, **{name: getattr(news.latency, name) for name in shown}}


def recording_message(recording: Recording | None, *, asked: bool) -> dict[str, Any]:
    """Whether what is said is recorded, since when by the kernel's clock, and whether the person is asked for it."""
    if recording is not None:
        return {"type": "recording", "state": "on", "started_at": recording.started_at.timestamp()}
    return {"type": "recording", "state": "asked" if asked else "off", "started_at": None}


def turn_message(turn: Turn) -> dict[str, Any]:
    """A turn as the page shows it; `unheard` is the end of the text that was cut off."""
    heard = turn.text if turn.text_heard is None else turn.text_heard
    cut = turn.interrupted and turn.text.startswith(heard)
    return {
        "id": turn.id,
        "role": turn.role,
        "text": turn.text,
        "unheard": turn.text[len(heard) :] if cut else "",
        "started_at": turn.started_at.timestamp(),
        "final": turn.final,
        "interrupted": turn.interrupted,
    }


def tool_call_message(call: ToolCallChanged) -> dict[str, Any]:
    """A tool's call as the page shows it."""
    return {
        "type": "tool_call",
        "call_id": call.call_id,
        "name": call.name,
        "arguments": _for_browsers(call.arguments),
        "state": call.state,
        "result": call.result,
        "progress": call.progress,
        "message": call.message,
        "started_at": call.started_at,
    }


def _for_browsers(values: dict[str, Any]) -> Any:
    """The same without NaN, which is no JSON. Half an emoji, or the name of a file that is no UTF-8, may be in it."""
    return json.loads(json.dumps(values), parse_constant=lambda _: None)
