"""An OpenAI-compatible endpoint that hears and speaks what a test tells it to, over real HTTP (extra ``local``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Sound:
    """What comes of a request for speech.

    Attributes:
        blocks: are sent one by one.
        content_type: of the response.
        waits: whether nothing more comes after the blocks until `ScriptedSpeechEndpoint.release`.
        breaks_off: whether the connection is lost after the blocks.
    """

    blocks: Sequence[bytes]
    content_type: str = "audio/pcm"
    waits: bool = False
    breaks_off: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP error instead of an answer."""

    status: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was sent to be transcribed; ``fields`` are those of the form but for the file."""

    wav: bytes
    fields: Mapping[str, str] = field(default_factory=dict)


class ScriptedSpeechEndpoint:
    """Serves ``/v1/models``, ``/v1/audio/transcriptions`` and ``/v1/audio/speech``.

    ::

        async with ScriptedSpeechEndpoint(hear=lambda utterance: "hello", say=lambda wish: Sound([pcm])) as endpoint:
            ...

    Args:
        hear: the words of an utterance, or the body of the answer as it is, or a refusal.
        say: the sound for the body of a request, or a refusal.
        models: the names of its models; None if it does not say.
        api_key: that requests must have; None for any or none.
    """

    def __init__(
        self,
        *,
        hear: Callable[[Utterance], str | bytes | Refused] = lambda utterance: "",
        say: Callable[[Mapping[str, Any]], Sound | Refused] = lambda wish: Sound([]),
        models: Sequence[str] | None = ("whisper-1", "tts-1"),
        api_key: str | None = None,
    ) -> None:
        self.url = ""
        """Its base, such as ``http://127.0.0.1:40123/v1``."""
        self.utterances: list[Utterance] = []
        """All that was to be transcribed."""
        self.wishes: list[Mapping[str, Any]] = []
        """The bodies of all requests for speech."""
        self.cut_short = 0
        """How many answers the client did not want to the end."""
        self._hear = hear
        self._say = say
        self._models = models
        self._api_key = api_key
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> ScriptedSpeechEndpoint:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_post("/v1/audio/speech", self._speak)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()
        if self._runner is not None:
            await self._runner.cleanup()

    def release(self) -> None:
        """Let the answers that wait go on."""
        self._released.set()

    async def _list_models(self, request: web.Request) -> web.Response:
        if (refusal := self._unauthorised(request)) is not None:
            return refusal
        if self._models is None:
            return web.json_response({"error": {"message": "not found"}}, status=404)
        return web.json_response({"object": "list", "data": [{"id": name} for name in self._models]})

    async def _transcribe(self, request: web.Request) -> web.Response:
        if (refusal := self._unauthorised(request)) is not None:
            return refusal
        fields: dict[str, str] = {}
        wav = b""
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                wav = value.file.read()
            else:
                fields[name] = str(value)
        utterance = Utterance(wav, fields)
        self.utterances.append(utterance)
        match self._hear(utterance):
            case Refused(status, message):
                return _error(status, message)
            case bytes(body):
                return web.Response(body=body, content_type="application/json")
            case words:
                return web.json_response({"text": words})

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._unauthorised(request)) is not None:
            return refusal
        wish = await request.json()
        self.wishes.append(wish)
        sound = self._say(wish)
        if isinstance(sound, Refused):
            return _error(sound.status, sound.message)
        response = web.StreamResponse(headers={"Content-Type": sound.content_type})
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            for block in sound.blocks:
                await response.write(block)
            if sound.waits:
                await self._released.wait()
        except (asyncio.CancelledError, ConnectionError):
            self.cut_short += 1
            raise
        if sound.breaks_off and request.transport is not None:
            request.transport.abort()
        return response

    def _unauthorised(self, request: web.Request) -> web.Response | None:
        if self._api_key is None or request.headers.get("Authorization") == f"Bearer {self._api_key}":
            return None
        return _error(401, "Incorrect API key provided.")


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
