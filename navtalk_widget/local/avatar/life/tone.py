"""The tone of what is said, told from its words and signs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Tone:
    """How a sentence is meant.

    Attributes:
        asks: it ends in a question mark.
        exclaims: it ends in an exclamation mark.
        friendly: it greets, thanks, is glad, or smiles with an emoji.
        regrets: it excuses itself, regrets, or is sad.
    """

    asks: bool = False
    exclaims: bool = False
    friendly: bool = False
    regrets: bool = False


_MARKS = ".!?\u2026\u3002\uff01\uff1f\u061f"
"""That end a sentence, those of Chinese and Arabic included."""

# What stands behind the mark, an emoji or a quotation mark, belongs to the sentence; a dot within a number ends none.
_SENTENCE = re.compile(rf"(?:[^{_MARKS}]|\.(?=[^\W_]))*[{_MARKS}]*\W*")
_LAST_MARKS = re.compile(rf"[{_MARKS}]+\W*$")
_ASKING, _EXCLAIMING = "?\uff1f\u061f", "!\uff01"


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[tuple[float, float, Tone], ...]:
    """Return the sentences of a text: where they begin and end, as shares of its letters, and their tones."""
    found = [match for match in _SENTENCE.finditer(text) if re.search(r"\w", match.group())]
    total = max(1, len(text))
    ends = [match.start() for match in found[1:]] + [total]
    starts = [0, *ends[:-1]]
    return tuple(
        (start / total, end / total, tone_of(text[start:end])) for start, end in zip(starts, ends, strict=False)
    )


def tone_of(sentence: str) -> Tone:
    """Return the tone of one sentence, in any of the languages of `tones.json`."""
    words = _words()
    smiling = any(sign in words.smiling for sign in sentence)
    sad = any(sign in words.sad for sign in sentence)
    said = "".join(sign for sign in sentence if sign not in words.smiling and sign not in words.sad)
    mark = _LAST_MARKS.search(said)
    marks = mark.group() if mark else ""
    regrets = sad or words.regret.search(said) is not None
    return Tone(
        asks=any(sign in marks for sign in _ASKING),
        exclaims=any(sign in marks for sign in _EXCLAIMING),
        friendly=not regrets and (smiling or words.friendly.search(said) is not None),
        regrets=regrets,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    friendly: re.Pattern[str]
    regret: re.Pattern[str]
    smiling: frozenset[str]
    sad: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = json.loads(resources.files(__package__).joinpath("tones.json").read_text("utf-8"))
    return _Words(
        friendly=_any_of(data["friendly"]),
        regret=_any_of(data["regret"]),
        smiling=frozenset(data["smiling_emoji"]),
        sad=frozenset(data["sad_emoji"]),
    )


def _any_of(by_language: dict[str, list[str]]) -> re.Pattern[str]:
    """Whole words; Chinese, which does not part them, is found anywhere."""
    parted = sorted({word for language, words in by_language.items() if language != "zh" for word in words})
    whole = "|".join(re.escape(word).replace("'", "['’]") for word in parted)
    return re.compile(rf"\b(?:{whole})\b|{'|'.join(map(re.escape, by_language['zh']))}", re.IGNORECASE)
