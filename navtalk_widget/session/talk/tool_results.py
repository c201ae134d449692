"""Results of function calls, and which service has been told of them.

A service that is new in the conversation knows neither a call nor its result. It is told both, unless an answer has
made use of them already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Item, function_output

REMEMBERED = 64
"""Results of which no answer has made use; older ones are forgotten."""


@dataclass(slots=True)
class _Call:
    call_id: str
    name: str
    arguments: str
    output: str | None = None
    known: bool = True
    """Whether the service knows that it was called."""
    told: bool = False
    """Whether the service knows the result."""
    answered: bool = False
    """Whether an answer that had the result is complete."""


class ToolResults:
    """Sends results to the service, whichever there is.

    Args:
        send: sends an event to the service.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._connected = True
        self._calls: dict[str, _Call] = {}
        self._used: list[_Call] = []
        self._calls_again = False

    def begin(self, call_id: str, name: str, arguments: str) -> None:
        """The service has called a function."""
        self._calls[call_id] = _Call(call_id, name, arguments)

    def end(self, call_id: str, output: str) -> None:
        """The function has returned; the service is told, now or when there is one."""
        self._calls[call_id].output = output
        if self._connected:
            self._tell(self._calls[call_id], output)
        ended = [call for call in self._calls.values() if call.output is not None]
        if len(ended) > REMEMBERED:
            del self._calls[ended[0].call_id]

    def unanswered(self, call_id: str) -> bool:
        """Whether a call runs, or has a result of which no answer has made use."""
        return call_id in self._calls and not self._calls[call_id].answered

    def note(self, event: Event) -> None:
        """Follow which answers had which results; one that calls another function is not the last word."""
        match event:
            case events.ResponseCreated():
                self._calls = {call_id: call for call_id, call in self._calls.items() if not call.answered}
                self._used = [call for call in self._calls.values() if call.told]
                self._calls_again = False
            case events.FunctionCallArgumentsDone():
                self._calls_again = True
            case events.ResponseDone():
                calls_again = self._calls_again or any(item.type == "function_call" for item in event.response.output)
                for call in self._used:
                    call.answered = event.response.status == "completed" and not calls_again
                self._used = []

    def disconnect(self, *, heard: bool) -> None:
        """The service is gone.

        Args:
            heard: whether anything of its last answer was heard; otherwise it counts as not given.
        """
        self._connected = False
        self._used = []
        self._calls = {call_id: call for call_id, call in self._calls.items() if not (call.answered and heard)}
        for call in self._calls.values():
            call.known = call.told = call.answered = False

    def reconnect(self) -> None:
        """There is a new service: tell it what has returned, in the order of the calls."""
        self._connected = True
        for call in self._calls.values():
            if call.output is not None:
                self._tell(call, call.output)

    def _tell(self, call: _Call, output: str) -> None:
        if not call.known:
            item = Item(type="function_call", call_id=call.call_id, name=call.name, arguments=call.arguments or "{}")
            self._send(events.ConversationItemCreate(item=item))
        call.known = call.told = True
        self._send(events.ConversationItemCreate(item=function_output(call.call_id, output)))
