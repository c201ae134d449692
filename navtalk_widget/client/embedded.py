"""Starts the embedded service as a process of its own, and ends it with this one."""

from __future__ import annotations

import atexit
import functools
import hashlib
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import IO, Any

from pydantic import SecretStr

from navtalk_widget.client.endpoint import LICENSE_VARIABLE, Endpoint, Generation, endpoint_at
from navtalk_widget.client.function_host import FunctionHost
from navtalk_widget.client.registration import LocalWish, Registration
from navtalk_widget.client.service_pipe import ServicePipe
from navtalk_widget.engines.chosen import Progress
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
        self._running: _Running | None = None
        self._address: str | None = None

    @property
    def pid(self) -> int | None:
        """The process's number while it runs and can be talked with."""
        running = self._running
        return running.process.pid if running is not None and not running.is_over else None

    def start(self, protocol: Generation) -> Endpoint:
        """Start the process unless it runs already; blocks until it listens.

        One that nobody uses is started anew when the variables have changed that name endpoints and their keys.

        Args:
            protocol: the generation to be spoken with it; it knows both.

        Raises:
            MissingExtraError: packages of the ``[local]`` extra are not installed.
            ServiceStartError: the process ended or said nothing in time.
        """
        with self._lock:
            if self._address is None or self.pid is None or self._is_outdated():
                self._end()
                self._address = self._launch()
            assert self._running is not None
            return endpoint_at(self._address, self._running.license, protocol)

    def register(self, wish: LocalWish, progress: Progress) -> Registration:
        """Tell the process what a conversation wants; its engines are ready when the registration is.

        Raises:
            ServiceStartError: there is no process.
        """
        running = self._running
        if running is None or self.pid is None:
            raise ServiceStartError("The embedded service has ended.")
        return running.register(wish, progress)

    def knows(self, registration: Registration) -> bool:
        """Whether the process that runs now has been told of it."""
        return self._running is not None and self.pid is not None and registration.id in self._running.registrations

    def forget(self, registration: Registration) -> None:
        """Let go of a conversation's engines and functions; one that still runs keeps what it has."""
        if self._running is not None:
            self._running.forget(registration)

    def stop(self) -> None:
        """End the process, also one that is still starting."""
        running = self._running
        if running is not None and running.process.poll() is None and self._address is None:
            running.process.kill()  # whoever waits for it to listen holds the lock
        with self._lock:
            self._end()

    def ended_within(self, seconds: float) -> bool:
        """Whether the process, if there was one, has ended or does so in that time; blocks until then.

        A process that is killed closes its connections a moment before it is gone.
        """
        running = self._running
        if running is None:
            return True
        try:
            running.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _is_outdated(self) -> bool:
        running = self._running
        return running is not None and not running.registrations and running.endpoints != _endpoints()

    def _launch(self) -> str:
        running = self._running = _Running()
        answer = running.first_words(START_TIMEOUT)
        if answer.get("type") != "ready":
            self._end()
            raise running.start_error(answer)
        return f"ws://{answer['host']}:{answer['port']}"

    def _end(self) -> None:
        running, self._running, self._address = self._running, None, None
        if running is not None:
            running.end()


class _Running:
    """One process, from its start to its end.

    Raises:
        ServiceStartError: the interpreter cannot be run.
    """

    def __init__(self) -> None:
        self.license = SecretStr(secrets.token_urlsafe(24))
        self.registrations: dict[str, Registration] = {}
        self._complaints: deque[str] = deque(maxlen=20)
        self._first: Future[dict[str, Any]] = Future()
        self._silent = False
        self.endpoints = _endpoints()
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "navtalk_widget.local", "--with-parent", "--port", "0"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if name != LICENSE_VARIABLE},
            )
        except OSError as error:
            raise ServiceStartError(
                f"The embedded service cannot be started with {sys.executable}: {error}."
            ) from error
        assert self.process.stdin is not None and self.process.stdout is not None and self.process.stderr is not None
        self._hearing = threading.Thread(target=self._keep_complaints, args=(self.process.stderr,), daemon=True)
        self._hearing.start()
        self._host = FunctionHost(lambda message: self._pipe.tell(message))
        self._pipe = ServicePipe(self.process.stdin, self.process.stdout, received=self._received, ended=self._ended)
        self._pipe.tell({"license": self.license.get_secret_value()})

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or has closed its pipe, which is its last deed but that."""
        return self._silent or self.process.poll() is not None

    def first_words(self, seconds: float) -> dict[str, Any]:
        """Wait for the process to say that it listens, or why it does not; empty if it says neither."""
        try:
            return self._first.result(seconds)
        except FutureTimeout:
            self.process.kill()
            return {}

    def register(self, wish: LocalWish, progress: Progress) -> Registration:
        """Tell the process what is wanted, and let it call the functions."""
        registration = Registration(wish, progress)
        self._host.add(wish.functions)
        self.registrations[registration.id] = registration
        told = {"type": "options", "id": registration.id, "options": wish.options.as_message()}
        self._pipe.tell({**told, "lent_folder": wish.lent_folder} if wish.lent_folder else told)
        if self._silent:  # since before `registrations` had it: nobody else tells it
            registration.fail(ServiceStartError("The embedded service has ended."))
        return registration

    def forget(self, registration: Registration) -> None:
        """Tell the process that it is wanted no more."""
        if self.registrations.pop(registration.id, None) is not None:
            self._host.remove(registration.wish.functions)
            self._pipe.tell({"type": "forget_options", "id": registration.id})

    def start_error(self, answer: dict[str, Any]) -> ServiceStartError:
        """Why the process did not start."""
        if answer.get("code") == "missing_extra":
            return MissingExtraError(answer["message"])
        if answer.get("message"):
            return ServiceStartError(answer["message"], hint=answer.get("hint"))
        self._hearing.join(1.0)  # its last words may be on their way
        last_words = self._complaints[-1].strip() if self._complaints else "it said nothing"
        return ServiceStartError(f"The embedded service did not start: {last_words}.")

    def end(self) -> None:
        """End the process and all calls of functions."""
        self._pipe.hang_up()
        try:
            self.process.wait(timeout=3.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=3.0)
        self._host.close()

    def _received(self, message: dict[str, Any]) -> None:
        if not self._first.done():
            self._first.set_result(message)
        elif message["type"] in ("call", "next", "cancel"):
            self._host.take(message)
        else:
            registration = self.registrations.get(str(message.get("id")))
            if registration is not None:
                registration.take(message)

    def _ended(self) -> None:
        self._silent = True
        if not self._first.done():
            self._first.set_result({})
        for registration in list(self.registrations.values()):
            registration.fail(ServiceStartError("The embedded service has ended."))
        self._host.close()

    def _keep_complaints(self, stderr: IO[bytes]) -> None:
        with stderr:
            for line in stderr:
                text = line.decode(errors="replace")
                self._complaints.append(text)
                _logger.debug("embedded service: %s", text.rstrip())


def _endpoints() -> str:
    """A digest of what the environment says of endpoints, which a cell may have set since; it holds keys."""
    told = sorted((name, value) for name, value in os.environ.items() if name.startswith(("OPENAI_", "OLLAMA_")))
    return hashlib.sha256(repr(told).encode(errors="surrogateescape")).hexdigest()


@functools.cache
def embedded_service() -> EmbeddedService:
    """The one embedded service of this process, shared by all its conversations; not started yet."""
    service = EmbeddedService()
    atexit.register(service.stop)
    return service
