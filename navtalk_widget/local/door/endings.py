"""How the service ends a connection: what it says, and the code and reason with which it closes the socket.

No code is documented, and only the reason ``Insufficient points``; so clients go by the events first.
"""

from __future__ import annotations

from dataclasses import dataclass

from navtalk_widget.local.door.generations import ProtocolName
from navtalk_widget.local.talk.refusal import invalid_request
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event

NORMAL = 1000
GOING_AWAY = 1001
REFUSED = 1008
FAILED = 1011
TRY_AGAIN_LATER = 1013

INSUFFICIENT_POINTS = "Insufficient points"
"""The one reason that clients look for."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last event, if any, then the socket's close code and reason."""

    event: Event | None
    code: int
    reason: str


def invalid_licence(protocol: ProtocolName) -> Ending:
    """The licence is not one of those that are required."""
    # A refused upgrade would reach a browser's script as nothing but "failed".
    return _refused(protocol, "invalid_license", "Invalid license key")


def not_connected(protocol: ProtocolName) -> Ending:
    """The service does not take the connection, for no reason of the client's."""
    return _refused(protocol, "connection_failed", "Connection failed")


def service_full() -> Ending:
    """There is no place for another conversation."""
    message = "All places are taken; try again later."
    return Ending(events.SessionGpuFull(message=message), TRY_AGAIN_LATER, "all places are taken")


def too_many_connections(limit: int) -> Ending:
    """The licence has all the conversations it may have."""
    message = f"Maximum concurrent connections ({limit}) exceeded. Please close other connections and try again."
    return Ending(
        events.SessionConnectionLimitExceeded(message=message), TRY_AGAIN_LATER, "too many concurrent connections"
    )


def balance_used_up() -> Ending:
    """The account is empty."""
    message = "Insufficient balance to continue service"
    return Ending(events.SessionInsufficientBalance(message=message), REFUSED, INSUFFICIENT_POINTS)


def points_used_up() -> Ending:
    """The account is empty, in the oldest way of saying it."""
    return Ending(None, REFUSED, INSUFFICIENT_POINTS)


def service_failed(message: str = "The service failed; see its log.") -> Ending:
    """The fault is the service's."""
    return Ending(events.SessionBackendError(message=message), FAILED, "the service failed")


def session_expired(protocol: ProtocolName) -> Ending:
    """The conversation has lasted as long as one may."""
    return Ending(_last_words(protocol, "session_expired", "Session timeout"), NORMAL, "Session timeout")


def service_ends(protocol: ProtocolName) -> Ending:
    """The service is being shut down."""
    message = "Connection closed by server"
    event = events.ConnectionClosing(message=message) if protocol == "v2" else None
    return Ending(event, GOING_AWAY, "the service ends")


def _refused(protocol: ProtocolName, code: str, message: str) -> Ending:
    if protocol == "v2":
        return Ending(events.ConnectionFailed(message=message), REFUSED, message)
    return Ending(events.ErrorEvent(error=invalid_request(code, message)), REFUSED, message)


def _last_words(protocol: ProtocolName, code: str, message: str) -> Event:
    if protocol == "v2":
        return events.ConnectionClosing(message=message)
    return events.ErrorEvent(error=invalid_request(code, message))
