"""Whom one talks with: the voice a character begins with, and a word where nobody knows the character."""

from __future__ import annotations

import re
import sys
import warnings

from navtalk_widget.client.endpoint import AvatarChoice, ServiceChoice
from navtalk_widget.engines.cast import (
    SYSTEM_NAMES,
    VOICES,
    avatar_id_of,
    folder_of,
    knows_character,
    own_name,
    voice_of,
)
from navtalk_widget.session.own_character import OwnCharacter
from navtalk_widget.session.settings import LOCAL_VOICES

_TEST_CARD = "navtalk.testcard"
_KNOWN_VOICES = frozenset([*LOCAL_VOICES, "juniper", "lily", "female", "woman", "male", "man"])
_OF_KOKORO = re.compile(r"[a-z][fm]_\w+")


def first_voice(avatar: AvatarChoice, own: OwnCharacter | None, service: ServiceChoice) -> str:
    """The voice for somebody who asks for none: the character's own.

    The second generation's services have it, as they have the rest of an avatar's configuration, and take over what
    they are told; so nothing is said to them. All clients of the first one name a voice.

    Returns:
        The voice; ``""`` where it is the service's own affair.
    """
    if service.protocol == "v2":
        return ""
    if own is not None and own.voice:
        return own.voice
    return voice_of(avatar.character) if service.kind == "local" or knows_character(avatar.character) else ""


def warn_of_stand_in(avatar: AvatarChoice, own: OwnCharacter | None, service: ServiceChoice) -> None:
    """Warn, at the line outside this package, of a character that the embedded service does not know.

    What other services have is known to them alone.
    """
    if service.kind != "local" or own is not None or _is_there(avatar):
        return
    what = (
        f"no avatar with the identifier {avatar.avatar_id!r}"
        if avatar.avatar_id
        else f"nobody called {avatar.character!r}"
    )
    stand_in = own_name(folder_of(avatar.avatar_id or avatar.character))
    warnings.warn(
        f"The local service has {what}; {stand_in} stands in. It has {', '.join(map(own_name, VOICES))}, "
        "and whoever you draw or photograph: character= takes the path of a folder or a picture, see "
        "docs/characters.md. The avatars of a NavTalk account need its license=.",
        stacklevel=_depth(),
    )


def warn_of_voice(voice: str, service: ServiceChoice, synthesizer: object) -> None:
    """Warn, at the line outside this package, of a voice that the embedded service does not know.

    Engines of a person's own, and Kokoro, whose voices are called like ``bf_emma``, have names of their own.
    """
    own = synthesizer is not None and not isinstance(synthesizer, str)
    name = voice.strip().lower()
    if service.kind != "local" or own or not name or name in _KNOWN_VOICES or _OF_KOKORO.fullmatch(name):
        return
    warnings.warn(
        f"The local service has no voice called {voice!r}; another one speaks. It has {', '.join(LOCAL_VOICES)}.",
        stacklevel=_depth(),
    )


def _is_there(avatar: AvatarChoice) -> bool:
    if avatar.avatar_id:
        return avatar.avatar_id in map(avatar_id_of, SYSTEM_NAMES)
    return knows_character(avatar.character) or avatar.character.strip().lower().startswith(_TEST_CARD)


def _depth() -> int:
    """How far above whoever calls is the line that is not ours, as `warnings` counts."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "navtalk_widget":
        depth, frame = depth + 1, frame.f_back
    return depth
