"""ipywebrtc: the avatar as one of its streams, and its streams as what the person says."""

from __future__ import annotations

import functools
from typing import Any

import ipywebrtc
from ipywidgets import DOMWidget


class AvatarStream(ipywebrtc.WidgetStream):  # type: ignore[misc]  # has no types
    """What a widget shows and says, for ipywebrtc's recorders."""

    @functools.cached_property
    def voice(self) -> ipywebrtc.WidgetStream:
        """The same without pictures, which is what no frames per second mean to our page."""
        return ipywebrtc.WidgetStream(widget=self.widget, max_fps=0)

    def close(self) -> None:
        """End the streams; the widget stays."""
        if "voice" in self.__dict__:
            self.voice.close()
        super().close()


def stream_of(widget: DOMWidget) -> AvatarStream:
    """A stream of what a widget shows and says."""
    return AvatarStream(widget=widget)


def is_stream(value: object) -> bool:
    """Whether something is a stream of ipywebrtc."""
    return isinstance(value, ipywebrtc.MediaStream)


_refer = ipywebrtc.AudioRecorder.stream.metadata["to_json"]


def _refer_to_what_can_be_recorded(stream: object, recorder: Any) -> Any:
    if isinstance(recorder, ipywebrtc.AudioRecorder) and isinstance(stream, AvatarStream):
        stream = stream.voice
    return _refer(stream, recorder)


# Browsers refuse to record the sound alone of a stream that has a picture too, and ipywebrtc passes on what it gets.
ipywebrtc.AudioRecorder.stream.tag(to_json=_refer_to_what_can_be_recorded)
