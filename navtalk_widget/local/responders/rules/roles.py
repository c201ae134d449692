"""The role that instructions give, worded so that it can be said behind a name."""

from __future__ import annotations

import re

_NAME = r"[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*){0,2}"
_ROLE = re.compile(
    rf"\b(?:you(?: are|'re|’re)(?P<name> (?-i:{_NAME}),)?|(?:act|behave) (?:as|like)|"
    r"(?:pretend|claim) to be|play the (?:role|part) of|your role is(?: that of)?)\s+"
    r"(?P<article>an?|the|my|our)\s+(?P<role>[^.;:!?\n()\"“”]{2,160})",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|when|while|until|unless|whether|as though|never|not|don't|don’t)\s*$", re.IGNORECASE)
_END_WORDS = (
    "that who which whose whom when where named called for to with but so because whenever designed trained built made "
    "created powered developed tasked specialised specialized speaking talking working living answering helping "
    "responsible by here always never please currently now today"
)
_ROLE_END = re.compile(rf"\s+(?:{'|'.join(_END_WORDS.split())})\b.*", re.IGNORECASE | re.DOTALL)
_NEXT_CLAUSE = re.compile(
    r"\s+and\s+(?:you|your|we|i|they|it|answer|reply|respond|speak|talk|say|tell|explain|help|always|never|only|should|"
    r"must|will|can|could|do|don't|use|keep|be|are|give|make|greet|love|loves|like|likes|know|knows|want|hate|have)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ADJECTIVE_WORDS = (
    "honest kind friendly polite patient warm funny concise brief calm clever smart wise curious expert nice good "
    "great virtual digital artificial best only first last senior junior young old little bit lot "
    "polished professional knowledgeable informal formal "
    "modern shy happy sad cool short quick fast precise accurate lazy serious strict gentle talented experienced "
    "intelligent competent confident modest humble loyal sincere articulate encouraging witty quirky savvy"
)
_ADJECTIVES = frozenset(_ADJECTIVE_WORDS.split())
_ADJECTIVE_ENDINGS = ("ful", "ous", "ive", "able", "ible", "ic", "less", "ish")
_NOUN_WORDS = "mechanic critic medic comic detective executive representative relative native fish academic sceptic"
_NOUNS = frozenset(_NOUN_WORDS.split())
_SERVING_WORDS = (
    "guide assistant tutor teacher coach host hostess concierge adviser advisor helper companion interpreter "
    "instructor receptionist trainer waiter waitress butler secretary mentor counsellor counselor translator"
)
_SERVING = frozenset(_SERVING_WORDS.split())
_LONGEST = 7  # words


def read_role(instructions: str) -> str:
    """Whom the instructions describe, with an article or "your"; ``""`` if nobody whom one could introduce."""
    for match in _ROLE.finditer(instructions):
        if _CONDITION.search(instructions[max(0, match.start() - 20) : match.start()]):
            continue
        role = _noun_phrase(match["role"])
        if role:
            return _with_article(role, match["article"].lower(), behind_name=match["name"] is not None)
    return ""


def _noun_phrase(text: str) -> str:
    """The words up to where the description goes on to something else; ``""`` if they end without a noun."""
    text = _ROLE_END.sub("", _NEXT_CLAUSE.sub("", text)).strip()
    parts = text.split(",")
    role = parts[0].strip()
    for part in parts[1:]:
        if not _ends_with_adjective(role):
            break
        role = f"{role}, {part.strip()}"
    words = role.split()
    if not words or len(words) > _LONGEST or _ends_with_adjective(role):
        return ""
    return role.lower() if role == role.upper() and len(words[0]) > 2 else role


def _ends_with_adjective(role: str) -> bool:
    word = role.rpartition(" ")[2].lower().strip("-'’")
    return word in _ADJECTIVES - {"expert", "native"} or (word.endswith(_ADJECTIVE_ENDINGS) and word not in _NOUNS)


def _with_article(role: str, article: str, *, behind_name: bool) -> str:
    if article in ("my", "our"):
        return f"your {role}"
    if article == "the":
        return f"the {role}"
    # Who serves is "your museum guide" to those who hear it; a pirate is "a pirate", as is who is described by name.
    head = re.split(r" (?:of|in|at|from|on) ", role)[0].rpartition(" ")[2].lower()
    return f"your {role}" if head in _SERVING and not behind_name else f"{_indefinite(role)} {role}"


def _indefinite(role: str) -> str:
    first = role.split()[0]
    sounds_like_you = re.match(r"(?:uni(?!n|m)|eu|one\b|use|ur[aeiou])", first, re.IGNORECASE)
    silent_h = re.match(r"(?:honest|honou?r|heir|hour)", first, re.IGNORECASE)
    is_spelt = first.isupper() and 1 < len(first) <= 4 and first[0] in "FHLMNRSX" and first not in ("NASA", "LEGO")
    vowel = first[0].lower() in "aeiouäöüéè"
    return "an" if silent_h or is_spelt or (vowel and not sounds_like_you) else "a"
