"""The settings of the embedded service, as properties of whoever talks with it."""

from __future__ import annotations

from typing import Any

from navtalk_widget.session.local_engines import LocalEngines


class ChosenEngines:
    """What was chosen: engines by name, address, choice or function. None is for the best that is there, or the usual.

    What is set holds from the next connection on: after Stop and Start, or `reconnect`.
    """

    _engines: LocalEngines

    @property
    def responder(self) -> Any:
        """The mind."""
        return self._engines["responder"]

    @responder.setter
    def responder(self, responder: Any) -> None:
        self._engines.set(responder=responder)

    @property
    def recognizer(self) -> Any:
        """The ears."""
        return self._engines["recognizer"]

    @recognizer.setter
    def recognizer(self, recognizer: Any) -> None:
        self._engines.set(recognizer=recognizer)

    @property
    def synthesizer(self) -> Any:
        """The voice."""
        return self._engines["synthesizer"]

    @synthesizer.setter
    def synthesizer(self, synthesizer: Any) -> None:
        self._engines.set(synthesizer=synthesizer)

    @property
    def video_size(self) -> tuple[int, int] | None:
        """Pixels of the pictures, such as ``(640, 800)``."""
        size: tuple[int, int] | None = self._engines["video_size"]
        return size

    @video_size.setter
    def video_size(self, size: tuple[int, int] | None) -> None:
        self._engines.set(video_size=size)

    @property
    def video_codec(self) -> str | None:
        """``"vp8"`` or ``"h264"``, offered first."""
        codec: str | None = self._engines["video_codec"]
        return codec

    @video_codec.setter
    def video_codec(self, codec: str | None) -> None:
        self._engines.set(video_codec=codec)

    @property
    def interruption_ms(self) -> int | None:
        """Milliseconds of speech that do not interrupt the avatar yet."""
        milliseconds: int | None = self._engines["interruption_ms"]
        return milliseconds

    @interruption_ms.setter
    def interruption_ms(self, milliseconds: int | None) -> None:
        self._engines.set(interruption_ms=milliseconds)

    @property
    def half_duplex(self) -> bool | None:
        """Whether the avatar does not listen while it speaks."""
        half_duplex: bool | None = self._engines["half_duplex"]
        return half_duplex

    @half_duplex.setter
    def half_duplex(self, half_duplex: bool | None) -> None:
        self._engines.set(half_duplex=half_duplex)
