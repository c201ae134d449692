"""Other programs that serve pages on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_LIMIT = 120.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def nothing_of_the_users(folder: Path) -> dict[str, str]:
    """An environment in which a server finds no settings, and leaves none behind."""
    return {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_PREFER_ENV_PATH": "0",  # what a test configures comes before what is installed
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
    }


@contextmanager
def running_server(command: Sequence[str], address: str, log: Path) -> Iterator[None]:
    """Run a server in its log's folder; go on when it answers at this address, and end it afterwards."""
    environment = {**os.environ, **nothing_of_the_users(log.parent)}
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=log.parent)
        try:
            _wait_for(address, process, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            urllib.request.urlopen(address, timeout=30).close()
            return
        except urllib.error.HTTPError:
            return  # it is there, and wants to know who asks
        except OSError:  # it refuses, or listens and is too busy to answer
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{address} does not answer:\n{log.read_text()[-4000:]}") from None
            time.sleep(0.1)
