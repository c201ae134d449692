"""Hold the conversations of notebooks/data/museum.jsonl. Run: make museum (five minutes, on a machine at rest).

Seven visitors talk with each of two museum guides, by voice, through whole sessions with the local service: what
the guides understood, when they answered, which tools they called and where they were cut short is as it happened.
What is said is not: visitors and guides have the lines of ``museum_lines.yaml``, and flite's voices speak those of the
visitors. A visitor who loses patience says the next line into the guide's answer. Nobody listens; sound counts as
heard `SPEAKER_MS` after it arrived.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from navtalk_widget import Message, Session, ToolCall, Transcript, Turn
from navtalk_widget.engines.responder import ToolDefinition
from navtalk_widget.testing.wav_microphone import WavMicrophone
from tests.support.flite import flite

TALKS = Path(__file__).parents[1] / "notebooks" / "data" / "museum.jsonl"

AT_ONCE = 2
"""Conversations. They share this machine, so that more of them wait for one another."""

SPEAKER_MS = 60.0

ANSWER_LIMIT = 15.0
"""Seconds until a visitor whom nobody answers goes on."""


LINES = yaml.safe_load(Path(__file__).with_name("museum_lines.yaml").read_text())

GUIDES = {"navtalk.Leo": "brief", "navtalk.Lily": "long"}
"""Who they are, and which answers they give."""


def opening_hours(day: str) -> str:
    """When the museum is open."""
    time.sleep(0.2)
    return "We are closed on Mondays." if day == "Monday" else "We are open from ten to six."


def ticket_price() -> str:
    """What a ticket costs."""
    time.sleep(0.1)
    return "A ticket is nine euros, and free for children."


def waiting_time() -> str:
    """How long one waits at the door: by a camera there, which takes its time, and answers two times of three."""
    time.sleep(0.9)
    if next(_asked) % 3 == 1:
        raise TimeoutError("the camera at the door does not answer")
    return "You wait about fifteen minutes."


_asked = itertools.count()


def guide(style: str) -> Callable[[tuple[Message, ...], tuple[ToolDefinition, ...]], Iterator[str | ToolCall]]:
    """The mind of a guide whose answers are ``"brief"`` or ``"long"``."""

    def answer(messages: tuple[Message, ...], tools: tuple[ToolDefinition, ...]) -> Iterator[str | ToolCall]:
        last = messages[-1]
        if last.role == "tool":
            failed = "does not answer" in last.text
            yield "I cannot see that from here, I am sorry. " if failed else f"{last.text} "
            if style == "long":
                yield next(topic["long"] for topic in LINES["answers"] if topic.get("tool") == last.name)
            return
        words = set(last.text.lower().split())
        for topic in LINES["answers"]:
            if words.intersection(topic["words"]) and not words.intersection(topic.get("unless", ())):
                if "tool" not in topic:
                    yield topic[style]
                elif topic["tool"] == "opening_hours":
                    yield ToolCall("opening_hours", {"day": "Monday" if "monday" in words else "Sunday"})
                else:
                    yield ToolCall(topic["tool"], {})
                return
        yield "I did not get that. Could you say it again?"

    return answer


async def talk(visitor: dict[str, Any], character: str, chance: random.Random) -> list[Turn]:
    """One conversation."""
    session = Session(
        service="local",
        character=character,
        responder=guide(GUIDES[character]),
        recognizer="pocketsphinx",
        synthesizer="espeak",
        tools=[opening_hours, ticket_price, waiting_time],
    )
    async with session, WavMicrophone(session.append_audio) as microphone:
        session.note_playback(SPEAKER_MS)
        await asyncio.sleep(1)
        for line in visitor["lines"]:
            await microphone.play(await asyncio.to_thread(flite, line, visitor["voice"]))
            await _until(session, {"speaking"}, ANSWER_LIMIT)
            if await _until(session, {"listening"}, visitor["patience"]):
                await asyncio.sleep(chance.uniform(0.4, 2.0))
        await _until(session, {"listening"}, ANSWER_LIMIT)
        await asyncio.sleep(0.5)
    return list(session.transcript)


async def _until(session: Session, statuses: set[str], seconds: float) -> bool:
    """Whether the session came to be in such a state within this time."""
    ends = time.monotonic() + seconds
    while session.status not in statuses:
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.02)
    return True


async def main() -> None:
    """Hold all conversations, and write them to one file, in the order in which they began."""
    places = asyncio.Semaphore(AT_ONCE)

    async def held(number: int, visitor: dict[str, Any], character: str) -> list[Turn]:
        async with places:
            turns = await talk(visitor, character, random.Random(number))
            sys.stdout.write(f"{character}: {len(turns)} turns\n")
            return turns

    pairs = [(visitor, character) for visitor in LINES["visitors"] for character in GUIDES]
    talks = await asyncio.gather(*(held(number, *pair) for number, pair in enumerate(pairs)))
    Transcript(turn for turns in talks for turn in turns).to_jsonl(TALKS)


if __name__ == "__main__":
    asyncio.run(main())
