"""Events and messages that nobody has thought of."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel

from navtalk_widget.protocol import events, v1, v2
from navtalk_widget.protocol.event import UnknownEvent
from navtalk_widget.protocol.items import ITEM_TYPES, ROLES, ContentPart, Item, Response, WireObject
from navtalk_widget.protocol.signalling import Answer, Create, IceCandidate, Offer, SessionDescription, Signal

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=3)

_UNDOCUMENTED = st.dictionaries(TEXT.map("x_{}".format), JSON.filter(lambda value: value is not None), max_size=2)
"""Fields that no generation renames. A null says nothing, and so need not be kept."""

_WITHOUT_ROOM = (events.InputFunctionCall,)
"""Events in whose message there is no place for further fields."""

_ICE_SERVER = st.fixed_dictionaries(
    {"urls": st.lists(TEXT, min_size=1, max_size=2)}, optional={"username": TEXT, "credential": TEXT}
)


@cache
def made(cls: type[WireObject]) -> SearchStrategy[Any]:
    """Events, or the objects inside them, with any values in their fields."""
    fields = {name: _of(field.annotation) for name, field in cls.model_fields.items()} | _SPECIAL.get(cls, {})
    undocumented = st.just({}) if cls in _WITHOUT_ROOM else _UNDOCUMENTED
    # A field that is left out has its default; `model_validate` takes names and aliases alike.
    known = st.fixed_dictionaries(
        {name: fields[name] for name, field in cls.model_fields.items() if field.is_required()},
        optional={name: fields[name] for name, field in cls.model_fields.items() if not field.is_required()},
    )
    return st.builds(lambda said, more: cls.model_validate({**more, **said}), known, undocumented)


def _of(annotation: Any) -> SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(arguments[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*map(_of, arguments))
    if origin in (tuple, list):
        return st.lists(_of(arguments[0]), max_size=2).map(origin)
    if isinstance(annotation, type) and issubclass(annotation, WireObject):
        return made(annotation)
    return _PLAIN[origin or annotation]()


_PLAIN: dict[Any, Callable[[], SearchStrategy[Any]]] = {
    str: lambda: TEXT,
    bool: st.booleans,
    int: lambda: st.integers(-(2**63), 2**63),
    bytes: lambda: st.binary(max_size=20),
    dict: lambda: OBJECT,
    Any: lambda: JSON,
    type(None): st.none,
}

_SPECIAL: dict[type[BaseModel], dict[str, SearchStrategy[Any]]] = {
    # Servers without an address are dropped, and a single address becomes a list of one.
    events.ConversationConnected: {"ice_servers": st.lists(_ICE_SERVER, max_size=2).map(tuple)},
    # No tools and tools not spoken of are the same.
    events.InputConfig: {"tools": st.none() | st.lists(OBJECT, min_size=1, max_size=2).map(tuple)},
}

_CLIENT_ITEM = made(Item).map(
    lambda item: item.model_copy(
        update={
            "type": item.type if item.type in ITEM_TYPES else ITEM_TYPES[len(item.type) % len(ITEM_TYPES)],
            "role": item.role if item.role in (None, *ROLES) else ROLES[len(item.role) % len(ROLES)],
        }
    )
)
_SPECIAL[events.ConversationItemCreate] = {"item": _CLIENT_ITEM}

UNKNOWN = st.builds(
    lambda name, raw: UnknownEvent(name=name, raw={**raw, "type": name}), TEXT.map("x_{}".format), OBJECT
)

_SDP: dict[str, SearchStrategy[Any]] = {
    kind: st.builds(SessionDescription, type=st.just(kind), sdp=TEXT) for kind in ("offer", "answer")
}
SIGNALS: SearchStrategy[Signal] = st.one_of(
    st.builds(Create, target=TEXT),
    st.builds(Offer, target=TEXT, sdp=_SDP["offer"]),
    st.builds(Answer, target=TEXT, sdp=_SDP["answer"]),
    st.builds(IceCandidate, target=st.none() | TEXT, candidate=st.none() | OBJECT),
)


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────

_CLASSES = {**v1.CLIENT_EVENTS, **v1.SERVER_EVENTS, **v2.CLIENT_EVENTS, **v2.SERVER_EVENTS}
_OBJECTS: tuple[type[WireObject], ...] = (*_CLASSES.values(), Item, ContentPart, Response)
_NAMES = sorted(_CLASSES)
_KEYS = sorted(
    {field.alias or name for cls in _OBJECTS for name, field in cls.model_fields.items()}
    | {"content", "id", "responseId", "response_id", "session_id", "ice_servers", "avatar_id", "urls", "url", "message"}
    | {"function_name", "callId", "result", "text", "type", "candidate", "sdp", "targetSessionId", "data", "raw_data"}
)
_FIELDS = st.dictionaries(
    st.sampled_from(_KEYS), JSON | st.binary(max_size=6).map(lambda sound: sound.hex()), max_size=4
)

MESSAGES = st.builds(
    lambda name, fields, layers: {**fields, **layers, "type": name},
    st.one_of(
        st.sampled_from(_NAMES),
        st.sampled_from(_NAMES).map("realtime.{}".format),
        st.sampled_from([f"webrtc.signaling.{kind}" for kind in ("offer", "answer", "iceCandidate")]),
        st.sampled_from(
            ["create", "offer", "answer", "iceCandidate", "response.error", "conversation.connected.gpu_full"]
        ),
        TEXT,
    ),
    _FIELDS,
    st.fixed_dictionaries({}, optional={"data": _FIELDS | JSON, "raw_data": _FIELDS}),
)
"""Objects that look like messages, with names and fields that mean something in a place where they may not."""
