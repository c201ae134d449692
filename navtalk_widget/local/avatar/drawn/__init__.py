"""Faces that are drawn, from the layers of a character."""
