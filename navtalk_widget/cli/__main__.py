"""Runs the command line by ``python -m navtalk_widget.cli``."""

import sys

from navtalk_widget.cli.commands import main

sys.exit(main())
