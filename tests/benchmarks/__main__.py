"""Run all benchmarks: ``python -m tests.benchmarks``."""

from __future__ import annotations

from tests.benchmarks import library, notebook, offset, recognition, soak, turns, video

library.measure()
turns.measure()
soak.measure()
notebook.measure()
offset.measure()
video.measure()
recognition.measure()
