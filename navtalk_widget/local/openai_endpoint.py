"""An HTTP service that speaks OpenAI's API: where it is, what it is asked with, and its refusals in words."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr

from navtalk_widget.engines.choices import OpenAIEndpoint
from navtalk_widget.engines.ollama_address import OLLAMA_PORT
from navtalk_widget.errors import ConfigurationError, NavTalkError, ServiceUnreachable
from navtalk_widget.local.loopback import is_loopback

OPENAI_URL = "https://api.openai.com/v1"

CONNECT_S = 5.0
"""Seconds until a connection must stand."""

MAX_ERROR_BYTES = 64 * 2**10
_SHOWN_CHARACTERS = 300


class Redirected(aiohttp.ClientError):
    """The service has sent us on to another address."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service, and the key it is asked with.

    Attributes:
        url: its base, such as ``"http://localhost:11434/v1"``, without a slash at its end.
        api_key: None for none.
        known_as_ollama: whether it is where ``OLLAMA_HOST`` says, or has told what only an Ollama does.
    """

    url: str
    api_key: SecretStr | None = None
    known_as_ollama: bool = False

    @property
    def is_ollama(self) -> bool:
        """Whether it is an Ollama, or is where one usually is."""
        return self.known_as_ollama or urlsplit(self.url).port == OLLAMA_PORT

    @property
    def host(self) -> str:
        """The name of its host."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine."""
        return is_loopback(self.host) or self.host.endswith(".localhost")

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI itself."""
        return self.host == "api.openai.com"

    @property
    def sends_to(self) -> str | None:
        """The host that gets what is sent; None if that is this machine."""
        return None if self.is_loopback else self.host

    @property
    def shown_url(self) -> str:
        """Its base without the password that may be in it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    @property
    def title(self) -> str:
        """What to call it in a sentence."""
        if self.is_ollama:
            return "Ollama"
        return "OpenAI" if self.is_openai else urlsplit(self.url).netloc.rpartition("@")[2]

    def session(self, *, read_timeout_s: float) -> aiohttp.ClientSession:
        """Make what its requests are sent with; whoever calls closes it.

        Args:
            read_timeout_s: seconds within which more of an answer must come.
        """
        key = self.api_key
        return aiohttp.ClientSession(
            headers=None if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"},
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_read=read_timeout_s),
            trust_env=not self.is_loopback,  # a company's proxy knows no way to this machine
            trace_configs=[_without_redirects()],
        )

    async def refusal(self, response: aiohttp.ClientResponse, model: str) -> NavTalkError:
        """Say in words why the service refused a request."""
        return self.in_words(response.status, await self.complaint(response), model)

    def in_words(self, status: int, complaint: str, model: str) -> NavTalkError:
        """The error behind an HTTP status, with what to do next.

        Args:
            status: such as 401.
            complaint: what the service said.
            model: that was asked for.
        """
        said = f": {complaint}" if complaint else ""
        match status:
            case 401 | 403:
                lacks = "wants an API key" if self.api_key is None else "does not accept the API key"
                hint = "Pass api_key= a valid one, or set OPENAI_API_KEY."
                return ConfigurationError(f"{self.title} {lacks} ({status}{said}).", hint=hint, code="unauthorized")
            case 404:
                if self.is_ollama:
                    hint = f"Fetch it with: ollama pull {model}"
                else:
                    hint = f"Check the model's name and the address, {self.shown_url}."
                return ConfigurationError(
                    f"{self.title} has no model {model!r} (404{said}).", hint=hint, code="model_not_found"
                )
            case 429:
                hint = "Wait a little and ask again, or check the account's quota."
                return NavTalkError(f"{self.title} takes no more requests now (429{said}).", hint=hint, code="busy")
        hint = "See its log, or ask again." if status >= 500 else "Check the model and the session's settings."
        return NavTalkError(f"{self.title} failed ({status}{said}).", hint=hint, code="endpoint_failed")

    async def complaint(self, response: aiohttp.ClientResponse) -> str:
        """What a service says of a request that it refuses, shortened; ``""`` if it says nothing."""
        try:
            body = await read_up_to(response.content, MAX_ERROR_BYTES)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return ""
        return self.without_key(_words_in(body.decode("utf-8", "replace")))

    def without_key(self, text: str) -> str:
        """A text of the service without the key, which some services quote."""
        secret = "" if self.api_key is None else self.api_key.get_secret_value()
        return text.replace(secret, "***") if secret else text

    def unreachable(self, error: Exception) -> ServiceUnreachable:
        """Say in words that the service cannot be reached."""
        if isinstance(error, asyncio.TimeoutError):  # of which aiohttp's are
            why = "does not answer in time"
        elif isinstance(error, Redirected):
            why = "sends on to another address, which is not followed"
        elif isinstance(error, aiohttp.ClientConnectorDNSError):
            why = "has a host name that is not known"
        elif isinstance(error, aiohttp.ClientConnectorCertificateError):
            why = "has a certificate that is not trusted"
        elif isinstance(getattr(error, "os_error", error), ConnectionRefusedError):
            why = "refuses the connection"
        else:
            why = f"cannot be reached ({type(error).__name__})"
        hint = "Start it with: ollama serve" if self.is_ollama else "Check that it runs, and its address."
        return ServiceUnreachable(f"{self.title} {why}: {self.shown_url}.", hint=hint)


def _without_redirects() -> aiohttp.TraceConfig:
    """Have redirects fail: the person was told where their words go."""

    async def refuse(_: aiohttp.ClientSession, __: object, redirect: aiohttp.TraceRequestRedirectParams) -> None:
        redirect.response.close()
        raise Redirected

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    return trace


def endpoint_of(choice: OpenAIEndpoint, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The service that is meant, completed from ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``.

    Raises:
        ConfigurationError: its address is none.
    """
    told = environment.get("OPENAI_BASE_URL", "").strip()
    endpoint = Endpoint(base_url(choice.url or told or OPENAI_URL), choice.api_key)
    key = environment.get("OPENAI_API_KEY", "").strip()
    if choice.api_key is None and key and _may_have(endpoint, base_url(told) if told else ""):
        return Endpoint(endpoint.url, SecretStr(key))
    return endpoint


def base_url(text: str) -> str:
    """Bring an address to the form that paths such as ``/models`` follow.

    Raises:
        ConfigurationError: it is none.
    """
    text = text.strip().rstrip("/").removesuffix("/chat/completions")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"{text!r} is no address of an OpenAI-compatible service.",
            hint="Write it like http://localhost:11434/v1 or https://api.openai.com/v1.",
        )
    return text if parts.path else f"{text}/v1"


async def read_up_to(stream: aiohttp.StreamReader, most: int) -> bytes:
    """Return what comes until the end, at most so many bytes; one read returns only what has come so far."""
    data = b""
    while len(data) < most and (more := await stream.read(most - len(data))):
        data += more
    return data


def _may_have(endpoint: Endpoint, told: str) -> bool:
    """Whether the environment's key may be sent there: not readable by all on the way, unless that was said."""
    return endpoint.url == told or endpoint.is_loopback or endpoint.url.startswith("https://")


def _words_in(body: str) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        told = "" if body.lstrip().startswith("<") else body
    while isinstance(told, dict):  # {"error": {"message": …}}, {"error": "…"}, {"detail": "…"}, {"message": "…"}
        told = next((told[key] for key in ("error", "message", "detail") if told.get(key)), "")
    words = " ".join(str(told).split()).rstrip(".")
    return words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]}…"
