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
    "alloy": VoiceSettings("f2", 38, 45, 164),
    "coral": VoiceSettings("f3", 50, 55, 168),
    "marin": VoiceSettings("Annie", 28, 42, 162),
    "sage": VoiceSettings("f1", 48, 45, 156),
    "shimmer": VoiceSettings("f5", 42, 50, 166),
    "ash": VoiceSettings("m3", 60, 50, 164),
    "ballad": VoiceSettings("m7", 66, 60, 154),
    "cedar": VoiceSettings("Michael", 36, 50, 160),
    "echo": VoiceSettings("m1", 64, 50, 164),
    "verse": VoiceSettings("Gene", 74, 60, 168),
}

VOICE_NAMES = tuple(sorted(_VOICES))
"""The voices that have settings of their own."""

_DEFAULT = "cedar"
_DEFAULT_FEMALE = "marin"
_FEMALE_NAMES = frozenset({"fable", "nova", "juniper", "lily", "female", "woman"})

_LANGUAGES = {"en": "en-us", "en-gb": "en", "zh": "cmn"}


def voice_settings(voice: str) -> VoiceSettings:
    """The settings behind a voice's name; a default for names that are not known."""
    name = voice.strip().lower()
    return _VOICES.get(name) or _VOICES[_DEFAULT_FEMALE if name in _FEMALE_NAMES else _DEFAULT]


def espeak_languages(language: str) -> tuple[str, ...]:
    """The names under which eSpeak may know a language, best first; American English is the last resort."""
    name = language.strip().lower().replace("_", "-")
    base = name.partition("-")[0]
    candidates = (_LANGUAGES.get(name, name), _LANGUAGES.get(base, base), "en-us")
    return tuple(dict.fromkeys(candidate for candidate in candidates if candidate))
