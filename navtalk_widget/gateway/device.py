"""A microphone or a speaker that a page has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeviceKind = Literal["audioinput", "audiooutput"]


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or a speaker, as the browser names it."""

    id: str
    """The browser's own name for it, good in that browser and for that notebook server."""
    kind: DeviceKind
    """``"audioinput"`` is a microphone, ``"audiooutput"`` a speaker."""
    label: str
    """What people call it."""
