"""Transcripts as HTML: a page that needs nothing else, and can be read back whole."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from pydantic_core import to_json

from navtalk_widget.transcript.files.cues import cues_of, speaker
from navtalk_widget.transcript.files.embedded import NAME, as_text, embeddable, load_embedded
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.page.sounds import kind_of
from navtalk_widget.transcript.rendering import shown_words
from navtalk_widget.transcript.turn import ToolUse, Turn

_DATA = re.compile(rf'<script type="application/x-ndjson" id="{NAME}s">\r?\n(.*?)</script>', re.DOTALL)

_HARMLESS = "object-src 'none'; connect-src 'none'; img-src 'none'; base-uri 'none'; form-action 'none'"


def dump_html(turns: Sequence[Turn], sounds: Mapping[str, str] | None = None) -> str:
    """The turns as a page. All words are escaped: they come from the model and the microphone.

    Args:
        turns: in order.
        sounds: the address of each recording, by its path; these can be played then.
    """
    sounds = sounds or {}
    places = {path: number for number, path in enumerate(sounds)}
    title = escape(_title(turns))
    data = "".join(f"{embeddable(turn)}\n" for turn in turns)
    items = "".join(_item(cue.turn, cue.start_s, places) for cue in cues_of(turns))
    script = _asset("player.js")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="script-src {_fingerprint(script)}; {_HARMLESS}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_asset('page.css')}</style>\n</head>\n<body>\n<main>\n"
        f"<header><h1>{title}</h1>{_summary(turns)}</header>\n{_players(sounds)}<ol>\n{items}</ol>\n</main>\n"
        f'<script type="application/x-ndjson" id="{NAME}s">\n{data}</script>\n'
        f"{f'<script>{script}</script>' if sounds else ''}\n</body>\n</html>\n"
    )


def load_html(data: bytes, path: Path | None = None) -> list[Turn]:
    """Read what `dump_html` wrote. What was changed of the words in it is not seen: the data in it count.

    Raises:
        TranscriptFileError: this was not written by `dump_html`.
    """
    text = as_text(data, path)
    found = _DATA.search(text)
    if found is None:
        raise TranscriptFileError(path, None, "this page was not written by to_html()", hint="")
    first = text.count("\n", 0, found.start(1)) + 1
    lines = [(first + offset, line) for offset, line in enumerate(found[1].split("\n")) if line.strip()]
    return load_embedded(lines, path, written_by="to_html")


def _title(turns: Sequence[Turn]) -> str:
    names = list(dict.fromkeys(speaker(turn) for turn in turns if turn.role == "avatar"))
    return f"Conversation with {' and '.join(names)}" if names else "Conversation"


def _summary(turns: Sequence[Turn]) -> str:
    if not turns:
        return "<p>Nothing was said.</p>"
    began = turns[0].started_at
    count = f"{len(turns):,} turn{'s' if len(turns) > 1 else ''}"
    time = f'<time datetime="{began.isoformat()}">{began:%Y-%m-%d %H:%M} UTC</time>'
    return f'<p><span class="label">AI avatar</span>{time}<span>{count}</span></p>'


def _players(sounds: Mapping[str, str]) -> str:
    if not sounds:
        return ""
    players = []
    for number, (path, address) in enumerate(sounds.items(), start=1):
        tag = "video" if kind_of(Path(path)).startswith("video/") else "audio"
        label = "Recording" if len(sounds) == 1 else f"Recording {number}"
        players.append(f'<{tag} controls preload="metadata" aria-label="{label}" src="{escape(address)}"></{tag}>')
    return f'<div class="player">{"".join(players)}</div>\n'


def _item(turn: Turn, start_s: float, places: Mapping[str, int]) -> str:
    minutes, seconds = divmod(int(start_s), 60)
    time, place = f"{minutes:02}:{seconds:02}", ""
    shown = f'<time datetime="{turn.started_at.isoformat()}">{time}</time>'
    if turn.recorded is not None and turn.recorded.path in places:
        place = f' data-sound="{places[turn.recorded.path]}" data-start="{turn.recorded.start_ms / 1000:.3f}"'
        shown = f'<button type="button" aria-label="Play from {time}">▶ {time}</button>'
    cut = "<span>interrupted</span>" if turn.interrupted else ""
    tools = "".join(map(_tool, turn.tool_calls))
    return (
        f'<li class="{turn.role}"{place}><p class="who"><b>{escape(speaker(turn))}</b>{shown}{cut}</p>{tools}'
        f'<p class="words">{_words(turn)}</p></li>\n'
    )


def _words(turn: Turn) -> str:
    heard = turn.text_heard
    if not turn.interrupted or heard is None or heard == turn.text or not turn.text.startswith(heard):
        return escape(shown_words(turn))
    rest = escape(turn.text[len(heard) :])
    return f'{escape(heard)}<span class="unseen"> (not heard: </span><del>{rest}</del><span class="unseen">)</span>'


def _tool(use: ToolUse) -> str:
    outcome = use.error if use.error is not None else use.result if use.result is not None else "…"
    arguments = escape(to_json(use.arguments, indent=2).decode())
    return (
        f"<details><summary>{escape(use.name)}{'' if use.error is None else ' failed'}</summary>"
        f"<pre>{arguments}</pre><pre>{escape(outcome)}</pre></details>"
    )


def _fingerprint(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
