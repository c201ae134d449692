"""Microphone and speaker of the page, as traits."""

from __future__ import annotations

from typing import Any

import traitlets
from ipywidgets import Widget, widget_serialization

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.gateway.device import Device, DeviceKind


class ChosenDevice(traitlets.TraitType[Any, Any]):
    """A device that the person or Python has chosen, for the page to use.

    None is the browser's own choice. A label or id becomes a `Device` where the page has told of it; one that it does
    not have is kept, and used as soon as it is there.

    Args:
        kind: of the device.
        streams: whether an `ipywebrtc.MediaStream` may take its place.
    """

    allow_none = True
    default_value = None

    def __init__(self, kind: DeviceKind, *, streams: bool = False) -> None:
        super().__init__()
        self._kind = kind
        self._streams = streams
        self.tag(to_json=_to_json, from_json=widget_serialization["from_json"])

    def validate(self, obj: Any, value: Any) -> Any:
        """Check a new value."""
        match value:
            case Device(kind=self._kind):
                return value
            case "":
                return None
            case str():
                there = [each for each in obj.devices if each.kind == self._kind]
                return next((each for each in there if value in (each.id, each.label)), value)
            case Widget() if self._streams and _is_stream(value):
                return value
        streams = ", or an ipywebrtc stream" if self._streams else ""
        raise ConfigurationError(
            f"{self.name} takes None, one of avatar.devices, or its label{streams}; not {value!r}.",
            hint=f"avatar.devices lists what the page has; {self._kind} is the kind for it.",
        )


def _to_json(value: Any, widget: Any) -> Any:
    return value.id if isinstance(value, Device) else widget_serialization["to_json"](value, widget)


def _is_stream(value: Widget) -> bool:
    from navtalk_widget.interop.streams import is_stream  # late: most conversations need no ipywebrtc

    return is_stream(value)
