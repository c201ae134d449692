"""Recording what is said with an `Avatar`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from os import PathLike
from typing import Any, TypeVar

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.loop_thread import Pending
from navtalk_widget.recording.recording import Recording
from navtalk_widget.session.session import Session

T = TypeVar("T")


class RecordingVerbs:
    """Both voices in a file of the kernel's machine. For as long as there is a recording, the page says so."""

    _session: Session
    _gateway: Gateway

    def _submit(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        raise NotImplementedError

    @property
    def recording(self) -> Recording | None:
        """The recording that goes on; None while nothing is recorded."""
        return self._session.recording

    def start_recording(
        self, path: str | PathLike[str] | None = None, *, consent: bool | None = None, video: bool = False
    ) -> Pending[Recording]:
        """Record what both sides say from now on, until `stop_recording`, or somebody presses Stop recording.

        ::

            recording = await avatar.start_recording("talk.wav")     # the page asks: may this be recorded?
            with avatar.start_recording(consent=True).result():      # everybody has agreed already
                ...

        Args:
            path: of the file; see `Session.start_recording`.
            consent: that everybody who will be heard has agreed. If this is not said, the person is asked on the page,
                and what is returned waits for their word.
            video: whether a file named here is to have the picture.
        """
        return self._submit(self._start_recording(path, consent, video))

    def stop_recording(self) -> Pending[Recording | None]:
        """End the recording, and finish its file. What is returned has it; None if there was none."""
        return self._submit(self._session.stop_recording())

    async def _start_recording(self, path: str | PathLike[str] | None, consent: bool | None, video: bool) -> Recording:
        # Nobody is asked in vain; in a thread, since FFmpeg may have to be loaded.
        await asyncio.to_thread(self._session.recording_path, path, video=video)
        if consent is None:
            await self._gateway.consent.ask()
            consent = True
        return self._session.start_recording(path, consent=consent, video=video)
