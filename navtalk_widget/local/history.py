"""What was said and done in a conversation, as the responder is told it."""

from __future__ import annotations

from dataclasses import replace

from navtalk_widget.local.responders.responder import Message
from navtalk_widget.protocol.items import Item

MAX_ITEMS = 1_000
MAX_CHARACTERS = 2**20
"""Beyond either bound the oldest items are forgotten."""


class History:
    """The items of a conversation in the order in which they began."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._system: dict[str, str] = {}
        self._characters = 0
        self._last_id: str | None = None

    @property
    def last_id(self) -> str | None:
        """The newest item, which the next one follows."""
        return self._last_id

    @property
    def messages(self) -> tuple[Message, ...]:
        """All that was said and done, oldest first; what turned out to have no words is left out."""
        return tuple(message for message in self._messages.values() if message.text or message.role == "tool")

    def instructions(self, instructions: str) -> str:
        """The session's instructions with those that were added in the course of the conversation."""
        return "\n".join(filter(None, (instructions, *self._system.values())))

    def add(self, item_id: str, message: Message) -> None:
        """Add what was said or done under a new identifier; the words may come later, by `set_text`."""
        self._last_id = item_id
        self._forget(item_id)
        self._messages[item_id] = message
        self._characters += len(message.text)
        while len(self._messages) > MAX_ITEMS or (self._characters > MAX_CHARACTERS and len(self._messages) > 1):
            self._forget(next(iter(self._messages)))

    def add_item(self, item_id: str, item: Item) -> None:
        """Add an item that the client created.

        Raises:
            ValueError: the item lacks something, or is the result of a call that nobody made.
        """
        if item.type == "message" and item.role == "system":
            self._last_id = item_id
            self._system[item_id] = item.text
            while len(self._system) > MAX_ITEMS:
                del self._system[next(iter(self._system))]
        else:
            self.add(item_id, self._message(item))

    def set_text(self, item_id: str, text: str) -> None:
        """Replace the words of an item; one that has been forgotten stays forgotten."""
        if item_id in self._messages:
            self._characters += len(text) - len(self._messages[item_id].text)
            self._messages[item_id] = replace(self._messages[item_id], text=text)

    def _message(self, item: Item) -> Message:
        if item.type == "message":
            if item.role is None:
                raise ValueError("item.role: a message needs the role user, assistant or system.")
            return Message("assistant" if item.role == "assistant" else "user", item.text)
        if not item.call_id:
            raise ValueError(f"item.call_id: a {item.type} needs one.")
        if item.type == "function_call":
            if not item.name:
                raise ValueError("item.name: a function_call needs one.")
            return Message("assistant", item.arguments or "{}", name=item.name, call_id=item.call_id)
        for message in self._messages.values():
            if message.role == "assistant" and message.call_id == item.call_id:
                return Message("tool", item.output or "", name=message.name, call_id=item.call_id)
        raise ValueError(f"item.call_id: there is no function call {item.call_id!r} in this conversation.")

    def _forget(self, item_id: str) -> None:
        forgotten = self._messages.pop(item_id, None)
        if forgotten is not None:
            self._characters -= len(forgotten.text)
