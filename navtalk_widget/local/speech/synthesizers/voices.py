"""The voices of the synthesiser: which settings stand behind a name, and which names there are for languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How eSpeak speaks.

    Attributes:
        variant: one of eSpeak's speakers.
        pitch: 0 to 99, where 50 is the speaker's own.
        intonation: 0 (monotone) to 99, where 50 is the speaker's own.
        words_per_minute: of English text.
    """

    variant: str
    pitch: int
    intonation: int
    words_per_minute: int


_VOICES = {
    "sage": VoiceSettings("f1", 39, 42, 154),
    "alloy": VoiceSettings("f2", 39, 45, 164),
    "shimmer": VoiceSettings("f5", 44, 50, 166),
    "marin": VoiceSettings("Annie", 33, 42, 162),
    "coral": VoiceSettings("f3", 50, 55, 168),
    "nova": VoiceSettings("belinda", 55, 52, 172),
    "onyx": VoiceSettings("m3", 18, 40, 152),
    "cedar": VoiceSettings("Michael", 36, 50, 160),
    "echo": VoiceSettings("m1", 54, 50, 164),
    "ash": VoiceSettings("m3", 58, 50, 166),
    "ballad": VoiceSettings("m7", 65, 60, 154),
    "fable": VoiceSettings("m2", 71, 62, 158),
    "verse": VoiceSettings("Gene", 77, 60, 168),
}

VOICE_NAMES = tuple(sorted(_VOICES))
"""The voices that have settings of their own."""

_DEFAULT, _DEFAULT_FEMALE = "cedar", "marin"
_WOMEN = frozenset({"sage", "alloy", "shimmer", "marin", "coral", "nova", "juniper", "lily", "female", "woman"})

_LANGUAGES = {
    "en": "en-us",
    "en-gb": "en",
    "zh": "cmn",
    "zh-hk": "yue",
    "zh-yue": "yue",
    "no": "nb",
    "iw": "he",
}
"""What others call a language → what eSpeak calls it."""


def voice_settings(voice: str) -> VoiceSettings:
    """The settings behind a voice's name; a default for names that are not known."""
    name = voice.strip().lower()
    return _VOICES.get(name) or _VOICES[_DEFAULT_FEMALE if is_female(name) else _DEFAULT]


def is_female(voice: str) -> bool:
    """Whether a voice of this name is a woman's."""
    return voice.strip().lower() in _WOMEN


def espeak_languages(language: str) -> tuple[str, ...]:
    """The names under which eSpeak may know a language, best first; American English is the last resort."""
    name = language.strip().lower().replace("_", "-")
    base = name.partition("-")[0]
    candidates = (_LANGUAGES.get(name, name), _LANGUAGES.get(base, base), "en-us")
    return tuple(dict.fromkeys(candidate for candidate in candidates if candidate))
