"""Who the avatar is to be, as the client's instructions say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from navtalk_widget.local.responders.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Persona:
    """What is read out of instructions.

    Attributes:
        name: ``""`` if there is none.
        role: with its article, as others would say it: ``"your museum guide"``; ``""`` if none is given.
        greeting: the wording asked for; ``""`` if none is.
        brief: whether answers are to be short.
    """

    name: str
    role: str
    greeting: str
    brief: bool


_NAME = r"(?P<name>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2})"
_NAMED = re.compile(rf"\b(?:[Yy]our name is|[Yy]ou are called|[Yy]ou're called|[Cc]all yourself) {_NAME}")
_IS_NAMED = re.compile(rf"\b[Yy]ou(?: are|'re|’re) (?!(?:An?|The)\b){_NAME}(?=[.,;:!]|$| and | from )")
_ROLE = re.compile(
    r"\b(?:you(?: are|'re|’re)(?P<name> [A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2},)?|act as|play|your role is)\s+"
    r"(?P<article>an?|the|my|our)\s+(?P<role>[^.,;:!?\n()\"“”]{2,80})",
    re.IGNORECASE,
)
_ROLE_END = re.compile(r"\s+(?:that|who|which|whose|when|and|with|named|called|for|to|whom)\b.*", re.IGNORECASE)
_GREETING = re.compile(
    r"\b(?:greet|welcome|say hello|say hi|start|begin|open)\b[^.!?\"“”«»\n]{0,80}?"
    r"(?:\"(?P<a>[^\"]{1,300})\"|[“„](?P<b>[^”“]{1,300})[”“]|«\s*(?P<c>[^»]{1,300}?)\s*»|(?<=\s)'(?P<d>.{1,300}?)'(?!\w))",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\b(?:(?:be|keep (?:it|your answers|answers|replies)|stay) (?:very )?(?:brief|short|concise)|"
    r"(?:brief|short|concise) (?:answers|replies|responses|sentences)|(?:answer|reply|respond|speak) "
    r"(?:very )?(?:briefly|concisely|shortly)|one sentence|few words|sois bref|fasse dich kurz|sé breve|sii breve)\b",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ -]){0,30}")
_LONGEST_ROLE = 7  # words


def read_persona(instructions: str, character: str) -> Persona:
    """Read name, role, greeting and manner out of instructions; the name may also be the character's."""
    return Persona(
        name=_read_name(instructions) or _name_of_character(character),
        role=_read_role(instructions),
        greeting=_read_greeting(instructions),
        brief=_BRIEF.search(instructions) is not None,
    )


def greeting(persona: Persona, phrases: Phrases) -> str:
    """What to say before anybody has spoken."""
    if persona.greeting:
        return persona.greeting
    hello = named(phrases.greeting_named, persona) if persona.name else phrases.greeting
    return hello if persona.brief else f"{hello} {phrases.how_can_i_help}"


def introduction(persona: Persona, phrases: Phrases) -> str:
    """The answer to "who are you"."""
    return named(phrases.my_name if persona.name else phrases.no_name, persona)


def named(sentence: str, persona: Persona) -> str:
    """Fill a name, and behind it the role where the sentence has a place for it."""
    return sentence.format(name=persona.name, role=f", {persona.role}" if persona.role else "")


def _read_name(instructions: str) -> str:
    match = _NAMED.search(instructions) or _IS_NAMED.search(instructions)
    return match["name"] if match else ""


def _name_of_character(character: str) -> str:
    name = character.rpartition(".")[2].replace("_", " ").strip()
    return name[:1].upper() + name[1:] if _PLAIN_NAME.fullmatch(name) else ""


def _read_role(instructions: str) -> str:
    match = _ROLE.search(instructions)
    if match is None:
        return ""
    role = _ROLE_END.sub("", match["role"]).strip()
    if not role or len(role.split()) > _LONGEST_ROLE:
        return ""
    article = match["article"].lower()
    if match["name"] and article in ("a", "an"):
        return f"{article} {role}"
    # "You are a museum guide" makes it "your museum guide"; what is the only one of its kind stays "the".
    return f"the {role}" if article == "the" else f"your {role}"


def _read_greeting(instructions: str) -> str:
    match = _GREETING.search(instructions)
    return next((text.strip() for text in match.groups() if text), "") if match else ""
