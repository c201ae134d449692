"""Watching avatars without looking: what comes is taken and acknowledged, and not decoded.

Decoding would take the processor from the service that is measured.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from aiortc import RTCPeerConnection, RTCSessionDescription

from tests.local.second_generation import SecondGenerationClient, chatting_with

CONNECTED_S = 30.0


class _Blind:
    """A decoder that shows nothing."""

    def decode(self, encoded: object) -> list[Any]:
        return []


@contextmanager
def without_decoding() -> Iterator[None]:
    """Have aiortc's receivers in this process throw away what they would decode."""
    with patch("aiortc.rtcrtpreceiver.get_decoder", lambda codec: _Blind()):
        yield


class Viewer:
    """A browser's end of a call."""

    def __init__(self) -> None:
        self._connection = RTCPeerConnection()
        self._connected = asyncio.Event()
        self._connection.on("connectionstatechange", self._note)

    async def answer(self, offer: dict[str, Any]) -> dict[str, Any]:
        """Take an offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(**offer))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        description = self._connection.localDescription
        return {"type": description.type, "sdp": description.sdp}

    async def connected(self) -> None:
        """Wait until media can come."""
        await asyncio.wait_for(self._connected.wait(), CONNECTED_S)

    async def packets(self, kind: str) -> int:
        """How many have come."""
        report = await self._connection.getStats()
        return sum(each.packetsReceived for each in report.values() if each.type == "inbound-rtp" and each.kind == kind)

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()

    def _note(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()


@asynccontextmanager
async def watched(url: str, license: str, character: str) -> AsyncIterator[tuple[SecondGenerationClient, Viewer]]:
    """A conversation with the local service whose picture and voice are taken."""
    async with AsyncExitStack() as stack:
        service: Any = SimpleNamespace(url=url)
        client = await stack.enter_async_context(chatting_with(service, f"license={license}&name={character}"))
        viewer = Viewer()
        stack.push_async_callback(viewer.close)
        offer = await client.until("offer")
        await client.send("answer", sdp=await viewer.answer(offer["sdp"]))
        await viewer.connected()
        yield client, viewer


@asynccontextmanager
async def watched_process(process: subprocess.Popen[str]) -> AsyncIterator[Viewer]:
    """A call with a process that writes its offer to its standard output, and reads the answer."""
    assert process.stdin is not None and process.stdout is not None
    viewer = Viewer()
    try:
        line = await asyncio.to_thread(process.stdout.readline)
        assert line, "the process ended without an offer"
        process.stdin.write(json.dumps(await viewer.answer(json.loads(line))) + "\n")
        process.stdin.flush()
        await viewer.connected()
        yield viewer
    finally:
        await viewer.close()
