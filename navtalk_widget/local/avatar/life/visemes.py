"""From speech sounds to mouth shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import ScheduledPhoneme

REACH = SAMPLE_RATE * 130 // 1000
"""How far, in samples before and after its moment, sounds shape the mouth: neighbours blend as in real speech."""

_BLEND = SAMPLE_RATE * 95 // 1000
"""How far sounds blend that are not made by the lips. Lips set out sooner for theirs, and let go of it later: they have
to close all the way, and would jump if they took no more time for it."""

LEAD = SAMPLE_RATE * 15 // 1000
"""Real lips are in place a little before the sound; this much is well within one video frame."""

CLOSING = 0.3
"""The share of the blend from which a sound made by the lips closes them entirely."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """A shape of the mouth; all zero is at rest with the lips together.

    Attributes:
        opening: of the jaw, 0 to 1.
        spread: -1 narrow, 1 wide.
        rounding: of the lips, 0 to 1.
        tuck: of the lower lip under the upper teeth, 0 to 1.
        press: of the lips together, 0 to 1.
        tongue: how much of it is seen, 0 to 1.
    """

    opening: float = 0.0
    spread: float = 0.0
    rounding: float = 0.0
    tuck: float = 0.0
    press: float = 0.0
    tongue: float = 0.0


REST = Mouth()

_MEASURES = tuple(field.name for field in fields(Mouth))

VISEMES: dict[str, Mouth] = {
    "rest": REST,
    "mbp": Mouth(press=1.0),
    "fv": Mouth(opening=0.14, tuck=1.0, spread=0.1),
    "th": Mouth(opening=0.22, tongue=0.9, spread=0.1),
    "td": Mouth(opening=0.2, tongue=0.5, spread=0.2),
    "l": Mouth(opening=0.3, tongue=0.8, spread=0.1),
    "kg": Mouth(opening=0.26, tongue=0.2, spread=0.05),
    "sz": Mouth(opening=0.12, spread=0.45),
    "sh": Mouth(opening=0.2, rounding=0.6, spread=-0.2),
    "r": Mouth(opening=0.24, rounding=0.45, spread=-0.15),
    "h": Mouth(opening=0.3),
    "uh": Mouth(opening=0.36, tongue=0.15),
    "ah": Mouth(opening=0.95, spread=0.05, tongue=0.35),
    "a": Mouth(opening=0.82, spread=0.3, tongue=0.3),
    "eh": Mouth(opening=0.56, spread=0.5, tongue=0.3),
    "ee": Mouth(opening=0.28, spread=0.95, tongue=0.2),
    "oh": Mouth(opening=0.66, rounding=0.75, spread=-0.2),
    "oo": Mouth(opening=0.4, rounding=1.0, spread=-0.4),
}
"""The shapes that sounds aim at."""

_SOUNDS: dict[str, str] = {
    "mbp": "m b p ɱ ɓ",
    "fv": "f v ʋ ɸ β",
    "th": "θ ð",
    "td": "t d n ʈ ɖ ɳ ɾ ɗ",
    "l": "l ɫ ɭ ʎ ɬ ɮ",
    "kg": "k ɡ g ŋ x ɣ q ɢ χ ʁ ɲ c ɟ ç ʝ ʔ ɴ",
    "sz": "s z ɕ ʑ",
    "sh": "ʃ ʒ ʂ ʐ",
    "r": "ɹ r ɻ ʀ ɽ ɚ ɝ",
    "h": "h ɦ ħ ʕ",
    "uh": "ə ɜ ɐ ʌ ɘ ɵ ɤ ᵊ",
    "ah": "ɑ a",
    "a": "æ",
    "eh": "e ɛ ø œ ɞ ɶ",
    "ee": "i ɪ j ɨ ᵻ",
    "oh": "o ɔ ɒ",
    "oo": "u ʊ w y ʏ ʉ ɯ ɥ ʍ",
}

_VISEME_OF: dict[str, str] = {sound: viseme for viseme, sounds in _SOUNDS.items() for sound in sounds.split()}


def visemes_of(symbol: str) -> tuple[str, ...]:
    """Return the shapes a sound passes through: one, or two for diphthongs and affricates; none for silence.

    Args:
        symbol: in the International Phonetic Alphabet; length, stress and other marks are passed over.
    """
    found = [_VISEME_OF[character] for character in symbol if character in _VISEME_OF]
    if not found:
        return ("uh",) if symbol.strip("_ ") else ()
    return tuple(viseme for i, viseme in enumerate(found[:2]) if i == 0 or viseme != found[0])


def mouth_at(position: int, phonemes: Sequence[ScheduledPhoneme]) -> Mouth:
    """Return the mouth at a moment: a blend of the sounds around it, in which those made by the lips prevail.

    Args:
        position: the moment, in samples.
        phonemes: those from `REACH` before it to `REACH` + `LEAD` after it, at least.
    """
    centre = position + LEAD
    blend = dict.fromkeys(_MEASURES, 0.0)
    lips = {"press": 0.0, "tuck": 0.0}
    for viseme, start, end in _aims(phonemes):
        shape = VISEMES[viseme]
        weight = _share(end - centre, _BLEND) - _share(start - centre, _BLEND)
        if weight > 0.0:
            for name in _MEASURES:
                blend[name] += weight * getattr(shape, name)
        if shape.press or shape.tuck:
            weight = _share(end - centre, REACH) - _share(start - centre, REACH)
            for name in lips:
                lips[name] += weight * getattr(shape, name)
    press = min(1.0, lips["press"] / CLOSING)
    tuck = min(1.0, lips["tuck"] / CLOSING) * (1.0 - press)
    opening = blend["opening"] * (1.0 - press)
    return Mouth(
        opening=opening + (VISEMES["fv"].opening - opening) * tuck,
        spread=blend["spread"],
        rounding=blend["rounding"] * (1.0 - 0.6 * tuck),
        tuck=tuck,
        press=press,
        tongue=blend["tongue"] * (1.0 - tuck),
    )


def _aims(phonemes: Sequence[ScheduledPhoneme]) -> list[tuple[str, int, int]]:
    aims = []
    for phoneme in phonemes:
        shapes = visemes_of(phoneme.symbol)
        length = phoneme.end - phoneme.start
        for i, viseme in enumerate(shapes):
            start = phoneme.start + length * i // len(shapes)
            aims.append((viseme, start, phoneme.start + length * (i + 1) // len(shapes)))
    return aims


def _share(offset: int, reach: int) -> float:
    """The part of a raised cosine over ±`reach` that lies before `offset`: 0 to 1."""
    x = max(-1.0, min(1.0, offset / reach))
    return 0.5 + 0.5 * x + math.sin(math.pi * x) / (2.0 * math.pi)
