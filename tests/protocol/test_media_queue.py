from navtalk_widget.protocol.media_frames import is_key_frame, is_video, write_video, write_voice
from navtalk_widget.protocol.media_queue import MAX_PICTURES, MAX_VOICE, MediaQueue


def voice(number: int) -> bytes:
    return write_voice(number, b"ab", 20.0 * number)


def picture(number: int, *, key_frame: bool = False) -> bytes:
    return write_video("vp8", b"picture", 40.0 * number, key_frame=key_frame)


def drained(queue: MediaQueue) -> list[bytes]:
    return [queue.get() for _ in range(len(queue))]


def test_frames_keep_their_order() -> None:
    queue = MediaQueue()
    frames = [voice(0), picture(0, key_frame=True), voice(1), picture(1), voice(2)]
    assert not any([queue.put(frame) for frame in frames])
    assert drained(queue) == frames


def test_of_the_voice_the_oldest_is_dropped() -> None:
    queue = MediaQueue()
    queue.put(picture(0, key_frame=True))
    for number in range(MAX_VOICE + 3):
        assert not queue.put(voice(number))
    assert drained(queue) == [picture(0, key_frame=True), *(voice(number) for number in range(3, MAX_VOICE + 3))]


def test_pictures_that_pile_up_are_dropped_to_the_next_key_frame_which_is_asked_for_once() -> None:
    queue = MediaQueue()
    dropped = [queue.put(picture(number, key_frame=number == 0)) for number in range(MAX_PICTURES + 4)]
    assert dropped == [False] * MAX_PICTURES + [True] + [False] * 3
    queue.put(voice(0))
    assert drained(queue) == [voice(0)]
    assert not queue.put(picture(50, key_frame=True))
    assert not queue.put(picture(51))
    frames = drained(queue)
    assert all(is_video(frame) for frame in frames)
    assert [is_key_frame(frame) for frame in frames] == [True, False]


def test_a_key_frame_clears_what_has_piled_up_without_asking() -> None:
    queue = MediaQueue()
    for number in range(MAX_PICTURES):
        queue.put(picture(number, key_frame=number == 0))
    assert not queue.put(picture(99, key_frame=True))
    assert drained(queue) == [picture(99, key_frame=True)]


def test_the_voice_can_be_dropped_alone() -> None:
    queue = MediaQueue()
    for number in range(MAX_VOICE):
        queue.put(voice(number))
    queue.put(picture(0, key_frame=True))
    queue.drop_voice()
    assert not queue.put(voice(100))
    assert drained(queue) == [picture(0, key_frame=True), voice(100)]


def test_after_a_clearing_anything_is_sent() -> None:
    queue = MediaQueue()
    for number in range(MAX_PICTURES + 1):
        queue.put(picture(number))
    queue.clear()
    assert not len(queue)
    assert not queue.put(picture(0))
    assert drained(queue) == [picture(0)]
