"""A Hugging Face Hub of one repository, over real HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves the files of a folder as the repository ``Systran/faster-whisper-base``.

    Args:
        folder: has the files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.asked: list[str] = []
        self.silent_after: int | None = None
        """How many bytes of a file it sends before it falls silent; None for all of them."""
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Hub:
        app = web.Application()
        app.router.add_get("/api/models/{owner}/{name}", self._describe)
        app.router.add_get("/api/models/{owner}/{name}/revision/{revision}", self._describe)
        app.router.add_get("/api/models/{owner}/{name}/tree/{revision}", self._list)
        app.router.add_route("*", "/{owner}/{name}/resolve/{revision}/{file}", self._give)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def _files(self) -> list[Path]:
        return sorted(file for file in self.folder.iterdir() if file.is_file())

    async def _describe(self, request: web.Request) -> web.Response:
        repository = f"{request.match_info['owner']}/{request.match_info['name']}"
        self.asked.append(repository)
        if repository != "Systran/faster-whisper-base":
            return web.json_response({"error": "Repository not found"}, status=404)
        siblings = [{"rfilename": file.name, "size": file.stat().st_size} for file in self._files()]
        return web.json_response({"id": repository, "sha": _COMMIT, "siblings": siblings})

    async def _list(self, request: web.Request) -> web.Response:
        entries: list[dict[str, Any]] = [
            {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": _etag(file)}
            for file in self._files()
        ]
        return web.json_response(entries)

    async def _give(self, request: web.Request) -> web.StreamResponse:
        file = self.folder / request.match_info["file"]
        if not file.is_file():
            return web.Response(status=404, headers={"X-Error-Code": "EntryNotFound"})
        data = file.read_bytes()
        headers = {"ETag": f'"{_etag(file)}"', "X-Repo-Commit": _COMMIT, "Content-Length": str(len(data))}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        if request.method != "HEAD":
            self.asked.append(file.name)
            await response.write(data[: self.silent_after])
            if self.silent_after is not None and len(data) > self.silent_after:
                await self._closing.wait()
                await response.write(data[self.silent_after :])
        return response


def _etag(file: Path) -> str:
    return hashlib.sha1(file.read_bytes(), usedforsecurity=False).hexdigest()
