"""A real JupyterLab, and notebooks driven in it through a browser."""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Locator, Page, Request, expect

from tests.support.server import START_LIMIT, free_port, running_server

Application: TypeAlias = Literal["jupyterlab", "notebook"]

CELL_LIMIT_MS = 180_000

_NUMBERED = re.compile(r"\[\d+\]:")
"""The prompt of a cell that has run."""


class Lab:
    """A running JupyterLab, or Notebook 7, which is made of the same parts."""

    def __init__(self, root: Path, application: Application) -> None:
        self.root = root
        self.application = application
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.name = "localhost"
        """By which browsers call it."""
        self.token = secrets.token_hex(16)
        self.log = root.parent / f"{application}.log"

    def address_of(self, notebook: Path) -> str:
        """Where a notebook is seen by itself: there no workspace is restored that some earlier page has saved."""
        place = {"jupyterlab": "doc/tree", "notebook": "notebooks"}[self.application]
        return f"http://{self.name}:{self.port}/{place}/{notebook.name}?token={self.token}"

    def write(self, name: str, cells: list[str], *, kernel: str = "python3") -> Path:
        """Write a notebook of code cells that opens without asking for a kernel."""
        return write_notebook(self.root / name, cells, kernel=kernel)

    def api(self, path: str, method: str = "GET") -> Any:
        """Ask the server's REST interface."""
        request = urllib.request.Request(f"{self.address}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def wait_for_kernel(self, notebook: Path) -> None:
        """Wait until the kernel of an open notebook can take a cell."""
        deadline = time.monotonic() + START_LIMIT
        while True:
            sessions = [each for each in self.api("sessions") if each["path"] == notebook.name]
            if any(each["kernel"]["execution_state"] == "idle" and each["kernel"]["connections"] for each in sessions):
                return
            assert time.monotonic() < deadline, f"the kernel does not get ready: {sessions}"
            time.sleep(0.1)


def keep_quiet(config: Path) -> None:
    """Have the JupyterLab that is configured here show nobody's news."""
    page_config = config / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}))


def write_notebook(path: Path, cells: list[str], *, kernel: str = "python3") -> Path:
    """Write a notebook of code cells that opens without asking for a kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(notebook, path)
    return path


@contextmanager
def running_lab(root: Path, *options: str, application: Application = "jupyterlab") -> Iterator[Lab]:
    """Start a JupyterLab, or a Notebook 7, on a free port, with nothing of the user's configuration, and end it."""
    root.mkdir(parents=True, exist_ok=True)
    keep_quiet(root.parent / "config")
    lab = Lab(root, application)
    command = [
        *(sys.executable, "-m", application, "--no-browser", "--allow-root", f"--port={lab.port}"),
        *(f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
        "--LabApp.extension_manager=readonly",
        *options,
    ]
    with running_server(command, f"{lab.address}/api", lab.log):
        yield lab


class Notebook:
    """A notebook open in a browser."""

    def __init__(self, lab: Lab, page: Page, path: Path) -> None:
        self.lab = lab
        self.page = page
        self.path = path
        page.goto(lab.address_of(path), timeout=CELL_LIMIT_MS)
        expect(self._cells().first).to_be_visible(timeout=CELL_LIMIT_MS)
        # A cell run before the kernel has answered the page is forgotten again.
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        expect(idle.first).to_be_visible(timeout=CELL_LIMIT_MS)
        lab.wait_for_kernel(path)

    def _cells(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:visible .jp-CodeCell")

    def cell(self, number: int) -> Locator:
        """The n-th code cell, from 0."""
        return self._cells().nth(number)

    def begin(self, number: int) -> None:
        """Run a cell, and do not wait for it."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def wait(self, number: int) -> str:
        """Wait for a cell's end, and return what it printed."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(_NUMBERED, timeout=CELL_LIMIT_MS)
        printed = self.cell(number).locator(".jp-OutputArea-output[data-mime-type*=text], .jp-OutputArea-output pre")
        return "\n".join(printed.all_inner_texts())

    def run(self, number: int) -> str:
        """Run a cell and return what it printed."""
        self.begin(number)
        return self.wait(number)

    def save(self) -> str:
        """Save, and return the file's text."""
        with self.page.expect_request(self._is_saving, timeout=CELL_LIMIT_MS) as saving:
            self.page.keyboard.press("Escape")
            self.page.keyboard.press("Control+s")
        # While it is written the file is empty or cut short; the answer comes when it is whole.
        answer = saving.value.response()
        assert answer is not None, "the notebook's server went away"
        assert answer.ok, f"the notebook was not saved: {answer.status} {answer.text()}"
        return self.path.read_text()

    def _is_saving(self, request: Request) -> bool:
        return request.method == "PUT" and urlsplit(request.url).path.endswith(f"/api/contents/{self.path.name}")
