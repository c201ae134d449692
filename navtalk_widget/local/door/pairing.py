"""Bringing each viewer to its conversation.

The first generation has two sockets per conversation and no dependable link between them: on the signalling socket
clients name the licence, the session's identifier or the literal ``123``, and `create` comes early, late or never.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from navtalk_widget.local.door.admission import Licences, same
from navtalk_widget.local.door.signalling_socket import SignallingSocket
from navtalk_widget.local.door.viewer import Stage

TARGET_PREFIX = "target-"
"""Late clients of the first generation put it before the session's identifier."""

GRACE_S = 1.5
"""How long to wait for `create` when everything else is ready: the first clients never send it."""


class Pairable(Stage, Protocol):
    """A conversation, as far as pairing looks at it."""

    @property
    def license(self) -> str:
        """What the client presented on the main socket."""

    @property
    def configured(self) -> bool:
        """Whether the client has set up the session."""


class Pairing:
    """Knows all conversations and all viewers, and offers each viewer its conversation.

    A viewer gets the session that it names by its identifier, even if another viewer has it, who then loses it; else
    the newest session that nobody views and whose licence it names; else the newest that nobody views.

    Args:
        licences: where one is required, who knows neither one nor a session must not see any avatar.
        grace_s: seconds to wait for `create`.
    """

    def __init__(self, *, licences: Licences, grace_s: float = GRACE_S) -> None:
        self._licences = licences
        self._grace_s = grace_s
        self._conversations: list[Pairable] = []
        self._viewers: list[SignallingSocket] = []
        self._graces: dict[SignallingSocket, asyncio.TimerHandle] = {}

    def add_conversation(self, conversation: Pairable) -> None:
        """Take in a conversation; call `match` again when it is configured."""
        self._conversations.append(conversation)
        self.match()

    def remove_conversation(self, conversation: Pairable) -> list[SignallingSocket]:
        """Let a conversation go, and return the viewers that have nothing to view any more."""
        if conversation in self._conversations:
            self._conversations.remove(conversation)
        return [viewer for viewer in self._viewers if viewer.conversation is conversation]

    def add_viewer(self, viewer: SignallingSocket) -> None:
        """Take in a viewer; call `wish` when it asks for an offer."""
        self._viewers.append(viewer)
        self.match()

    def remove_viewer(self, viewer: SignallingSocket) -> None:
        """Let a viewer go."""
        self._viewers.remove(viewer)
        grace = self._graces.pop(viewer, None)
        if grace is not None:
            grace.cancel()

    def wish(self, viewer: SignallingSocket) -> None:
        """Give a viewer the offer it asks for, now or when its conversation comes."""
        self.match()
        if viewer.wishes_offer and not any(self._licences.admit(name) for name in viewer.names):
            viewer.refuse("There is no such session here; give its identifier, or the licence, as targetSessionId.")

    def match(self) -> None:
        """Look again who can be brought together."""
        for viewer in self._viewers:
            if viewer.stage is not None and not viewer.wishes_offer:
                continue
            conversation = self._choose(viewer)
            if conversation is None:
                continue
            if viewer.wishes_offer:
                for other in self._viewers:
                    if other is not viewer and other.stage is conversation:
                        other.leave()
                viewer.show(conversation)
            elif conversation.configured and viewer not in self._graces:
                loop = asyncio.get_running_loop()
                self._graces[viewer] = loop.call_later(self._grace_s, self._grace_is_over, viewer)

    def _grace_is_over(self, viewer: SignallingSocket) -> None:
        if viewer.stage is None:
            viewer.wishes_offer = True
            self.match()

    def _choose(self, viewer: SignallingSocket) -> Pairable | None:
        names = [name.removeprefix(TARGET_PREFIX) for name in viewer.names if name]
        for conversation in self._conversations:
            if _any_same(names, conversation.session_id):
                return conversation
        taken = [other.stage for other in self._viewers if other is not viewer]
        free = [conversation for conversation in reversed(self._conversations) if conversation not in taken]
        for conversation in free:
            if conversation is viewer.stage:
                return conversation
        for conversation in free:
            if _any_same(names, conversation.license):
                return conversation
        return free[0] if free and not self._licences.required else None


def _any_same(names: Iterable[str], secret: str) -> bool:
    return any([same(name, secret) for name in names])
