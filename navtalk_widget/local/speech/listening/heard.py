"""What a listener tells about a person's speech."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The person began to speak.

    Attributes:
        utterance: number of the utterance, counted from 1 in each conversation.
        audio_start_ms: milliseconds of microphone time since the conversation began; includes the prefix padding.
    """

    utterance: int
    audio_start_ms: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The person fell silent; ``audio_end_ms`` is the end of the silence that decided it, as in OpenAI's protocol."""

    utterance: int
    audio_end_ms: int


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """What has been understood so far of an utterance that may still go on; each replaces the one before."""

    utterance: int
    text: str


@dataclass(frozen=True, slots=True)
class FinalTranscript:
    """The words of a whole utterance; ``""`` if no word was understood."""

    utterance: int
    text: str


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """There will be no transcript of this utterance, for the reason given; the listener goes on."""

    utterance: int
    message: str


Heard = SpeechStarted | SpeechStopped | PartialTranscript | FinalTranscript | RecognitionFailed
