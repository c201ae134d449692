"""What the service's complaints mean, as errors of this package."""

from __future__ import annotations

from typing import Any

from navtalk_widget.errors import LicenseRefused, NavTalkError, ProtocolError, ServiceFault, ServiceLimit
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


def fatal(event: Event | ProtocolError) -> NavTalkError | None:
    """The error behind an event after which the service serves no more."""
    match event:
        case events.SessionGpuFull():
            return ServiceLimit("All places of the service are taken.", code="gpu_full", hint="Try again in a minute.")
        case events.SessionInsufficientBalance():
            return ServiceLimit("The account's balance is used up.", code="insufficient_balance")
        case events.SessionBackendError():
            return ServiceFault(f"The service failed: {event.message or 'it does not say why'}.", code="backend_error")
        case events.ErrorEvent() if event.error.get("code") in ("invalid_license", "invalid_api_key"):
            return LicenseRefused(f"The service refused the licence: {event.error.get('message', '')}.")
    return None


def _reason(told: Any) -> str:
    if isinstance(told, dict):
        told = " ".join(str(told[key]) for key in ("code", "message") if told.get(key))
    return str(told or "the service does not say why").rstrip(".")
