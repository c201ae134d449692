"""The Jupyter widget: traits and verbs on one side, the session on the other."""
