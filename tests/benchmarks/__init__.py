"""Figures, measured with the real parts: ``make bench``. They are reported, never asserted."""
