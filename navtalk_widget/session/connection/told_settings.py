"""Which settings the service has been told, and what has changed since."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from navtalk_widget.errors import NavTalkError, ServiceFault, SettingDeferred
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.session.connection.dialects import Dialect, FirstGeneration

UNCONFIRMED = 16
"""Updates that may wait for the service's word; older ones count as confirmed."""

AT_THE_BEGINNING = ("input_audio_format", "output_audio_format")
"""Sound on its way has the format it had when it was sent, so these do not change in a running connection."""

_VOICE_REFUSED = "cannot_update_voice"


class ToldSettings:
    """Tells the service the settings of a conversation, and their changes.

    Args:
        send: sends an event to the service.
        noticed: called when the service does not take a setting.
    """

    def __init__(self, send: Callable[[Event], None], noticed: Callable[[NavTalkError], None]) -> None:
        self._send = send
        self._noticed = noticed
        self._told: dict[str, Any] = {}
        self._unconfirmed: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._telling = False
        self._setup_id: str | None = None
        self.dialect: Dialect = FirstGeneration()
        self.set_up = False
        """Whether the first configuration has been sent."""

    def begin(self, dialect: Dialect, config: Callable[[], dict[str, Any]]) -> None:
        """Take the generation and the source of settings."""
        self.dialect = dialect
        self._config = config

    def greet(self) -> None:
        """Send what is to be sent as soon as the connection stands."""
        self._told = self._config()
        for event in self.dialect.greeting(self._told):
            self._send(event)
        usual = SessionConfig().as_json()
        unusual = {name: value for name, value in self._told.items() if value not in ("", usual.get(name))}
        self._tell_impossible(self.dialect.changes(unusual)[1])

    def send_setup(self) -> None:
        """Send the first configuration."""
        self.set_up = True
        setup = self.dialect.setup(self._config())
        if setup:
            self._told = self._config()
        for event in setup:
            self._setup_id = new_id("event")
            self._send(event.model_copy(update={"event_id": self._setup_id}))

    def refused_setup(self, event: Event) -> NavTalkError | None:
        """The error behind an event that refuses the first configuration, with which there is no conversation."""
        if self._setup_id is None or not isinstance(event, events.ErrorEvent):
            return None
        about, what = event.error.get("event_id"), event.error.get("param")
        if about != self._setup_id and not (about is None and isinstance(what, str) and what.startswith("session.")):
            return None
        said = str(event.error.get("message") or "it does not say why").rstrip(".")
        message = f"The service did not take the configuration: {said}."
        return ServiceFault(message, code="configuration_refused", hint="Change the setting it names.")

    def tell_soon(self) -> None:
        """Send what has changed at the loop's next turn."""
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def tell_before(self, event: Event) -> None:
        """Send what has changed before this event is sent."""
        if self._telling and not isinstance(
            event, events.SessionUpdate | events.InputConfig | events.InputFunctionCall
        ):
            self._tell()

    def confirmed(self) -> None:
        """The service says which settings are in force: the oldest update is through."""
        self._setup_id = None
        if self._unconfirmed:
            self._unconfirmed.popitem(last=False)

    def refused(self, event: events.ErrorEvent) -> bool:
        """Whether an error refuses an update of ours; the person is told what becomes of it."""
        changes = self._refused_changes(event)
        if changes is None:
            return False
        if "voice" in changes:
            self._noticed(SettingDeferred("The service keeps its voice once it has spoken."))
            rest = {name: value for name, value in changes.items() if name != "voice"}
            if rest:
                self._update(rest)
        else:
            said = str(event.error.get("message") or "it does not say why").rstrip(".")
            self._noticed(ServiceFault(f"The service did not take {', '.join(changes)}: {said}.", hint="Change it."))
        return True

    def _refused_changes(self, event: events.ErrorEvent) -> dict[str, Any] | None:
        event_id = event.error.get("event_id")
        if isinstance(event_id, str) and event_id in self._unconfirmed:
            return self._unconfirmed.pop(event_id)
        if event.error.get("code") == _VOICE_REFUSED:  # not every service says which update it means
            for event_id, changes in self._unconfirmed.items():
                if "voice" in changes:
                    del self._unconfirmed[event_id]
                    return changes
        return None

    def _tell(self) -> None:
        if not self._telling:
            return
        self._telling = False
        told, self._told = self._told, self._config()
        changes = {name: value for name, value in self._told.items() if name not in told or told[name] != value}
        deferred = [changes.pop(name) for name in AT_THE_BEGINNING if name in changes]
        if deferred:
            self._noticed(SettingDeferred("How sound travels holds for a whole connection."))
        if changes:
            self._update(changes)

    def _update(self, changes: dict[str, Any]) -> None:
        messages, impossible = self.dialect.changes(changes)
        for message in messages:
            if isinstance(message, events.SessionUpdate):
                event_id = new_id("event")
                self._unconfirmed[event_id] = changes
                while len(self._unconfirmed) > UNCONFIRMED:
                    self._unconfirmed.popitem(last=False)
                message = message.model_copy(update={"event_id": event_id})
            self._send(message)
        self._tell_impossible(impossible)

    def _tell_impossible(self, impossible: tuple[str, ...]) -> None:
        if impossible:
            self._noticed(
                SettingDeferred(
                    f"This service cannot be told {', '.join(impossible)}.",
                    hint="They stay as the avatar is configured there; service='v1' can be told.",
                )
            )
