"""The error tree: each error says what happened and what to do next.

::

    NavTalkError
    ├── ConfigurationError         a setting is not valid
    ├── SettingDeferred            a setting that the service does not take now
    ├── AmbiguousAvatar            several avatars have the name
    ├── ServiceError               something between us and the service
    │   ├── ServiceUnreachable     no connection, or it was lost
    │   ├── ServiceStartError      the embedded service did not start
    │   │   └── MissingExtraError  … or something else did not, because packages are not installed
    │   ├── LicenseRefused         the service does not accept the licence
    │   ├── ServiceLimit           balance, capacity or number of connections
    │   └── ServiceFault           the service reported an error of its own
    ├── ProtocolError              a message that breaks the protocol
    ├── NotConnectedError          a verb that needs a running conversation
    ├── ResponseTimeout            no answer within the limit
    ├── PageError                  the browser could not do its part
    ├── RecordingError             a recording could not be written or read
    ├── HistoryError               what is said could not be stored, or a stored conversation not be changed
    ├── TranscriptFileError        a file is no transcript; it is in `navtalk_widget.transcript`
    └── ToolError                  a tool could not be declared or called
        ├── ToolDefinitionError
        ├── ToolArgumentError
        ├── ToolDenied             the person did not allow the call
        ├── ToolTimeout
        └── ToolFailed
"""

from __future__ import annotations


class NavTalkError(Exception):
    """Base of all errors of this package.

    Attributes:
        code: a short, stable name for programs.
        message: what happened.
        hint: what to do next.
    """

    code = "error"
    hint = "Connect again: Start in the widget, connect() in code."

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def as_dict(self) -> dict[str, str]:
        """The error as JSON for the page: ``code``, ``message``, ``hint``."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class ConfigurationError(NavTalkError):
    """A setting is not valid."""

    code = "configuration"
    hint = "Correct the setting named above."


class SettingDeferred(NavTalkError):
    """The service does not take a setting while the conversation runs."""

    code = "setting_deferred"
    hint = "It takes effect with the next connection: Stop and Start, or reconnect() in code."


class AmbiguousAvatar(NavTalkError):
    """Several avatars have the name, and the service has chosen one."""

    code = "ambiguous_avatar"
    hint = "Pass avatar_id= to choose another."


class ServiceError(NavTalkError):
    """Something went wrong between this process and the service."""

    code = "service"


class ServiceUnreachable(ServiceError):
    """The service cannot be reached, or the connection to it was lost."""

    code = "service_unreachable"
    hint = "Check the network and the address, then connect again; what was said so far is kept."


class ServiceStartError(ServiceError):
    """The embedded service did not start."""

    code = "service_start"
    hint = "Run `navtalk-widget serve` in a terminal to see why."


class MissingExtraError(ServiceStartError):
    """Packages are not installed that the embedded service, Parquet, plots or others need; the hint names them."""

    code = "missing_extra"
    hint = "Install them with: pip install 'navtalk-widget[local]'"


class LicenseRefused(ServiceError):
    """The service does not accept the licence key."""

    code = "license_refused"
    hint = "Pass another key as license=, or set NAVTALK_LICENSE; without one the embedded service is used."


class ServiceLimit(ServiceError):
    """The service is out of capacity, or the account out of balance or connections."""

    code = "service_limit"
    hint = "Top up the account, close other conversations, or try again later."


class ServiceFault(ServiceError):
    """The service reported an error of its own."""

    code = "service_fault"


class ProtocolError(NavTalkError):
    """A message breaks the protocol."""

    code = "bad_message"
    hint = "The message was ignored; nothing else is affected."


class NotConnectedError(NavTalkError):
    """A verb needs a running conversation, and there is none."""

    code = "not_connected"
    hint = "Press Start in the widget, or call connect() in code."


class ResponseTimeout(NavTalkError):
    """The service did not answer within the limit."""

    code = "response_timeout"
    hint = "Ask again, or raise timeout=."


class PageError(NavTalkError):
    """The browser could not do its part: microphone, autoplay, WebRTC."""

    code = "page"


class HistoryError(NavTalkError):
    """What is said could not be stored, or a stored conversation could not be changed. The conversation goes on."""

    code = "history"
    hint = "Free some space, or see who may write to that folder; it is tried again with the next turn."


class RecordingError(NavTalkError):
    """A recording could not be written or read. The conversation goes on."""

    code = "recording"
    hint = "Look at the file's place; start_recording() with another path begins anew."


class ToolError(NavTalkError):
    """A tool could not be declared or called. The conversation goes on."""

    code = "tool"
    hint = ""


class ToolDefinitionError(ToolError):
    """A function cannot serve as a tool."""

    code = "tool_definition"
    hint = "Give the function a name, and its parameters type hints."


class ToolArgumentError(ToolError):
    """The model's arguments do not fit the tool's parameters."""

    code = "tool_arguments"


class ToolDenied(ToolError):
    """A tool that needs approval was not allowed to run."""

    code = "tool_denied"


class ToolTimeout(ToolError):
    """A tool overran its time limit."""

    code = "tool_timeout"


class ToolFailed(ToolError):
    """A tool raised an exception; ``__cause__`` holds it."""

    code = "tool_failed"
