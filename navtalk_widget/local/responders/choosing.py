"""Which responder answers: the one that was chosen, or the best that is there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp

from navtalk_widget.engines.choices import Automatic, Builtin, ChatEndpoint, ResponderChoice
from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.engines.ollama_address import ollama_url
from navtalk_widget.engines.responder import Responder
from navtalk_widget.errors import ConfigurationError, NavTalkError
from navtalk_widget.local.openai_endpoint import Endpoint, endpoint_of
from navtalk_widget.local.responders.chat.chat_endpoint import ChatEndpointResponder
from navtalk_widget.local.responders.chat.chat_models import is_chat_model, is_same_model, openai_model
from navtalk_widget.local.responders.chat.ollama import Ollama, find_ollama, load
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder

ASKED_WITHIN_S = 8.0
"""How long an endpoint may take to say what models it has."""

LOADED_WITHIN_S = 120.0

_SHOWN_MODELS = 8
_UNLISTED = frozenset({400, 404, 405, 501})
"""What services without a list of models say."""


async def choose_responder(
    choice: ResponderChoice, progress: Progress, environment: Mapping[str, str] = os.environ
) -> Chosen[Responder]:
    """Make the responder that was chosen.

    What is automatic is, in this order: the endpoint that ``OPENAI_BASE_URL`` or ``OPENAI_API_KEY`` stands for, with
    the model in ``OPENAI_MODEL`` if there is one; a running Ollama that has a model to talk with; the built-in one.

    Args:
        choice: `Automatic`, `Builtin` or `ChatEndpoint`.
        progress: told of what takes long.
        environment: the variables.

    Raises:
        NavTalkError: the endpoint that was chosen by name cannot be reached, does not accept the key, or does not have
            the model. What is automatic raises nothing.
    """
    match choice:
        case ChatEndpoint():
            return await _endpoint(choice, progress, environment)
        case Builtin():
            return _builtin()
        case Automatic():
            return await _best(progress, environment)
    raise ConfigurationError(f"A {choice.kind!r} responder is not made here.")


async def _best(progress: Progress, environment: Mapping[str, str]) -> Chosen[Responder]:
    told = [name for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY") if environment.get(name, "").strip()]
    if told:
        try:
            return await _endpoint(ChatEndpoint(), progress, environment)
        except NavTalkError as error:
            return _builtin(f"The endpoint in {' and '.join(told)} is not used: {error}")
    host = environment.get("OLLAMA_HOST", "")
    ollama = await find_ollama(at=host, wanted=environment.get("OPENAI_MODEL", "").strip())
    if ollama is None:
        return _builtin()
    await _load(ollama, progress)
    return _chosen(ollama.endpoint, ollama.model)


def _builtin(instead_of: str | None = None) -> Chosen[Responder]:
    return Chosen(BuiltinResponder(), "the built-in responder", instead_of=instead_of)


def _chosen(endpoint: Endpoint, model: str) -> Chosen[Responder]:
    responder = ChatEndpointResponder(endpoint, model)
    return Chosen(responder, f"{model.removesuffix(':latest')} by {endpoint.title}", sends_to=endpoint.sends_to)


async def _load(ollama: Ollama, progress: Progress) -> None:
    doing = f"Loading {ollama.model} into Ollama"
    progress(doing, None)
    try:
        await asyncio.wait_for(load(ollama, within_s=LOADED_WITHIN_S), LOADED_WITHIN_S)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        pass  # the first answer will wait for it, or say what is wrong
    finally:
        progress(doing, 1.0)


async def _endpoint(choice: ChatEndpoint, progress: Progress, environment: Mapping[str, str]) -> Chosen[Responder]:
    endpoint = endpoint_of(choice, environment)
    if endpoint.url == f"{ollama_url(environment.get('OLLAMA_HOST', ''))}/v1":
        endpoint = replace(endpoint, known_as_ollama=True)
    if endpoint.is_openai and endpoint.api_key is None:
        raise ConfigurationError(
            "There is no key for OpenAI.", hint="Pass api_key=, set OPENAI_API_KEY, or pass url= of another service."
        )
    wanted = choice.model or environment.get("OPENAI_MODEL", "").strip()
    listed = await _models(endpoint, wanted)
    if wanted:
        if listed and not any(is_same_model(wanted, name) for name in listed):
            await _try(endpoint, wanted, listed)
        return _chosen(endpoint, wanted)
    ollama = await find_ollama(at=endpoint.url) if endpoint.is_ollama else None
    if ollama is not None:  # it tells more of its models than their names
        await _load(ollama, progress)
        return _chosen(endpoint, ollama.model)
    return _chosen(endpoint, _model(endpoint, listed))


def _model(endpoint: Endpoint, listed: list[str]) -> str:
    if endpoint.is_openai:
        return openai_model(listed)
    fitting = [name for name in listed if is_chat_model(name)]
    if not fitting:
        message = f"{endpoint.title} has no model for a talk."
        if endpoint.is_ollama:
            raise ConfigurationError(message, hint="Fetch one with: ollama pull llama3.2")
    elif endpoint.is_loopback or len(fitting) == 1:
        return fitting[0]
    else:
        message = f"{endpoint.title} has {len(fitting)} models, such as {_some(fitting)}."
    raise ConfigurationError(message, hint="Name one with model=, or in OPENAI_MODEL.")


async def _models(endpoint: Endpoint, model: str) -> list[str]:
    """The names of an endpoint's models; none if it has no list of them."""
    try:
        async with endpoint.session(read_timeout_s=ASKED_WITHIN_S) as session:
            return await asyncio.wait_for(_list(endpoint, session, model), ASKED_WITHIN_S)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise endpoint.unreachable(error) from error


async def _list(endpoint: Endpoint, session: aiohttp.ClientSession, model: str) -> list[str]:
    async with session.get(f"{endpoint.url}/models") as response:
        if response.status in _UNLISTED:
            return []
        if response.status != 200:
            raise await endpoint.refusal(response, model)
        try:
            told: Any = await response.json(content_type=None)
        except ValueError as error:
            message = f"{endpoint.shown_url} is no OpenAI-compatible service: its list of models is no JSON."
            raise ConfigurationError(message, hint="Check the address; most end in /v1.") from error
    models = told.get("data") if isinstance(told, dict) else told
    ids = (model.get("id") for model in (models if isinstance(models, list) else ()) if isinstance(model, dict))
    return [id.removeprefix("models/") for id in ids if isinstance(id, str)]


async def _try(endpoint: Endpoint, model: str, listed: list[str]) -> None:
    """Ask a model that is not in the list for a word: some services, gateways above all, do not list all they have."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hello."}], "stream": True}
    try:
        async with (
            endpoint.session(read_timeout_s=ASKED_WITHIN_S) as session,
            session.post(f"{endpoint.url}/chat/completions", json=body) as response,
        ):
            if response.status in (400, 404):
                complaint = await endpoint.complaint(response)
                said = f" ({complaint})" if complaint else ""
                raise ConfigurationError(
                    f"{endpoint.title} has no model {model!r}{said}.",
                    hint=f"It has {_some(listed)}.",
                    code="model_not_found",
                )
            if response.status != 200:
                raise await endpoint.refusal(response, model)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise endpoint.unreachable(error) from error


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN_MODELS} more" if len(names) > _SHOWN_MODELS else ""
    return ", ".join(names[:_SHOWN_MODELS]) + more
