"""Following a microphone, from sound to words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, RecognitionError, Recognizer
from navtalk_widget.local.speech.listening import listener as listener_module
from navtalk_widget.local.speech.listening import transcriber as transcriber_module
from navtalk_widget.local.speech.listening.listener import (
    FinalTranscript,
    Heard,
    Listener,
    PartialTranscript,
    RecognitionFailed,
    ServerVad,
    SpeechStarted,
    SpeechStopped,
    TurnDetection,
)
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from tests.local.speech.conftest import Pcm, Say, blocks, in_a_room, room_noise, silence

REFERENCE = "what is the weather in paris today"


class Heardlist:
    """Reads a listener in the background and keeps what it tells."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.events: list[Heard] = []
        self._more = asyncio.Event()
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.listener:
            self.events.append(event)
            self._more.set()

    async def until(self, kind: type[Heard], count: int = 1) -> list[Heard]:
        async def wait() -> None:
            while sum(isinstance(event, kind) for event in self.events) < count:
                self._more.clear()
                await self._more.wait()

        await asyncio.wait_for(wait(), 60)
        return self.events

    async def ended(self) -> None:
        await asyncio.wait_for(self._task, 60)


@asynccontextmanager
async def listening(
    recognizer: Recognizer,
    detection: TurnDetection | None = ServerVad(),  # noqa: B008
) -> AsyncIterator[tuple[Listener, Heardlist]]:
    listener = Listener(recognizer, detection)
    heard = Heardlist(listener)
    try:
        yield listener, heard
    finally:
        await listener.close()
        await heard.ended()


async def feed(listener: Listener, sound: Pcm, size: int = 480) -> None:
    for block in blocks(sound, size):
        await listener.feed(block)


class Scripted:
    """A recogniser that reports how many samples it was given, and does what a test tells it to."""

    def __init__(self, on_start: Callable[[], None] = lambda: None, on_feed: Callable[[], None] = lambda: None) -> None:
        self.on_start, self.on_feed = on_start, on_feed
        self.samples: list[int] = []
        self.abandoned = 0

    def start(self, after: Recognition | None = None, *, language: str = "") -> Recognition:
        self.on_start()
        self.samples.append(0)
        return ScriptedRecognition(self)


class ScriptedRecognition:
    def __init__(self, script: Scripted) -> None:
        self.script = script
        self.samples = 0

    def feed(self, samples: Pcm) -> str:
        self.script.on_feed()
        self.samples += samples.size
        return f"{self.samples} samples"

    def finish(self) -> str:
        return f"{self.samples} samples"

    def abandon(self) -> None:
        self.script.abandoned += 1


@pytest.mark.parametrize("voice", ["slt", "awb", "kal16"])
async def test_a_question_is_understood_word_for_word(sphinx: SphinxRecognizer, say: Say, voice: str) -> None:
    async with listening(sphinx) as (listener, heard):
        await feed(listener, in_a_room(say(REFERENCE, voice)))
        await heard.until(FinalTranscript)
    assert isinstance(heard.events[0], SpeechStarted)
    assert heard.events[-1] == FinalTranscript(1, REFERENCE)


async def test_events_come_in_order_with_partial_transcripts_in_between(sphinx: SphinxRecognizer, say: Say) -> None:
    async with listening(sphinx) as (listener, heard):
        sound = in_a_room(say(REFERENCE))
        for block in blocks(sound, 2400):
            await listener.feed(block)
            # As slowly as the recogniser takes it in: otherwise all the sound is there before its first word.
            await asyncio.wait_for(idle(listener), 60)
        events = await heard.until(FinalTranscript)
    kinds = [type(event) for event in events]
    partials = len(kinds) - 3
    assert partials > 3
    assert kinds == [SpeechStarted, *[PartialTranscript] * partials, SpeechStopped, FinalTranscript]
    assert {event.utterance for event in events} == {1}


async def idle(listener: Listener) -> None:
    """Wait until the recogniser has taken what it was given."""
    done = asyncio.get_running_loop().run_in_executor(listener._transcriber._executor, lambda: None)
    await done
    await asyncio.sleep(0)


async def test_two_utterances_are_numbered_and_timed(sphinx: SphinxRecognizer, say: Say) -> None:
    first, second = say("hello how are you"), say("what time is it")
    sound = room_noise(np.concatenate((silence(0.6), first, silence(1.0), second, silence(0.9))))
    async with listening(sphinx) as (listener, heard):
        await feed(listener, sound)
        events = await heard.until(FinalTranscript, 2)
    starts = [event for event in events if isinstance(event, SpeechStarted)]
    stops = [event for event in events if isinstance(event, SpeechStopped)]
    finals = [event for event in events if isinstance(event, FinalTranscript)]
    assert [event.utterance for event in starts] == [event.utterance for event in finals] == [1, 2]
    second_began_ms = (silence(1.6).size + first.size) * 1000 // SAMPLE_RATE
    assert second_began_ms - 300 <= starts[1].audio_start_ms <= second_began_ms
    assert starts[0].audio_start_ms < stops[0].audio_end_ms <= starts[1].audio_start_ms < stops[1].audio_end_ms
    assert "time" in finals[1].text


async def test_the_sound_before_the_voice_is_recognised_too(say: Say) -> None:
    fed: dict[int, int] = {}
    for prefix_ms in (0, 1000):
        recognizer = Scripted()
        async with listening(recognizer, ServerVad(0.5, prefix_ms, 500)) as (listener, heard):
            await feed(listener, in_a_room(say("stop please"), 2.0, 1.0))
            await heard.until(FinalTranscript)
            assert isinstance(heard.events[-1], FinalTranscript)
            fed[prefix_ms] = int(heard.events[-1].text.split()[0])
    assert fed[1000] - fed[0] == pytest.approx(16_000, abs=2)


async def test_push_to_talk_recognises_all_since_the_last_commit(sphinx: SphinxRecognizer, say: Say) -> None:
    async with listening(sphinx, None) as (listener, heard):
        assert await listener.commit() is None
        await feed(listener, in_a_room(say(REFERENCE), 0.3, 0.3))
        assert await listener.commit() == 1
        await heard.until(FinalTranscript)
        await feed(listener, in_a_room(say("what time is it"), 0.3, 0.3))
        assert await listener.commit() == 2
        await heard.until(FinalTranscript, 2)
    assert {type(event) for event in heard.events} <= {PartialTranscript, FinalTranscript}
    finals = [event for event in heard.events if isinstance(event, FinalTranscript)]
    assert finals[0] == FinalTranscript(1, REFERENCE)
    assert "time" in finals[1].text


async def test_cleared_sound_is_not_recognised(say: Say) -> None:
    recognizer = Scripted()
    async with listening(recognizer, None) as (listener, heard):
        await feed(listener, silence(1.0))
        listener.clear()
        assert await listener.commit() is None
        await feed(listener, silence(0.5))
        await listener.commit()
        events = await heard.until(FinalTranscript)
    finals = [event for event in events if isinstance(event, FinalTranscript)]
    assert finals == [FinalTranscript(2, "8000 samples")]


async def test_clearing_in_mid_speech_leaves_the_listener_ready_for_the_next(
    sphinx: SphinxRecognizer, say: Say
) -> None:
    async with listening(sphinx) as (listener, heard):
        await feed(listener, in_a_room(say(REFERENCE)[:SAMPLE_RATE], 0.5, 0.0))
        await heard.until(SpeechStarted)
        listener.clear()
        await feed(listener, in_a_room(say(REFERENCE), 1.0, 1.0))
        await heard.until(FinalTranscript)
    assert [event for event in heard.events if isinstance(event, FinalTranscript)] == [FinalTranscript(2, REFERENCE)]


async def test_a_commit_ends_speech_that_is_under_way(say: Say) -> None:
    async with listening(Scripted()) as (listener, heard):
        await feed(listener, in_a_room(say(REFERENCE), 0.5, 0.0))
        await heard.until(SpeechStarted)
        assert await listener.commit() == 1
        events = await heard.until(FinalTranscript)
    assert isinstance(events[-2], SpeechStopped)


async def test_a_microphone_that_falls_silent_altogether_ends_the_utterance(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "STALL_S", 1.0)
    async with listening(Scripted(), ServerVad(0.5, 300, 64)) as (listener, heard):
        await feed(listener, in_a_room(say(REFERENCE)[:SAMPLE_RATE], 0.5, 0.0))
        await heard.until(FinalTranscript)
    assert isinstance(heard.events[-2], SpeechStopped)


async def test_endless_speech_is_cut_into_utterances(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "LONGEST_UTTERANCE_S", 1.0)
    speech = np.tile(say(REFERENCE), 2)
    async with listening(Scripted()) as (listener, heard):
        await feed(listener, in_a_room(speech, 0.5, 1.0))
        events = await heard.until(FinalTranscript, 3)
    stops = [event.audio_end_ms for event in events if isinstance(event, SpeechStopped)]
    starts = [event.audio_start_ms for event in events if isinstance(event, SpeechStarted)]
    assert all(start >= stop for stop, start in zip(stops, starts[1:], strict=False))


async def test_a_long_push_to_talk_begins_afresh_in_the_recogniser_and_keeps_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transcriber_module, "SEGMENT_S", 1.0)
    recognizer = Scripted()
    async with listening(recognizer, None) as (listener, heard):
        for block in blocks(silence(3.0), SAMPLE_RATE // 10):
            await listener.feed(block)
            await asyncio.wait_for(idle(listener), 60)  # a backlog is taken in larger steps
        await listener.commit()
        await heard.until(FinalTranscript)
    assert len(recognizer.samples) == 3
    (final,) = [event for event in heard.events if isinstance(event, FinalTranscript)]
    assert sum(int(number) for number in final.text.split()[::2]) == pytest.approx(48_000, abs=10)


async def test_endless_silence_takes_no_memory() -> None:
    async with listening(Scripted(), ServerVad(0.5, 500, 500)) as (listener, _):
        await feed(listener, silence(60.0), SAMPLE_RATE)
        assert listener._recent_size <= SAMPLE_RATE
        assert sum(block.size for block in listener._recent) == listener._recent_size


async def test_a_recogniser_slower_than_speech_loses_sound_but_not_the_utterance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transcriber_module, "BACKLOG_S", 1.0)
    gate = threading.Event()
    async with listening(Scripted(on_start=waiting_for(gate)), None) as (listener, heard):
        await feed(listener, silence(5.0))
        await listener.commit()
        gate.set()
        events = await heard.until(FinalTranscript)
    assert events[-1] == FinalTranscript(1, "16000 samples")


def waiting_for(gate: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        gate.wait(20)

    return wait


def fail() -> None:
    raise RecognitionError("The model is gone.", hint="")


@pytest.mark.parametrize("where", ["on_start", "on_feed"])
async def test_a_failing_recogniser_is_reported_after_the_speech_and_the_next_is_tried(say: Say, where: str) -> None:
    recognizer = Scripted(**{where: fail})
    sound = in_a_room(say("stop please"), 0.6, 0.8)
    async with listening(recognizer) as (listener, heard):
        await feed(listener, sound)
        await heard.until(RecognitionFailed)
        recognizer.on_start = recognizer.on_feed = lambda: None
        await feed(listener, sound)
        events = await heard.until(FinalTranscript)
    assert [type(event) for event in events[:3]] == [SpeechStarted, SpeechStopped, RecognitionFailed]
    assert events[2] == RecognitionFailed(1, "The model is gone.")


async def test_a_fault_of_the_recogniser_reaches_the_reader() -> None:
    def broken() -> None:
        raise ZeroDivisionError("a bug")

    listener = Listener(Scripted(on_feed=broken), None)
    await feed(listener, silence(0.5))
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(anext(listener), 20)
    await listener.close()


async def test_a_recogniser_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcriber_module, "ANSWER_LIMIT_S", 0.1)
    gate = threading.Event()
    try:
        async with listening(Scripted(on_feed=waiting_for(gate)), None) as (listener, heard):
            await feed(listener, silence(0.5))
            await listener.commit()
            events = await heard.until(RecognitionFailed)
            assert isinstance(events[-1], RecognitionFailed)
    finally:
        gate.set()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def recogniser_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("navtalk-recogniser")]


async def test_closing_in_mid_utterance_ends_thread_task_and_decoder(say: Say) -> None:
    recognizer = SphinxRecognizer(most_decoders=1)
    await until(lambda: not recogniser_threads())
    async with listening(recognizer) as (listener, heard):
        await feed(listener, in_a_room(say(REFERENCE), 0.5, 0.0))
        await heard.until(SpeechStarted)
        assert recogniser_threads()
        await until(lambda: recognizer._in_use == 1)
    await listener.close()
    await listener.feed(silence(1.0))
    assert listener._transcriber.task.done()
    assert recognizer._in_use == 0
    await until(lambda: not recogniser_threads())


async def test_closing_while_the_recogniser_loads_gives_back_what_it_loaded() -> None:
    loading, gate = threading.Event(), threading.Event()

    def load() -> None:
        loading.set()
        gate.wait(20)

    recognizer = Scripted(on_start=load)
    listener = Listener(recognizer, None)
    await feed(listener, silence(0.5))
    await asyncio.to_thread(loading.wait, 20)
    closing = asyncio.create_task(listener.close())
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(closing, 20)
    assert recognizer.abandoned == 1


async def test_closing_just_when_the_recogniser_answers_ends_the_work_too() -> None:
    loading, gate = threading.Event(), threading.Event()

    def load() -> None:
        loading.set()
        gate.wait(20)

    listener = Listener(Scripted(on_start=load), None)
    await feed(listener, silence(0.5))
    await asyncio.to_thread(loading.wait, 20)
    gate.set()
    # Once its thread does other work, the answer waits for the loop's next round, in which the closing comes too.
    listener._transcriber._executor.submit(int).result(20)
    closing = asyncio.create_task(listener.close())
    await asyncio.wait_for(closing, 20)
    assert listener._transcriber.task.cancelled()


async def test_turn_detection_can_be_changed_under_way(say: Say) -> None:
    sound = in_a_room(say("stop please"), 0.6, 0.8)
    async with listening(Scripted(), None) as (listener, heard):
        await feed(listener, silence(1.0))
        listener.configure(ServerVad())
        await heard.until(FinalTranscript)
        await feed(listener, sound)
        events = await heard.until(FinalTranscript, 2)
        started = next(event for event in events if isinstance(event, SpeechStarted))
        assert started.utterance == 2
        # Microphone time goes on from the beginning of the conversation.
        assert 1000 <= started.audio_start_ms <= 1000 + 600
        listener.configure(None)
        await feed(listener, silence(0.2))
        assert await listener.commit() == 3


async def test_unread_events_are_bounded(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "MOST_UNREAD", 4)
    listener = Listener(Scripted(), ServerVad(0.5, 0, 64))
    sound = in_a_room(say("stop please"), 0.3, 0.3)
    for _ in range(8):
        await feed(listener, sound, SAMPLE_RATE)
        await idle(listener)
    assert len(listener._events) < 16
    await listener.close()


def seconds_recognised(event: Heard) -> float:
    assert isinstance(event, FinalTranscript)
    return int(event.text.split()[0]) / RECOGNITION_RATE


async def test_the_silence_that_ends_a_turn_is_not_recognised(say: Say) -> None:
    speech = say("hello there")
    async with listening(Scripted(), ServerVad(silence_duration_ms=1_500)) as (listener, heard):
        await feed(listener, in_a_room(speech, after_s=2.0))
        events = await heard.until(FinalTranscript)
    assert seconds_recognised(events[-1]) < speech.size / SAMPLE_RATE + 0.3 + 0.6


async def test_but_a_pause_in_it_is_with_all_that_follows(say: Say) -> None:
    speech = np.concatenate((say("hello there"), silence(1.0), say("how are you")))
    async with listening(Scripted(), ServerVad(silence_duration_ms=1_500)) as (listener, heard):
        await feed(listener, in_a_room(speech, after_s=2.0))
        events = await heard.until(FinalTranscript)
    assert len([event for event in events if isinstance(event, SpeechStarted)]) == 1
    assert seconds_recognised(events[-1]) > speech.size / SAMPLE_RATE
