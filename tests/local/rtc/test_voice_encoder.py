import numpy as np

from navtalk_widget.local.rtc.voice_encoder import VoiceEncoder


def test_each_frame_gives_one_packet_with_its_position() -> None:
    encoder = VoiceEncoder()
    packets = [encoder.encode(np.zeros(480, dtype=np.int16), position) for position in (0, 480, 48_000)]
    assert [packet.pts for packet in packets] == [0, 480, 48_000]
    assert {packet.time_base.denominator for packet in packets} == {24_000}


def test_silence_takes_next_to_no_bits() -> None:
    encoder = VoiceEncoder()
    packets = [encoder.encode(np.zeros(480, dtype=np.int16), 480 * i) for i in range(50)]
    assert sum(packet.size for packet in packets) < 500
