"""Which of an endpoint's models hears or speaks, when nobody said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from navtalk_widget.engines.choices import SpeechEndpoint, TranscriptionEndpoint
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.openai_endpoint import Endpoint, endpoint_of

ASKED_WITHIN_S = 8.0
"""How long an endpoint may take to say what models it has."""

_HEARS = re.compile(r"whisper|transcri|parakeet|canary|moonshine|voxtral|asr|stt", re.IGNORECASE)
_SPEAKS = re.compile(r"tts|kokoro|piper|speech|orpheus|chatterbox|xtts|bark", re.IGNORECASE)


async def transcription_model(choice: TranscriptionEndpoint, environment: Mapping[str, str]) -> tuple[Endpoint, str]:
    """The service, and the model that hears.

    Raises:
        NavTalkError: the service cannot be reached, or does not accept the key.
    """
    endpoint = _endpoint(choice, environment)
    return endpoint, choice.model or await _listed(endpoint, _HEARS, "whisper-1")


async def speech_model(choice: SpeechEndpoint, environment: Mapping[str, str]) -> tuple[Endpoint, str]:
    """The service, and the model that speaks.

    Raises:
        NavTalkError: the service cannot be reached, or does not accept the key.
    """
    endpoint = _endpoint(choice, environment)
    return endpoint, choice.model or await _listed(endpoint, _SPEAKS, "tts-1")


def _endpoint(choice: TranscriptionEndpoint | SpeechEndpoint, environment: Mapping[str, str]) -> Endpoint:
    endpoint = endpoint_of(choice, environment)
    if endpoint.is_openai and endpoint.api_key is None:
        raise ConfigurationError(
            "There is no key for OpenAI.", hint="Pass api_key=, set OPENAI_API_KEY, or pass url= of another service."
        )
    return endpoint


async def _listed(endpoint: Endpoint, fits: re.Pattern[str], usual: str) -> str:
    """The usual model where the service has it or does not say what it has, else the first that fits by its name."""
    if endpoint.is_openai:
        return usual
    try:
        async with (
            endpoint.session(read_timeout_s=ASKED_WITHIN_S) as session,
            session.get(f"{endpoint.url}/models") as response,
        ):
            if response.status in (401, 403):
                raise await endpoint.refusal(response, usual)
            told: Any = await response.json(content_type=None) if response.status == 200 else None
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise endpoint.unreachable(error) from error
    except ValueError:
        told = None
    models = told.get("data") if isinstance(told, dict) else told
    ids = [model.get("id") for model in models or () if isinstance(model, dict)] if isinstance(models, list) else []
    names = [id for id in ids if isinstance(id, str)]
    return usual if usual in names else next((name for name in names if fits.search(name)), usual)
