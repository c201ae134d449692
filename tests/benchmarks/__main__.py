"""Run all benchmarks: ``python -m tests.benchmarks``."""

from __future__ import annotations

from tests.benchmarks import library, notebook

library.measure()
notebook.measure()
