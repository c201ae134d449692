"""The pictures of docs/plots.md: a conversation in a museum, spoken by the embedded service's voices."""

from __future__ import annotations

import wave
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from navtalk_widget import Session, Transcript, Turn, plots
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.transcript import Recorded
from tests.support.talks import museum

VOICES = {"user": "marin", "avatar": "cedar"}

DOTS_PER_INCH = 110

BEFORE = 0.5
"""Seconds of silence at the beginning of the recording."""


async def plot_pictures(folder: Path) -> None:
    """Draw every plot into a folder, which is there."""
    mpl.use("Agg")
    with TemporaryDirectory() as kept:
        talk = await _spoken(museum(), Path(kept) / "museum.wav")
        drawn = {
            "timeline": plots.timeline(talk),
            "latency": plots.latency(talk),
            "waveform": plots.waveform(talk),
            "talk_share": plots.talk_share(talk),
        }
    for name, ax in drawn.items():
        ax.figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH)


async def _spoken(talk: Transcript, path: Path) -> Transcript:
    """The conversation as it is when its turns are said, with a recording of it."""
    began = talk[0].started_at
    speech = {role: await _said([turn for turn in talk if turn.role == role], voice) for role, voice in VOICES.items()}
    sound = np.zeros((SAMPLE_RATE * 80, 2), dtype=np.int16)
    turns = []
    for turn in talk:
        start = BEFORE + (turn.started_at - began).total_seconds()
        voice = speech[turn.role].pop(0)
        if turn.interrupted:
            voice = voice[: round((turn.duration_s or 0.0) * SAMPLE_RATE)]
        end = start + len(voice) / SAMPLE_RATE
        sound[round(start * SAMPLE_RATE) :][: len(voice), int(turn.role == "avatar")] = voice
        place = Recorded(path=str(path), start_ms=1000 * start, end_ms=1000 * end)
        turns.append(replace(turn, ended_at=began + timedelta(seconds=end - BEFORE), recorded=place))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(sound[: round((end + BEFORE) * SAMPLE_RATE)].astype("<i2").tobytes())
    return Transcript(turns)


async def _said(turns: list[Turn], voice: str) -> list[NDArray[np.int16]]:
    async with Session(service="local", voice=voice, recognizer="pocketsphinx", synthesizer="espeak") as session:
        return [(await session.speak(turn.text)).audio for turn in turns]
