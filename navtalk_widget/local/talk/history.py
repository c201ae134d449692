"""What was said and done in a conversation: as the client may ask for it, and as the responder is told it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from navtalk_widget.engines.responder import Message
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.talk.spoken_words import SpokenWords
from navtalk_widget.protocol.items import ContentPart, Item

MAX_ITEMS = 1_000
MAX_CHARACTERS = 2**20
"""Beyond either bound the oldest items are forgotten."""

MAX_PICTURES = 4
MAX_PICTURE_CHARACTERS = 16 * 2**20
"""Beyond either bound the oldest pictures are forgotten, and with them the items that are nothing else: a camera sends
one every few seconds."""

_WORDED: Any = {
    **dict.fromkeys(("type", "role", "call_id", "name", "arguments", "output"), True),
    "content": {"__all__": {"type", "text", "transcript"}},
}
"""What is kept of a client's item besides its pictures; pydantic's type for it says less than pydantic takes."""

ROOT = "root"
"""What a client names as the previous item to put one before all others."""


class ItemError(ValueError):
    """An item cannot be added, found or changed; `code` is for the client's program."""

    def __init__(self, message: str, code: str = "invalid_item") -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class _Entry:
    """An item as the client is shown it, but for the words of a spoken one, which may change, and without pictures."""

    item: Item
    pictures: tuple[str, ...] = ()
    words: SpokenWords | None = None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = _size(self.item)


class History:
    """The items of a conversation, in the order in which they began unless a client wanted it otherwise."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._characters = 0

    @property
    def last_id(self) -> str | None:
        """The last item, which the next one follows."""
        return next(reversed(self._entries), None)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All that was said and done, first to last; what turned out to have no words is left out."""
        calls: dict[str | None, str | None] = {}
        messages = []
        for entry in self._entries.values():
            item = entry.item
            if item.type == "function_call":
                calls[item.call_id] = item.name
                messages.append(Message("assistant", item.arguments or "{}", name=item.name, call_id=item.call_id))
            elif item.type == "function_call_output":
                messages.append(Message("tool", item.output or "", name=calls.get(item.call_id), call_id=item.call_id))
            elif item.role != "system" and (item.text or entry.pictures):
                messages.append(
                    Message("assistant" if item.role == "assistant" else "user", item.text, images=entry.pictures)
                )
        return tuple(messages)

    def instructions(self, instructions: str) -> str:
        """The session's instructions with those that were added in the course of the conversation."""
        added = (entry.item.text for entry in self._entries.values() if entry.item.role == "system")
        return "\n".join(filter(None, (instructions, *added)))

    def begin(self, item_id: str, role: Literal["user", "assistant"], part: str) -> Item:
        """Add a message whose words are still to come.

        Args:
            item_id: not used before.
            role: who speaks.
            part: ``input_audio`` or ``audio``, whose words are a transcript, or ``text``.
        """
        status = "completed" if role == "user" else "in_progress"
        item = Item(id=item_id, status=status, role=role, content=(_part(part, None),))
        self._add(item_id, _Entry(item, words=SpokenWords() if part == "audio" else None))
        return item

    def add_call(self, item_id: str, call: Item) -> None:
        """Add a function call of the avatar."""
        self._add(item_id, _Entry(call))

    def add_item(self, item_id: str, item: Item, previous_id: str | None = None) -> Item:
        """Add an item that the client created.

        Args:
            item_id: its identifier.
            item: as it came.
            previous_id: the item that it follows; `ROOT` for none, None for the last.

        Returns:
            The item as it was taken: without pictures and sound, and without fields that mean nothing here.

        Raises:
            ItemError: the item lacks something, is the result of a call that nobody made, or has no place.
        """
        if item_id in self._entries:
            raise ItemError(f"item.id: there is an item {item_id!r} already.")
        if previous_id not in (None, ROOT):
            self._entry(previous_id)
        self._check(item)
        known = item.model_dump(include=_WORDED, exclude_none=True)
        taken = Item.model_validate({**known, "id": item_id, "status": "completed"})
        pictures = tuple(p.image_url for p in item.content or () if p.image_url)[-MAX_PICTURES:]
        self._add(item_id, _Entry(taken, pictures), previous_id)
        return taken

    def set_text(self, item_id: str, text: str) -> None:
        """Replace the words of a message that was begun here; one that has been forgotten stays forgotten."""
        entry = self._entries.get(item_id)
        if entry is not None and entry.item.content:
            self._change(entry, entry.item.model_copy(update={"content": (_part(entry.item.content[0].type, text),)}))

    def set_transcript(self, item_id: str, words: str) -> int:
        """Tell the words of the sound in a client's message.

        Returns:
            Which part of the message it is.
        """
        entry = self._entries.get(item_id)
        parts = list(entry.item.content or ()) if entry is not None else []
        place = next((place for place, part in enumerate(parts) if is_wordless(part)), 0)
        if entry is not None and parts:
            parts[place] = parts[place].model_copy(update={"transcript": words})
            self._change(entry, entry.item.model_copy(update={"content": tuple(parts)}))
        return place

    def set_status(self, item_id: str, status: str) -> None:
        """Tell how a message that was begun here ended."""
        entry = self._entries.get(item_id)
        if entry is not None:
            self._change(entry, entry.item.model_copy(update={"status": status}))

    def add_clause(self, item_id: str, piece: SpokenPiece) -> None:
        """Note when the words of a spoken message sound, so that it can be cut to what was heard of it."""
        entry = self._entries.get(item_id)
        if entry is not None and entry.words is not None:
            entry.words.add(piece)

    def limit(self, item_id: str, heard_s: float) -> None:
        """Note how much of a spoken message was played before it was interrupted: nobody heard more."""
        entry = self._entries.get(item_id)
        if entry is not None and entry.words is not None:
            entry.words.limit(heard_s)

    def item(self, item_id: str) -> Item:
        """The item as it is now.

        Raises:
            ItemError: there is none.
        """
        return self._entry(item_id).item

    def truncate(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        """Cut a spoken answer to what was heard of it.

        Raises:
            ItemError: there is no such item, it is no spoken answer, or it is shorter than that.
        """
        entry = self._entry(item_id)
        if entry.words is None:
            raise ItemError("item_id: only spoken answers of the avatar can be truncated.", "invalid_value")
        if content_index != 0:
            raise ItemError("content_index: the voice of an answer is its part 0.", "invalid_value")
        if not 0 <= audio_end_ms <= entry.words.duration_ms:
            message = (
                f"audio_end_ms: {audio_end_ms} is not within the {entry.words.duration_ms} ms of the item's voice."
            )
            raise ItemError(message, "invalid_value")
        self.set_text(item_id, entry.words.cut(audio_end_ms))

    def take_over(self, item_id: str, other: History) -> None:
        """Add an item of another history as it is there.

        Raises:
            ItemError: there is none.
        """
        entry = other._entry(item_id)
        self._entries.pop(item_id, None)
        self._add(item_id, _Entry(entry.item, entry.pictures))

    def delete(self, item_id: str) -> None:
        """Forget an item.

        Raises:
            ItemError: there is none.
        """
        self._entry(item_id)
        self._forget(item_id)

    def _entry(self, item_id: str | None) -> _Entry:
        entry = self._entries.get(item_id or "")
        if entry is None:
            raise ItemError(f"There is no item {item_id!r} in this conversation.", "item_not_found")
        return entry

    def _check(self, item: Item) -> None:
        if item.type == "message":
            if item.role is None:
                raise ItemError("item.role: a message needs the role user, assistant or system.")
            for part in item.content or ():
                if part.image_url and not part.image_url.startswith("data:image/"):
                    raise ItemError("item.content.image_url: a picture comes as a data URL.", "invalid_value")
        elif not item.call_id:
            raise ItemError(f"item.call_id: a {item.type} needs one.")
        elif item.type == "function_call" and not item.name:
            raise ItemError("item.name: a function_call needs one.")
        elif item.type == "function_call_output" and not any(
            entry.item.type == "function_call" and entry.item.call_id == item.call_id
            for entry in self._entries.values()
        ):
            raise ItemError(f"item.call_id: there is no function call {item.call_id!r} in this conversation.")

    def _add(self, item_id: str, entry: _Entry, previous_id: str | None = None) -> None:
        if previous_id is None:
            self._entries[item_id] = entry
        else:
            others = list(self._entries.items())
            place = 0 if previous_id == ROOT else list(self._entries).index(previous_id) + 1
            self._entries = dict([*others[:place], (item_id, entry), *others[place:]])
        self._characters += entry.size
        while len(self._entries) > MAX_ITEMS or (self._characters > MAX_CHARACTERS and len(self._entries) > 1):
            self._forget(self._oldest_but(item_id))
        if entry.pictures:
            self._forget_old_pictures()

    def _oldest_but(self, item_id: str) -> str:
        others = [other for other in self._entries if other != item_id]
        return next((other for other in others if self._entries[other].item.role != "system"), others[0])

    def _forget_old_pictures(self) -> None:
        kept = characters = 0
        for item_id, entry in reversed(list(self._entries.items())):
            kept += len(entry.pictures)
            characters += sum(map(len, entry.pictures))
            if entry.pictures and (kept > MAX_PICTURES or characters > MAX_PICTURE_CHARACTERS):
                entry.pictures = ()
                if not entry.item.text:
                    self._forget(item_id)

    def _change(self, entry: _Entry, item: Item) -> None:
        self._characters -= entry.size
        entry.item, entry.size = item, _size(item)
        self._characters += entry.size

    def _forget(self, item_id: str) -> None:
        self._characters -= self._entries.pop(item_id).size


def is_wordless(part: ContentPart) -> bool:
    """Whether a part is sound whose words are not known."""
    return part.type == "input_audio" and part.transcript is None


def _part(type: str, words: str | None) -> ContentPart:
    return ContentPart(type=type, text=words) if type == "text" else ContentPart(type=type, transcript=words)


def _size(item: Item) -> int:
    """The characters of an item; each part of a message costs something even if it is empty."""
    texts = (item.id, item.name, item.call_id, item.arguments, item.output)
    parts = sum(32 + len(p.type) + len(p.text or "") + len(p.transcript or "") for p in item.content or ())
    return sum(len(text or "") for text in texts) + parts
