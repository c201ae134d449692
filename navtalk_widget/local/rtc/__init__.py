"""WebRTC by aiortc: the avatar's voice and face as one media stream. Nothing else in the package imports aiortc."""
