"""The loopback WebSocket between the page and the session.

It runs in the kernel's own thread, so that speech, captions and signalling flow while a cell computes.
"""
