from navtalk_widget.session.voice_clock import BYTES_PER_SECOND, VoiceClock
from tests.support.waiting import eventually


async def test_voices_end_one_after_another() -> None:
    ended: list[str] = []
    clock = VoiceClock(ended.append)
    clock.add(bytes(BYTES_PER_SECOND // 50), "first")
    clock.add(bytes(BYTES_PER_SECOND // 50), "second")
    assert clock.plays("first")
    assert clock.plays("second")
    await eventually(lambda: ended == ["first", "second"])
    assert not clock.playing


async def test_what_is_flushed_is_named_with_its_rest_and_does_not_end() -> None:
    ended: list[str] = []
    clock = VoiceClock(ended.append)
    clock.add(bytes(BYTES_PER_SECOND // 50), "heard")
    clock.add(bytes(5 * BYTES_PER_SECOND), "cut")
    await eventually(lambda: ended == ["heard"])
    rest = clock.flush()
    assert list(rest) == ["cut"]
    assert 0 < rest["cut"] <= 5.02
    assert not clock.playing
    assert clock.flush() == {}
