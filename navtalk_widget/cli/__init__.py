"""The command line: ``navtalk-widget``, or ``python -m navtalk_widget.cli``."""

from navtalk_widget.cli.commands import main

__all__ = ["main"]
