"""What the service's complaints mean, as errors of this package."""

from __future__ import annotations

from typing import Any

from navtalk_widget.errors import (
    AmbiguousAvatar,
    LicenseRefused,
    NavTalkError,
    ServiceError,
    ServiceFault,
    ServiceLimit,
    ServiceUnreachable,
)
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response


def refusal(event: events.ErrorEvent) -> ServiceFault:
    """The error in an `error` event; the conversation goes on."""
    message = str(event.error.get("message") or "The service reports an error.")
    return ServiceFault(message, hint="", code=str(event.error.get("code") or "service"))


def failure(response: Response) -> ServiceFault | None:
    """Why an answer was not completed, unless it was or somebody cut it short."""
    details = response.status_details or {}
    if response.status == "failed":
        return ServiceFault(f"The answer failed: {_reason(details.get('error'))}.", hint="Ask again.")
    if response.status == "incomplete":
        reason = details.get("reason")
        hint = "Raise max_response_output_tokens." if reason == "max_output_tokens" else "Ask again."
        return ServiceFault(f"The answer was cut off by the service: {_reason(reason)}.", hint=hint)
    return None


def fatal(event: Event) -> NavTalkError | None:
    """The error behind an event after which the service serves no more."""
    match event:
        case events.SessionGpuFull():
            return ServiceLimit("All places of the service are taken.", code="gpu_full", hint="Try again in a minute.")
        case events.SessionInsufficientBalance():
            return ServiceLimit(
                "The account's balance is used up.",
                code="insufficient_balance",
                hint="Top up the account, or use service='local'.",
            )
        case events.SessionConnectionLimitExceeded():
            return ServiceLimit(
                f"The licence has too many conversations at a time: {_reason(event.message)}.",
                code="connection_limit_exceeded",
                hint="Close another conversation, then connect again.",
            )
        case events.SessionBackendError():
            return ServiceFault(f"The service failed: {_reason(event.message)}.", code="backend_error")
        case events.ConnectionFailed():
            return _refused_connection(event.message)
        case events.ConnectionClosing():
            return ServiceUnreachable(f"The service closes the conversation: {_reason(event.message)}.")
        case events.ErrorEvent() if event.error.get("code") in ("invalid_license", "invalid_api_key"):
            return LicenseRefused(f"The service refused the licence: {_reason(event.error.get('message'))}.")
        case events.ErrorEvent() if event.error.get("code") == "session_expired":
            return ServiceUnreachable("The service ends a session after a while.", code="session_expired")
    return None


def retriable(error: NavTalkError, *, reconnecting: bool = False) -> bool:
    """Whether it may help to connect again: what a person must mend first does not mend itself.

    Args:
        error: why there is no connection.
        reconnecting: whether there was one before. The one conversation too many may be that one, of which the service
            has not noticed yet that it is gone.
    """
    if error.code in ("service_address", "configuration_refused"):
        return False
    own = reconnecting and error.code == "connection_limit_exceeded"
    return own or isinstance(error, ServiceUnreachable) or error.code in ("gpu_full", "backend_error")


def warning(event: Event) -> NavTalkError | None:
    """What the person should know of an event that changes nothing."""
    if isinstance(event, events.ConnectionWarning):
        chosen = f" The service chose {event.avatar_id}." if event.avatar_id else ""
        return AmbiguousAvatar(f"{_reason(event.message)}.{chosen}")
    if isinstance(event, events.SynthesisFailed | events.RecognitionFailed):
        return ServiceFault(f"The service's voice or hearing failed: {_reason(event.message)}.", hint="Say it again.")
    return None


def _refused_connection(message: str) -> ServiceError:
    """The licence is the one reason that the documentation shows by example, besides timeouts."""
    if any(word in message.lower() for word in ("license", "licence", "api key", "unauthori")):
        return LicenseRefused(f"The service refused the licence: {_reason(message)}.")
    if "timeout" in message.lower() or "timed out" in message.lower():
        return ServiceUnreachable(f"The service did not begin the conversation: {_reason(message)}.")
    return ServiceFault(f"The service did not begin the conversation: {_reason(message)}.", code="connection_refused")


def _reason(told: Any) -> str:
    if isinstance(told, dict):
        told = " ".join(str(told[key]) for key in ("code", "message") if told.get(key))
    return str(told or "the service does not say why").rstrip(".")
