"""WebSocket frames as bytes: found in a stream, and made, well-formed or not."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

MAX_FRAME_BYTES = 32 * 2**20
"""A longer frame is not read."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    data: bytes
    """All of it, as it was on the wire."""
    payload: bytes
    """What it carries, unmasked."""


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Read the next frame; nothing but its length is checked.

    Raises:
        asyncio.IncompleteReadError: the stream ends.
        ValueError: the frame is longer than `MAX_FRAME_BYTES`.
    """
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    if length >= 126:
        extended = await reader.readexactly(2 if length == 126 else 8)
        head += extended
        length = int.from_bytes(extended, "big")
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    mask = await reader.readexactly(4) if head[1] & 0x80 else b""
    payload = await reader.readexactly(length)
    return Frame(head + mask + payload, _masked(payload, mask) if mask else payload)


def frame(payload: bytes, *, opcode: int = 0x1, masked: bool) -> bytes:
    """Make a frame, whether or not that makes sense.

    Args:
        payload: what it carries.
        opcode: 1 text, 2 binary, 8 close, 9 ping, 10 pong; 3 to 7 and 11 to 15 mean nothing.
        masked: whether it is a client's.
    """
    length = len(payload)
    flag = 0x80 if masked else 0
    if length < 126:
        head = bytes([0x80 | opcode, flag | length])
    elif length < 2**16:
        head = bytes([0x80 | opcode, flag | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, flag | 127]) + length.to_bytes(8, "big")
    if not masked:
        return head + payload
    mask = secrets.token_bytes(4)
    return head + mask + _masked(payload, mask)


def _masked(payload: bytes, mask: bytes) -> bytes:
    length = len(payload)
    repeated = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
