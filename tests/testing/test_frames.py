import asyncio

import pytest
from websockets.exceptions import ProtocolError
from websockets.frames import Frame as Reference
from websockets.streams import StreamReader

from navtalk_widget.testing.frames import MAX_FRAME_BYTES, frame, read_frame


def stream(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


def reference(data: bytes, *, masked: bool) -> Reference:
    """As another implementation reads it."""
    reader = StreamReader()
    reader.feed_data(data)
    parsing = Reference.parse(reader.read_exact, mask=masked)
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    found: Reference = parsed.value.value
    return found


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
async def test_a_frame_is_made_and_read_as_others_do(length: int, masked: bool) -> None:
    payload = bytes(index % 251 for index in range(length))
    made = frame(payload, masked=masked)
    assert bytes(reference(made, masked=masked).data) == payload
    read = await read_frame(stream(made + b"next"))
    assert (read.data, read.payload) == (made, payload)


def test_a_frame_that_means_nothing_can_be_made() -> None:
    with pytest.raises(ProtocolError, match="opcode"):
        reference(frame(b"", opcode=3, masked=False), masked=False)


async def test_half_a_frame_is_none() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await read_frame(stream(frame(b"hello", masked=False)[:4]))


async def test_a_frame_that_is_too_long_is_not_read() -> None:
    with pytest.raises(ValueError, match="a frame of"):
        await read_frame(stream(b"\x82\x7f" + (MAX_FRAME_BYTES + 1).to_bytes(8, "big")))
