"""Which language the client wants the answers in."""

from __future__ import annotations

import re

from navtalk_widget.engines.responder import ResponseRequest

_NAMES = {
    "en": ("english", "englisch", "anglais", "inglés", "inglese", "英语", "英文"),
    "fr": ("french", "français", "francais", "französisch", "法语"),
    "de": ("german", "deutsch", "allemand", "德语"),
    "es": ("spanish", "español", "espanol", "西班牙语"),
    "it": ("italian", "italiano", "意大利语"),
    "zh": ("chinese", "mandarin", "中文", "汉语", "普通话"),
    "pt": ("portuguese", "português"),
    "nl": ("dutch", "nederlands"),
    "pl": ("polish", "polski"),
    "ru": ("russian", "русский"),
    "ja": ("japanese", "日本語"),
}
_BY_NAME = {name: language for language, names in _NAMES.items() for name in names}
_NAME = "|".join(sorted(_BY_NAME, key=len, reverse=True))
_ASKED = re.compile(
    rf"(?:\b(?:answer|respond|reply|speak|talk|converse|write|say|use|switch)\b[^.!?\n]{{0,40}}?\b"
    rf"|\b(?:réponds|répondez|parle|parlez|antworte|antworten sie|sprich|sprechen sie|responde|contesta|habla|"
    rf"rispondi|parla|language:?|always|only)\b[^.!?\n]{{0,30}}?\b|[用说讲]\s*)(?P<name>{_NAME})",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:never|not|don't|do not)\b[^.!?\n]*$", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def spoken_language(request: ResponseRequest) -> str:
    """The language of the answer: what the instructions ask for last, else Chinese for Chinese, else English."""
    asked = asked_language(request.instructions)
    if asked is not None:
        return asked
    last_user = next((message.text for message in reversed(request.messages) if message.role == "user"), "")
    sample = last_user or request.instructions
    return "zh" if len(_CHINESE.findall(sample)) * 3 > len(sample) else "en"


def asked_language(instructions: str) -> str | None:
    """The language that instructions such as "Answer in French." name, the last one if there are several."""
    asked = None
    for match in _ASKED.finditer(instructions):
        if not _NOT.search(instructions, 0, match.start("name")) or instructions[match.start()] in "用说讲":
            asked = _BY_NAME[match["name"].lower()]
    return asked
