"""The NavTalk protocol without I/O: neutral events in the middle, one codec per generation at the edge.

The client and the embedded service use the same events and codecs, each from its own side.
"""
