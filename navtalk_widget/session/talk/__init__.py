"""What goes on over a connection: turns, answers, voice and tools."""
