"""The embedded NavTalk-compatible service: it listens, thinks, speaks and shows a face, in a process of its own."""
