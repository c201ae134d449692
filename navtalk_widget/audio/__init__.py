"""PCM audio as numpy arrays: conversion, resampling and WAV files.

Inside the package sound is mono ``int16`` of shape ``(samples,)`` at 24,000 Hz, the wire format of the
NavTalk protocol, unless a name says otherwise.
"""
