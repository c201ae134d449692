"""Calls of functions and their results: what the service knows of them, whichever service there is.

A service that is new in the conversation knows neither a call nor its result. It is told both, unless an answer that
was heard has made use of them already. A call that it makes itself may be one that an earlier service made: see
`ToolResults.find`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from navtalk_widget.errors import ToolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Item, function_output, new_id
from navtalk_widget.tools.arguments import parse_arguments

REMEMBERED = 64
"""Calls that have returned; older ones are forgotten."""


@dataclass(slots=True, eq=False)
class Call:
    """A call of a function, and what becomes of it."""

    call_id: str
    """How the present service calls it, or is to."""
    ids: set[str]
    """How services have called it."""
    name: str
    arguments: str
    output: str | None = None
    earlier: bool = False
    """Whether the service of an earlier connection made it."""
    known: bool = True
    """Whether the present service knows that it was made."""
    told: bool = False
    """Whether the present service knows the result."""
    answered: bool = False
    """Whether an answer that had the result is complete."""
    settled: bool = False
    """Whether that answer was heard: no service needs the result any more."""

    def is_same(self, name: str, arguments: str) -> bool:
        """Whether it is a call of the same function with the same arguments, however they are written."""
        return name == self.name and _meaning(name, arguments) == _meaning(name, self.arguments)


class ToolResults:
    """Sends results to the service, whichever there is.

    Args:
        send: sends an event to the service.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._connected = True
        self._calls: list[Call] = []
        self._used: list[Call] = []
        self._calls_again = False

    def find(self, call_id: str, name: str, arguments: str) -> Call | None:
        """The call of an earlier connection that the present service repeats, if it does.

        It does if identifier, function and arguments are the same: identifiers that a service counts anew stand for
        other calls. It also does if function and arguments are those of a call that still runs and of which this
        service has not been told: it asks for what is being done already. Of a call that has returned, a service was
        told the result if it needs that; what it calls under a new identifier all the same, it wants done again.
        """
        earlier = [call for call in self._calls if call.earlier and call.is_same(name, arguments)]
        same = [call for call in earlier if call_id in call.ids]
        under_way = [call for call in earlier if call.output is None and not call.known]
        return next(iter(same + under_way), None)

    def begin(self, call_id: str, name: str, arguments: str) -> Call:
        """The service has called a function."""
        self._free(call_id)
        call = Call(call_id, {call_id}, name, arguments)
        self._calls.append(call)
        return call

    def repeat(self, call: Call, call_id: str) -> bool:
        """The service has made a call that an earlier one had made. Returns whether the result is there already."""
        if call.call_id != call_id:
            self._free(call_id)
            call.call_id, call.told = call_id, False
            call.ids.add(call_id)
        call.known = True
        if call.output is not None and not call.told:
            self._tell(call, call.output)
        return call.output is not None

    def end(self, call: Call, output: str) -> None:
        """The function has returned; the service is told, now or when there is one."""
        call.output = output
        if self._connected:
            self._tell(call, output)
        ended = [each for each in self._calls if each.output is not None]
        if len(ended) > REMEMBERED:
            self._calls.remove(ended[0])

    def note(self, event: Event) -> None:
        """Follow which answers had which results; one that calls another function is not the last word."""
        match event:
            case events.ResponseCreated():
                for call in self._calls:
                    call.settled |= call.answered
                self._used = [call for call in self._calls if call.told and not call.settled]
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
        for call in self._calls:
            call.settled |= call.answered and heard
            call.earlier = True
            call.known = call.told = call.answered = False

    def reconnect(self) -> None:
        """There is a new service: tell it what has returned, in the order of the calls."""
        self._connected = True
        for call in self._calls:
            if call.output is not None and not call.settled:
                self._tell(call, call.output)

    def _free(self, call_id: str) -> None:
        """Two services may have counted alike."""
        for call in self._calls:
            if call.call_id == call_id:
                call.call_id = new_id("call")

    def _tell(self, call: Call, output: str) -> None:
        if not call.known:
            item = Item(type="function_call", call_id=call.call_id, name=call.name, arguments=call.arguments or "{}")
            self._send(events.ConversationItemCreate(item=item))
        call.known = call.told = True
        self._send(events.ConversationItemCreate(item=function_output(call.call_id, output)))


def _meaning(name: str, arguments: str) -> str:
    try:
        return json.dumps(parse_arguments(name, arguments), sort_keys=True)
    except ToolError:  # no JSON: the same only if it is the same text
        return arguments
