"""Speech by an HTTP service that speaks OpenAI's API: ``/audio/speech``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.engines.synthesizer_function import from_callable
from navtalk_widget.local.openai_endpoint import Endpoint, read_up_to
from navtalk_widget.local.speech.synthesizers.clausewise import Clausewise
from navtalk_widget.local.speech.synthesizers.streamed_wav import read_streamed_wav

SOUND_S = 20.0
"""Seconds within which more of the sound must come."""

MAX_BYTES = 32 * 2**20
"""A clause has some hundred kilobytes; what is larger is no speech."""

_BLOCK_BYTES = 9_600
_RATE = re.compile(r"\brate=(\d{4,6})\b")
_COMPRESSED = ("mpeg", "mp3", "ogg", "opus", "aac", "flac", "webm")


def speech_endpoint(endpoint: Endpoint, model: str) -> Synthesizer:
    """A synthesiser that has each clause spoken by a service, and plays its sound as it comes.

    Args:
        endpoint: the service.
        model: such as ``"tts-1"``.
    """

    async def say(text: str, voice: str, language: str) -> AsyncIterator[tuple[NDArray[np.int16], int]]:
        try:
            async with endpoint.session(read_timeout_s=SOUND_S) as session:
                async for block in _sound(endpoint, session, {"model": model, "input": text, "voice": voice}):
                    yield block
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            unreachable = endpoint.unreachable(error)
            raise SynthesisError(unreachable.message, hint=unreachable.hint, code=unreachable.code) from error

    return Clausewise(from_callable(say))


async def _sound(
    endpoint: Endpoint, session: aiohttp.ClientSession, wish: dict[str, str]
) -> AsyncIterator[tuple[NDArray[np.int16], int]]:
    """Ask for raw samples, which can be played as they come, and for a WAV file where there are none."""
    for response_format in ("pcm", "wav"):
        body = {**wish, "response_format": response_format}
        async with session.post(f"{endpoint.url}/audio/speech", json=body) as response:
            if response.status in (400, 415, 422) and response_format == "pcm":
                complaint = await endpoint.complaint(response)
                if "format" in complaint.lower() or "pcm" in complaint.lower():
                    continue
                raise _in_words(endpoint, response.status, complaint, wish["model"])
            if response.status != 200:
                raise _in_words(endpoint, response.status, await endpoint.complaint(response), wish["model"])
            async for block in _samples(endpoint, response):
                yield block
            return


async def _samples(
    endpoint: Endpoint, response: aiohttp.ClientResponse
) -> AsyncIterator[tuple[NDArray[np.int16], int]]:
    kind = response.headers.get("Content-Type", "").lower()
    if any(name in kind for name in (*_COMPRESSED, "json", "text/")):
        raise SynthesisError(
            f"{endpoint.title} sent {kind} and not samples.", hint="Choose a service that knows the formats pcm or wav."
        )
    told = _RATE.search(kind)
    rate = int(told[1]) if told else SAMPLE_RATE
    waiting = await read_up_to(response.content, 4)
    if waiting == b"RIFF":
        yield read_streamed_wav(waiting + await _all(endpoint, response))
        return
    size = 0
    async for data in response.content.iter_chunked(_BLOCK_BYTES):
        size += len(data)
        if size > MAX_BYTES:
            raise _endless(endpoint)
        waiting += data
        whole = len(waiting) // 2 * 2
        yield from_bytes(waiting[:whole]), rate
        waiting = waiting[whole:]
    if len(waiting) >= 2:
        yield from_bytes(waiting[: len(waiting) // 2 * 2]), rate


async def _all(endpoint: Endpoint, response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for block in response.content.iter_chunked(2**16):
        data += block
        if len(data) > MAX_BYTES:
            raise _endless(endpoint)
    return bytes(data)


def _endless(endpoint: Endpoint) -> SynthesisError:
    return SynthesisError(f"{endpoint.title} sent more than {MAX_BYTES // 2**20} MiB of sound for one clause.")


def _in_words(endpoint: Endpoint, status: int, complaint: str, model: str) -> SynthesisError:
    refusal = endpoint.in_words(status, complaint, model)
    return SynthesisError(refusal.message, hint=refusal.hint, code=refusal.code)
