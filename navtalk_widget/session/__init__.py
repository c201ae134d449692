"""One conversation without Jupyter: its state, turns, tools and subscribers."""
