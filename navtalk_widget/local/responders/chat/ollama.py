"""An Ollama that runs on this machine, or where ``OLLAMA_HOST`` says, and the best of its models for a talk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from navtalk_widget.engines.ollama_address import ollama_url
from navtalk_widget.local.openai_endpoint import Endpoint
from navtalk_widget.local.responders.chat.chat_models import is_chat_model, is_same_model

FOUND_WITHIN_S = 0.5
"""How long to look for it: everybody who has none waits for this at most, and who has one gets its answer in 10 ms."""

PROMPT_SIZE = 10e9
"""Parameters up to which a model answers promptly on most machines; of these the largest is the best."""

KEPT_LOADED = "30m"

_SPECIALISED = re.compile(r"code|coder|math|sql|translat|vision|llava|ocr|base\b|abliterated", re.IGNORECASE)
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMBT])", re.IGNORECASE)
_UNITS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_EMBEDDING_FAMILIES = {"bert", "nomic-bert", "nomic-bert-moe", "xlm-roberta"}


@dataclass(frozen=True, slots=True)
class Ollama:
    """One that answered.

    Attributes:
        endpoint: its OpenAI-compatible API.
        model: the best one for a talk.
    """

    endpoint: Endpoint
    model: str


async def find_ollama(*, at: str = "", wanted: str = "") -> Ollama | None:
    """Look for a running Ollama that has a model to talk with; None if there is none.

    Args:
        at: as ``OLLAMA_HOST`` says it; ``""`` for where it usually is.
        wanted: the model to take if it is there.
    """
    url = ollama_url(at)
    if url is None:
        return None
    endpoint = Endpoint(f"{url}/v1", known_as_ollama=True)
    try:
        async with endpoint.session(read_timeout_s=FOUND_WITHIN_S) as session:
            told = await asyncio.wait_for(
                asyncio.gather(_get(session, f"{url}/api/tags"), _get(session, f"{url}/api/ps")), FOUND_WITHIN_S
            )
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
        return None
    installed, loaded = (_models(answer) for answer in told)
    names = {str(model.get("name")) for model in loaded}
    fitting = [model for model in installed if _talks(model)]
    if not fitting:
        return None
    asked = (model for model in fitting if wanted and is_same_model(wanted, str(model["name"])))
    best = next(asked, None) or max(fitting, key=lambda model: _suits(model, loaded=model["name"] in names))
    return Ollama(endpoint, str(best["name"]))


async def load(ollama: Ollama, *, within_s: float) -> None:
    """Let Ollama load the model, which takes seconds, before somebody waits for its first answer.

    Raises:
        aiohttp.ClientError: it could not.
        asyncio.TimeoutError: it took too long; it may go on.
    """
    url = ollama.endpoint.url.removesuffix("/v1")
    async with ollama.endpoint.session(read_timeout_s=within_s) as session:
        body = {"model": ollama.model, "keep_alive": KEPT_LOADED}
        async with session.post(f"{url}/api/generate", json=body, raise_for_status=True) as response:
            await response.read()


async def _get(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url, raise_for_status=True) as response:
        return await response.json(content_type=None)


def _models(answer: Any) -> list[dict[str, Any]]:
    models = answer.get("models") if isinstance(answer, dict) else None
    found = (model for model in (models if isinstance(models, list) else ()) if isinstance(model, dict))
    return [model for model in found if isinstance(model.get("name"), str) and model["name"]]


def _details(model: Mapping[str, Any]) -> Mapping[str, Any]:
    details = model.get("details")
    return details if isinstance(details, dict) else {}


def _talks(model: Mapping[str, Any]) -> bool:
    """Whether a model talks, and on that machine: some of Ollama's are but a way to its maker's servers."""
    details = _details(model)
    several = details.get("families")
    families = {str(family) for family in (details.get("family"), *(several if isinstance(several, list) else ()))}
    is_elsewhere = bool(model.get("remote_host")) or str(model["name"]).endswith(("-cloud", ":cloud"))
    return is_chat_model(str(model["name"])) and not families & _EMBEDDING_FAMILIES and not is_elsewhere


def _suits(model: Mapping[str, Any], *, loaded: bool) -> tuple[bool, bool, bool, float]:
    """How well a model suits a talk: for general use, of a size that answers promptly, loaded already, able."""
    match = _SIZE.match(str(_details(model).get("parameter_size") or ""))
    size = float(match["number"]) * _UNITS[match["unit"].upper()] if match else 0.0
    is_general = _SPECIALISED.search(str(model["name"])) is None
    is_prompt = size <= PROMPT_SIZE
    return is_general, loaded or is_prompt, loaded, size if is_prompt else -size
