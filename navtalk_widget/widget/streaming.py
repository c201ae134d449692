"""The avatar as a stream for other widgets."""

from __future__ import annotations

from typing import Any, cast


class Streaming:
    """What is seen and heard of the avatar, for others to record or show."""

    _stream: Any = None

    @property
    def stream(self) -> Any:
        """The avatar's picture and voice as an ``ipywebrtc.WidgetStream``.

        ::

            import ipywebrtc

            recorder = ipywebrtc.VideoRecorder(stream=avatar.stream)
            recorder.recording = True             # … talk …
            recorder.recording = False            # and recorder.video.value has it

        It is there while the avatar is shown on the page, whichever way its picture and voice come.
        """
        if self._stream is None:
            from navtalk_widget.interop.streams import stream_of  # late: most conversations need no ipywebrtc

            self._stream = stream_of(cast(Any, self))
        return self._stream

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
