"""The way to a NavTalk service: addresses, the embedded service's process, and the two sockets of generation 1."""
