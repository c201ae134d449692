"""A saved conversation as HTML that needs neither script nor network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from html import escape
from typing import Any

_WORDS = {
    "en": {
        "title": "Conversation with {name}",
        "label": "AI avatar",
        "you": "You",
        "interrupted": "interrupted",
        "unheard": "not heard",
        "empty": "Nothing was said yet.",
    },
    "zh": {
        "title": "与 {name} 对话",
        "label": "AI 数字人",
        "you": "你",
        "interrupted": "被打断",
        "unheard": "未听到",
        "empty": "还没有对话内容。",
    },
}

_STYLE = """
.navtalk-transcript {
  --text: var(--jp-ui-font-color0, #1c2024);
  --surface: var(--jp-layout-color1, #fff);
  --quiet: color-mix(in oklab, var(--text) 66%, var(--surface));
  --line: color-mix(in oklab, var(--text) 13%, var(--surface));
  --accent: light-dark(#0d6e75, #62c9cf);
  box-sizing: border-box; max-width: 720px; margin: 8px 2px; padding: 16px 18px 18px; color-scheme: light;
  border: 1px solid var(--line); border-radius: 20px; background: var(--surface); color: var(--text);
  font: 14px/1.5 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif);
}
[data-jp-theme-light="false"] .navtalk-transcript { color-scheme: dark; }
.navtalk-transcript header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; }
.navtalk-transcript.navtalk-transcript h4 { margin: 0; font: inherit; font-size: 16px; font-weight: 600; }
.navtalk-transcript small { color: var(--quiet); font-size: 12px; }
.navtalk-transcript .label { padding: 1px 9px; border-radius: 99px; box-shadow: inset 0 0 0 1px var(--line); }
.navtalk-transcript.navtalk-transcript ol {
  display: flex; flex-direction: column; gap: 12px; margin: 14px 0 0; padding: 0;
}
.navtalk-transcript.navtalk-transcript li {
  display: flex; flex-direction: column; gap: 3px; align-items: flex-start; list-style: none;
}
.navtalk-transcript li.user { align-items: flex-end; }
.navtalk-transcript b { font-weight: 600; }
.navtalk-transcript.navtalk-transcript li > p {
  max-width: 88%; margin: 0; padding: 8px 13px; border-radius: 5px 16px 16px; box-shadow: inset 0 0 0 1px var(--line);
  overflow-wrap: anywhere; white-space: pre-wrap;
}
.navtalk-transcript.navtalk-transcript li.user > p {
  border-radius: 16px 5px 16px 16px; box-shadow: none;
  background: color-mix(in oklab, var(--accent) 13%, var(--surface));
}
.navtalk-transcript del { color: var(--quiet); }
"""


def as_html(turns: Sequence[Mapping[str, Any]], *, character: str, locale: str, service: str) -> str:
    """Write turns as HTML.

    Args:
        turns: as pages are told them, see ``gateway/to_page.py``. They come from a file, and may be anything.
        character: whom one talked with, such as ``"navtalk.Leo"``.
        locale: ``"en"`` or ``"zh"``.
        service: what the person was told of the service.
    """
    words = _WORDS.get(locale, _WORDS["en"])
    name = escape(character.rpartition(".")[2])
    shown = "".join(_turn(turn, name, words) for turn in turns if isinstance(turn.get("text"), str))
    nothing = f"<li><small>{words['empty']}</small></li>"
    date = next((f"<small>{at:%Y-%m-%d}</small>" for at in map(_start, turns) if at is not None), "")
    return (
        f"<style>{_STYLE}</style>"
        f'<section class="navtalk-transcript" lang="{"zh" if words is _WORDS["zh"] else "en"}">'
        f"<header><h4>{words['title'].format(name=name)}</h4>"
        f'<small class="label">{words["label"]}</small>{date}<small>{escape(service)}</small></header>'
        f"<ol>{shown or nothing}</ol></section>"
    )


def as_text(turns: Sequence[Mapping[str, Any]], *, character: str, locale: str) -> str:
    """Write turns as plain text, for formats without HTML."""
    words = _WORDS.get(locale, _WORDS["en"])
    name = character.rpartition(".")[2]
    lines = [
        f"{words['you'] if turn.get('role') == 'user' else name}: {turn['text']}"
        for turn in turns
        if isinstance(turn.get("text"), str)
    ]
    return "\n".join([words["title"].format(name=name), *(lines or [words["empty"]])])


def _turn(turn: Mapping[str, Any], name: str, words: Mapping[str, str]) -> str:
    user = turn.get("role") == "user"
    text, unheard = turn["text"], turn.get("unheard")
    said = escape(text)
    if isinstance(unheard, str) and unheard and text.endswith(unheard):
        heard = escape(text[: -len(unheard)])
        said = f'{heard}<del title="{words["unheard"]}">{escape(unheard)}</del>'
    at = _start(turn)
    time = "" if at is None else f' <time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%H:%M} UTC</time>'
    mark = f" · {words['interrupted']}" if turn.get("interrupted") is True else ""
    who = words["you"] if user else name
    return f'<li class="{"user" if user else "avatar"}"><small><b>{who}</b>{time}{mark}</small><p>{said}</p></li>'


def _start(turn: Mapping[str, Any]) -> datetime | None:
    seconds = turn.get("started_at")
    if not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
