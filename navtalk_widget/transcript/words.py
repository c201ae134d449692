"""Words in scripts with and without spaces between them."""

from __future__ import annotations

import re

_UNSPACED_LETTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED_PUNCTUATION = "\u3000-\u303f\uff01-\uff0f\uff1a-\uff20"
_LETTER = re.compile(f"[{_UNSPACED_LETTERS}]")
_PUNCTUATION = re.compile(f"[{_UNSPACED_PUNCTUATION}]")
_WORD = re.compile(
    f"[{_UNSPACED_LETTERS}][{_UNSPACED_PUNCTUATION}]*|[^\\s{_UNSPACED_LETTERS}{_UNSPACED_PUNCTUATION}]+"
    f"[{_UNSPACED_PUNCTUATION}]*|[{_UNSPACED_PUNCTUATION}]+"
)


def count_words(text: str) -> int:
    """Count what stands between spaces; in Chinese and Japanese, which write none, every character."""
    if not text.isascii():
        text = _LETTER.sub(" x ", _PUNCTUATION.sub(" ", text))
    return len(text.split())


def count_unspaced_letters(text: str) -> int:
    """Count the letters of scripts in which each is a syllable or a word."""
    return 0 if text.isascii() else len(_LETTER.findall(text))


def whole_words(text: str, end: int) -> str:
    """The words of which no letter stands at or after position `end`, and what is between them."""
    kept = 0
    for word in _WORD.finditer(text):
        if word.end() > end:
            break
        kept = word.end()
    return text[:kept]
