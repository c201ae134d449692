"""The avatars that clients can look up and ask for by name or identifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TypedDict
from uuid import NAMESPACE_URL, uuid4, uuid5

from navtalk_widget.engines.cast import SYSTEM_NAMES, avatar_id_of
from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.engines.own_characters import OwnCharacter
from navtalk_widget.protocol.config import SessionConfig

PROVIDER = "openai"
PROVIDER_ID = uuid5(NAMESPACE_URL, "navtalk-widget/provider/openai").hex
"""The vendor's kits allow function calls and camera pictures with this provider only."""

MODELS = ("gpt-realtime", "gpt-realtime-mini")

MAX_AVATARS = 1_000
"""Of those that clients add; further ones are refused."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """One avatar.

    Attributes:
        id: 32 hexadecimal digits.
        name: several may share one.
        owner: who sees it besides whom it belongs to: the licence that added it; ``""`` for everybody.
        voice: that it has until the client says another.
        prompt: the instructions that it has until the client gives others.
        first_message: what it begins with, as those are told who look it up.
        model: of the provider.
        system: whether it is one of NavTalk's own, which cannot be changed.
        updated: grows with each change to any avatar.
    """

    id: str
    name: str
    owner: str = ""
    voice: str = ""
    prompt: str = ""
    first_message: str = ""
    model: str = MODELS[0]
    system: bool = False
    updated: int = 0

    @property
    def config(self) -> SessionConfig:
        """How a conversation with it begins."""
        return SessionConfig(voice=self.voice, instructions=self.prompt)

    @property
    def greeting(self) -> str:
        """What it says when it is to speak first; NavTalk's own leave the words to their mind."""
        return "" if self.system else self.first_message


@dataclass(frozen=True, slots=True)
class Choice:
    """The avatar for a conversation; `ambiguous` tells that others share its name."""

    avatar: Avatar
    ambiguous: bool = False


class Settings(TypedDict, total=False):
    """What clients may say of an avatar."""

    name: str
    voice: str
    prompt: str
    first_message: str
    model: str


class AvatarsFull(Exception):
    """No more avatars can be added."""


class Avatars:
    """NavTalk's own avatars, and those that clients add; these last as long as the service."""

    def __init__(self, characters: Iterable[OwnCharacter] = ()) -> None:
        self._changes = count(1)
        self._avatars = {avatar.id: avatar for avatar in (*_system_avatars(), *map(_own_avatar, characters))}
        self._room = len(self._avatars) + MAX_AVATARS

    def named(self, name: str, owner: str) -> list[Avatar]:
        """All that the owner may see of this name, the one that was changed last first."""
        wanted = name.strip().lower()
        found = [avatar for avatar in self._seen_by(owner) if avatar.name.lower() == wanted]
        return sorted(found, key=lambda avatar: avatar.updated, reverse=True)

    def with_id(self, avatar_id: str, owner: str) -> Avatar | None:
        """The one with this identifier, if the owner may see it."""
        avatar = self._avatars.get(avatar_id)
        return avatar if avatar is not None and avatar.owner in ("", owner) else None

    def choose(self, avatar_id: str, name: str, owner: str) -> Choice:
        """The avatar for a conversation. An identifier counts more than a name.

        What nobody knows gets an avatar all the same: the clients' own avatars are not here, and are to work.
        """
        if avatar_id:
            avatar = self.with_id(avatar_id, owner)
            return Choice(avatar or _stranger(avatar_id))
        found = self.named(name, owner)
        return Choice(found[0], ambiguous=len(found) > 1) if found else Choice(_stranger(name))

    def add(self, owner: str, name: str, settings: Settings) -> Avatar:
        """Take in a new avatar, which borrows its face from one of the characters.

        Raises:
            AvatarsFull: there are too many.
        """
        if len(self._avatars) >= self._room:
            raise AvatarsFull
        avatar = Avatar(
            id=uuid4().hex, name=name, owner=owner, voice=character_named(name).voice, updated=next(self._changes)
        )
        self._avatars[avatar.id] = avatar = replace(avatar, **settings)
        return avatar

    def update(self, avatar: Avatar, settings: Settings) -> None:
        """Change some settings of an avatar."""
        self._avatars[avatar.id] = replace(avatar, updated=next(self._changes), **settings)

    def _seen_by(self, owner: str) -> Iterator[Avatar]:
        return (avatar for avatar in self._avatars.values() if avatar.owner in ("", owner))


def _system_avatars() -> Iterator[Avatar]:
    for name in SYSTEM_NAMES:
        character = character_named(name)
        yield Avatar(
            id=avatar_id_of(name), name=name, voice=character.voice, first_message=character.greeting, system=True
        )


def _own_avatar(character: OwnCharacter) -> Avatar:
    return Avatar(
        id=uuid5(NAMESPACE_URL, f"navtalk-widget/own-avatar/{character.name}").hex,
        name=character.name,
        voice=character.voice or character_named(character.name).voice,
        first_message=character.greeting,
        system=True,
    )


def _stranger(name: str) -> Avatar:
    return Avatar(id="", name=name, voice=character_named(name).voice)
