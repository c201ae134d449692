from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.g711 import decode_alaw, decode_ulaw, encode_alaw, encode_ulaw

Encode = Callable[[NDArray[np.int16]], bytes]
Decode = Callable[[bytes], NDArray[np.int16]]
LAWS = pytest.mark.parametrize(("encode", "decode"), [(encode_ulaw, decode_ulaw), (encode_alaw, decode_alaw)])

EVERY_CODE = bytes(range(256))
EVERY_SAMPLE = np.arange(-(2**15), 2**15, dtype=np.int32).astype(np.int16)

# The ends of the segments in the tables of ITU-T G.711, which count in 14 bits (µ-law) and 13 bits (A-law).
ULAW_TABLE = {0x80: 8031, 0x8F: 4191, 0x90: 3999, 0x9F: 2079, 0xAF: 1023, 0xBF: 495, 0xCF: 231, 0xDF: 99, 0xEF: 33}
ALAW_TABLE = {0xAA: 4032, 0xA5: 2112, 0xBA: 2016, 0xB5: 1056, 0x85: 528, 0x95: 264, 0xE5: 132, 0xF5: 66, 0xD5: 1}


def test_the_codes_mean_what_the_standard_says() -> None:
    ulaw, alaw = decode_ulaw(EVERY_CODE), decode_alaw(EVERY_CODE)
    for code, value in ULAW_TABLE.items():
        assert (ulaw[code], ulaw[code ^ 0x80]) == (4 * value, -4 * value)
    assert ulaw[0xFF] == ulaw[0x7F] == 0
    for code, value in ALAW_TABLE.items():
        assert (alaw[code], alaw[code ^ 0x80]) == (8 * value, -8 * value)


@LAWS
def test_a_code_survives_decoding_and_encoding(encode: Encode, decode: Decode) -> None:
    again = encode(decode(EVERY_CODE))
    assert decode(again).tolist() == decode(EVERY_CODE).tolist()
    assert len({*again}) >= 255, "only the two zeros of the µ-law are one"


@LAWS
def test_no_sample_is_off_by_more_than_half_a_step(encode: Encode, decode: Decode) -> None:
    """There are 16 steps in each segment, and each segment is as long as all those below it."""
    loudness = np.abs(EVERY_SAMPLE.astype(np.int32))
    error = np.abs(decode(encode(EVERY_SAMPLE)).astype(np.int32) - EVERY_SAMPLE)
    within = loudness < 32_100  # louder ones are clipped
    assert (error[within] <= (loudness[within] + 132) / 32 + 4).all()
    assert error.max() <= 700


@LAWS
def test_silence_stays_silence_and_the_loudest_stays_loud(encode: Encode, decode: Decode) -> None:
    assert np.abs(decode(encode(np.zeros(4, np.int16)))).max() <= 8
    loudest = decode(encode(np.array([32767, -32768], np.int16)))
    assert loudest[0] > 32_000
    assert loudest[1] < -32_000
    assert encode(np.zeros(0, np.int16)) == b""
    assert decode(b"").size == 0
