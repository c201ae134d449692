"""Hearing and speaking: voice activity, recognition and synthesis, with engines that run on this machine."""
