from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import pytest
from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from navtalk_widget.local.rtc.picture_encoder import VIDEO_STEP, PictureEncoder, VideoCodec, video_bitrate

DECODERS = {"vp8": "libvpx", "h264": "h264"}
SIZES = [(320, 400), (480, 600), (720, 900), (162, 202)]

both = pytest.mark.parametrize("codec", ["vp8", "h264"])


def picture(size: tuple[int, int], moment: int) -> NDArray[np.uint8]:
    """Soft shapes that move from picture to picture."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    luma = 128 + 90 * np.sin(x / 23 + moment / 4) * np.cos(y / 31 - moment / 7)
    chroma = np.full((height // 2, width), 110.0)
    return np.asarray(np.concatenate((luma, chroma)), dtype=np.uint8)


def grainy(size: tuple[int, int], moment: int) -> NDArray[np.uint8]:
    """The same with grain that is new in every picture, which costs the most."""
    grain = np.random.default_rng(moment).integers(-12, 13, (size[1] * 3 // 2, size[0]))
    return np.asarray(picture(size, moment) + grain, dtype=np.uint8)


def decoded(codec: VideoCodec, packets: Iterable[Packet[Any]]) -> list[NDArray[np.uint8]]:
    context = cast(VideoCodecContext, CodecContext.create(DECODERS[codec], "r"))
    frames = [frame for packet in packets for frame in context.decode(packet)]
    frames += context.decode(None)
    return [np.asarray(frame.to_ndarray(format="yuv420p"), dtype=np.uint8) for frame in frames]


@both
@pytest.mark.parametrize("size", SIZES)
def test_every_picture_comes_back_in_its_size_and_in_good_quality(codec: VideoCodec, size: tuple[int, int]) -> None:
    encoder = PictureEncoder(codec, size)
    shown = [picture(size, moment) for moment in range(12)]
    seen = decoded(codec, [encoder.encode(each, i * VIDEO_STEP) for i, each in enumerate(shown)])
    assert len(seen) == len(shown)
    errors = [np.abs(a.astype(int) - b).mean() for a, b in zip(seen, shown, strict=True)]
    assert max(errors) < 6


@both
def test_a_picture_that_stays_is_shown_again_with_stamps_and_key_frames_of_its_own(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, (320, 400))
    still, other = picture((320, 400), 0), picture((320, 400), 40)
    shown = [still, still, still, other, still, still]
    packets = [encoder.encode(each, i * VIDEO_STEP, key_frame=i == 2) for i, each in enumerate(shown)]
    assert [packet.pts for packet in packets] == [i * 3_600 for i in range(6)]
    assert [packet.is_keyframe for packet in packets] == [True, False, True, False, False, False]
    for seen, each in zip(decoded(codec, packets), shown, strict=True):
        assert np.abs(seen.astype(int) - each).mean() < 6


@both
def test_each_picture_is_handed_out_at_once_with_its_stamp(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, (320, 400))
    positions = [3 * VIDEO_STEP, 4 * VIDEO_STEP, 20 * VIDEO_STEP]
    packets = [encoder.encode(picture((320, 400), i), position) for i, position in enumerate(positions)]
    assert [packet.pts * packet.time_base for packet in packets if packet.pts is not None] == [
        pytest.approx(position / 24_000) for position in positions
    ]


@both
def test_a_viewer_who_has_lost_the_thread_gets_a_picture_that_needs_no_other(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, (320, 400))
    packets = [encoder.encode(picture((320, 400), i), i * VIDEO_STEP, key_frame=i == 10) for i in range(12)]
    assert [i for i, packet in enumerate(packets) if packet.is_keyframe] == [0, 10]
    late = decoded(codec, packets[10:])
    assert np.abs(late[0].astype(int) - picture((320, 400), 10)).mean() < 6


@both
def test_a_picture_that_is_hard_to_encode_takes_no_more_than_its_size_is_worth(codec: VideoCodec) -> None:
    """Encoders of several sizes are at work at the same time, each within its own limit."""
    sizes = [(320, 400), (480, 600)]
    encoders = [PictureEncoder(codec, size) for size in sizes]
    bits = [0.0, 0.0]
    for moment in range(75):
        for i, encoder in enumerate(encoders):
            packet = encoder.encode(grainy(sizes[i], moment), moment * VIDEO_STEP)
            bits[i] += 8 * packet.size if moment >= 25 else 0  # the first second may borrow
    for size, sent in zip(sizes, bits, strict=True):
        assert 0.5 * video_bitrate(size) < sent / 2 < 1.5 * video_bitrate(size)


def test_larger_pictures_get_more_bits_but_fewer_for_each_pixel() -> None:
    rates = [video_bitrate(size) for size in ((320, 400), (480, 600), (720, 900))]
    assert rates[0] == 300_000
    assert rates == sorted(rates)
    assert rates[2] / (720 * 900) < rates[0] / (320 * 400)
