"""Recognition by an HTTP service that speaks OpenAI's API: ``/audio/transcriptions``."""

from __future__ import annotations

import asyncio
import io
import json

import aiohttp
import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.wav import write_wav
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError, Recognizer
from navtalk_widget.engines.recognizer_function import from_callable
from navtalk_widget.local.openai_endpoint import Endpoint, read_up_to

ANSWER_S = 15.0
"""Seconds within which the words must come; the listener gives up a little later."""

SHORTEST_S = 0.1
"""OpenAI refuses less, and nobody says a word in it."""

MAX_ANSWER_BYTES = 2**20


def transcription_endpoint(endpoint: Endpoint, model: str) -> Recognizer:
    """A recogniser that sends each utterance, when it is over, to a service.

    Args:
        endpoint: the service.
        model: such as ``"whisper-1"``.
    """

    async def hear(samples: NDArray[np.int16], language: str) -> str:
        if samples.size < SHORTEST_S * RECOGNITION_RATE:
            return ""
        form = aiohttp.FormData({"model": model, "response_format": "json"})
        if code := language.strip().lower().replace("_", "-").partition("-")[0]:
            form.add_field("language", code)
        form.add_field("file", _wav(samples), filename="speech.wav", content_type="audio/wav")
        try:
            async with (
                endpoint.session(read_timeout_s=ANSWER_S) as session,
                session.post(f"{endpoint.url}/audio/transcriptions", data=form) as response,
            ):
                if response.status != 200:
                    refusal = await endpoint.refusal(response, model)
                    raise RecognitionError(refusal.message, hint=refusal.hint, code=refusal.code)
                return _words(await read_up_to(response.content, MAX_ANSWER_BYTES), endpoint)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            unreachable = endpoint.unreachable(error)
            raise RecognitionError(unreachable.message, hint=unreachable.hint, code=unreachable.code) from error

    return from_callable(hear)


def _wav(samples: NDArray[np.int16]) -> bytes:
    file = io.BytesIO()
    write_wav(file, samples, RECOGNITION_RATE)
    return file.getvalue()


def _words(body: bytes, endpoint: Endpoint) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(text, str):
        raise RecognitionError(
            f"{endpoint.title} answered without a text.", hint=f"Check that {endpoint.url} speaks OpenAI's API."
        )
    return text
