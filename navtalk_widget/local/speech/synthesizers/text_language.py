"""Which language a text is written in, where nobody said so: by its script, or by its little words."""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
    "ru": "\u0400-\u04ff",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "th": "\u0e00-\u0e7f",
}
_SCRIPT = re.compile("|".join(f"(?P<{language}>[{characters}])" for language, characters in _SCRIPTS.items()))
_LETTER = re.compile(r"[^\W\d_]")

# Languages that are written in a script of the table, by which they are told from the one that stands for it there.
_SAME_SCRIPT = {
    "zh": {"ja", "yue", "cmn", "zh"},
    "ru": {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tt", "ba", "cv", "mn"},
    "ar": {"ar", "fa", "ur", "ps", "sd", "ug", "ku"},
    "hi": {"hi", "mr", "ne", "sa", "kok"},
    "bn": {"bn", "as", "bpy"},
}

# Words and letters that are frequent in one language and hardly met in the others.
_WORDS = {
    "en": "the and is are you of to it that this with what have for not i my your",
    "de": "der die das und ist nicht ein eine ich sie wir mit auf für auch dass wie haben heute guten danke bitte",
    "fr": "le la les et est vous je une des que pas pour dans nous avec sur bonjour merci il elle",
    "es": "el los las y es que una por con para no está usted muy gracias hola qué cómo buenos",
    "it": "il gli che è di un una per non con sono sei grazie ciao come buongiorno della questo",
}
_LETTERS = {"de": "äöüß", "fr": "çèêàùœë", "es": "ñ¿¡", "it": "ìò"}
_WORD_LANGUAGES = {
    word: [each for each in _WORDS if word in _WORDS[each].split()] for word in " ".join(_WORDS.values()).split()
}
_MARGIN = 2.0


def language_of(text: str, told: str) -> str:
    """The language to read a text in.

    Args:
        text: some words.
        told: the language it is said to be in; ``""`` or English if that is merely the default.

    Returns:
        What was told, unless the text is written in another script, or English was told and it cannot be that.
    """
    base = told.strip().lower().replace("_", "-").partition("-")[0]
    script = _script_language(text)
    if script is not None:
        return told if base == script or base in _SAME_SCRIPT.get(script, ()) else script
    return _latin_language(text) or told if base in ("", "en") else told


def _script_language(text: str) -> str | None:
    """The language of a script that most letters belong to; None for the Latin one and those not in the table."""
    letters = len(_LETTER.findall(text))
    found = Counter(match.lastgroup for match in _SCRIPT.finditer(text) if match.lastgroup)
    if found["ja"] and (found["ja"] + found["zh"]) * 2 > letters:
        return "ja"  # only Japanese has these, among Chinese characters
    language, count = next(iter(found.most_common(1)), ("", 0))
    return language if language and count * 2 > letters else None


def _latin_language(text: str) -> str | None:
    lower = text.lower()
    evidence = dict.fromkeys(_WORDS, 0.0)
    for word in re.findall(r"[^\W\d_]+", lower):
        for language in (languages := _WORD_LANGUAGES.get(word, [])):
            evidence[language] += 1.0 / len(languages)
    for language, letters in _LETTERS.items():
        evidence[language] += min(2.0, sum(lower.count(letter) for letter in letters))
    language, most = max(evidence.items(), key=lambda item: item[1])
    others = max((value for each, value in evidence.items() if each != language), default=0.0)
    return language if language != "en" and most >= _MARGIN and most >= _MARGIN * others else None
