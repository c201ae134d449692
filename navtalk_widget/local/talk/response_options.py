"""What `response.create` may ask for beside an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from navtalk_widget.engines.responder import Message
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.talk.history import History, ItemError
from navtalk_widget.local.talk.verbatim import Verbatim, read_verbatim
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.items import ITEM_TYPES, ROLES, Item, new_id

_SETTINGS = (
    "instructions",
    "modalities",
    "voice",
    "tools",
    "tool_choice",
    "temperature",
    "output_audio_format",
    "max_response_output_tokens",
)


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """How one response differs from the session's others.

    Attributes:
        config: the session's settings with those of this response.
        in_conversation: whether what is said becomes part of the conversation.
        context: what the responder is told instead of the conversation so far; None for that.
        metadata: given back to the client.
        verbatim: what is said without asking the responder.
    """

    config: SessionConfig
    in_conversation: bool = True
    context: History | None = None
    metadata: dict[str, Any] | None = None
    verbatim: Verbatim | None = None

    def messages(self, history: History) -> tuple[Message, ...]:
        """What the responder is told was said so far."""
        return (history if self.context is None else self.context).messages


def read_options(wanted: Mapping[str, Any], config: SessionConfig, history: History) -> ResponseOptions:
    """Read the `response` of `response.create`; fields that mean nothing are passed over.

    Raises:
        ConfigurationError: a value is not valid; the message names the field.
        ItemError: an item of `input` cannot be.
    """
    changes = {name: wanted[name] for name in _SETTINGS if name in wanted}
    if "max_output_tokens" in wanted:  # the response object's own name for it
        changes.setdefault("max_response_output_tokens", wanted["max_output_tokens"])
    conversation, metadata = wanted.get("conversation"), wanted.get("metadata")
    if conversation not in (None, "auto", "none"):
        raise ConfigurationError("conversation should be 'auto' or 'none'.")
    if metadata is not None and not isinstance(metadata, dict):
        raise ConfigurationError("metadata should be an object.")
    context = None if wanted.get("input") is None else _context(wanted["input"], history)
    verbatim = read_verbatim(wanted)
    if verbatim is not None:
        changes["modalities"] = ("text", "audio")
    return ResponseOptions(config.updated(changes), conversation != "none", context, metadata, verbatim)


def _context(given: Any, history: History) -> History:
    if not isinstance(given, list):
        raise ConfigurationError("input should be an array of items.")
    context = History()
    for each in given:
        if isinstance(each, dict) and each.get("type") == "item_reference":
            context.take_over(str(each.get("id")), history)
            continue
        try:
            item = Item.model_validate(each)
        except ValidationError as error:
            raise ConfigurationError(f"input: {error.errors()[0]['msg']}.") from error
        if item.type not in ITEM_TYPES or item.role not in (None, *ROLES):
            raise ItemError(f"input: there are no items of type {item.type!r} and role {item.role!r}.")
        context.add_item(item.id or new_id("item"), item)
    return context
