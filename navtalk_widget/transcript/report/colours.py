"""The two colours by which reports and plots tell the sides of a conversation apart."""

PERSON = "#c8691c"
AVATAR = "#158a94"
"""Teal, as in the widget. Both stand out from white and from black (contrast over 3:1), and from each other for
eyes that do not tell red from green."""
