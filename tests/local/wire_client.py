"""A first-generation client for tests: it speaks raw JSON, so that our own codecs cannot hide a fault."""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.wav import read_wav
from navtalk_widget.local.server import LocalService

PATIENCE_S = 60.0
"""How long any single thing may take, on a busy machine."""

Message = dict[str, Any]


class WireClient:
    """One socket; `log` holds every message that came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.log: list[Message] = []

    async def send(self, type: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": type, **fields}))

    async def next(self) -> Message:
        text = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
        assert isinstance(text, str), "the service sent a binary message"
        message: Message = json.loads(text)
        self.log.append(message)
        return message

    async def until(self, *types: str) -> Message:
        """Read on until a message of one of these types comes."""
        while True:
            message = await self.next()
            if message["type"] in types:
                return message

    async def start(self, **session: Any) -> Message:
        """Configure the session and wait until it is."""
        await self.until("session.created")
        await self.send("session.update", session=session)
        return await self.until("session.updated", "error")

    async def ask(self, text: str) -> None:
        """Type a message and ask for the answer."""
        content = [{"type": "input_text", "text": text}]
        await self.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
        await self.send("response.create")

    async def hear(self, sound: NDArray[np.int16], *, in_real_time: bool = False) -> None:
        """Send microphone sound in blocks of 20 ms."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        step = SAMPLE_RATE // 50
        for start in range(0, sound.size, step):
            block = base64.b64encode(to_bytes(sound[start : start + step])).decode()
            await self.send("input_audio_buffer.append", audio=block)
            if in_real_time:
                await asyncio.sleep(max(0.0, began + (start + step) / SAMPLE_RATE - loop.time()))

    async def closing(self) -> tuple[int, str]:
        """Read on until the service closes the socket; return code and reason."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()
        return self.socket.close_code or 0, self.socket.close_reason or ""

    def types(self, *leaving_out: str) -> list[str]:
        """The types of all messages so far, repetitions in a row told once."""
        types: list[str] = []
        for message in self.log:
            if message["type"] not in leaving_out and (not types or types[-1] != message["type"]):
                types.append(message["type"])
        return types

    def of(self, type: str) -> list[Message]:
        return [message for message in self.log if message["type"] == type]


@asynccontextmanager
async def talking_to(
    service: LocalService, query: str = "license=sk_1&characterName=navtalk.Leo"
) -> AsyncIterator[WireClient]:
    """A main socket."""
    async with connect(
        f"{service.url}/api/realtime-api?{query}", max_size=None, max_queue=None, compression=None
    ) as socket:
        yield WireClient(socket)


@asynccontextmanager
async def signalling_to(service: LocalService, user_id: str, path: str = "/api/webrtc") -> AsyncIterator[WireClient]:
    """A signalling socket."""
    async with connect(f"{service.url}{path}?userId={user_id}", max_queue=None, compression=None) as socket:
        yield WireClient(socket)


@functools.cache
def speech(text: str, voice: str = "slt", silence_s: float = 1.0) -> NDArray[np.int16]:
    """Somebody saying this, at 24 kHz, with silence before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        sound = resample(*read_wav(path), SAMPLE_RATE)
    return np.concatenate((np.zeros(SAMPLE_RATE // 4, np.int16), sound, silence(silence_s)))


def silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)
