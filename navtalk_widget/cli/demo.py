"""``navtalk-widget demo``: JupyterLab on the quickstart notebook, with the local service."""

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


def add_arguments(demo: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    demo.usage = "navtalk-widget demo [-h] [--folder FOLDER] [OPTIONS OF JUPYTERLAB]"
    demo.epilog = "Further options, such as --no-browser or --port=8899, are JupyterLab's."
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("navtalk-demo"),
        help="where the notebook is put; one that is there already is opened as it is (default: %(default)s)",
    )
    demo.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Put the notebook into its folder, and become JupyterLab."""
    from navtalk_widget.client.endpoint import LICENSE_VARIABLE  # only here: it takes long to load

    if importlib.util.find_spec("jupyterlab") is None:
        raise ConfigurationError(
            f"JupyterLab is not installed in the environment of {sys.executable}.",
            hint="Install it with: pip install jupyterlab 'navtalk-widget[local]'",
        )
    if importlib.util.find_spec("aiortc") is None:
        raise MissingExtraError("The demo talks with the local service, whose packages are not installed.")
    notebook = _put_into(options.folder)
    sys.stderr.write(f"{notebook}: run its first two cells, press Start and talk. Ctrl-C ends JupyterLab.\n")
    command = [sys.executable, "-m", "jupyterlab", str(notebook), *_as_root(), *options.rest]
    environment = {name: value for name, value in os.environ.items() if name != LICENSE_VARIABLE}
    if os.name == "posix":
        sys.stderr.flush()
        os.execve(sys.executable, command, environment)  # so that signals and the terminal are JupyterLab's alone
    return subprocess.run(command, env=environment, check=False).returncode


def quickstart() -> Path:
    """The notebook as it came: with the installed package, or in a checkout.

    Raises:
        ConfigurationError: it is not there.
    """
    beside, in_checkout = Path(__file__).with_name(NOTEBOOK), Path(__file__).parents[2] / "notebooks" / NOTEBOOK
    for path in (beside, in_checkout):
        if path.is_file():
            return path
    raise ConfigurationError(f"{beside} is missing.", hint="Install the package anew: pip install --force-reinstall …")


def _put_into(folder: Path) -> Path:
    notebook = folder.expanduser() / NOTEBOOK
    try:
        notebook.parent.mkdir(parents=True, exist_ok=True)
        if not notebook.exists():
            shutil.copyfile(quickstart(), notebook)
    except OSError as error:
        raise ConfigurationError(
            f"{notebook} cannot be written: {error.strerror}.", hint="Choose another place with --folder."
        ) from error
    return notebook


def _as_root() -> list[str]:
    """In containers one often is root, which JupyterLab refuses unless it is told."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
