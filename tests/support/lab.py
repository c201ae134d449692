"""A real JupyterLab, and notebooks driven in it through a browser."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

START_LIMIT = 60.0
CELL_LIMIT_MS = 60_000

_NUMBERED = re.compile(r"\[\d+\]:")
"""The prompt of a cell that has run."""


class Lab:
    """A running JupyterLab."""

    def __init__(self, root: Path, port: int, token: str, log: Path) -> None:
        self.root = root
        self.address = f"http://localhost:{port}"
        self.token = token
        self.log = log

    def write(self, name: str, cells: list[str]) -> Path:
        """Write a notebook of code cells that opens without asking for a kernel."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self.root / name
        nbformat.write(notebook, path)
        return path

    def api(self, path: str, method: str = "GET") -> Any:
        """Ask the server's REST interface."""
        request = urllib.request.Request(f"{self.address}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def running_lab(root: Path) -> Iterator[Lab]:
    """Start a JupyterLab on a free port, with nothing of the user's configuration, and end it."""
    root.mkdir(parents=True, exist_ok=True)
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    page_config = root.parent / "config" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps(quiet))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    log = root.parent / "lab.log"
    settings = {
        "IPYTHONDIR": str(root.parent / "ipython"),
        "JUPYTER_CONFIG_DIR": str(root.parent / "config"),
        "JUPYTER_DATA_DIR": str(root.parent / "data"),
        "JUPYTER_RUNTIME_DIR": str(root.parent / "runtime"),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
        "--LabApp.extension_manager=readonly",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **settings})
        lab = Lab(root, port, token, log)
        try:
            _wait_for(lab, process)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(lab: Lab, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            lab.api("status")
            return
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start:\n{lab.log.read_text()[-4000:]}") from None
            time.sleep(0.1)


class Notebook:
    """A notebook open in a browser."""

    def __init__(self, lab: Lab, page: Page, path: Path) -> None:
        self.lab = lab
        self.page = page
        self.path = path
        # The single-document mode: no workspace is restored that some earlier page has saved.
        page.goto(f"{lab.address}/doc/tree/{path.name}?token={lab.token}")
        expect(self._cells().first).to_be_visible(timeout=60_000)
        # A cell run before the kernel has answered the page is forgotten again.
        expect(page.locator(".jp-StatusBar-Widget, #jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while True:
            sessions = [each for each in self.lab.api("sessions") if each["path"] == self.path.name]
            if any(each["kernel"]["execution_state"] == "idle" and each["kernel"]["connections"] for each in sessions):
                return
            assert time.monotonic() < deadline, f"the kernel does not get ready: {sessions}"
            self.page.wait_for_timeout(100)

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
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+s")
        deadline = time.monotonic() + 20
        while self.path.stat().st_mtime_ns == before:
            assert time.monotonic() < deadline, "the notebook was not saved"
            self.page.wait_for_function("() => true")
            time.sleep(0.05)
        return self.path.read_text()
