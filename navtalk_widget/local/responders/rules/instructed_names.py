"""The name that instructions give the avatar, in the languages there are phrases for."""

from __future__ import annotations

import re

from navtalk_widget.local.responders.rules import chinese

_NAME = r"[\"“„«' ]{0,2}(?P<name>[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*){0,2})"
_ENGLISH = (
    r"[Yy]our name(?:'s| is| shall be| will be)|[Yy]ou(?: are|'re|’re) (?:called|named)|"
    r"(?:[Cc]all|[Nn]ame|[Ii]ntroduce) yourself(?: as)?|[Yy]ou go by(?: the name(?: of)?)?|"
    r"[Aa]nswer to the name(?: of)?"
)
# "a professor of physics named Ada", but not "a guide to the museum called Louvre".
_BETWEEN = r"(?:(?! (?:in|at|for|about|to|from|with|on|near|of (?:a|an|the|our|my|das|la|le|el)) )[^.!?;:\n]){0,100}?"
_DESCRIBED = (
    rf"(?:[Yy]ou(?: are|'re|’re)|[Aa]ct as|[Pp]lay) (?:an?|the|my|our) {_BETWEEN} ?\b(?:named|called|by the name of)"
)
_GERMAN = (
    r"(?:[Dd]ein|Ihr) Name (?:ist|lautet)|\b[Dd]u heißt|\bSie heißen|\b[Nn]enne? dich|"
    rf"(?:[Dd]u bist|Sie sind) (?:eine?|der|die|unsere?|meine?) {_BETWEEN} ?\b(?:namens|mit dem Namen|mit Namen)"
)
_FRENCH = (
    r"(?:[Tt]on|[Vv]otre) nom est|[Tt]u t['’]appelles|[Vv]ous vous appelez|[Aa]ppelle-toi|"
    rf"(?:[Tt]u es|[Vv]ous êtes) (?:une?|le|la|notre|mon|ma) {_BETWEEN} ?\b(?:nommée?|appelée?|du nom de)"
)
_SPANISH = (
    r"(?:[Tt]u|[Ss]u) nombre es|\b[Tt]e llamas|\b[Uu]sted se llama|\b[Ss]e llama usted|\b[Ll]lámate|"
    rf"(?:[Ee]res|[Uu]sted es) (?:una?|el|la|nuestr[oa]|mi) {_BETWEEN} ?\b(?:llamad[oa]|de nombre)"
)
_NAMED = re.compile(rf"(?:{'|'.join((_ENGLISH, _DESCRIBED, _GERMAN, _FRENCH, _SPANISH))}):? ?{_NAME}")
_IS_NAMED = re.compile(
    r"(?:\b[Yy]ou(?: are|'re|’re)|\b[Aa]ct as|\b[Dd]u bist|\bSie sind|\b[Tt]u es|\b[Vv]ous êtes|\b[Ee]res) "
    rf"(?!(?:An?|The)\b){_NAME}(?=[\"”“»']?(?:[.,;:!]|$| and | from | und | et | y ))"
)
_NOBODY_WORDS = (
    "English French German Italian Spanish Chinese American British European Japanese Dutch Not Very Always Here AI "
    "Helpful Friendly Kind Polite Brief Concise Honest NOT VERY ALWAYS Human Digital Expert Experte Assistant Assistent"
)
_NOBODY = frozenset(_NOBODY_WORDS.split())


def read_name(instructions: str) -> str:
    """The name, or ``""`` if the instructions give none.

    What looks like a name but is a language or a quality, as in "You are English.", is none.
    """
    for pattern in (_NAMED, _IS_NAMED):
        for match in pattern.finditer(instructions):
            name = match["name"].rstrip("'’-")
            if not _NOBODY.intersection(name.split()):
                return name
    return chinese.read_name(instructions)
