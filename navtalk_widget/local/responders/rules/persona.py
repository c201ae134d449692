"""Who the avatar is to be, as the client's instructions say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from navtalk_widget.local.responders.rules.instructed_names import read_name
from navtalk_widget.local.responders.rules.phrases import Phrases
from navtalk_widget.local.responders.rules.roles import read_role


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


def read_persona(instructions: str, character: str) -> Persona:
    """Read name, role, greeting and manner out of instructions; the name may also be the character's."""
    return Persona(
        name=read_name(instructions) or _name_of_character(character),
        role=read_role(instructions),
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


def _name_of_character(character: str) -> str:
    name = character.rpartition(".")[2].replace("_", " ").strip()
    return name[:1].upper() + name[1:] if _PLAIN_NAME.fullmatch(name) else ""


def _read_greeting(instructions: str) -> str:
    match = _GREETING.search(instructions)
    return next((text.strip() for text in match.groups() if text), "") if match else ""
