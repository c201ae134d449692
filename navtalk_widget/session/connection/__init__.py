"""The connection under a conversation: set-up in each generation, loss and return."""
