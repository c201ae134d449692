import numpy as np
from aiortc.codecs.vpx import Vp8Encoder

from navtalk_widget.local.rtc.encoding import VIDEO_BITRATE, VoiceEncoder, limit_video_bitrate


def test_each_frame_gives_one_packet_with_its_position() -> None:
    encoder = VoiceEncoder()
    packets = [encoder.encode(np.zeros(480, dtype=np.int16), position) for position in (0, 480, 48_000)]
    assert [packet.pts for packet in packets] == [0, 480, 48_000]
    assert {packet.time_base.denominator for packet in packets} == {24_000}


def test_silence_takes_next_to_no_bits() -> None:
    encoder = VoiceEncoder()
    packets = [encoder.encode(np.zeros(480, dtype=np.int16), 480 * i) for i in range(50)]
    assert sum(packet.size for packet in packets) < 500


def test_a_viewer_with_a_fast_line_gets_no_more_than_the_face_needs() -> None:
    limit_video_bitrate()
    encoder = Vp8Encoder()
    assert encoder.target_bitrate == VIDEO_BITRATE
    encoder.target_bitrate = 5_000_000
    assert encoder.target_bitrate == VIDEO_BITRATE
