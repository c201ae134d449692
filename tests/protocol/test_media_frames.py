import struct

import pytest

from navtalk_widget.protocol.media_frames import (
    CODECS,
    VideoCodec,
    is_key_frame,
    is_media,
    is_video,
    write_video,
    write_voice,
)


def test_voice_is_framed_as_the_page_reads_it() -> None:
    frame = write_voice(7, b"\x01\x00\xff\xff", 81.5)
    assert struct.unpack_from("<IId", frame) == (2, 7, 81.5)
    assert frame[16:] == b"\x01\x00\xff\xff"
    assert is_media(frame)
    assert not is_video(frame)


@pytest.mark.parametrize(
    ("codec", "key_frame", "word"), [("vp8", True, 0x001), ("vp8", False, 0), ("h264", True, 0x101)]
)
def test_a_picture_is_framed_as_the_page_reads_it(codec: VideoCodec, key_frame: bool, word: int) -> None:
    frame = write_video(codec, b"picture", 40.0, key_frame=key_frame)
    assert struct.unpack_from("<IId", frame) == (3, word, 40.0)
    assert frame[16:] == b"picture"
    assert is_media(frame)
    assert is_video(frame)
    assert is_key_frame(frame) is key_frame


def test_the_codecs_keep_their_numbers() -> None:
    assert CODECS == ("vp8", "h264")


@pytest.mark.parametrize(
    "frame", [b"", bytes(16), struct.pack("<IId", 1, 0, 0.0) + b"xy", struct.pack("<IId", 2, 0, 0.0)]
)
def test_what_is_empty_or_of_another_kind_is_no_frame_of_the_media(frame: bytes) -> None:
    assert not is_media(frame)
