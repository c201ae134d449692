"""The local service as its own process, with a licence of the test's choosing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def local_service(license: str) -> Iterator[str]:
    """Start the service, yield its address, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "navtalk_widget.local", "--with-parent", "--port", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps({"license": license}) + "\n")
        process.stdin.flush()
        ready = json.loads(process.stdout.readline())
        yield f"ws://{ready['host']}:{ready['port']}"
    finally:
        process.stdin.close()
        process.wait(60)
