"""Engines that turn words into speech, with the times of their sounds."""
