"""A kernel that is killed leaves no process, and no picture of anybody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

KERNEL = """
import asyncio
import sys
from PIL import Image
from navtalk_widget import Session
from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.engines import Portrait

async def main():
    picture = Portrait(Image.open(sys.argv[1]))
    session = Session(service="local", character=picture, responder="builtin", recognizer="pocketsphinx")
    await session.connect()
    print(embedded_service().pid, session._engines._character._folder, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""

PICTURE = Path(__file__).parents[1] / "support" / "portrait.jpg"


def test_the_service_ends_and_removes_the_picture_it_was_lent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    kernel = subprocess.Popen([sys.executable, "-c", KERNEL, str(PICTURE)], stdout=subprocess.PIPE, text=True)
    try:
        assert kernel.stdout is not None
        pid, folder = kernel.stdout.readline().split()
        service = psutil.Process(int(pid))
        assert (Path(folder) / "portrait.png").is_file()
    finally:
        kernel.kill()
        kernel.communicate()
    psutil.wait_procs([service], timeout=60)
    assert not service.is_running()
    assert not Path(folder).exists()
    assert PICTURE.exists()
