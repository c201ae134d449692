"""What goes on in one conversation: turns, answers, history."""
