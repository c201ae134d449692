"""The gateway's door: how many may stand in it, and what is written of those who do not come in."""

from __future__ import annotations

import asyncio
import logging

from websockets.asyncio.server import ServerConnection

from navtalk_widget.client.redaction import socket_logger

MAX_CONNECTIONS = 64
"""Connections at a time, in their handshake or after it; more than pages and strangers may have together."""


def bounded_connections() -> type[ServerConnection]:
    """Connections for one server, counted from their first byte on; those above the bound are cut at once.

    The newest are refused, not the oldest cut: a conversation must not end because others come.
    """
    inside: set[ServerConnection] = set()

    class BoundedConnection(ServerConnection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            if len(inside) < MAX_CONNECTIONS:
                inside.add(self)
            else:
                self.transport.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            inside.discard(self)

    return BoundedConnection


class _WithoutStrangers(logging.Filter):
    """Strangers fail by design; `websockets` before 17 tells each as an error, with a traceback, in the notebook."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.getMessage() == "opening handshake failed":
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return record.levelno >= logging.getLogger(record.name).getEffectiveLevel()


def door_logger() -> logging.Logger:
    """The logger for the gateway's sockets."""
    logger = socket_logger("navtalk_widget.gateway.socket")
    if not any(isinstance(present, _WithoutStrangers) for present in logger.filters):
        logger.addFilter(_WithoutStrangers())
    return logger
