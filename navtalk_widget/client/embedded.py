"""Starts the embedded service as a process of its own, and ends it with this one."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from typing import IO, Any

from pydantic import SecretStr

from navtalk_widget.client.endpoint import LICENSE_VARIABLE, Endpoint, Generation, endpoint_at
from navtalk_widget.errors import MissingExtraError, ServiceStartError

_logger = logging.getLogger(__name__)

START_TIMEOUT = 30.0
"""Seconds until the process must be listening; importing its packages from a cold disk takes most of them."""


class EmbeddedService:
    """The embedded service's process.

    It holds a pipe from this process: when the pipe ends, however this process ended, so does the service.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address: str | None = None
        self._license = SecretStr("")
        self._complaints: deque[str] = deque(maxlen=20)

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self, protocol: Generation) -> Endpoint:
        """Start the process unless it runs already; blocks until it listens.

        Args:
            protocol: the generation to be spoken with it; it knows both.

        Raises:
            MissingExtraError: packages of the ``[local]`` extra are not installed.
            ServiceStartError: the process ended or said nothing in time.
        """
        with self._lock:
            if self._address is None or self.pid is None:
                self._end()
                self._address = self._launch()
            return endpoint_at(self._address, self._license, protocol)

    def stop(self) -> None:
        """End the process, also one that is still starting."""
        process = self._process
        if process is not None and process.poll() is None and self._address is None:
            process.kill()  # whoever waits for it to listen holds the lock
        with self._lock:
            self._end()

    def ended_within(self, seconds: float) -> bool:
        """Whether the process, if there was one, has ended or does so in that time; blocks until then.

        A process that is killed closes its connections a moment before it is gone.
        """
        process = self._process
        if process is None:
            return True
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _launch(self) -> str:
        self._license = SecretStr(secrets.token_urlsafe(24))
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "navtalk_widget.local", "--with-parent", "--port", "0"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={name: value for name, value in os.environ.items() if name != LICENSE_VARIABLE},
            )
        except OSError as error:
            raise ServiceStartError(
                f"The embedded service cannot be started with {sys.executable}: {error}."
            ) from error
        self._process = process
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        threading.Thread(target=self._keep_complaints, args=(process.stderr,), daemon=True).start()
        # Ends the wait for a process that neither speaks nor dies.
        watchdog = threading.Timer(START_TIMEOUT, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            process.stdin.write(json.dumps({"license": self._license.get_secret_value()}) + "\n")
            process.stdin.flush()
            answer = _read_answer(process.stdout.readline())
        except BrokenPipeError:
            answer = {}
        finally:
            watchdog.cancel()
        if answer.get("type") != "ready":
            self._end()
            raise self._start_error(answer)
        return f"ws://{answer['host']}:{answer['port']}"

    def _start_error(self, answer: dict[str, Any]) -> ServiceStartError:
        if answer.get("code") == "missing_extra":
            return MissingExtraError(answer["message"])
        if answer.get("message"):
            return ServiceStartError(answer["message"], hint=answer.get("hint"))
        last_words = self._complaints[-1].strip() if self._complaints else "it said nothing"
        return ServiceStartError(f"The embedded service did not start: {last_words}.")

    def _keep_complaints(self, stderr: IO[str]) -> None:
        with stderr:
            for line in stderr:
                self._complaints.append(line)
                _logger.debug("embedded service: %s", line.rstrip())

    def _end(self) -> None:
        process, self._process, self._address = self._process, None, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()  # asks it to end
        try:
            process.wait(timeout=3.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=3.0)
        if process.stdout is not None:
            process.stdout.close()


@functools.cache
def embedded_service() -> EmbeddedService:
    """The one embedded service of this process, shared by all its conversations; not started yet."""
    service = EmbeddedService()
    atexit.register(service.stop)
    return service


def _read_answer(line: str) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
