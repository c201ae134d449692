"""A real JupyterHub under https, whose users' servers are JupyterLabs behind its proxy."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from certipy import Certipy
from playwright.sync_api import Page, expect

from tests.support.lab import CELL_LIMIT_MS, keep_quiet, write_notebook
from tests.support.server import free_port, running_server

PROXY = Path(__file__).parents[2] / "js" / "node_modules" / ".bin" / "configurable-http-proxy"

NAME = "hub.example"
"""What the hub's machine is called: another one than the browser's, as far as the browser knows."""

ONLY_THE_HUB = (f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP 127.0.0.1 ~NOTFOUND", "--ignore-certificate-errors")
"""For Chromium: the hub can be reached, and no port of the machine that its kernels run on."""

PREFIX = "/in/here/"
"""Below which the hub lies on its machine, as hubs do that share a name with other things."""

USER = "ada"


class Hub:
    """A hub that runs, with one user."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "hub.log"
        self.home = folder / USER
        self.password = secrets.token_hex(16)

    @property
    def address(self) -> str:
        """Where the user's own server is seen."""
        return f"https://{NAME}:{self.port}{PREFIX}user/{USER}/"

    def open(self, page: Page, cells: list[str]) -> None:
        """Go to a notebook of these cells as the user: log in, have the server started, and wait for the kernel."""
        notebook = write_notebook(self.home / "talk.ipynb", cells)
        page.goto(f"{self.address}doc/tree/{notebook.name}", timeout=CELL_LIMIT_MS)
        page.get_by_label("Username").fill(USER)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Launch Server").click()
        # Of the status bar, for the notebook's own sign says "idle" before there is a kernel.
        expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=CELL_LIMIT_MS)


@contextmanager
def running_hub(folder: Path) -> Iterator[Hub]:
    """Start a JupyterHub on free ports, with a user who need not exist on this machine, and end it."""
    hub = Hub(folder)
    hub_port = free_port()
    keep_quiet(hub.home / ".jupyter")
    authority = Certipy(store_dir=str(folder / "certificates"))
    authority.create_ca("authority")
    certificate = authority.create_signed_pair(NAME, "authority", alt_names=[f"DNS:{NAME}"])
    options = {
        "JupyterHub.bind_url": f"https://127.0.0.1:{hub.port}{PREFIX}",
        "JupyterHub.ssl_cert": certificate["files"]["cert"],
        "JupyterHub.ssl_key": certificate["files"]["key"],
        "JupyterHub.hub_port": hub_port,
        "JupyterHub.db_url": "sqlite:///:memory:",
        "JupyterHub.authenticator_class": "shared-password",
        "JupyterHub.spawner_class": "simple",
        "Authenticator.allow_all": True,
        "SharedPasswordAuthenticator.user_password": hub.password,
        "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{free_port()}",
        "ConfigurableHTTPProxy.command": PROXY,
        "SimpleLocalProcessSpawner.home_dir_template": folder / "{username}",
        "Spawner.args": "--allow-root",
        "LocalProcessSpawner.interrupt_timeout": 1,  # or the hub takes longer to end than it is given
    }
    command = [
        *(sys.executable, "-m", "jupyterhub"),
        *(f"--{name}={value}" for name, value in options.items()),
        *(f"--Spawner.cmd={word}" for word in (sys.executable, "-m", "jupyterhub.singleuser")),
        *(f"--Spawner.env_keep={name}" for name in os.environ),
    ]
    with running_server(command, f"http://127.0.0.1:{hub_port}{PREFIX}hub/api", hub.log):
        yield hub
