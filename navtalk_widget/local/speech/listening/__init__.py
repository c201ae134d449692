"""Following a microphone: voice activity, turns, and what is not to be heard."""
