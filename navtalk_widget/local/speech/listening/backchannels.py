"""What people say to show that they listen, and what a recogniser makes of a cough: no reason to stop talking."""

from __future__ import annotations

import re

_SOUNDS = "mhm mm mmm mmhm mmhmm hm hmm hmmm m uh um ah aha oh ooh uhuh huh er erm"

# A language's backchannels; then little words that nobody says alone, which recognisers hear in noise.
_WORDS = {
    "en": "yeah yep yup yes right okay ok sure uh-huh mm-hmm mm-hm wow really true good great nice cool alright "
    "exactly indeed absolutely well  the a an and of it in to that ha",
    "de": "ja jaja jo genau okay ok stimmt klar gut aha achso ach so richtig schön super  der die das und in",
    "fr": "oui ouais d'accord ok okay bien voilà exactement ah bon super  le la les et de",
    "es": "sí si vale ya claro ok okay ajá bien exacto bueno  el la y de",
    "it": "sì si già certo ok okay bene esatto ah ecco va  il la e di",
    "zh": "嗯 嗯嗯 哦 噢 啊 对 对对 好 好的 是 是的 是吗 行 没错 呃 哎",
}
_PHRASES = {
    "en": ("i see", "uh huh", "mm hmm", "mm hm", "oh i see", "got it", "all right", "of course", "go on", "i know"),
    "de": ("ich verstehe", "ach so", "alles klar"),
    "fr": ("je vois", "je comprends", "ah bon"),
    "es": ("ya veo", "entiendo", "de acuerdo"),
    "it": ("ho capito", "va bene", "d'accordo", "capisco"),
    "zh": ("明白", "知道了", "我知道", "原来如此"),
}
_LISTS = {language: frozenset(f"{_SOUNDS} {words}".split()) for language, words in _WORDS.items()}
_WORD = re.compile(r"[\w'’-]+")

LONGEST = 4
"""Words. Whoever says more has something to say, even if each word of it says nothing."""


def is_backchannel(words: str, language: str = "") -> bool:
    """Whether words, or none, only show that somebody is there.

    Args:
        words: as a recogniser understood them.
        language: such as ``"de"`` or ``"de-AT"``; English where it is not known here.
    """
    known = language.partition("-")[0].lower()
    known = known if known in _LISTS else "en"
    rest = " ".join(_WORD.findall(words.lower().replace("’", "'")))
    if len(rest.split()) > LONGEST:
        return False
    for phrase in _PHRASES[known]:
        rest = re.sub(rf"\b{re.escape(phrase)}\b", " ", rest)
    return all(word in _LISTS[known] for word in rest.split())


def is_own_speech(words: str, spoken: str) -> bool:
    """Whether words are a run of what the avatar has just said itself: it was heard by its own microphone.

    Args:
        words: as the recogniser understood them; fewer than three prove nothing.
        spoken: the avatar's latest words.
    """
    heard, said = (_WORD.findall(text.lower()) for text in (words, spoken))
    return len(heard) >= SHORTEST_RUN and f" {' '.join(heard)} " in f" {' '.join(said)} "


SHORTEST_RUN = 3
