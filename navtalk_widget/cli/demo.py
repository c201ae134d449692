"""``navtalk-widget demo``: JupyterLab on the notebooks, the quickstart first, with the local service."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from navtalk_widget.errors import ConfigurationError, MissingExtraError

NOTEBOOK = "01_quickstart.ipynb"
"""The one that is opened; it leads to the others."""


def add_arguments(demo: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    demo.usage = "navtalk-widget demo [-h] [--folder FOLDER] [OPTIONS OF JUPYTERLAB]"
    demo.epilog = "Further options, such as --no-browser or --port=8899, are JupyterLab's."
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("navtalk-demo"),
        help="where the notebooks and their data are put; what is there already stays as it is (default: %(default)s)",
    )
    demo.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Put the notebooks into their folder, and become JupyterLab."""
    from navtalk_widget.client.endpoint import LICENSE_VARIABLE  # only here: it takes long to load

    if importlib.util.find_spec("jupyterlab") is None:
        raise ConfigurationError(
            f"JupyterLab is not installed in the environment of {sys.executable}.",
            hint="Install it with: pip install jupyterlab 'navtalk-widget[local]'",
        )
    if importlib.util.find_spec("aiortc") is None:
        raise MissingExtraError("The demo talks with the local service, whose packages are not installed.")
    notebook = put_into(options.folder.expanduser())
    sys.stderr.write(
        f"{notebook}: run its first two cells, press Start and talk. It leads to the others, which are beside it. "
        "Ctrl-C ends JupyterLab.\n"
    )
    command = [sys.executable, "-m", "jupyterlab", str(notebook), *_as_root(), *options.rest]
    environment = {name: value for name, value in os.environ.items() if name != LICENSE_VARIABLE}
    if os.name == "posix":
        sys.stderr.flush()
        os.execve(sys.executable, command, environment)  # so that signals and the terminal are JupyterLab's alone
    return subprocess.run(command, env=environment, check=False).returncode


def originals() -> Path:
    """The folder of the notebooks as they came: with the installed package, or in a checkout.

    Raises:
        ConfigurationError: it is not there.
    """
    beside, in_checkout = Path(__file__).with_name("notebooks"), Path(__file__).parents[2] / "notebooks"
    for folder in (beside, in_checkout):
        if (folder / NOTEBOOK).is_file():
            return folder
    raise ConfigurationError(f"{beside} is missing.", hint="Install the package anew: pip install --force-reinstall …")


def put_into(folder: Path) -> Path:
    """Copy the notebooks and their data into a folder, but for what is there already; the one to open is returned.

    Raises:
        ConfigurationError: they are not there, or cannot be written.
    """
    source = originals()
    try:
        for original in (*source.glob("*.ipynb"), *source.glob("data/museum*")):
            copy = folder / original.relative_to(source)
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original, copy)
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be written: {error.strerror}.", hint="Choose another place with --folder."
        ) from error
    return folder / NOTEBOOK


def _as_root() -> list[str]:
    """In containers one often is root, which JupyterLab refuses unless it is told."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
