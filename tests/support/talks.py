"""Whole conversations, made up as they might have been: with latencies, tools, tokens and an interruption."""

from __future__ import annotations

import random
import wave
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.transcript import Latency, Recorded, Role, TokenUsage, ToolUse, Transcript, Turn

BEGAN = datetime(2026, 11, 22, 11, 41, 7, tzinfo=timezone.utc)


def turn(
    number: int,
    role: Role,
    begins: float,
    lasts: float | None,
    text: str,
    *,
    tools: Iterable[ToolUse] = (),
    latency: Latency | None = None,
    usage: TokenUsage | None = None,
    interrupted: bool = False,
    heard: str | None = None,
    conversation: str = "conv_1",
    began: datetime = BEGAN,
) -> Turn:
    """A turn by the seconds since the conversation began; `lasts` is None while it goes on."""
    return Turn(
        id=f"{conversation}_{number}",
        role=role,
        text=text,
        text_heard=heard,
        started_at=began + timedelta(seconds=begins),
        ended_at=None if lasts is None else began + timedelta(seconds=begins + lasts),
        final=lasts is not None,
        interrupted=interrupted,
        tool_calls=tuple(tools),
        latency=latency,
        usage=usage,
        conversation_id=conversation,
        character="navtalk.Leo",
    )


def use(name: str, begins: float, lasts: float, *, error: str | None = None, began: datetime = BEGAN) -> ToolUse:
    """A call of a tool by the seconds since the conversation began."""
    return ToolUse(
        call_id=f"call_{name}_{begins}",
        name=name,
        result=None if error else "42",
        error=error,
        duration_s=lasts,
        started_at=began + timedelta(seconds=begins),
    )


def took(recognized: float, words: float, audio: float, heard: float, mouth: float | None = None) -> Latency:
    """How long an answer took, in milliseconds since the person had finished."""
    return Latency(recognized_ms=recognized, words_ms=words, audio_ms=audio, heard_ms=heard, mouth_ms=mouth)


def museum() -> Transcript:
    """A minute and a half in a museum: 11 turns, three calls of two tools of which one fails, one interruption."""
    cost = TokenUsage(
        input_tokens=412, output_tokens=96, cached_tokens=320, input_audio_tokens=180, output_audio_tokens=74
    )
    hours = use("opening_hours", 9.3, 0.21)
    return Transcript(
        [
            turn(0, "avatar", 0.6, 3.4, "Hello! I am Leo. What would you like to know about the museum?", usage=cost),
            turn(1, "user", 5.8, 2.9, "When does the Louvre open on Sunday?"),
            turn(
                2,
                "avatar",
                9.7,
                5.6,
                "On Sundays the Louvre opens at nine in the morning and closes at six.",
                tools=[hours],
                latency=took(214, 388, 471, 512, 534),
                usage=cost,
            ),
            turn(3, "user", 16.9, 2.2, "And what is the way to the Mona Lisa?"),
            turn(
                4,
                "avatar",
                19.6,
                11.4,
                "Enter by the pyramid, take the Denon wing, go up the Daru staircase past the Winged Victory, and then "
                "follow the long gallery of Italian painting until you see the crowd.",
                heard="Enter by the pyramid, take the Denon wing, go up the Daru staircase past the Winged Victory,",
                interrupted=True,
                latency=took(188, 342, 420, 466, 490),
                usage=cost,
            ),
            turn(5, "user", 30.2, 1.9, "Wait, is there a lift?"),
            turn(
                6,
                "avatar",
                33.0,
                6.3,
                "There is. It is behind the cloakroom, on your left, and goes to every floor.",
                latency=took(260, 702, 815, 868, 889),
                usage=cost,
            ),
            turn(7, "user", 41.4, 4.4, "Thank you. How many visitors are there now, more or less?"),
            turn(
                8,
                "avatar",
                48.2,
                7.1,
                "I could not look that up: the counter at the entrance does not answer. Mornings are calmer, though.",
                tools=[
                    use("visitor_count", 46.2, 1.4, error="the counter at the entrance does not answer"),
                    use("opening_hours", 46.3, 0.19),
                ],
                latency=took(231, 1830, 1920, 1964, 1990),
                usage=cost,
            ),
            turn(9, "user", 58.3, 1.5, "谢谢，再见！"),
            turn(
                10,
                "avatar",
                60.5,
                4.1,
                "不客气！祝您在博物馆玩得开心。",
                latency=took(205, 360, 455, 498, 521),
                usage=cost,
            ),
        ]
    )


def long_talk(turns: int, *, seed: int = 7) -> Transcript:
    """A conversation of so many turns, a few seconds each."""
    chance = random.Random(seed)
    said: list[Turn] = []
    now = 0.0
    for number in range(turns):
        avatar = number % 2 == 1
        gap = chance.uniform(0.35, 0.9) if avatar else chance.uniform(0.6, 2.5)
        lasts = chance.uniform(2, 9) if avatar else chance.uniform(1, 5)
        begins = now + gap
        thought = 300 + chance.expovariate(1 / 180)
        said.append(
            turn(
                number,
                "avatar" if avatar else "user",
                begins,
                lasts,
                " ".join(["word"] * round(2.5 * lasts)),
                interrupted=avatar and chance.random() < 0.08,
                tools=[use("look_up", begins - 0.2, 0.3)] if avatar and chance.random() < 0.1 else (),
                latency=took(thought * 0.5, thought * 0.9, thought, thought + 45, thought + 70) if avatar else None,
            )
        )
        now = begins + lasts
    return Transcript(said)


def recorded(talk: Transcript, path: Path, *, before: float = 0.5) -> Transcript:
    """The conversation with a recording of it: a tone while somebody talks, the person left and the avatar right.

    Args:
        talk: turns that have all ended.
        path: where the WAV file is written.
        before: seconds of silence at its beginning and its end.
    """
    began = talk[0].started_at
    seconds = max((each.ended_at - began).total_seconds() for each in talk if each.ended_at) + 2 * before
    sound = np.zeros((round(seconds * SAMPLE_RATE), 2), dtype=np.int16)
    turns = []
    for each in talk:
        start = before + (each.started_at - began).total_seconds()
        end = start + (each.duration_s or 0.0)
        voice = sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE), int(each.role == "avatar")]
        loudness = 4_000 if each.role == "user" else 16_000
        voice[:] = loudness * np.sin(2 * np.pi * 200 * np.arange(len(voice)) / SAMPLE_RATE)
        turns.append(replace(each, recorded=Recorded(path=str(path), start_ms=1000 * start, end_ms=1000 * end)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(sound.astype("<i2").tobytes())
    return Transcript(turns)
